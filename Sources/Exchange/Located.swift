public import Diagnostics

/// A value with the place where a person wrote it, so that a later finding can point there (`order.yaml:12:10`).
public struct Located<Value: Sendable>: Sendable {
    public let value: Value
    public let location: SourceLocation

    public init(_ value: Value, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

extension Located: Equatable where Value: Equatable {}
