import CivilTime
import Diagnostics

/// Complete lists of records that show every way in which some tests on a list can come out together.
///
/// Fields are reduced to values that some condition tells apart, records to those that some test tells apart, and lists
/// are then grown record by record for as long as a test could still notice.
struct RecordLists {
    private typealias Record = RecordList.Record

    private let tests: [RecordTest]
    private let fields: [String: FactDeclaration.FactType]
    private let asOf: CivilDate
    /// Beyond so many records or lists the attempt is given up.
    private let limit = 4_000

    init(tests: [LeafTest], fields: [String: FactDeclaration.FactType], asOf: CivilDate) {
        self.tests = tests.compactMap { if case .records(let test) = $0 { test } else { nil } }
        self.fields = fields
        self.asOf = asOf
    }

    /// Nothing when there are too many.
    func lists() -> [RecordList]? {
        guard let records = records() else { return nil }
        // What the tests could still notice of a list: how often records fit, and with which values.
        var states: Set<[[Int]]> = [Array(repeating: [], count: tests.count)]
        var lists: [(state: [[Int]], records: [Record])] = [(Array(repeating: [], count: tests.count), [])]
        var next = 0
        while next < lists.count {
            let (state, list) = lists[next]
            next += 1
            for (marks, record) in records {
                let grown = tests.indices.map { grow(state[$0], by: marks[$0], tests[$0]) }
                guard states.insert(grown).inserted else { continue }
                guard states.count <= limit else { return nil }
                lists.append((grown, list + [record]))
            }
        }
        return lists.map { RecordList($0.records, isComplete: true) }
    }

    /// A test's memory of a list, with one record more: the marks that it has seen, sorted, as often as it can tell.
    private func grow(_ seen: [Int], by mark: Int?, _ test: RecordTest) -> [Int] {
        guard let mark else { return seen }
        let most =
            switch test.quantifier {
            case .count(nil, let least, let most): max(least ?? 0, (most ?? 0) + 1)
            default: 1
            }
        guard seen.count(where: { $0 == mark }) < most else { return seen }
        if case .count(_?, let least, let most) = test.quantifier, seen.count > max(least ?? 0, most ?? 0) {
            return seen
        }
        return (seen + [mark]).sorted()
    }

    /// Records that differ for some test, each with its mark for every test: nothing when the test does not see it.
    private func records() -> [(marks: [Int?], record: Record)]? {
        var records: [Record] = [[:]]
        for name in mentionedFields {
            guard let values = values(of: name), records.count * values.count <= 5 * limit else { return nil }
            records = records.flatMap { record in values.map { record.merging([name: $0]) { _, new in new } } }
        }
        var markOf: [FactValue: Int] = [:]
        var found: [[Int?]: Record] = [:]
        var order: [[Int?]] = []
        for record in records {
            let marks = tests.map { mark(record, $0, &markOf) }
            if found[marks] == nil { order.append(marks) }
            found[marks] = found[marks] ?? record
        }
        guard order.count <= 200 else { return nil }
        return order.map { ($0, found[$0] ?? [:]) }
    }

    private func mark(_ record: Record, _ test: RecordTest, _ markOf: inout [FactValue: Int]) -> Int? {
        let context = EvaluationContext(facts: [:], asOf: asOf)
        if test.notCounting.contains(where: { $0.verdict(record, context) == .met }) { return nil }
        let fits = test.conditions.verdict(record, context) == .met
        if test.quantifier == .every { return fits ? nil : 0 }
        guard fits else { return nil }
        switch test.quantifier {
        case .count(let field?, _, _), .each(let field, _):
            guard let value = record[field] else { return nil }
            let canonical = test.countedAsOne.first { $0.value.contains(value) }?.value.first ?? value
            let mark = markOf[canonical] ?? markOf.count
            markOf[canonical] = mark
            return mark
        default: return 0
        }
    }

    private var mentionedFields: [String] {
        var names = Set<String>()
        for test in tests {
            for conditions in [test.conditions] + test.notCounting {
                names.formUnion(conditions.fieldTests.map(\.name))
            }
            switch test.quantifier {
            case .count(let field?, _, _), .each(let field, _): names.insert(field)
            default: break
            }
        }
        return names.sorted()
    }

    /// Values of a field that some condition tells apart; where values are counted, enough different ones.
    private func values(of name: String) -> [FactValue]? {
        var asked: [LeafTest] = []
        var needed = 1
        for test in tests {
            for conditions in [test.conditions] + test.notCounting {
                asked += conditions.fieldTests.filter { $0.name == name }.map(\.test)
            }
            switch test.quantifier {
            case .count(name, let least, let most):
                needed = max(needed, least ?? 0, (most ?? 0) + 1)
                // A value of each group that counts as one, and another of the same group.
                asked += test.countedAsOne.values.map { .oneOf($0.map { .value($0) }) }
            case .each(name, let values): asked += values.map { .oneOf([$0]) }
            default: break
            }
        }
        guard var all = valuesOfType(name, asked) else { return nil }
        if case .code? = fields[name], needed > 1 { all += (2...needed).map { .code("-\($0)") } }
        let context = EvaluationContext(facts: [:], asOf: asOf)
        var kept: [[Verdict]: Int] = [:]
        return all.filter { value in
            let outcome = asked.map { $0.verdict(value, context, record: [:]) }
            kept[outcome, default: 0] += 1
            return (kept[outcome] ?? 0) <= needed
        }
    }

    private func valuesOfType(_ name: String, _ tests: [LeafTest]) -> [FactValue]? {
        guard let type = fields[name] else { return nil }
        let leaves = tests.map { test in
            Leaf(
                id: "", title: "", citation: Citation(source: "", place: ""), fact: nil, test: test,
                location: SourceLocation(file: "", line: 1, column: 1))
        }
        var seen: Set<FactValue> = []
        return (candidates(leaves, type, asOf: asOf) ?? []).filter { seen.insert($0).inserted }
    }
}

extension RecordConditions {
    /// Every field's tests, those of the alternatives too.
    fileprivate var fieldTests: [Field] { fields + oneOf.flatMap(\.fieldTests) }
}

extension LeafTest {
    /// Whether lists can be found that show how the test comes out: nothing in it hangs on other facts, on other fields
    /// of the record, or on sums and spacings over time.
    var canBeTriedOnLists: Bool {
        guard case .records(let test) = self else {
            if case .known = self { return true }
            return false
        }
        switch test.quantifier {
        case .rolling, .spacing: return false
        default: break
        }
        let tests = ([test.conditions] + test.notCounting).flatMap(\.fieldTests).map(\.test)
        return test.otherFacts.isEmpty && tests.allSatisfy { !$0.hangsOnFields }
    }

    private var hangsOnFields: Bool {
        func isField(_ bound: Bound) -> Bool { if case .field = bound { true } else { false } }
        switch self {
        case .compare(_, let bound), .within(_, _, let bound): return isField(bound)
        case .between(let low, let high): return isField(low) || isField(high)
        default: return false
        }
    }
}
