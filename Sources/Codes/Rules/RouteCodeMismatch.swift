import Diagnostics

/// The code bills another route than the one written (J3358 is ustekinumab IV, J3357 SC).
enum RouteCodeMismatch: CodeRule {
    static let id = "route-code-mismatch"
    static let summary = "the HCPCS code bills another route than the one written"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        guard let route = review.service.route, let owner = review.codeOwner, review.codeFitsDrug,
            !owner.product.routes.isEmpty, !owner.product.routes.contains(route)
        else { return [] }
        let routes = owner.product.routes.map(\.rawValue).joined(separator: " or ")
        let others = review.rightCodes.filter { $0.product.routes.contains(route) }
        let codes = others.map(\.code.code).joined(separator: " or ")
        let remedy = others.isEmpty ? "" : "; \(route.rawValue) is \(codes)"
        let trust = owner.product.isRouteVerified ? "" : " (unverified)"
        return [
            CodeFinding(
                id, owner.product.isRouteVerified ? .error : .warning, .route, found: route.rawValue,
                expected: others.isEmpty ? routes : codes,
                message: "\(review.code.code) is \(owner.product.label) given \(routes)\(trust), "
                    + "the order says \(route.rawValue)\(remedy)",
                source: review.factCitation([], isVerified: owner.product.isRouteVerified))
        ]
    }
}
