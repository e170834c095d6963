import CivilTime
import Diagnostics

/// The code exists, but not on the date of service.
enum CodeNotInForce: CodeRule {
    static let id = "code-not-in-force"
    static let summary = "the HCPCS code is not yet, or no longer, in force on the date of service"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let date = review.service.dateOfService
        switch review.code.standing {
        case .inForce, .unknown, .notCarried, .malformed: return []
        case .notYetInForce(let entry):
            let problem = "\(entry.code) is in force from \(entry.firstDate), after the date of service \(date)"
            return [finding(.error, entry, problem, review)]
        case .perhapsNotYetInForce(let entry):
            let problem = """
                \(entry.code) was first seen in the release of \(entry.firstRelease); \
                whether it was in force on \(date) is not known
                """
            return [finding(.warning, entry, problem, review)]
        case .noLongerInForce(let entry):
            let bound = entry.lastDateIsUpperBound ? "no later than " : ""
            let last = entry.lastDate.map { "\(bound)\($0)" } ?? ""
            let problem = "\(entry.code) ended, \(last), before the date of service \(date)"
            return [finding(.error, entry, problem, review)]
        }
    }

    private static func finding(
        _ severity: Diagnostic.Severity, _ entry: HCPCSCode, _ problem: String, _ review: ServiceReview
    ) -> CodeFinding {
        let others = review.rightCodes.filter { right in
            let answer = review.book.hcpcs.lookup(right.code.code, on: review.service.dateOfService)
            guard case .inForce = answer.standing else { return false }
            return right.code.code != entry.code
        }
        let inWords = others.map { right in
            "\(right.code.code) (\(right.product.label)\(inUnits(review.service.dose, of: right.code)))"
        }
        let remedy = others.isEmpty ? "" : "; on that date \(review.drugName) is \(inWords.joined(separator: " or "))"
        let expected = others.map(\.code.code).joined(separator: " or ")
        return CodeFinding(
            id, severity, .hcpcs, found: entry.code, expected: expected, message: problem + remedy,
            source: review.book.hcpcs.release.citation)
    }

    /// `, 2 mg: 450 units for 900 mg`: a successor often counts in another unit (J1300 to J1299).
    private static func inUnits(_ dose: Dose?, of code: HCPCSCode) -> String {
        guard let unit = code.unit else { return "" }
        // A dose that cannot be counted in this unit is the units rule's to report.
        guard let dose, let units = try? DoseConverter.units(for: dose, of: unit) else { return ", \(unit)" }
        return ", \(unit): \(units.count) units for \(dose)"
    }
}
