import CivilTime
import Engine
import Foundation
import TestSupport
import Testing

@Suite("Rows on their way to the database") struct StagedStatusTests {
    private static let today = CivilDate(iso: "2026-11-24")!

    private func row(_ values: [StagedStatuses.Column: String]) -> (line: Int, values: [String?]) {
        (2, StagedStatuses.Column.allCases.map { values[$0] })
    }

    private func take(
        _ rows: [(line: Int, values: [String?])], as name: String, in engine: Engine, dryRun: Bool = false
    ) async throws -> ImportReport {
        try await engine.importStatuses(
            StatusList(rows, content: Array(name.utf8)), payer: "north", mapping: "test/1", asOf: Self.today,
            dryRun: dryRun)
    }

    @Test("every text arrives as it is, whatever is in it") func texts() async throws {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let request = try await practice.requestInReview(person: 1)
            let odd = "tab\there, line\nend\r, back\\slash \\N \\. ünïcödé 🩺 \"quoted\" 'n {curly}"
            let report = try await take(
                [
                    row([
                        .trace: request.reference, .memberID: "M-1001", .kind: "pended", .asOf: "2026-11-24",
                        .reasonText: odd, .raw: odd,
                    ])
                ], as: "odd", in: engine)
            #expect(report.counts == ["applied": 1])
            #expect(try await engine.requestCase(request.id).observations.map(\.reasonText) == [odd])
        }
    }

    @Test("the payer's last word again is counted and listed nowhere; any other word is not it") func repeated()
        async throws
    {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            let request = try await practice.requestInReview(person: 1)
            let word: [StagedStatuses.Column: String] = [
                .trace: request.reference, .memberID: "M-1001", .kind: "pended", .asOf: "2026-11-24",
                .reasonText: "send the MRI", .raw: "as it came",
            ]
            _ = try await take([row(word)], as: "1", in: engine)
            // Where it stands and how the row is written makes no difference.
            let again = try await take([row(word.merging([.raw: "otherwise"]) { $1 })], as: "2", in: engine)
            #expect(again.counts == ["no_change": 1] && again.rows.isEmpty && again.rowCount == 1)
            #expect(try await engine.requestCase(request.id).observations.count == 1)
            for (column, text) in [
                (StagedStatuses.Column.reasonText, ""), (.due, "2026-12-24"), (.reference, "R-1"),
            ] {
                let other = try await take(
                    [row(word.merging([column: text]) { $1 })], as: "other \(column)", in: engine)
                #expect(other.counts["no_change"] == nil, "\(column)")
            }
        }
    }

    @Test("a rehearsal says what the import then says, over several chunks and words, and leaves nothing")
    func rehearsal()
        async throws
    {
        try await withPractice { practice in
            let engine = practice.engine(at: Practice.opening)
            var rows: [(line: Int, values: [String?])] = []
            for person in 1...6 {
                let request = try await practice.requestInReview(person: person)
                for kind in ["pended", "approved"] {
                    rows.append(
                        row([
                            .trace: request.reference, .memberID: "M-\(1000 + person)", .kind: kind,
                            .asOf: "2026-11-24",
                            .authorizationNumber: "A-\(person)", .raw: "raw",
                        ]))
                }
            }
            rows.append(row([.trace: "PA-NOTTHERE", .memberID: "M-1", .kind: "denied", .raw: "raw"]))
            let source = StatusList(rows, content: Array("file".utf8))
            func run(_ dryRun: Bool) async throws -> ImportReport {
                try await engine.importStatuses(
                    source, payer: "north", mapping: "test/1", asOf: Self.today, chunk: 4, dryRun: dryRun)
            }
            let rehearsed = try await run(true)
            #expect(try await engine.imports().isEmpty)
            let real = try await run(false)
            #expect(rehearsed.counts == real.counts && rehearsed.rows == real.rows && real.rows.count == 13)
            #expect(real.counts.values.reduce(0, +) == rows.count)
            #expect(try await engine.quarantined().map(\.reason) == ["unmatched"])
        }
    }
}
