public import CivilTime
import Failpoints
public import Foundation
import PostgresClient

/// How one row of a payer's file ended.
public struct ImportedRow: Sendable, Hashable {
    public let row: Int
    public let line: Int
    public let outcome: String
    public let reason: String?
    public let reference: String?
    public let fromState: String?
    public let toState: String?
    /// Of a row that could not be read: the column and what is wrong, without a value.
    public let faultColumn: String?
    public let faultMessage: String?
}

/// How an import ended. The counts add up to the rows of the file.
public struct ImportReport: Sendable {
    /// Of an import: `new`, `resumed` (an earlier one of the same bytes had stopped half-way) or `known` (nothing was
    /// changed). Of a batch that is looked up: `loading` or `done`.
    public let status: String
    public let batch: UUID
    public let payer: String
    /// The mapping's name and version.
    public let mapping: String
    /// Of the file, in hexadecimal.
    public let sha256: String
    public let importedBy: String
    public let firstSeenAt: Date
    public let rowCount: Int
    public let counts: [String: Int]
    /// What moved a request and what waits for a person, in the order of the file, up to `Engine.mostReportedRows`;
    /// the rest is in `counts` only.
    public let rows: [ImportedRow]
}

/// A file that was imported, or is being imported.
public struct ImportSummary: Sendable {
    public let batch: UUID
    public let payer: String
    public let mapping: String
    public let rowCount: Int
    /// `loading` or `done`.
    public let status: String
    public let startedAt: Date
    public let timesSeen: Int
    public let importedBy: String
    /// Rows that wait for a person.
    public let heldCount: Int
}

extension Engine {
    /// A report lists as many rows; more would be read by nobody, and would take memory.
    public static let mostReportedRows = 10_000

    /// Imports the rows of one payer's file: in chunks they are staged and matched, then applied in waves of a row a
    /// request, the payer's oldest word first. Each chunk and each wave is a transaction. Interrupted and begun again it
    /// goes on where it stopped; the same bytes a second time change nothing.
    ///
    /// - Parameters:
    ///   - asOf: stands in for the date of rows that carry none.
    ///   - dryRun: does all of it in one transaction and takes it back; the report is the same.
    ///   - progress: called after each chunk with the number of rows read.
    public func importStatuses(
        _ source: some StatusSource, payer: String, mapping: String, asOf: CivilDate, chunk: Int = 5000,
        dryRun: Bool = false, progress: @Sendable @escaping (Int) -> Void = { _ in }
    ) async throws -> ImportReport {
        let job = ImportJob(
            payer: payer, mapping: mapping, sha256: source.sha256, rowCount: source.rowCount, asOf: asOf, chunk: chunk,
            actor: actor)
        guard !dryRun else { return try await rehearse(job, source, progress) }
        Failpoint.hit("import.before_begin")
        let begun = try await transaction { try job.begin($0) }
        Failpoint.hit("import.after_begin")
        var source = source
        var following = try source.next(limit: chunk)
        while let rows = following {
            try Task.checkCancellation()
            // The next rows are read while the server works on these.
            async let staged: Void = rows.lastRow < begun.nextRow ? () : transaction { try job.stage(rows, begun, $0) }
            following = try source.next(limit: chunk)
            try await staged
            progress(rows.lastRow)
            Failpoint.hit("import.after_chunk")
        }
        while try await transaction({ try job.applyWave(begun, $0) }) > 0 {
            try Task.checkCancellation()
            Failpoint.hit("import.after_wave")
        }
        let report = try await transaction { try job.finish(begun, $0) }
        Failpoint.hit("import.after_finish")
        return report
    }

    /// The newest imports of files, without their rows.
    public func imports(limit: Int = 50) async throws -> [ImportSummary] {
        try await transaction(readOnly: true) { session in
            try session.query(
                """
                select b.batch_id, b.payer_id, b.mapping, b.rows_total, b.status, b.started_at, b.seen, b.imported_by,
                    (select count(*) from precert.quarantine q
                        where q.organization_id = b.organization_id and q.batch_id = b.batch_id
                            and q.resolved_at is null) as held
                from precert.import_batch b
                where b.organization_id = precert.organization() and b.mapping <> 'manual'
                order by b.started_at desc, b.batch_id limit \(limit)
                """
            ).map { row in
                try ImportSummary(
                    batch: row.get("batch_id", as: UUID.self), payer: row.get("payer_id", as: String.self),
                    mapping: row.get("mapping", as: String.self), rowCount: row.get("rows_total", as: Int.self),
                    status: row.get("status", as: String.self), startedAt: row.get("started_at", as: Date.self),
                    timesSeen: row.get("seen", as: Int.self), importedBy: row.get("imported_by", as: String.self),
                    heldCount: row.get("held", as: Int.self))
            }
        }
    }

    /// One batch as it stands now.
    /// - Parameter typed: the beginning of its id.
    public func importReport(_ typed: String) async throws -> ImportReport {
        let prefix = typed.lowercased()
        guard prefix.count >= 4, prefix.allSatisfy({ $0.isHexDigit || $0 == "-" }) else {
            throw EngineError(.notFound, "give at least four digits of the import's id; precert import list has them")
        }
        return try await transaction(readOnly: true) { session in
            let found = try session.query(
                """
                select batch_id from precert.import_batch
                where organization_id = precert.organization() and batch_id::text like \(prefix + "%") limit 2
                """
            ).map { try $0.decode(UUID.self) }
            guard let batch = found.first else { throw EngineError(.notFound, "there is no import \(prefix)") }
            guard found.count == 1 else { throw EngineError(.ambiguous, "\(prefix) fits several imports") }
            return try session.importReport(batch, status: nil)
        }
    }

    private struct Rehearsed: Error { let report: ImportReport }

    private func rehearse(
        _ job: ImportJob, _ source: some StatusSource, _ progress: @Sendable @escaping (Int) -> Void
    ) async throws -> ImportReport {
        do {
            return try await transaction { session -> ImportReport in
                let begun = try job.begin(session)
                var source = source
                while let rows = try source.next(limit: job.chunk) {
                    if rows.lastRow >= begun.nextRow { try job.stage(rows, begun, session) }
                    progress(rows.lastRow)
                }
                while try job.applyWave(begun, session) > 0 {}
                throw Rehearsed(report: try job.finish(begun, session))
            }
        } catch let rehearsed as Rehearsed {
            return rehearsed.report
        }
    }
}

extension Engine {
    /// Records what a payer said by another way than a file: as one row, through the same door.
    ///
    /// - Parameter record: the keys of a row's record; `trace` names our request.
    public func recordDecision(
        _ record: [String: String], payer: String, asOf: CivilDate
    ) async throws -> ImportedRow {
        let values = StagedStatuses.Column.allCases.map { record[$0.rawValue] }
        // Each saying is a file of its own, known by its content: the same again is no news.
        let content = try PostgresJSON(encoding: record).bytes
        let report = try await importStatuses(
            StatusList([(line: 1, values: values)], content: content), payer: payer, mapping: "manual", asOf: asOf)
        guard let imported = report.rows.first else { throw EngineError(.internalFault, "the decision has no outcome") }
        return imported
    }
}
