import Diagnostics

/// The units are those of the whole vials opened: right to ask for, wrong to bill on one line.
enum UnitsIncludeWaste: CodeRule {
    static let id = "units-include-waste"
    static let summary = "the units are whole vials: administered and discarded units together"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let units = review.service.units
        guard let count = review.unitCount, units != count.expected.count, units == count.wholeVials else { return [] }
        let isVerified = review.containers?.areVerified ?? false
        let given = count.expected.count
        return [
            CodeFinding(
                id, .warning, .units, found: String(units), expected: "\(given) and \(units - given) JW",
                message: "\(units) units are the whole vials\(trust(isVerified)); \(count.dose) is \(count.sentence): "
                    + "\(given) given and \(units - given) discarded, billed on two lines, the second with JW",
                source: review.factCitation(
                    (review.containers?.sources ?? []) + [BillingSplit.rule], isVerified: isVerified))
        ]
    }
}
