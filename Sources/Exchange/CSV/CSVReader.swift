import Diagnostics

/// Reads CSV as RFC 4180 has it, over UTF-8 bytes, chunk by chunk and with flat memory.
///
/// A record ends with CRLF or LF; a quoted cell may hold delimiters, line ends and doubled quotes; a spreadsheet's
/// `="00123"` counts as an unquoted cell. Lines without a byte are skipped. What is wrong with one record stays with
/// that record (`CSVDefect`); what puts the rest of the file in doubt (an unclosed quote, a NUL, a limit) is thrown.
///
///     var reader = CSVReader(file: "status.csv")
///     while let chunk = nextChunk() { try reader.feed(chunk) { row in … } }
///     try reader.finish { row in … }
public struct CSVReader: Sendable {
    /// The delimiter given, or the one found in the first record: comma, semicolon or tab.
    public private(set) var delimiter: UInt8?
    /// Records seen below the header.
    public var rowsRead: Int { max(0, nextNumber - 1) }
    /// Cells of the header.
    public private(set) var columnCount: Int?
    /// The last line of the file had its line end.
    public private(set) var endsWithLineEnd = true

    /// The line on which the reader stands.
    public var lineCount: Int { scan.lineOfPosition }

    private let file: String
    private let limits: CSVLimits
    private var linesToSkip: Int
    /// Bytes not yet given away as a record; the record under way begins at its start.
    private var buffer: [UInt8] = []
    private var nextNumber = 0
    private var bytesTaken = 0
    private var isAboveHeader = true
    private var scan = RecordScan(line: 1)

    private static let pieceBytes = 256 << 10

    /// - Parameters:
    ///   - delimiter: nothing to have it found in the header.
    ///   - skippingLines: title lines above the header, counted as lines and not as records.
    public init(
        file: String, delimiter: UInt8? = nil, skippingLines: Int = 0, limits: CSVLimits = CSVLimits()
    ) {
        self.file = file
        self.delimiter = delimiter
        self.limits = limits
        linesToSkip = skippingLines
    }

    /// Reads a whole file at once.
    public static func rows(
        _ bytes: [UInt8], file: String, delimiter: UInt8? = nil, skippingLines: Int = 0,
        limits: CSVLimits = CSVLimits()
    ) throws -> [CSVRow] {
        var reader = CSVReader(file: file, delimiter: delimiter, skippingLines: skippingLines, limits: limits)
        var rows: [CSVRow] = []
        try reader.feed(bytes) { rows.append($0) }
        try reader.finish { rows.append($0) }
        return rows
    }

    /// - Parameter emit: gets each record that the chunk completed.
    /// - Throws: `InvalidSource`, or what `emit` throws; the reader is of no use afterwards.
    public mutating func feed(_ chunk: [UInt8], emit: (CSVRow) throws -> Void) throws {
        bytesTaken += chunk.count
        guard bytesTaken <= limits.bytes else {
            throw fault(scan.line, "the file has more than \(limits.bytes) bytes")
        }
        if let place = chunk.firstIndex(of: 0) {
            let line = scan.line(at: buffer.count, of: buffer) + chunk[..<place].count { $0 == UInt8(ascii: "\n") }
            throw fault(line, "a NUL byte; this is no text file, or UTF-16 without its byte order mark")
        }
        // In pieces, so that a limit is noticed soon after it is passed and not at the end of a large chunk.
        for start in stride(from: 0, to: chunk.count, by: CSVReader.pieceBytes) {
            buffer += chunk[start..<min(start + CSVReader.pieceBytes, chunk.count)]
            try readRecords(isLast: false, emit: emit)
        }
    }

    /// To be called once after the last chunk.
    public mutating func finish(emit: (CSVRow) throws -> Void) throws {
        endsWithLineEnd = buffer.isEmpty
        try readRecords(isLast: true, emit: emit)
        if nextNumber == 0 { throw fault(scan.line, "the file has no header and no rows") }
    }

    private mutating func readRecords(isLast: Bool, emit: (CSVRow) throws -> Void) throws {
        // Records are cut off the buffer's front once a piece, not once a record.
        defer {
            buffer.removeFirst(scan.recordStart)
            scan.bufferLost(scan.recordStart)
        }
        guard try isHeaderReached(isLast: isLast), let delimiter else { return }
        while true {
            let outcome = scan.advance(
                over: buffer, delimiter: delimiter, maximumColumns: limits.columns, isLast: isLast)
            guard scan.position - scan.recordStart <= limits.rowBytes else {
                throw fault(scan.line, "a record of more than \(limits.rowBytes) bytes; a closing quote may be missing")
            }
            switch outcome {
            case .needsMore: return
            case .tooManyColumns: throw fault(scan.line, "more than \(limits.columns) columns")
            case .unclosedQuote(let line):
                throw fault(
                    line, "a quote opened on this line is not closed before the end; the file was cut off half-written")
            case .record(let end):
                if end > scan.recordStart {
                    try emit(try record(end: end))
                    nextNumber += 1
                }
                scan.begin(at: scan.position, line: scan.lineOfPosition)
            }
        }
    }

    // MARK: - Above the header

    /// Passes over title lines, blank lines and a spreadsheet's `sep=;`, and settles the delimiter.
    /// - Returns: false while the line that decides is not all here.
    private mutating func isHeaderReached(isLast: Bool) throws -> Bool {
        while isAboveHeader {
            let start = scan.recordStart
            guard let end = lineEnd(from: start, isLast: isLast) else {
                guard buffer.count - start <= limits.rowBytes else {
                    throw fault(scan.line, "a line of more than \(limits.rowBytes) bytes where the header should be")
                }
                return false
            }
            let line = buffer[start..<end].filter { $0 != UInt8(ascii: "\r") }
            if linesToSkip > 0 {
                linesToSkip -= 1
            } else if line.count == 5, line.starts(with: "sep=".utf8) {
                delimiter = delimiter ?? line[4]
                isAboveHeader = false
            } else if !line.isEmpty {
                isAboveHeader = false
                break
            }
            scan.begin(at: min(end + 1, buffer.count), line: scan.line + 1)
        }
        if delimiter == nil { delimiter = try foundDelimiter(from: scan.recordStart) }
        return true
    }

    private func lineEnd(from start: Int, isLast: Bool) -> Int? {
        guard start < buffer.count else { return nil }
        return buffer[start...].firstIndex(of: UInt8(ascii: "\n")) ?? (isLast ? buffer.count : nil)
    }

    private func foundDelimiter(from start: Int) throws -> UInt8 {
        var counts: [UInt8: Int] = [UInt8(ascii: ","): 0, UInt8(ascii: ";"): 0, UInt8(ascii: "\t"): 0]
        var isQuoted = false
        for byte in buffer[start...] {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == UInt8(ascii: "\n") { break }
            if let count = counts[byte] { counts[byte] = count + 1 }
        }
        let ranked = counts.filter { $0.value > 0 }.sorted { $0.value > $1.value }
        guard let best = ranked.first else { return UInt8(ascii: ",") }
        guard ranked.count == 1 || ranked[1].value < best.value else {
            throw fault(scan.line, "the header does not tell which delimiter is meant; name it in the mapping")
        }
        return best.key
    }

    // MARK: - Records

    private mutating func record(end: Int) throws -> CSVRow {
        let start = scan.recordStart
        if let cell = scan.cells.first(where: { $0.content.count > limits.cellBytes }) {
            throw fault(cell.line, "a cell of more than \(limits.cellBytes) bytes; a closing quote may be missing")
        }
        guard nextNumber <= limits.rows else { throw fault(scan.line, "more than \(limits.rows) rows") }
        let expected = columnCount ?? scan.cells.count
        columnCount = expected
        let defect =
            scan.defect ?? (scan.cells.count == expected ? nil : .ragged(expected: expected, found: scan.cells.count))
        let offset = scan.bytesBeforeBuffer
        return CSVRow(
            number: nextNumber, line: scan.line, byteRange: (offset + start)..<(offset + end),
            bytes: Array(buffer[start..<end]), cells: scan.cells, defect: defect)
    }

    private func fault(_ line: Int, _ message: String) -> InvalidSource {
        InvalidSource(at: SourceLocation(file: file, line: line, column: 1), message)
    }
}
