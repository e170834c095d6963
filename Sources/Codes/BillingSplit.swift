/// How a dose is billed: the units that are given, and those that are thrown away with the containers.
///
/// The given units are the dose rounded up to whole units; the discarded ones are what is left of the containers'
/// units, never rounded up by themselves, so that both together are the containers opened: 305 mg at 10 mg a unit from
/// 400 mg are 31 and 9 (https://cgsmedicare.com/partb/pubs/news/2023/06/cope140894.html, 2023-06-27; there too that the
/// least wasteful of the sizes sold counts).
public struct BillingSplit: Hashable, Sendable {
    public let hcpcs: String
    public let administered: Int
    public let discarded: Int
    /// `5 x 100 mg`.
    public let containers: String
    /// `JZ` when nothing is left in the containers; `JW` for the second line when billable units are; none when what
    /// is left is less than a unit.
    public let modifier: String?
    /// Whether the sizes of the containers were seen in a source.
    public let isVerified: Bool
    let sources: [String]

    /// Where the rule of rounding and of the least wasteful size stands.
    static let rule =
        "https://cgsmedicare.com/partb/pubs/news/2023/06/cope140894.html (Medicare contractor, 2023-06-27)"

    public var total: Int { administered + discarded }

    /// `42 units + 8 JW, total 50 (5 x 100 mg)`; `300 units JZ (1 x 300 mg)`.
    public var sentence: String {
        let units =
            discarded > 0
            ? "\(administered) units + \(discarded) JW, total \(total)"
            : "\(administered) units\(modifier.map { " \($0)" } ?? "")"
        return "\(units) (\(containers)\(isVerified ? "" : ", sizes unverified"))"
    }
}

extension CodeGuard {
    /// How the service would be billed; `nil` when the dose, the code or the containers are not known.
    public func billing(of service: ProposedService) -> BillingSplit? { ServiceReview(service, in: book).billing }
}

extension ServiceReview {
    /// The containers that the dose opens, of the product that the counting code bills.
    var containers: (opened: WholeContainers, areVerified: Bool, sources: [String])? {
        guard let dose = service.dose, let milligrams = dose.milligrams, let code = countingCode,
            let product = book.drugs.owner(of: code.code)?.product,
            let opened = WholeContainers(for: milligrams, of: product.containers.map(\.milligrams))
        else { return nil }
        let used = product.containers.filter { container in
            opened.counts.contains { $0.size == container.milligrams }
        }
        return (opened, used.allSatisfy(\.isVerified), used.flatMap(\.sources))
    }

    var billing: BillingSplit? {
        guard let count = unitCount, let containers, let total = count.wholeContainerUnits else { return nil }
        let discarded = max(0, total - count.expected.count)
        let isExact = containers.opened.total == count.dose.milligrams
        return BillingSplit(
            hcpcs: count.code.code, administered: count.expected.count, discarded: discarded,
            containers: containers.opened.sentence, modifier: isExact ? "JZ" : discarded > 0 ? "JW" : nil,
            isVerified: containers.areVerified, sources: containers.sources)
    }
}
