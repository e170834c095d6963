public import Diagnostics

/// Turns a file's chunks into UTF-8, dropping the byte order mark and nothing else.
public struct Transcoder: Sendable {
    public let encoding: TextEncoding
    private let file: String
    private var validator = UTF8Validator()
    private var line = 1
    /// Bytes of the file taken in so far.
    private var offset = 0
    /// Bytes that only make sense with the next chunk.
    private var carried: [UInt8] = []
    private var highSurrogate: UInt16?
    private var isAtStart = true

    public init(encoding: TextEncoding, file: String) {
        self.encoding = encoding
        self.file = file
    }

    public mutating func feed(_ chunk: [UInt8]) throws(InvalidSource) -> [UInt8] {
        defer { offset += chunk.count }
        switch encoding {
        case .utf8: return try feedUTF8(chunk)
        case .windows1252: return try feedWindows1252(chunk)
        case .utf16LittleEndian: return try feedUTF16(chunk, highByteFirst: false)
        case .utf16BigEndian: return try feedUTF16(chunk, highByteFirst: true)
        }
    }

    /// What was still held back when the file ended.
    public mutating func finish() throws(InvalidSource) -> [UInt8] {
        if encoding == .utf8 ? validator.isIncomplete : !carried.isEmpty || highSurrogate != nil {
            throw fault("the file ends in the middle of a character; it was cut off")
        }
        return []
    }

    private mutating func feedUTF8(_ chunk: [UInt8]) throws(InvalidSource) -> [UInt8] {
        validator.feed(chunk)
        line = validator.lineFeeds + 1
        if validator.isBroken {
            throw fault("not UTF-8 at byte \(validator.validPrefix); export the file as UTF-8")
        }
        guard isAtStart else { return chunk }
        carried += chunk
        guard carried.count >= 3 || !utf8Mark.starts(with: carried) else { return [] }
        isAtStart = false
        defer { carried = [] }
        return carried.starts(with: utf8Mark) ? Array(carried.dropFirst(3)) : carried
    }

    private mutating func feedWindows1252(_ chunk: [UInt8]) throws(InvalidSource) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(chunk.count + chunk.count / 8)
        for (index, byte) in chunk.enumerated() {
            if byte < 0x80 {
                if byte == UInt8(ascii: "\n") { line += 1 }
                text.append(byte)
                continue
            }
            let scalar = byte < 0xA0 ? windows1252High[Int(byte) - 0x80] : UInt32(byte)
            guard scalar != 0 else {
                throw fault("the byte at \(offset + index) is no character of Windows-1252")
            }
            appendUTF8(scalar, to: &text)
        }
        return text
    }

    private mutating func feedUTF16(_ chunk: [UInt8], highByteFirst: Bool) throws(InvalidSource) -> [UInt8] {
        let bytes = carried + chunk
        let base = offset - carried.count
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var index = 0
        while index + 1 < bytes.count {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            let unit = highByteFirst ? first << 8 | second : second << 8 | first
            index += 2
            if isAtStart {
                isAtStart = false
                if unit == 0xFEFF { continue }
            }
            if let high = highSurrogate {
                guard (0xDC00...0xDFFF).contains(unit) else { throw fault("not UTF-16 at byte \(base + index - 2)") }
                appendUTF8(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00), to: &text)
                highSurrogate = nil
            } else if (0xD800...0xDBFF).contains(unit) {
                highSurrogate = unit
            } else if (0xDC00...0xDFFF).contains(unit) {
                throw fault("not UTF-16 at byte \(base + index - 2)")
            } else {
                if unit == 10 { line += 1 }
                appendUTF8(UInt32(unit), to: &text)
            }
        }
        carried = Array(bytes[index...])
        return text
    }

    private func fault(_ message: String) -> InvalidSource {
        InvalidSource(at: SourceLocation(file: file, line: line, column: 1), message)
    }
}

private let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]

private func appendUTF8(_ scalar: UInt32, to bytes: inout [UInt8]) {
    switch scalar {
    case ..<0x80: bytes.append(UInt8(scalar))
    case ..<0x800: bytes += [UInt8(0xC0 | scalar >> 6), UInt8(0x80 | scalar & 0x3F)]
    case ..<0x10000:
        bytes += [UInt8(0xE0 | scalar >> 12), UInt8(0x80 | scalar >> 6 & 0x3F), UInt8(0x80 | scalar & 0x3F)]
    default:
        bytes += [
            UInt8(0xF0 | scalar >> 18), UInt8(0x80 | scalar >> 12 & 0x3F), UInt8(0x80 | scalar >> 6 & 0x3F),
            UInt8(0x80 | scalar & 0x3F),
        ]
    }
}
