import CivilTime
import Engine
import Foundation
import PostgresClient
import TestSupport
import Testing

/// Small histories of a payer's words, given in every order and cut into files and chunks: where they end.
@Suite("The order of a payer's rows") struct ImportOrderTests {
    /// What a payer said about one request on one day.
    private struct Word: Hashable, Sendable {
        let kind: String
        let day: Int
        var fields: [String: String] = [:]

        func row(_ number: Int, reference: String, member: String) -> (line: Int, values: [String?]) {
            var members = fields
            members["trace"] = reference
            // No two requests have the same number of the payer's.
            members["authorization_number"] = fields["authorization_number"].map { "\($0)-\(member)" }
            members["member_id"] = member
            members["kind"] = kind
            members["raw"] = "raw"
            members["as_of"] = "2026-11-\(day)"
            return (number + 1, StagedStatuses.Column.allCases.map { members[$0.rawValue] })
        }
    }

    /// Where a request stands after its words.
    private struct End: Hashable {
        let state: String
        /// The authorization that counts.
        let number: String?
        let validTo: CivilDate?
        let open: Set<String>
    }

    /// 4 November: what a payer says of a request comes after it.
    private static let beforeAllWords = Practice.opening.addingTimeInterval(-20 * 86_400)

    /// How the rows of one request come.
    private enum Cut: CaseIterable { case whole, chunksOfOne, chunksOfTwo, twoFiles }

    @Test("does not matter within a file, and counts always add up", arguments: 1...8 as ClosedRange<UInt64>)
    func withinAFile(seed: UInt64) async throws {
        try await withPractice { practice in
            var random = SeededRandom(seed: seed)
            let words = Self.history(&random)
            var person = 0
            var ends: Set<End> = []
            for order in Self.orders(of: words).shuffled(using: &random).prefix(8) {
                for cut in [Cut.whole, .chunksOfOne, .chunksOfTwo] {
                    person += 1
                    ends.insert(try await take(order, cut, person: person, in: practice).end)
                }
            }
            #expect(ends.count == 1, "\(words.map { "\($0.day) \($0.kind)" }) \(ends)")
        }
    }

    @Test("does not matter for files that come in the order of their days", arguments: 1...8 as ClosedRange<UInt64>)
    func acrossFiles(seed: UInt64) async throws {
        try await withPractice { practice in
            var random = SeededRandom(seed: seed)
            let words = Self.history(&random)
            let whole = try await take(words, .whole, person: 1, in: practice).end
            #expect(try await take(words, .twoFiles, person: 2, in: practice).end == whole)
            // The other way round, what the payer said earlier moves nothing any more.
            let newestFirst = Array(words.reversed())
            let outcomes = try await take(newestFirst, .twoFiles, person: 3, in: practice).outcomes
            let firstFile = newestFirst.count / 2
            if outcomes.prefix(firstFile).contains("applied") {
                #expect(outcomes.dropFirst(firstFile).allSatisfy { ["superseded", "no_change"].contains($0) })
            }
        }
    }

    private func take(
        _ words: [Word], _ cut: Cut, person: Int, in practice: Practice
    ) async throws -> (end: End, outcomes: [String]) {
        let engine = practice.engine(at: Practice.opening)
        let request = try await practice.requestInReview(person: person, openedAt: Self.beforeAllWords)
        let chunk =
            switch cut {
            case .chunksOfOne: 1
            case .chunksOfTwo: 2
            default: 100
            }
        let files =
            cut == .twoFiles
            ? [Array(words.prefix(words.count / 2)), Array(words.dropFirst(words.count / 2))] : [words]
        var outcomes: [String] = []
        for (index, file) in files.enumerated() where !file.isEmpty {
            let rows = file.enumerated().map { row, word in
                word.row(row + 1, reference: request.reference, member: "M-\(1000 + person)")
            }
            let content = Array("\(request.reference) \(index)".utf8)
            let today = try #require(CivilDate(iso: "2026-11-24"))
            let report = try await engine.importStatuses(
                StatusList(rows, content: content), payer: "north", mapping: "test/1", asOf: today, chunk: chunk)
            #expect(report.counts.values.reduce(0, +) == rows.count)
            // What repeats the last word is only counted.
            let counted = Array(repeating: "no_change", count: rows.count - report.rows.count)
            outcomes += report.rows.map(\.outcome) + counted
            let before = try await end(of: request.id, in: engine)
            let again = try await engine.importStatuses(
                StatusList(rows, content: content), payer: "north", mapping: "test/1", asOf: today, chunk: 3)
            #expect(again.status == "known" && again.counts == report.counts)
            #expect(try await end(of: request.id, in: engine) == before)
        }
        return (try await end(of: request.id, in: engine), outcomes)
    }

    private func end(of request: UUID, in engine: Engine) async throws -> End {
        let record = try await engine.requestCase(request)
        return End(
            state: record.summary.state, number: record.authorizations.last?.number?.prefix(3).description,
            validTo: record.authorizations.last?.validTo,
            open: Set(record.deadlines.filter { $0.status == "open" }.map { "\($0.name) \($0.dueOn)" }))
    }

    /// Two to four words on different days.
    private static func history(_ random: inout SeededRandom) -> [Word] {
        let days = Array(10...23).shuffled(using: &random).prefix(Int.random(in: 2...4, using: &random)).sorted()
        return days.enumerated().map { index, day in
            let number = "A-\(index)"
            return switch Int.random(in: 0..<7, using: &random) {
            case 0: Word(kind: "received", day: day)
            case 1: Word(kind: "pended", day: day, fields: ["due": "2026-12-\(10 + index)"])
            case 2:
                Word(
                    kind: "approved", day: day,
                    fields: ["authorization_number": number, "from": "2026-12-01", "to": "2027-06-\(10 + index)"])
            case 3:
                Word(
                    kind: "approved_in_part", day: day,
                    fields: ["authorization_number": number, "from": "2026-12-01", "to": "2027-05-\(10 + index)"])
            case 4: Word(kind: "approved", day: day, fields: ["from": "2026-12-01", "to": "2027-04-\(10 + index)"])
            case 5: Word(kind: "denied", day: day, fields: ["due": "2027-02-\(10 + index)"])
            default: Word(kind: "cancelled", day: day)
            }
        }
    }

    private static func orders(of words: [Word]) -> [[Word]] {
        guard let first = words.first else { return [[]] }
        return orders(of: Array(words.dropFirst())).flatMap { rest in
            (0...rest.count).map { place in
                var order = rest
                order.insert(first, at: place)
                return order
            }
        }
    }
}
