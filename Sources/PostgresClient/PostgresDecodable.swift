public import CivilTime

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A value that can be read from a column.
///
/// An enumeration with raw values needs only the conformance.
public protocol PostgresDecodable {
    /// Reads a field that is not NULL.
    ///
    /// - Throws: `PostgresError` with code `decoding`; take it from `PostgresField.mismatch(_:)`, which names the column
    ///   and the expected type and never the value.
    init(postgres field: PostgresField) throws(PostgresError)

    /// What NULL is read as; nothing refuses it.
    static var postgresNull: Self? { get }
}

extension PostgresDecodable {
    public static var postgresNull: Self? { nil }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        guard let value = Self(rawValue: try RawValue(postgres: field)) else { throw field.mismatch("\(Self.self)") }
        self = value
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) { self = .some(try Wrapped(postgres: field)) }
    public static var postgresNull: Wrapped?? { .some(.none) }
}

extension Bool: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        guard field.oid == PostgresType.bool.oid, field.bytes.count == 1 else { throw field.mismatch("Bool") }
        self = field.bytes[0] != 0
    }
}

extension Int16: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) { self = try field.integer(as: Int16.self) }
}

extension Int32: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) { self = try field.integer(as: Int32.self) }
}

extension Int64: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) { self = try field.integer(as: Int64.self) }
}

extension Int: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) { self = try field.integer(as: Int.self) }
}

extension Double: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        switch field.oid {
        case PostgresType.float8.oid:
            self = Double(bitPattern: try field.load(UInt64.self, expected: "Double"))
        case PostgresType.float4.oid:
            self = Double(Float(bitPattern: try field.load(UInt32.self, expected: "Double")))
        default:
            throw field.mismatch("Double")
        }
    }
}

/// Reads `text`, `varchar`, `character`, `name` and enumerations.
extension String: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        let isText = String.postgresTextOIDs.contains(field.oid)
        // A type that the database defined: an enumeration travels as its label. A composite or an array would hold
        // zero bytes in its header, which no text of PostgreSQL can.
        let isLabel = field.oid >= PostgresType.firstUserDefinedOID && !field.bytes.contains(0)
        guard isText || isLabel, let text = String(validating: field.bytes, as: UTF8.self) else {
            throw field.mismatch("String")
        }
        self = text
    }

    private static let postgresTextOIDs: Set<UInt32> = [
        PostgresType.text.oid, PostgresType.varchar.oid, PostgresType.bpchar.oid, PostgresType.name.oid,
        PostgresType.char.oid, PostgresType.unknown.oid,
    ]
}

extension UUID: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        guard field.oid == PostgresType.uuid.oid, field.bytes.count == 16 else { throw field.mismatch("UUID") }
        self.init(uuid: field.bytes.loadUnaligned(as: uuid_t.self))
    }
}

/// Reads `date`. Infinity and the years outside 1 to 9999 are refused.
extension CivilDate: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        guard field.oid == PostgresType.date.oid else { throw field.mismatch("CivilDate") }
        let dayNumber = Int(try field.load(Int32.self, expected: "CivilDate")) + CivilDate.postgresEpoch
        // 0001-01-01 and 9999-12-31.
        guard (-719_162...2_932_896).contains(dayNumber) else { throw field.mismatch("CivilDate") }
        self.init(dayNumber: dayNumber)
    }
}

/// Reads `timestamptz`. Infinity is refused.
extension Date: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        guard field.oid == PostgresType.timestamptz.oid else { throw field.mismatch("Date") }
        let microseconds = try field.load(Int64.self, expected: "Date")
        guard microseconds != .max, microseconds != .min else { throw field.mismatch("Date") }
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(
            timeIntervalSinceReferenceDate: Double(seconds - Date.postgresEpochOffset) + Double(rest) / 1e6)
    }
}

extension Data: PostgresDecodable {
    public init(postgres field: PostgresField) throws(PostgresError) {
        guard field.oid == PostgresType.bytea.oid else { throw field.mismatch("Data") }
        self.init(field.bytes)
    }
}

extension PostgresField {
    fileprivate func integer<Number: FixedWidthInteger>(as type: Number.Type) throws(PostgresError) -> Number {
        let expected = "\(Number.self)"
        let wide: Int64
        switch oid {
        case PostgresType.int2.oid: wide = Int64(try load(Int16.self, expected: expected))
        case PostgresType.int4.oid: wide = Int64(try load(Int32.self, expected: expected))
        case PostgresType.int8.oid: wide = try load(Int64.self, expected: expected)
        case PostgresType.oid.oid: wide = Int64(try load(UInt32.self, expected: expected))
        default: throw mismatch(expected)
        }
        guard let number = Number(exactly: wide) else { throw mismatch(expected) }
        return number
    }
}
