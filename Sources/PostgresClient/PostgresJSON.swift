/// A JSON text of the server's `jsonb` (also read from `json`), as bytes of UTF-8.
///
/// It is bound as it stands; the server checks that it is JSON.
public struct PostgresJSON: Hashable, Sendable {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: String) { bytes = Array(text.utf8) }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The binary form of `jsonb` is this version and the text (`jsonb_send` in `jsonb.c`).
    private static let version: UInt8 = 1
}

extension PostgresJSON: PostgresEncodable {
    public static var postgresType: PostgresType { .jsonb }
    public func postgresBytes() -> [UInt8]? { [PostgresJSON.version] + bytes }
}

extension PostgresJSON: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        switch field.oid {
        case PostgresType.jsonb.oid where field.bytes.first == PostgresJSON.version:
            self.init(bytes: Array(field.bytes.dropFirst()))
        case PostgresType.json.oid:
            self.init(bytes: Array(field.bytes))
        default:
            throw field.mismatch("PostgresJSON")
        }
    }
}
