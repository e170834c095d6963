public import CivilTime

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A value that can be bound to a statement.
///
/// An enumeration with raw values, or an id that wraps one value, needs only the conformance.
public protocol PostgresEncodable: Sendable {
    /// The type the value is declared as.
    static var postgresType: PostgresType { get }

    /// The value in the type's binary form, or nothing for NULL.
    ///
    /// - Throws: `PostgresError` with code `usage` when the server's type cannot hold the value. It names no value.
    func postgresBytes() throws(PostgresError) -> [UInt8]?
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    public static var postgresType: PostgresType { RawValue.postgresType }
    public func postgresBytes() throws(PostgresError) -> [UInt8]? { try rawValue.postgresBytes() }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }
    public func postgresBytes() throws(PostgresError) -> [UInt8]? {
        guard let self else { return nil }
        return try self.postgresBytes()
    }
}

extension Bool: PostgresEncodable {
    public static var postgresType: PostgresType { .bool }
    public func postgresBytes() -> [UInt8]? { [self ? 1 : 0] }
}

extension Int16: PostgresEncodable {
    public static var postgresType: PostgresType { .int2 }
    public func postgresBytes() -> [UInt8]? { bigEndianBytes }
}

extension Int32: PostgresEncodable {
    public static var postgresType: PostgresType { .int4 }
    public func postgresBytes() -> [UInt8]? { bigEndianBytes }
}

extension Int64: PostgresEncodable {
    public static var postgresType: PostgresType { .int8 }
    public func postgresBytes() -> [UInt8]? { bigEndianBytes }
}

/// `bigint`.
extension Int: PostgresEncodable {
    public static var postgresType: PostgresType { .int8 }
    public func postgresBytes() -> [UInt8]? { Int64(self).bigEndianBytes }
}

extension Double: PostgresEncodable {
    public static var postgresType: PostgresType { .float8 }
    public func postgresBytes() -> [UInt8]? { bitPattern.bigEndianBytes }
}

/// `text`. A text with U+0000 is refused: PostgreSQL cannot store it.
extension String: PostgresEncodable {
    public static var postgresType: PostgresType { .text }
    public func postgresBytes() throws(PostgresError) -> [UInt8]? {
        let bytes = Array(utf8)
        guard !bytes.contains(0) else {
            throw PostgresError(.usage, "a text holds the character U+0000, which PostgreSQL cannot store")
        }
        return bytes
    }
}

extension UUID: PostgresEncodable {
    public static var postgresType: PostgresType { .uuid }
    public func postgresBytes() -> [UInt8]? { withUnsafeBytes(of: uuid) { Array($0) } }
}

extension CivilDate: PostgresEncodable {
    public static var postgresType: PostgresType { .date }
    public func postgresBytes() -> [UInt8]? { Int32(dayNumber - CivilDate.postgresEpoch).bigEndianBytes }

    /// 2000-01-01, from which the server counts days.
    static let postgresEpoch = 10_957
}

/// `timestamptz`, rounded to the microsecond. `Date` counts in floating point, so a microsecond survives the round trip
/// until about the year 2250; later instants lose their last digits.
extension Date: PostgresEncodable {
    public static var postgresType: PostgresType { .timestamptz }
    public func postgresBytes() throws(PostgresError) -> [UInt8]? {
        // The server's range is 4713 BC to 294276 AD.
        guard abs(timeIntervalSinceReferenceDate) < 9.0e12 else {
            throw PostgresError(.usage, "an instant is outside the range of timestamptz")
        }
        let seconds = timeIntervalSinceReferenceDate.rounded(.down)
        let microseconds = ((timeIntervalSinceReferenceDate - seconds) * 1e6).rounded()
        return ((Int64(seconds) + Date.postgresEpochOffset) * 1_000_000 + Int64(microseconds)).bigEndianBytes
    }

    /// Seconds from the server's epoch, 2000-01-01, to Foundation's, 2001-01-01.
    static let postgresEpochOffset: Int64 = 31_622_400
}

extension Data: PostgresEncodable {
    public static var postgresType: PostgresType { .bytea }
    public func postgresBytes() -> [UInt8]? { Array(self) }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
