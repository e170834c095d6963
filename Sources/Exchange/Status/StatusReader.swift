import Diagnostics

/// Reads a payer's status file chunk by chunk, with flat memory.
///
/// Feed the whole file twice: first to an `EncodingScan`, then to this. Nothing that it emits may take effect before
/// `finish` has returned: only there is it known that the file was not cut off.
public struct StatusReader: Sendable {
    public let mapping: StatusMapping
    private let file: String
    private var transcoder: Transcoder
    private var csv: CSVReader
    private var interpreter: RowInterpreter?
    private var rowsRead = 0
    private var trailerLine: Int?
    private let isSurvey: Bool

    /// - Parameter isSurvey: checks the file as a whole and emits nothing, in less time.
    public init(
        mapping: StatusMapping, encoding: TextEncoding, file: String, limits: CSVLimits = CSVLimits(),
        isSurvey: Bool = false
    ) {
        self.mapping = mapping
        self.isSurvey = isSurvey
        self.file = file
        transcoder = Transcoder(encoding: encoding, file: file)
        csv = CSVReader(
            file: file, delimiter: mapping.delimiter, skippingLines: mapping.skipLines, limits: limits)
    }

    /// - Parameter emit: gets each row below the header, read or faulty.
    /// - Throws: `InvalidSource` when the file as a whole is not to be trusted, or what `emit` throws.
    public mutating func feed(_ chunk: [UInt8], emit: (StatusRow) throws -> Void) throws {
        let text = try transcoder.feed(chunk)
        var csv = self.csv
        defer { self.csv = csv }
        try csv.feed(text) { try take($0, emit: emit) }
    }

    public mutating func finish(emit: (StatusRow) throws -> Void) throws -> StatusFileFacts {
        let text = try transcoder.finish()
        var csv = self.csv
        defer { self.csv = csv }
        try csv.feed(text) { try take($0, emit: emit) }
        try csv.finish { try take($0, emit: emit) }
        let lastLine = csv.lineCount
        if mapping.requiresFinalNewline, !csv.endsWithLineEnd {
            throw fault(lastLine, "the last line has no line end; the file was cut off")
        }
        if mapping.trailer != nil, trailerLine == nil {
            throw fault(lastLine, "the closing line with the number of rows is missing; the file was cut off")
        }
        return StatusFileFacts(
            rowsRead: rowsRead, encoding: transcoder.encoding, delimiter: csv.delimiter ?? UInt8(ascii: ","),
            unusedColumns: interpreter?.layout.unusedColumns ?? [])
    }

    private mutating func take(_ row: CSVRow, emit: (StatusRow) throws -> Void) throws {
        guard let interpreter else {
            let layout = try StatusLayout(header: row, mapping: mapping, file: file)
            interpreter = RowInterpreter(mapping: mapping, layout: layout)
            return
        }
        if trailerLine != nil { throw fault(row.line, "a row below the closing line; two files joined into one") }
        if try isTrailer(row) {
            trailerLine = row.line
            return
        }
        rowsRead += 1
        if !isSurvey { try emit(interpreter.read(row)) }
    }

    private func isTrailer(_ row: CSVRow) throws -> Bool {
        guard let rule = mapping.trailer, let first = row.text(0), folded(first) == rule.word else { return false }
        guard let text = row.text(rule.countCell - 1), let count = Int(trimmed(text)) else {
            throw fault(row.line, "the closing line does not say the number of rows")
        }
        guard count == rowsRead else {
            throw fault(row.line, "the closing line says \(count) rows, the file has \(rowsRead); it is not complete")
        }
        return true
    }

    private func fault(_ line: Int, _ message: String) -> InvalidSource {
        InvalidSource(at: SourceLocation(file: file, line: line, column: 1), message)
    }
}

/// What was found out about a file on the way.
public struct StatusFileFacts: Sendable, Equatable {
    /// Rows below the header, without the closing line; as many rows were emitted.
    public let rowsRead: Int
    public let encoding: TextEncoding
    public let delimiter: UInt8
    /// Columns that the mapping does not use; they stay in each row's raw text.
    public let unusedColumns: [String]
}

/// A whole status file, read at once.
public struct StatusFile: Sendable, Equatable {
    public let rows: [StatusRow]
    public let facts: StatusFileFacts

    /// - Throws: `InvalidSource` when the file as a whole is not to be trusted; then no row of it is.
    public static func read(
        _ bytes: [UInt8], file: String, mapping: StatusMapping, limits: CSVLimits = CSVLimits()
    ) throws -> StatusFile {
        var scan = EncodingScan()
        scan.feed(bytes)
        let encoding = try scan.encoding(allowing: mapping.encodings, file: file)
        var reader = StatusReader(mapping: mapping, encoding: encoding, file: file, limits: limits)
        var rows: [StatusRow] = []
        try reader.feed(bytes) { rows.append($0) }
        let facts = try reader.finish { rows.append($0) }
        return StatusFile(rows: rows, facts: facts)
    }

    public var records: [StatusRecord] {
        rows.compactMap { if case .record(let record) = $0 { record } else { nil } }
    }

    public var faults: [RowFault] {
        rows.compactMap { if case .fault(let fault) = $0 { fault } else { nil } }
    }
}
