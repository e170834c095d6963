import Engine

extension OrderChange {
    /// Patient data that screens show with `--names` only.
    var isPrivate: Bool {
        switch field {
        case .weight, .height, .weighedOn: true
        default: false
        }
    }

    /// `units`, `place of service`.
    private var name: String {
        switch field {
        case .hcpcs: "code"
        case .ndc: "NDC"
        case .siteName: "site"
        case .siteNPI: "site's NPI"
        case .placeOfService: "place of service"
        case .plannedOn: "first dose"
        case .weighedOn: "weighed on"
        case .discardedUnits: "discarded units"
        case .administration: "given under"
        case .gates: "in place"
        default: field.rawValue
        }
    }

    /// `line 1: units 30 → 300`, and of what is private only that it is another.
    func words(withNames: Bool) -> String {
        let place = line.map { "line \($0): " } ?? ""
        guard withNames || !isPrivate else { return "\(place)\(name) changed (shown with --names)" }
        return "\(place)\(name) \(was ?? "none") → \(now ?? "none")"
    }
}

/// A change as JSON.
struct ChangeDocument: Encodable {
    let line: Int?
    let field: String
    /// Nothing where the order said nothing, and of what is shown with `--names` only.
    let was: String?
    let now: String?

    init(_ change: OrderChange, withNames: Bool) {
        line = change.line
        field = change.field.rawValue
        was = withNames || !change.isPrivate ? change.was : nil
        now = withNames || !change.isPrivate ? change.now : nil
    }
}
