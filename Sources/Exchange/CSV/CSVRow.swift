/// One record of a CSV file: its bytes as they stand in the file, and where the cells lie in them.
public struct CSVRow: Sendable {
    /// 0 for the first record (the header), 1 for the first one below it.
    public let number: Int
    /// The line on which it begins, from 1. A quoted cell may hold line ends, so a record may have several lines.
    public let line: Int
    /// Where it lies in the file's text as UTF-8, without the byte order mark and without its line end.
    public let byteRange: Range<Int>
    /// The record without its line end, quotes and all, as UTF-8.
    public let bytes: [UInt8]
    public let cells: [CSVCell]
    /// What is wrong with this one record; its cells are then the reader's best reading and must not be relied upon.
    public let defect: CSVDefect?

    /// A cell's text without its quotes, or nothing when the record has no such cell.
    public func text(_ index: Int) -> String? {
        guard cells.indices.contains(index) else { return nil }
        let cell = cells[index]
        let content = bytes[cell.content]
        guard cell.hasEscapedQuotes else { return String(decoding: content, as: UTF8.self) }
        return String(decoding: withoutDoubledQuotes(content), as: UTF8.self)
    }

    /// A cell's text without its quotes and without white space at its ends; nothing when nothing is left.
    public func trimmedText(_ index: Int) -> String? {
        guard cells.indices.contains(index) else { return nil }
        let cell = cells[index]
        var content = bytes[cell.content]
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        while let first = content.first, isBlank(first) { content.removeFirst() }
        while let last = content.last, isBlank(last) { content.removeLast() }
        guard let first = content.first, let last = content.last else { return nil }
        // Most cells are plain; only a no-break space and its like need the slow way.
        guard cell.hasEscapedQuotes || first >= 0x80 || last >= 0x80 else {
            return String(decoding: content, as: UTF8.self)
        }
        let text = trimmed(self.text(index) ?? "")
        return text.isEmpty ? nil : text
    }

    /// No cell has anything in it.
    public var isEmpty: Bool { cells.allSatisfy { $0.content.isEmpty } }

    /// The whole record as text.
    public var rawText: String { String(decoding: bytes, as: UTF8.self) }

    /// The cell's first character, counted from 1 in its own line.
    public func column(_ index: Int) -> Int {
        guard cells.indices.contains(index) else { return 1 }
        let before = bytes[..<cells[index].range.lowerBound]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 }
    }

    private func withoutDoubledQuotes(_ content: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var isSecond = false
        for byte in content {
            isSecond = byte == UInt8(ascii: "\"") && !isSecond
            if !isSecond || byte != UInt8(ascii: "\"") { text.append(byte) }
        }
        return text
    }
}

/// Where a cell lies in its record's bytes.
public struct CSVCell: Sendable, Hashable {
    /// With its quotes.
    public let range: Range<Int>
    /// Without its quotes.
    public let content: Range<Int>
    /// The line on which it begins, from 1 in the file.
    public let line: Int
    /// The content holds `""`, which stands for one quote.
    public let hasEscapedQuotes: Bool
}

/// What can be wrong with one record without the rest of the file being in doubt.
public enum CSVDefect: Sendable, Hashable {
    /// Other than as many cells as the header has.
    case ragged(expected: Int, found: Int)
    /// A quote in the middle of a cell, or text after a closing quote.
    case strayQuote
    /// A carriage return that no line feed follows.
    case strayCarriageReturn
}

/// How much of a file is read before it is refused.
public struct CSVLimits: Sendable {
    public var bytes = 1 << 30
    /// Records below the header.
    public var rows = 5_000_000
    public var columns = 1_000
    /// A spreadsheet's own limit is 32,767 characters.
    public var cellBytes = 128 << 10
    public var rowBytes = 1 << 20

    public init() {}
}
