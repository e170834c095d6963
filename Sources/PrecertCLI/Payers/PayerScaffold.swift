import CivilTime
import Codes

/// The first files of a payer's folder: they pass every check, say nothing that nobody has seen, and lead on from there.
struct PayerScaffold {
    let id: String
    let name: String
    let timeZone: String
    let today: CivilDate
    /// Where the schemas are from the payer's folder, for editors; nothing when they are not near.
    let schemas: String?
    /// How long a file may lie as it was begun: after that it answers unknown for this reason too.
    static let daysUntilReview = 30

    /// By name in the payer's folder.
    func files(for drugs: [Drug], factsOf release: Release) -> [(name: String, text: String)] {
        [("payer.yaml", payerFile)]
            + drugs.map { drug in ("\(drug.id).yaml", policyFile(for: drug, factsOf: release)) }
    }

    private func schemaLine(_ kind: String) -> String {
        schemas.map { "# yaml-language-server: $schema=\($0)/\(kind).schema.json\n#\n" } ?? ""
    }

    // MARK: - The payer

    private var payerFile: String {
        """
        \(schemaLine("payer"))# What is known of this payer. docs/payer-module.md explains every line.
        #
        #   1. Write only what you have seen, and where you saw it.
        #   2. A gap stays a gap: leave out what you do not know.
        #   3. Use your own words.
        #
        # A line that begins with # is not read. To use an example, take its "# " away and change what it says.
        # verified: true means that you saw the statement in the source named; else write false.

        payer: {id: \(id), name: \(quoted(name))}

        # The number that claims carry for this payer.
        # edi:
        #   - {id: "99999", use: "professional claims", source: "https://…", verified: false}

        # In which zone the payer's days end: America/New_York, America/Chicago, America/Denver, America/Los_Angeles.
        time_zone: \(timeZone)
        calendar: us-federal

        # What Precert itself does with a finished packet: file_drop lays it down in the practice's outbox folder.
        deliver_by: file_drop

        # Every way in which the payer takes requests: file_drop, portal, phone, fax, mail, x12_278, fhir_pas.
        channels:
          - {kind: file_drop, name: "Packet laid down in the practice's outbox folder", source: practice default, verified: true}
          # - {kind: portal, name: "The payer's portal", reach: "https://…", source: "https://…", verified: false}
          # - {kind: phone, name: "Utilization management", reach: "555-0100", source: "back of the member's card", verified: false}
          # - {kind: fax, name: "Utilization management", reach: "555-0101", source: "denial letter of 2026-08-03", verified: false}

        # Only the time limits that this payer states of itself; for all others Workflows/clocks.yaml holds.
        # clocks:
        #   - {clock: decision, urgency: standard, amount: 15, unit: calendar_days, source: "https://…", verified: false}
        #   - {clock: decision, urgency: urgent, amount: 72, unit: hours, source: "https://…", verified: false}

        # What must go with a request.
        # documents:
        #   - {topic: continuation, text: "A visit note of the last six months", source: "https://…", verified: false}

        # What a coordinator must know: peer-to-peer, appeals, how to submit.
        # rules:
        #   - {topic: peer_to_peer, text: "Within 14 days of the denial, before an appeal is filed", source: "https://…", verified: false}

        """
    }

    // MARK: - A policy

    private func policyFile(for drug: Drug, factsOf release: Release) -> String {
        let reference = drug.products.filter { $0.role == .reference }
        let named = reference.isEmpty ? Array(drug.products.prefix(1)) : reference
        let others = drug.products.filter { !named.contains($0) }.map { "\($0.hcpcs) (\($0.label))" }
        let note = others.isEmpty ? "" : "\n# Other codes of this drug: \(others.joined(separator: ", "))."
        let codes = named.map(\.hcpcs).joined(separator: ", ")
        let label = named.map(\.label).joined(separator: ", ")
        let uses = drug.indications.isEmpty ? [nil] : drug.indications.map(Optional.init)
        return """
            \(schemaLine("policy"))# \(drug.name) at this payer. docs/payer-module.md leads through it; nothing of the payer's is in it yet, so that
            # it answers "unknown" for everybody. Work from the top:
            #
            #   1. Open the payer's document. Fill in its title, number, dates and address.
            #   2. Replace each "not_on_file" below by what the document asks for, with the place where it stands.
            #      Leave those that you cannot see.
            #   3. Add a patient to the tests for each thing that you add.
            #   4. precert policy check, precert policy test, then precert workflow publish.

            policy: \(id)/\(drug.id)
            title: \(quoted("\(drug.name), drug policy (title not seen yet)"))
            # Only the codes that the payer's document names.\(note)
            product: {drug: \(drug.id), name: \(quoted(label)), hcpcs: [\(codes)]}
            number: not_on_file
            # Raise it whenever you change this file.
            version: 1
            # Take both lines away once the file says what the payer's current document says.
            status: unconfirmed
            status_note: "begun by precert payer new; nobody has compared it with the payer's document"
            effective: {from: not_on_file}
            # service_date or received_date: which day decides what version of the policy holds.
            governed_by: service_date
            # The day you compared this file with the payer's document, and the day by which to do it again.
            last_checked: \(today)
            review_by: \(today.adding(days: Self.daysUntilReview))

            sources:
              # The payer's own document. evidence: primary (all of it), primary_excerpt (a part), quoted (somebody's copy),
              # summary, marketing_guide.
              policy:
                title: "The payer's document, not seen yet"
                url: not_on_file
                retrieved: \(today)
                evidence: marketing_guide
                verified: false
              # Which diagnoses the drug's label speaks of, as Precert's own drug facts have it.
              label:
                title: \(quoted(release.name))
                url: "Workflows/codes/drugs.yaml"
                retrieved: \(release.released)
                evidence: summary
                verified: \(drug.indications.allSatisfy(\.isVerified) && !drug.indications.isEmpty)

            named:
            \(uses.map(diagnosis).joined(separator: "\n"))

            criteria:
            \(uses.flatMap(sets).joined(separator: "\n"))

            tests:
              as_of: \(today)
              cases:
            \(uses.flatMap(cases).joined(separator: "\n"))

            """
    }

    private func key(_ use: DrugIndication?) -> String { use?.id ?? "any" }

    /// As ids of criteria are written.
    private func slug(_ use: DrugIndication?) -> String {
        String(key(use).map { $0 == "_" ? "-" : $0 })
    }

    private func diagnosis(_ use: DrugIndication?) -> String {
        guard let use else {
            return """
                  any:
                    {id: any-code, title: "The diagnoses that the policy covers", cite: "policy", not_on_file: "the payer's document was not at hand"}
                """
        }
        // Codes that need more than themselves to show the use are not shut out before the policy was read.
        let codes = use.diagnoses.map { quoted("\($0)*") } + use.notEnoughAlone.map { quoted($0) }
        let shown = use.diagnoses.joined(separator: ", ")
        return """
              # Compare the codes with the payer's list; "K50*" stands for K50 and all below it.
              \(use.id):
                {id: \(slug(use))-code, title: \(quoted(use.name)), cite: \(quoted("label \(shown)")), fact: diagnosis, test: {in: [\(codes.joined(separator: ", "))]}}
            """
    }

    private func sets(_ use: DrugIndication?) -> [String] {
        [("initial", "to begin"), ("continuation", "to go on")].map { phase, words in
            """
              \(key(use)).\(phase):
                applies_when: {use: \(key(use))}
                require:
                  all:
                    - {id: \(slug(use))-\(phase), title: "What the payer asks for, \(words)", cite: "policy", not_on_file: "the payer's document was not at hand"}
            """
        }
    }

    private func cases(_ use: DrugIndication?) -> [String] {
        ["initial", "continuation"].flatMap { phase -> [String] in
            guard let use, let code = use.diagnoses.first else {
                return [
                    "    - {title: \"nothing is on file\", set: any.\(phase), facts: {diagnosis: Z00.00}, expect: unknown}"
                ]
            }
            return [
                """
                    - {title: "\(slug(use)), \(phase): never met by guess", set: \(use.id).\(phase), facts: {diagnosis: \(code)}, expect: unknown, decisive: [\(slug(use))-\(phase)]}
                    - {title: "\(slug(use)), \(phase): another disease", set: \(use.id).\(phase), facts: {diagnosis: Z00.00}, expect: unmet, decisive: [\(slug(use))-code]}
                """
            ]
        }
    }

    /// As YAML takes it between double quotes.
    private func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
