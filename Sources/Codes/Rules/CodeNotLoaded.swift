import CivilTime
import Diagnostics

/// The date of service lies outside what the loaded releases answer for, or the table does not carry such codes. The
/// codes were checked against the last release that is loaded; nothing is called valid.
enum CodeNotLoaded: CodeRule {
    static let id = "code-not-loaded"
    static let summary = "no loaded release answers for the code on the date of service"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        [hcpcs(review), diagnoses(review)].compactMap(\.self)
    }

    private static func hcpcs(_ review: ServiceReview) -> CodeFinding? {
        let release = review.book.hcpcs.release
        let code = review.code.code
        if case .notCarried = review.code.standing {
            return CodeFinding(
                id, .warning, .hcpcs, found: code,
                message: "\(code) was not checked: \(release.name) is all that is loaded", source: release.citation)
        }
        guard let remark = review.code.coverage.remark, review.code.entry != nil else { return nil }
        return CodeFinding(
            id, .warning, .hcpcs, found: code,
            message: "\(code) on \(review.service.dateOfService): \(remark); "
                + "it was in force on that day; load a newer release to be sure",
            source: release.citation)
    }

    private static func diagnoses(_ review: ServiceReview) -> CodeFinding? {
        let open = review.diagnoses.filter { $0.coverage != .loaded && $0.entry != nil }
        guard let remark = open.first?.coverage.remark else { return nil }
        let codes = open.map(\.code).joined(separator: ", ")
        let release = review.book.diagnoses.release
        return CodeFinding(
            id, .warning, .diagnoses, found: codes,
            message: "\(codes) on \(review.service.dateOfService): \(remark); "
                + "checked against that release; load the one in force to be sure",
            source: release.citation)
    }
}
