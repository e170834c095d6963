/// A statement and the values bound to it.
///
/// Interpolation binds: `"SELECT * FROM precert.request WHERE request_id = \(id)"` sends `… = $1` and the value beside
/// it, typed and in binary. No text of a value ever becomes part of the statement.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text around the parameters: one piece more than there are parameters.
    private(set) var pieces: [String]
    private(set) var parameters: [PostgresParameter]
    /// Why a value could not be encoded; thrown when the statement is run.
    private(set) var failure: PostgresError?

    public init(stringLiteral text: String) {
        pieces = [text]
        parameters = []
    }

    public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sql }

    /// The text the server sees, with `$1`, `$2`, … for the values.
    public var text: String {
        guard pieces.count > 1 else { return pieces[0] }
        var text = pieces[0]
        for (index, piece) in pieces.dropFirst().enumerated() {
            text += "$\(index + 1)"
            text += piece
        }
        return text
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var sql: SQL = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.parameters.reserveCapacity(interpolationCount)
            sql.pieces.reserveCapacity(interpolationCount + 1)
        }

        public mutating func appendLiteral(_ literal: String) { sql.append(text: literal) }

        /// Binds a value. Write a cast where the server wants another type: `\(count)::integer`.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) { bind(value) }

        /// Binds a value or NULL.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) { bind(value) }

        private mutating func bind<Value: PostgresEncodable>(_ value: Value) {
            do {
                let bytes = try value.postgresBytes()
                sql.parameters.append(PostgresParameter(oid: Value.postgresType.oid, bytes: bytes))
            } catch {
                sql.parameters.append(PostgresParameter(oid: Value.postgresType.oid, bytes: nil))
                if sql.failure == nil { sql.failure = error }
            }
            sql.pieces.append("")
        }

        /// Puts in a name that the program itself holds, such as a table's. A name that comes from outside cannot be
        /// given here.
        public mutating func appendInterpolation(identifier: StaticString) {
            sql.append(text: "\"" + identifier.description.replacingQuotes() + "\"")
        }

        /// Puts in another statement's text, and binds its values.
        public mutating func appendInterpolation(fragment: SQL) {
            sql.append(text: fragment.pieces[0])
            sql.parameters += fragment.parameters
            sql.pieces += fragment.pieces.dropFirst()
            if sql.failure == nil { sql.failure = fragment.failure }
        }
    }

    private mutating func append(text: String) { pieces[pieces.count - 1] += text }
}

/// A value on its way to the server, in the server's binary form; no bytes is NULL.
struct PostgresParameter: Sendable {
    let oid: UInt32
    let bytes: [UInt8]?
}

extension String {
    fileprivate func replacingQuotes() -> String {
        var text = ""
        for character in self {
            text.append(character)
            if character == "\"" { text.append(character) }
        }
        return text
    }
}
