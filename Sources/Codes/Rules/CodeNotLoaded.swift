import CivilTime
import Diagnostics

/// The date of service lies outside what the loaded releases answer for, or the table does not carry such codes. The
/// codes were checked against the last release that is loaded; nothing is called valid.
enum CodeNotLoaded: CodeRule {
    static let id = "code-not-loaded"
    static let summary = "no loaded release answers for the code on the date of service"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        [hcpcs(review), diagnoses(review), modifiers(review), place(review)].compactMap(\.self)
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

    /// The modifiers on file that the table cannot speak for on the day; one that it has ended is another rule's.
    private static func modifiers(_ review: ServiceReview) -> CodeFinding? {
        let table = review.book.modifiers
        let date = review.service.dateOfService
        guard date > table.release.validThrough, let remark = table.release.coverage(of: date).remark else {
            return nil
        }
        let codes = review.service.modifiers.map(Modifiers.normalized)
            .filter { code in table[code].map { $0.lastDate.map { date <= $0 } ?? true } ?? false }
        guard !codes.isEmpty else { return nil }
        let list = codes.joined(separator: ", ")
        return CodeFinding(
            id, .warning, .modifiers, found: list,
            message: "\(list) on \(date): \(remark); checked against that release; load a newer one to be sure",
            source: table.release.citation)
    }

    private static func place(_ review: ServiceReview) -> CodeFinding? {
        let table = review.book.placesOfService
        let date = review.service.dateOfService
        guard let code = review.service.placeOfService?.trimmingBlanks, table[code] != nil,
            date > table.release.validThrough, let remark = table.release.coverage(of: date).remark
        else { return nil }
        return CodeFinding(
            id, .warning, .placeOfService, found: code,
            message: "place of service \(code) on \(date): \(remark); checked against that release",
            source: table.release.citation)
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
