public import Diagnostics

/// Finds out how a whole file is encoded before a row of it is read: a byte order mark decides; else strict UTF-8;
/// else the fallback that the mapping declares. Feed it every chunk, then ask.
public struct EncodingScan: Sendable {
    private var head: [UInt8] = []
    private var validator = UTF8Validator()
    private var byteCount = 0

    public init() {}

    public mutating func feed(_ chunk: [UInt8]) {
        if head.count < 3 { head.append(contentsOf: chunk.prefix(3 - head.count)) }
        byteCount += chunk.count
        validator.feed(chunk)
    }

    /// - Parameter allowed: what the mapping lists; UTF-16 needs no listing, because its byte order mark is proof.
    /// - Throws: `InvalidSource` for an empty file, for bytes that are none of these, and for a file that ends in the
    ///   middle of a character: half a file is no reason to read all of it as Windows-1252.
    public func encoding(
        allowing allowed: [TextEncoding] = [.utf8], file: String
    ) throws(InvalidSource) -> TextEncoding {
        let start = SourceLocation(file: file, line: 1, column: 1)
        guard byteCount > 0 else { throw InvalidSource(at: start, "the file is empty (0 bytes)") }
        if head.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
        if head.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
        let fault = SourceLocation(file: file, line: validator.lineFeeds + 1, column: 1)
        let place = "at byte \(validator.validPrefix)"
        if head.starts(with: [0xEF, 0xBB, 0xBF]) || !allowed.contains(.windows1252) {
            if validator.isBroken { throw InvalidSource(at: fault, "not UTF-8 \(place); export the file as UTF-8") }
        }
        if validator.isIncomplete {
            throw InvalidSource(at: fault, "the file ends in the middle of a character \(place); it was cut off")
        }
        guard validator.isBroken else { return allowed.contains(.utf8) ? .utf8 : .windows1252 }
        guard validator.multibyteCount == 0 else {
            throw InvalidSource(
                at: fault,
                "UTF-8 up to \(place.dropFirst(3)), and not after it: two encodings in one file; export it anew")
        }
        return .windows1252
    }
}
