import Diagnostics

/// A modifier that only hospitals report, on a place of service that is no hospital.
enum ModifierPlaceConflict: CodeRule {
    static let id = "modifier-place-conflict"
    static let summary = "PO, PN, JG or TB with a place of service that is no hospital"

    /// PO and PN belong to hospital departments (CMS's descriptors). That JG and TB are never an office's is general
    /// knowledge: 340B entities are hospitals and clinics.
    private static let hospitalOnly: [(modifier: String, meaning: String, isVerified: Bool)] = [
        ("PO", "a service at an off-campus hospital department", true),
        ("PN", "a service at an off-campus hospital department", true),
        ("JG", "a drug bought under 340B, reported by hospitals", false),
        ("TB", "a drug bought under 340B, reported by hospitals", false),
    ]

    /// Office, home, independent clinic.
    private static let notHospital: Set<String> = ["11", "12", "49"]

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let written = review.service.placeOfService?.trimmingBlanks, notHospital.contains(written),
            let place = review.book.placesOfService[written]
        else { return [] }
        let modifiers = Set(review.service.modifiers.map(Modifiers.normalized))
        return hospitalOnly.filter { modifiers.contains($0.modifier) }.map { entry in
            CodeFinding(
                id, entry.isVerified ? .error : .warning, .modifiers, found: entry.modifier,
                expected: "no \(entry.modifier), or place of service 19 or 22",
                message: "\(entry.modifier) is \(entry.meaning)\(trust(entry.isVerified)); "
                    + "the place of service is \(place.code) (\(place.name))",
                source: Citation(
                    review.book.modifiers.release.citation.text, released: review.book.modifiers.release.released,
                    isVerified: entry.isVerified))
        }
    }
}
