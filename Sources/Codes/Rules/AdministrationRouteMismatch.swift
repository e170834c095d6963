import Diagnostics

/// The administration is billed as an infusion where the drug code is for an injection under the skin, or the reverse.
///
/// Numbers only; their texts are the AMA's. Which family of infusion codes a payer takes for a biologic differs and is
/// not looked at.
enum AdministrationRouteMismatch: CodeRule {
    static let id = "administration-route-mismatch"
    static let summary = "the administration code is of another route than the drug code or the order"

    private static let intravenous: Set<String> = [
        "96365", "96366", "96367", "96368", "96374", "96375", "96376", "96409", "96411", "96413", "96415", "96416",
        "96417",
    ]
    /// Under the skin or into a muscle.
    private static let injected: Set<String> = ["96369", "96370", "96371", "96372", "96401"]

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let given = given(review) else { return [] }
        return review.service.administration.compactMap { code -> CodeFinding? in
            let isInfusion = intravenous.contains(code)
            guard isInfusion || injected.contains(code), isInfusion != (given.route == .intravenous) else { return nil }
            let family = isInfusion ? injected : intravenous
            let usual = (review.drug?.drug.administration ?? []).filter(family.contains)
            let expected = usual.isEmpty ? Array(family.sorted().prefix(2)) : usual
            return CodeFinding(
                id, given.isVerified ? .error : .warning, .administration, found: code,
                expected: expected.joined(separator: " or "),
                message: "\(code) is an \(isInfusion ? "intravenous" : "injection") administration; "
                    + "\(given.words)\(trust(given.isVerified))",
                source: review.factCitation([], isVerified: given.isVerified))
        }
    }

    /// How the drug is given: as the code says where it says one route, else as the order does.
    private static func given(_ review: ServiceReview) -> (route: Route, words: String, isVerified: Bool)? {
        if let product = review.codeOwner?.product, let route = product.onlyRoute {
            return (route, "\(product.hcpcs) is \(product.label) given \(route.rawValue)", product.isRouteVerified)
        }
        return review.service.route.map { ($0, "the order says \($0.rawValue)", true) }
    }
}
