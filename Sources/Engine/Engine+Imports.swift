public import CivilTime
import Failpoints
public import Foundation
public import PostgresClient

/// How one row of a payer's file ended.
public struct ImportedRow: Sendable, Hashable {
    public let row: Int
    public let outcome: String
    public let reason: String?
    public let reference: String?
    public let fromState: String?
    public let toState: String?
}

/// How an import ended. The counts add up to the rows of the file.
public struct ImportReport: Sendable {
    /// `new`, `resumed` (an earlier import of the same bytes had stopped half-way) or `known` (nothing was changed).
    public let status: String
    public let batch: UUID
    public let firstSeenAt: Date
    public let rows: [ImportedRow]
    public let counts: [String: Int]
}

/// A row that a person must look at.
public struct QuarantinedRow: Sendable {
    public let heldAt: Date
    public let payer: String
    public let row: Int
    public let line: Int
    public let reason: String
    public let detail: String
    /// References of the requests that it may belong to.
    public let candidates: [String]
}

extension Engine {
    /// Imports the rows of one payer's file, a chunk a transaction. Interrupted and begun again it goes on where it
    /// stopped; the same bytes a second time change nothing.
    ///
    /// - Parameters:
    ///   - rows: each row's record as JSON, with `row_no` from 1; see `StatusRecord` in Exchange.
    ///   - content: the file's bytes, by which it is known.
    ///   - asOf: stands in for the date of rows that carry none.
    ///   - progress: called after each chunk with the number of rows done.
    public func importStatuses(
        _ rows: [PostgresJSON], payer: String, mapping: String, content: [UInt8], asOf: CivilDate, chunk: Int = 2000,
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> ImportReport {
        Failpoint.hit("import.before_begin")
        let begun = try await transaction { [actor] session in
            try session.one(
                """
                select batch_id, status, first_seen_at
                from precert.begin_import(\(payer), \(mapping), sha256(\(content)), \(Int32(rows.count)), \(actor))
                """
            ).decode(UUID.self, String.self, Date.self)
        }
        let (batch, status, firstSeen) = begun
        Failpoint.hit("import.after_begin")
        var imported: [ImportedRow] = []
        let ordered = rows.count > chunk ? try Self.oldestFirst(rows, asOf: asOf) : rows
        for start in stride(from: 0, to: ordered.count, by: chunk) {
            try Task.checkCancellation()
            let part = PostgresJSON(array: ordered[start..<min(start + chunk, ordered.count)])
            imported += try await transaction { [actor] session in
                try session.query(
                    """
                    select row_no, outcome, reason, reference, from_state, to_state
                    from precert.import_rows(\(batch), \(part), \(asOf), \(actor))
                    """
                ).map { row in
                    try ImportedRow(
                        row: row.get("row_no", as: Int.self), outcome: row.get("outcome", as: String.self),
                        reason: row.get("reason", as: String?.self), reference: row.get("reference", as: String?.self),
                        fromState: row.get("from_state", as: String?.self),
                        toState: row.get("to_state", as: String?.self))
                }
            }
            progress(imported.count)
            Failpoint.hit("import.after_chunk")
        }
        let counts = try await transaction { session in
            try session.query("select outcome, rows from precert.finish_import(\(batch))")
                .map { try $0.decode(String.self, Int.self) }
        }
        Failpoint.hit("import.after_finish")
        return ImportReport(
            status: status, batch: batch, firstSeenAt: firstSeen, rows: imported.sorted { $0.row < $1.row },
            counts: Dictionary(counts, uniquingKeysWith: +))
    }

    /// The rows of a file that takes several chunks, the payer's oldest word first, as the database takes those of one
    /// chunk: else an earlier word in a later chunk would count as overtaken.
    private static func oldestFirst(_ rows: [PostgresJSON], asOf: CivilDate) throws -> [PostgresJSON] {
        struct Dated: Decodable { let as_of: String? }
        let decoder = JSONDecoder()
        let days = try rows.map { try decoder.decode(Dated.self, from: Data($0.bytes)).as_of ?? asOf.description }
        return rows.indices.sorted { (days[$0], $0) < (days[$1], $1) }.map { rows[$0] }
    }

    /// Rows that wait for a person, the longest waiting first.
    public func quarantined(limit: Int = 200) async throws -> [QuarantinedRow] {
        try await transaction(readOnly: true) { session in
            try session.query(
                """
                select q.held_at, b.payer_id, q.row_no, r.line, q.reason, q.detail,
                    array(select c.reference from precert.request c
                        where c.organization_id = q.organization_id and c.request_id = any (q.candidates)
                        order by c.reference) as candidates
                from precert.quarantine q
                join precert.import_batch b using (organization_id, batch_id)
                join precert.import_row r using (organization_id, batch_id, row_no)
                where q.organization_id = precert.organization() and q.resolved_at is null
                order by q.held_at, q.row_no limit \(limit)
                """
            ).map { row in
                try QuarantinedRow(
                    heldAt: row.get("held_at", as: Date.self), payer: row.get("payer_id", as: String.self),
                    row: row.get("row_no", as: Int.self), line: row.get("line", as: Int.self),
                    reason: row.get("reason", as: String.self), detail: row.get("detail", as: String.self),
                    candidates: row.get("candidates", as: [String].self))
            }
        }
    }
}

extension PostgresJSON {
    /// An array of values that are JSON already.
    init(array items: some Collection<PostgresJSON>) {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for item in items {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += item.bytes
        }
        bytes.append(UInt8(ascii: "]"))
        self.init(bytes: bytes)
    }
}

extension Engine {
    /// Records what a payer said by another way than a file: as one row, through the same door.
    ///
    /// - Parameter record: the keys of a row's record; `trace` names our request.
    public func recordDecision(
        _ record: [String: String], payer: String, asOf: CivilDate
    ) async throws -> ImportedRow {
        let content = try PostgresJSON(encoding: record)
        // Each saying is a file of its own, known by its content: the same again is no news.
        let row = PostgresJSON(bytes: Array(#"{"row_no":1,"line":1,"#.utf8) + content.bytes.dropFirst())
        let report = try await importStatuses(
            [row], payer: payer, mapping: "manual", content: content.bytes, asOf: asOf)
        guard let imported = report.rows.first else { throw EngineError(.internalFault, "the decision has no outcome") }
        return imported
    }
}
