import Foundation

/// A request's public id, such as `PA-7KQ2M9XD`: what people type, and the trace number that payers give back.
///
/// Eight characters of Crockford's base 32 (no I, L, O, U), random, so that ids tell nothing and a short prefix is
/// usually enough.
public struct RequestReference: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// Makes a new one.
    public static func random(using generator: inout some RandomNumberGenerator) -> RequestReference {
        var text = "PA-"
        for _ in 0..<8 { text.append(alphabet[Int.random(in: 0..<32, using: &generator)]) }
        return RequestReference(description: text)
    }

    /// Reads what a person typed (`pa-7kq`, `7KQ2M9XD`, `PA-O1…` with the letter O for zero) into the prefix to look
    /// for.
    ///
    /// - Returns: `nil` when no id can begin so.
    public static func prefix(from typed: String) -> String? {
        var text = typed.trimmingCharacters(in: .whitespaces).uppercased()
        if text.hasPrefix("PA-") {
            text.removeFirst(3)
        } else if text.hasPrefix("PA"), text.count > 8 {
            text.removeFirst(2)
        }
        // Crockford's base 32 reads the letters it leaves out as the digits they look like.
        text = text.replacingOccurrences(of: "O", with: "0")
        text = text.replacingOccurrences(of: "I", with: "1").replacingOccurrences(of: "L", with: "1")
        guard (1...8).contains(text.count), text.allSatisfy(alphabet.contains) else { return nil }
        return "PA-" + text
    }
}

extension UUID {
    /// A version 7 id: milliseconds since 1970 first, so that ids made later sort later (RFC 9562, 5.7).
    static func version7(at date: Date) -> UUID {
        var bytes = UUID().uuid
        let milliseconds = UInt64(max(0, date.timeIntervalSince1970) * 1000)
        bytes.0 = UInt8(truncatingIfNeeded: milliseconds >> 40)
        bytes.1 = UInt8(truncatingIfNeeded: milliseconds >> 32)
        bytes.2 = UInt8(truncatingIfNeeded: milliseconds >> 24)
        bytes.3 = UInt8(truncatingIfNeeded: milliseconds >> 16)
        bytes.4 = UInt8(truncatingIfNeeded: milliseconds >> 8)
        bytes.5 = UInt8(truncatingIfNeeded: milliseconds)
        bytes.6 = (bytes.6 & 0x0F) | 0x70
        bytes.8 = (bytes.8 & 0x3F) | 0x80
        return UUID(uuid: bytes)
    }
}
