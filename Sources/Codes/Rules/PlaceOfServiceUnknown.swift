import Diagnostics

/// The place of service is none of CMS's two-digit codes.
enum PlaceOfServiceUnknown: CodeRule {
    static let id = "place-of-service-unknown"
    static let summary = "the place of service is no two-digit code on file"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let places = review.book.placesOfService
        guard let written = review.service.placeOfService?.trimmingBlanks, places[written] == nil else { return [] }
        let meant = places.code(named: written) ?? (written.utf8.count == 1 ? places["0" + written] : nil)
        let remedy =
            meant.map { "did you mean \($0.code) (\($0.name))?" }
            ?? "such as 11 (office), 12 (home), 19 or 22 (outpatient hospital), 49 (independent clinic)"
        return [
            CodeFinding(
                id, .error, .placeOfService, found: written, expected: meant?.code ?? "",
                message: "\"\(written)\" is no place of service on file: two digits; \(remedy)",
                source: places.release.citation)
        ]
    }
}
