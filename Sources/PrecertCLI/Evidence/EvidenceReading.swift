import CivilTime
import Criteria
import Diagnostics
import Engine
import Exchange
import PostgresClient

/// Turns what a person wrote about facts into evidence, checked against the vocabulary.
struct EvidenceReading {
    let vocabulary: Vocabulary
    let today: CivilDate

    struct Item {
        var evidence: NewEvidence
        let document: DocumentFile?
        let place: SourceLocation
    }

    /// Facts of a file; the documents it names lie beside it.
    func file(_ path: String) throws -> [Item] {
        let rows = try EvidenceFile.parse(InputFile.read(path), file: path)
        var problems = DiagnosticList()
        var items: [Item] = []
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        for row in rows {
            check(
                row.fact.value, row.value.value.json, observed: row.observedOn.value, at: row.fact.location,
                in: &problems)
            if row.observedOn.value > today {
                problems.error(at: row.observedOn.location, "\(row.observedOn.value) is after today, \(today)")
            }
            var document: DocumentFile?
            if let name = row.document {
                do {
                    document = try DocumentFile.read(folder + name.value, title: nil)
                } catch {
                    problems.error(at: name.location, error.message)
                }
            }
            items.append(
                Item(
                    evidence: NewEvidence(
                        fact: row.fact.value, line: row.line?.value, value: PostgresJSON(row.value.value.json),
                        observedOn: row.observedOn.value, source: row.source.value.rawValue, documentSHA256: nil,
                        note: row.note?.value.value),
                    document: document, place: row.line?.location ?? row.fact.location))
        }
        try problems.throwIfErrors()
        return items
    }

    /// `FACT=VALUE` of the command line.
    func arguments(
        _ arguments: [String], line: Int?, observed: DateArgument?, source: String
    ) throws -> [Item] {
        guard let observed = observed?.date(from: today) else {
            throw CLIFailure(.usage, "say on which day it was observed", hint: "--observed 2026-11-01")
        }
        guard observed <= today else {
            throw CLIFailure(.refusedInput, "--observed \(observed) is after today, \(today)")
        }
        var problems = DiagnosticList()
        var items: [Item] = []
        for (index, argument) in arguments.enumerated() {
            let place = SourceLocation(file: "argument", line: index + 1, column: 1)
            guard let equals = argument.firstIndex(of: "=") else {
                problems.error(at: place, "write it as FACT=VALUE")
                continue
            }
            let fact = String(argument[..<equals])
            let json: String
            do {
                json = try self.json(String(argument[argument.index(after: equals)...]), of: fact)
            } catch {
                for diagnostic in error.diagnostics { problems.error(at: place, diagnostic.message) }
                continue
            }
            check(fact, json, observed: observed, at: place, in: &problems)
            items.append(
                Item(
                    evidence: NewEvidence(
                        fact: fact, line: line, value: PostgresJSON(json), observedOn: observed, source: source,
                        documentSHA256: nil, note: nil),
                    document: nil, place: place))
        }
        try problems.throwIfErrors()
        return items
    }

    /// The items with the service line that each speaks of. With several lines a fact about one must say which: what is so
    /// of one may be otherwise of the next.
    func placed(_ items: [Item], onRequestWith lineCount: Int) throws(InvalidSource) -> [Item] {
        var problems = DiagnosticList()
        var items = items
        for index in items.indices {
            let (fact, line, place) = (items[index].evidence.fact, items[index].evidence.line, items[index].place)
            guard vocabulary[fact]?.subject == .line else {
                if line != nil {
                    problems.error(at: place, "\(fact) is said of the request as a whole; leave the line out")
                }
                continue
            }
            if let line, !(1...lineCount).contains(line) {
                problems.error(
                    at: place, "there is no line \(line): the request has \(counted(lineCount, "service line"))")
            } else if line == nil, lineCount > 1 {
                problems.error(
                    at: place,
                    "\(fact) is said of one service line, and the request has \(lineCount); say which (--line 1; in a "
                        + "file, line: 1)")
            }
            items[index].evidence.line = line ?? 1
        }
        try problems.throwIfErrors()
        return items
    }

    private func check(
        _ fact: String, _ json: String, observed: CivilDate, at place: SourceLocation,
        in problems: inout DiagnosticList
    ) {
        guard !RequestCase.factsOfEveryOrder.contains(fact) else {
            problems.error(at: place, "\(fact) is what the order says; it is not recorded but ordered")
            return
        }
        do {
            let value = try vocabulary.value(of: fact, from: PostgresJSON(json).vocabularyText, file: place.file)
            // A mistyped year would be judged like any other value.
            if case .date(let date) = value, date > observed, vocabulary[fact]?.origin != .order {
                problems.error(at: place, "\(fact) is after the day on which it was observed, \(observed)")
            }
        } catch {
            // The vocabulary's message names the fact and what it takes, at a place inside the value: ours is better.
            for diagnostic in error.diagnostics { problems.error(at: place, diagnostic.message) }
        }
    }

    /// The fact's declared type decides how a word of the command line is meant; a list of records is written as in a
    /// file of facts.
    private func json(_ text: String, of fact: String) throws(InvalidSource) -> String {
        switch vocabulary[fact]?.type {
        case .boolean where text == "true" || text == "false": text
        case .number where JSONText.isNumber(text): text
        case .records: try EvidenceFile.value(text.utf8, file: "argument").json
        default: JSONText.string(text)
        }
    }
}
