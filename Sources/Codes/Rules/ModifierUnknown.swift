import CivilTime
import Diagnostics

/// A modifier that is none, or not on the date of service.
enum ModifierUnknown: CodeRule {
    static let id = "modifier-unknown"
    static let summary = "a modifier is not two characters, not on file, or not in force"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let table = review.book.modifiers
        let date = review.service.dateOfService
        return review.service.modifiers.compactMap { written -> CodeFinding? in
            let code = Modifiers.normalized(written)
            guard !PlaceOfServiceAsModifier.isPlace(code, in: review.book) else { return nil }
            func finding(_ severity: Diagnostic.Severity, _ message: String) -> CodeFinding {
                CodeFinding(id, severity, .modifiers, found: code, message: message, source: table.release.citation)
            }
            guard Modifiers.isWellFormed(code) else {
                return finding(.error, "\"\(code)\" is not a modifier: two characters, such as JZ")
            }
            guard let modifier = table[code] else {
                // CPT's numbers are the AMA's and are not carried: nothing can be said of them.
                if code.utf8.allSatisfy({ (48...57).contains($0) }) { return nil }
                return finding(.warning, "the modifier \(code) is not on file (\(table.release.name)); check it")
            }
            if let first = modifier.firstDate, date < first {
                return finding(
                    .error, "the modifier \(code) is in force from \(first), after the date of service \(date)")
            }
            if let last = modifier.lastDate, date > last {
                return finding(.error, "the modifier \(code) ended on \(last), before the date of service \(date)")
            }
            return nil
        }
    }
}
