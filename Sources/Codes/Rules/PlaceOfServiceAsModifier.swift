import Diagnostics

/// A place of service among the modifiers. It has a field of its own.
enum PlaceOfServiceAsModifier: CodeRule {
    static let id = "pos-as-modifier"
    static let summary = "a place of service is written as a modifier"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let places = review.book.placesOfService
        return review.service.modifiers.compactMap { written -> CodeFinding? in
            let code = Modifiers.normalized(written)
            guard isPlace(code, in: review.book) else { return nil }
            let place = places[digits(of: code)]
            let meaning = place.map { "\($0.code) is a place of service (\($0.name))" } ?? "\"\(code)\" is no modifier"
            return CodeFinding(
                id, .error, .modifiers, found: code, expected: place.map { "place of service \($0.code)" } ?? "",
                message: "\(meaning); the place of service is two digits in a field of its own "
                    + "(CMS-1500 box 24B, 837P CLM05-1 or SV105): take it off the modifiers",
                source: places.release.citation)
        }
    }

    /// `POS`, `POS11`, or two digits that are a place and no CPT modifier.
    static func isPlace(_ code: String, in book: CodeBook) -> Bool {
        if code.hasPrefix("POS") { return true }
        return book.placesOfService[code] != nil && !alsoModifiers.contains(code)
    }

    private static func digits(of code: String) -> String { code.filter(\.isNumber) }

    /// Places of service whose two digits are a CPT modifier as well (numbers only; the AMA's).
    private static let alsoModifiers: Set<String> = [
        "22", "23", "24", "25", "26", "27", "32", "33", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59",
        "62",
        "66", "81", "99",
    ]
}
