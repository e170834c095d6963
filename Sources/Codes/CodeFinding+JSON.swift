import Diagnostics

extension CodeFinding: Encodable {
    private enum Key: String, CodingKey {
        case rule, severity, field, found, expected, message, offers, source, released, trust
    }

    /// Keys are stable: rule, severity (`error`, `warning`), field, found, expected, message, offers, source,
    /// released (the day of the source), trust (`verified`, `unverified`).
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(ruleID, forKey: .rule)
        try container.encode(severity.rawValue, forKey: .severity)
        try container.encode(field.rawValue, forKey: .field)
        try container.encode(found, forKey: .found)
        try container.encode(expected, forKey: .expected)
        try container.encode(message, forKey: .message)
        try container.encode(offers, forKey: .offers)
        try container.encode(source, forKey: .source)
        try container.encode(released, forKey: .released)
        try container.encode(isVerified ? "verified" : "unverified", forKey: .trust)
    }
}
