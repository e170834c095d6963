import Diagnostics

/// JA says intravenous, JB subcutaneous; the order or the code says the other.
enum RouteModifierMismatch: CodeRule {
    static let id = "route-modifier-mismatch"
    static let summary = "JA or JB says another route than the order"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let route = review.service.route else { return [] }
        let modifiers = Set(review.service.modifiers.map(Modifiers.normalized))
        let routes: [(modifier: String, route: Route)] = [("JA", .intravenous), ("JB", .subcutaneous)]
        return routes.filter { modifiers.contains($0.modifier) && $0.route != route }.map { entry in
            let right = routes.first { $0.route == route }?.modifier
            return CodeFinding(
                id, .error, .modifiers, found: entry.modifier, expected: right ?? "no \(entry.modifier)",
                message: "\(entry.modifier) says that the drug is given \(entry.route.rawValue); "
                    + "the order says \(route.rawValue)",
                source: review.book.modifiers.release.citation)
        }
    }
}
