public import CivilTime

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A value of which an array can be bound and read: `[String]` is `text[]`, `[Int?]` is `bigint[]` with NULLs in it.
///
/// `[UInt8]` is the exception: it is `bytea`, not an array.
public protocol PostgresArrayElement: Sendable {
    static var postgresArrayType: PostgresType { get }
    static func encodePostgresArray(_ elements: [Self]) throws(PostgresError) -> [UInt8]
    static func decodePostgresArray(_ field: PostgresField) throws(PostgresError) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }
    public func postgresBytes() throws(PostgresError) -> [UInt8]? { try Element.encodePostgresArray(self) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public init(postgres field: PostgresField) throws(PostgresError) { self = try Element.decodePostgresArray(field) }
}

extension UInt8: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .bytea }
    public static func encodePostgresArray(_ elements: [UInt8]) -> [UInt8] { elements }
    public static func decodePostgresArray(_ field: PostgresField) throws(PostgresError) -> [UInt8] {
        guard field.oid == PostgresType.bytea.oid else { throw field.mismatch("[UInt8]") }
        return Array(field.bytes)
    }
}

extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
    public static var postgresArrayType: PostgresType { postgresType.array }

    /// The binary form of an array: dimensions, has-nulls flag, element type, then length and lower bound of the one
    /// dimension, then each element behind its length, -1 for NULL (`array_send` in `arrayfuncs.c`).
    public static func encodePostgresArray(_ elements: [Self]) throws(PostgresError) -> [UInt8] {
        var encoded: [[UInt8]?] = []
        for element in elements { encoded.append(try element.postgresBytes()) }
        var bytes = Int32(elements.isEmpty ? 0 : 1).bigEndianBytes
        bytes += Int32(encoded.contains { $0 == nil } ? 1 : 0).bigEndianBytes
        bytes += postgresType.oid.bigEndianBytes
        guard !elements.isEmpty else { return bytes }
        bytes += Int32(elements.count).bigEndianBytes + Int32(1).bigEndianBytes
        for element in encoded {
            bytes += Int32(element?.count ?? -1).bigEndianBytes
            if let element { bytes += element }
        }
        return bytes
    }

    public static func decodePostgresArray(_ field: PostgresField) throws(PostgresError) -> [Self] {
        let expected = "[\(Self.self)]"
        let dimensions = try field.load(Int32.self, expected: expected)
        let oid = try field.load(UInt32.self, at: 8, expected: expected)
        guard dimensions != 0 else { return [] }
        guard dimensions == 1 else { throw field.mismatch("\(expected) of one dimension") }
        let count = try field.load(Int32.self, at: 12, expected: expected)
        var offset = 20
        var elements: [Self] = []
        for _ in 0..<count {
            let length = Int(try field.load(Int32.self, at: offset, expected: expected))
            offset += 4
            if length < 0 {
                guard let null = Self.postgresNull else { throw field.mismatch("\(expected) without NULL") }
                elements.append(null)
                continue
            }
            guard offset + length <= field.bytes.count else { throw field.mismatch(expected) }
            elements.append(try Self(postgres: field.part(offset..<offset + length, oid: oid)))
            offset += length
        }
        return elements
    }
}

extension Optional: PostgresArrayElement
where Wrapped: PostgresArrayElement & PostgresEncodable & PostgresDecodable {}

extension Bool: PostgresArrayElement {}
extension Int16: PostgresArrayElement {}
extension Int32: PostgresArrayElement {}
extension Int64: PostgresArrayElement {}
extension Int: PostgresArrayElement {}
extension Double: PostgresArrayElement {}
extension String: PostgresArrayElement {}
extension UUID: PostgresArrayElement {}
extension CivilDate: PostgresArrayElement {}
extension Date: PostgresArrayElement {}
extension Data: PostgresArrayElement {}
extension PostgresNumeric: PostgresArrayElement {}
extension PostgresJSON: PostgresArrayElement {}
