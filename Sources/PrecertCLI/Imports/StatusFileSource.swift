import CivilTime
import ContentHash
import Engine
import Exchange
import Glibc

/// A payer's status file that is read piece by piece, so that its size costs no memory.
///
/// It is read twice: to see that it is whole and who it is, before anything takes effect, and then row by row. One that
/// changes in between is found out at its end.
struct StatusFileSource: StatusSource {
    let rowCount: Int
    let sha256: [UInt8]
    let facts: StatusFileFacts
    private let path: String
    private let file: OpenFile
    private var reader: StatusReader
    private var offset = 0
    private var waiting: [StatusRow] = []
    private var nextRow = 1
    private var isAtEnd = false

    private static let pieceBytes = 256 << 10

    /// - Throws: `CLIFailure` when the file cannot be read, `InvalidSource` when it is not to be trusted as a whole.
    init(_ path: String, mapping: StatusMapping) throws {
        let file = try OpenFile(path, limit: CSVLimits().bytes)
        var scan = EncodingScan()
        let digest = SHA256Stream()
        try file.pieces(of: Self.pieceBytes) {
            scan.feed($0)
            digest.update($0)
        }
        let encoding = try scan.encoding(allowing: mapping.encodings, file: path)
        let limits = CSVLimits()
        var survey = StatusReader(mapping: mapping, encoding: encoding, file: path, limits: limits, isSurvey: true)
        try file.pieces(of: Self.pieceBytes) { try survey.feed($0) { _ in } }
        facts = try survey.finish { _ in }
        rowCount = facts.rowsRead
        sha256 = digest.finish()
        self.path = path
        self.file = file
        reader = StatusReader(mapping: mapping, encoding: encoding, file: path, limits: limits)
    }

    mutating func next(limit: Int) throws -> StagedStatuses? {
        while waiting.count < limit, !isAtEnd { try readOn() }
        guard !waiting.isEmpty else {
            guard nextRow == rowCount + 1 else { throw changed }
            return nil
        }
        var chunk = StagedStatuses(from: nextRow)
        for row in waiting.prefix(limit) { chunk.append(line: row.lineNumber, row.stagedValues) }
        waiting.removeFirst(chunk.count)
        nextRow += chunk.count
        // More than it had would be told as rows of which nobody knows.
        guard nextRow <= rowCount + 1 else { throw changed }
        return chunk
    }

    private mutating func readOn() throws {
        let piece = try file.piece(at: offset, count: Self.pieceBytes)
        offset += piece.count
        if piece.isEmpty {
            isAtEnd = true
            _ = try reader.finish { waiting.append($0) }
        } else {
            try reader.feed(piece) { waiting.append($0) }
        }
    }

    private var changed: CLIFailure {
        CLIFailure(.refusedInput, "\(path) changed while it was read; import it again when it is whole")
    }
}

extension StatusRow {
    /// What it says, in the order of `StagedStatuses.Column`.
    var stagedValues: [String?] {
        switch self {
        case .record(let record):
            [
                record.trace, record.payerReference, record.authorizationNumber, record.memberID?.value,
                record.born?.value.description, record.hcpcs, record.statusWord, record.kind.rawValue,
                record.reasonCode, record.reasonText?.value, record.from?.description, record.to?.description,
                record.unitsApproved, record.unitsBasis?.rawValue, record.informationDue?.description,
                record.asOf?.description, nil, nil, nil, record.raw.value,
            ]
        case .fault(let fault):
            Array(repeating: nil, count: 16)
                + [fault.reason.rawValue, fault.column, fault.message, fault.raw.value]
        }
    }
}
