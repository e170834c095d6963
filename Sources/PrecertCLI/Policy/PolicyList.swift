import ArgumentParser
import Codes
import Criteria
import Diagnostics
import Payers

struct PolicyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The policies on file, those to be looked at again first.",
        discussion: """
            A policy is to be looked at again when its day of review has passed or is near, when it has ended and \
            nothing follows, when it is marked superseded or unconfirmed, or when one of its sources was never seen. \
            After its day of review a policy answers unknown.

            With --stale only those are listed, and the exit code is 1 when there is one.

            Examples:
              precert policy list --payer unitedhealthcare
              precert policy list --drug natalizumab
              precert policy list --stale --within 30
              precert policy list --stale --as-of 2027-03-01 --format json
            """)

    @Flag(help: "Only those that somebody should look at again.")
    var stale = false

    @Option(
        help: ArgumentHelp(
            "A review that is due so soon counts as stale: 30 (days, the default), 6w, 3m.", valueName: "time"),
        transform: PolicyList.lapse)
    var within: Lapse = .days(30)

    @Option(help: "Only those of this payer.")
    var payer: String?

    @Option(help: "Only those for this drug: ingredient, brand or HCPCS code.")
    var drug: String?

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    private static func lapse(_ text: String) throws -> Lapse {
        guard let lapse = Lapse(text) ?? Lapse("\(text)d") else {
            throw ValidationError("expected a stretch of time such as 30 (days), 6w or 3m")
        }
        return lapse
    }

    func run() throws {
        let rules = RuleLibrary(installation: try Installation.locate())
        let catalog = try rules.payers()
        var modules = catalog.modules
        if let payer {
            guard let module = catalog.payer(payer) else { throw unknownPayer(payer, in: catalog) }
            modules = [module]
        }
        let isWanted = try drugFilter(rules, catalog)
        let today = asOf.today
        let rows = modules.flatMap { module in
            module.standings(today: today, within: within)
                .filter { isWanted($0.policy) && ($0.standing.isStale || !stale) }
                .map { (module: module, policy: $0.policy, standing: $0.standing) }
        }
        .sorted { ($0.policy.reviewBy, $0.policy.id) < ($1.policy.reviewBy, $1.policy.id) }

        var table = Table(
            [
                Table.Column("policy", "Policy", priority: .essential),
                Table.Column("payer_name", "Payer", isForPrograms: true),
                Table.Column("decides", "Decides", isForPrograms: true),
                Table.Column("members", "For", isForPrograms: true),
                Table.Column("number", "Number", isForPrograms: true),
                Table.Column("version", "Version", alignment: .right, isForPrograms: true),
                Table.Column("hcpcs", "Codes", isForPrograms: true),
                Table.Column("effective_from", "From", isForPrograms: true),
                Table.Column("effective_to", "To", isForPrograms: true),
                Table.Column("last_checked", "Checked", isForPrograms: true),
                Table.Column("review_by", "Review by", priority: .essential),
                Table.Column("reasons", "Why look again", minimumWidth: 24, wraps: true),
                Table.Column("reason_codes", "Reasons", isForPrograms: true),
                Table.Column("status", "Status", isForPrograms: true),
                Table.Column("status_note", "Note", isForPrograms: true),
                Table.Column("evidence", "Evidence", isForPrograms: true),
                Table.Column("verified", "Verified", isForPrograms: true),
                Table.Column("file", "File", isForPrograms: true),
            ], whenEmpty: stale ? "no policy needs to be looked at" : "no policy is on file")
        for (module, policy, standing) in rows {
            let style: Style? = standing.isOverdue ? .bad : standing.isStale ? .caution : nil
            table.append(
                .text(policy.id), .text(module.name), .text(policy.decides.rawValue), .text(policy.members?.title),
                .text(policy.number), .number(policy.version),
                .text(policy.product.hcpcs.joined(separator: " ")), .date(policy.effectiveFrom),
                .date(policy.effectiveTo), .date(policy.lastChecked),
                .date(policy.reviewBy).styled(standing.isOverdue ? .bad : nil),
                .text(standing.inWords).styled(style), .text(standing.codes), .text(policy.status.word),
                .text(policy.status.note), .text(policy.sources.first?.evidence.rawValue),
                .boolean(policy.sources.allSatisfy(\.isVerified)),
                .text("\(RuleLibrary.payersFolder)/\(policy.location.file)"))
        }
        output.render(table)
        if stale, !rows.isEmpty { throw ExitStatus.negative }
    }

    /// A name that no policy has, and that is no drug either, is a slip: an empty list would read like an answer.
    private func drugFilter(_ rules: RuleLibrary, _ catalog: PayerCatalog) throws -> (Policy) -> Bool {
        guard let drug else { return { _ in true } }
        let wanted = drug.lowercased()
        let isNamed = { (policy: Policy) in
            policy.product.ingredients.contains(wanted) || policy.product.hcpcs.contains { $0.lowercased() == wanted }
        }
        if catalog.modules.contains(where: { $0.policies.contains(where: isNamed) }) { return isNamed }
        let drugs = try rules.codes().drugs
        guard let known = drugs.match(drug)?.drug ?? drugs.owner(of: drug.uppercased())?.drug else {
            let hint = drugs.nearestName(to: drug).map { "; did you mean \($0)?" } ?? ""
            throw CLIFailure(.refusedInput, "no drug on file is called \"\(drug.prefix(60))\"\(hint)")
        }
        let codes = drugs.match(drug).map { $0.isSpecific ? $0.products.map(\.hcpcs) : [] } ?? [drug.uppercased()]
        return { policy in
            policy.product.ingredients.contains(known.id)
                && (codes.isEmpty || codes.contains { policy.product.hcpcs.contains($0) })
        }
    }
}
