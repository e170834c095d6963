import CivilTime
import Foundation
import PostgresClient

/// The steps of one import, each within a transaction that is given.
struct ImportJob: Sendable {
    let payer: String
    let mapping: String
    let sha256: [UInt8]
    let rowCount: Int
    let asOf: CivilDate
    let chunk: Int
    let actor: String

    struct Begun: Sendable {
        let batch: UUID
        let status: String
        let firstSeenAt: Date
        /// The first row that the batch does not have yet.
        let nextRow: Int
    }

    func begin(_ session: PostgresSession) throws -> Begun {
        let row = try session.one(
            """
            select batch_id, status, first_seen_at, next_row
            from precert.begin_import(\(payer), \(mapping), \(sha256), \(Int32(rowCount)), \(asOf), \(actor))
            """)
        return try Begun(
            batch: row.get("batch_id", as: UUID.self), status: row.get("status", as: String.self),
            firstSeenAt: row.get("first_seen_at", as: Date.self), nextRow: row.get("next_row", as: Int.self))
    }

    func stage(_ rows: StagedStatuses, _ begun: Begun, _ session: PostgresSession) throws {
        _ = try session.query("select precert.import_stage()")
        _ = try session.copyIn("copy pg_temp.import_stage from stdin", chunks: CollectionOfOne(rows.bytes))
        _ = try session.query(
            "select precert.import_chunk(\(begun.batch), \(Int32(rows.firstRow)), \(Int32(rows.lastRow)))")
    }

    /// - Returns: how many rows came to their end; 0 when none waits any more.
    func applyWave(_ begun: Begun, _ session: PostgresSession) throws -> Int {
        try session.one("select precert.apply_import(\(begun.batch), \(Int32(chunk)), \(actor)) as rows")
            .get("rows", as: Int.self)
    }

    func finish(_ begun: Begun, _ session: PostgresSession) throws -> ImportReport {
        _ = try session.query("select precert.finish_import(\(begun.batch))")
        return try session.importReport(begun.batch, status: begun.status)
    }
}

extension PostgresSession {
    /// - Parameter status: how the import that is reported went; nothing for how the batch stands.
    func importReport(_ batch: UUID, status: String?) throws -> ImportReport {
        let head = try one(
            """
            select payer_id, mapping, encode(sha256, 'hex') as sha256, rows_total, status, started_at, imported_by
            from precert.import_batch
            where organization_id = precert.organization() and batch_id = \(batch)
            """)
        let counts = try query(
            """
            select x.outcome, sum(x.rows)::bigint
            from (
                select r.outcome, 1 as rows from precert.import_row r
                where r.organization_id = precert.organization() and r.batch_id = \(batch)
                union all
                select 'no_change', c.unchanged from precert.import_chunk c
                where c.organization_id = precert.organization() and c.batch_id = \(batch) and c.unchanged > 0
            ) x
            group by x.outcome
            """
        ).map { try $0.decode(String.self, Int.self) }
        return try ImportReport(
            status: status ?? head.get("status", as: String.self), batch: batch,
            payer: head.get("payer_id", as: String.self), mapping: head.get("mapping", as: String.self),
            sha256: head.get("sha256", as: String.self), importedBy: head.get("imported_by", as: String.self),
            firstSeenAt: head.get("started_at", as: Date.self), rowCount: head.get("rows_total", as: Int.self),
            counts: Dictionary(counts, uniquingKeysWith: +), rows: importedRows(batch))
    }

    /// What moved a request and what waits for a person.
    private func importedRows(_ batch: UUID) throws -> [ImportedRow] {
        try query(
            """
            select r.row_no, r.line, r.outcome, r.reason, q.reference, e.from_state, e.to_state,
                r.record->>'fault_column' as fault_column, r.record->>'fault_message' as fault_message
            from precert.import_row r
            left join precert.request q on q.organization_id = r.organization_id and q.request_id = r.request_id
            left join precert.event e on r.outcome = 'applied' and e.organization_id = r.organization_id
                and e.request_id = r.request_id and e.seq = r.seq
            where r.organization_id = precert.organization() and r.batch_id = \(batch)
            order by r.row_no
            limit \(Engine.mostReportedRows)
            """
        ).map { row in
            try ImportedRow(
                row: row.get("row_no", as: Int.self), line: row.get("line", as: Int.self),
                outcome: row.get("outcome", as: String.self), reason: row.get("reason", as: String?.self),
                reference: row.get("reference", as: String?.self),
                fromState: row.get("from_state", as: String?.self), toState: row.get("to_state", as: String?.self),
                faultColumn: row.get("fault_column", as: String?.self),
                faultMessage: row.get("fault_message", as: String?.self))
        }
    }
}
