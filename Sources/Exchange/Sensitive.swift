/// A value about a patient that must not reach a log, an error or a debugger's dump by accident.
///
/// Whatever prints, interpolates, dumps or mirrors it sees `‹redacted›`; who needs the value says so with `.value`.
/// It encodes as the plain value, because a file or a database call is a place chosen on purpose.
public struct Sensitive<Value: Sendable>: Sendable {
    public let value: Value

    public init(_ value: Value) { self.value = value }
}

extension Sensitive: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "‹redacted›" }
    public var debugDescription: String { description }
    /// Without children, so that `dump` and `Mirror` find nothing inside.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Sensitive: Equatable where Value: Equatable {}
extension Sensitive: Hashable where Value: Hashable {}

extension Sensitive: Decodable where Value: Decodable {
    public init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Value.self)
    }
}

extension Sensitive: Encodable where Value: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
