/// One thing that is wrong with something a person wrote, with its place and what to do about it.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        case error
        case warning
    }

    public let severity: Severity
    public let location: SourceLocation
    /// What is wrong and what to do, without a full stop.
    public let message: String

    public init(_ severity: Severity, at location: SourceLocation, _ message: String) {
        self.severity = severity
        self.location = location
        self.message = message
    }

    /// `file.yaml:3:5: error: unknown key "stat"; did you mean "state"?`
    public var description: String { "\(location): \(severity.rawValue): \(message)" }
}

/// Everything found wrong in one reading, so that a person mends a file once and not error by error.
public struct DiagnosticList: Sendable {
    public private(set) var all: [Diagnostic] = []

    public init() {}

    public var hasErrors: Bool { all.contains { $0.severity == .error } }
    public var sorted: [Diagnostic] { all.sorted { $0.location < $1.location } }

    public mutating func error(at location: SourceLocation, _ message: String) {
        all.append(Diagnostic(.error, at: location, message))
    }

    public mutating func warning(at location: SourceLocation, _ message: String) {
        all.append(Diagnostic(.warning, at: location, message))
    }

    public mutating func append(contentsOf other: DiagnosticList) { all.append(contentsOf: other.all) }

    public mutating func append(contentsOf diagnostics: [Diagnostic]) { all += diagnostics }

    /// Throws all of it when there is an error among it.
    public func throwIfErrors() throws(InvalidSource) {
        if hasErrors { throw InvalidSource(diagnostics: sorted) }
    }
}

/// A file, or several, could not be accepted.
public struct InvalidSource: Error, Sendable, CustomStringConvertible {
    /// Sorted by place; at least one is an error.
    public let diagnostics: [Diagnostic]

    public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    public init(at location: SourceLocation, _ message: String) {
        diagnostics = [Diagnostic(.error, at: location, message)]
    }

    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
