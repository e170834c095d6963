public import CivilTime
public import Diagnostics
import StrictYAML

/// The clocks that a payer's module or the practice sets.
public struct ClockTable: Sendable {
    public let rules: [ClockRule]

    public init(rules: [ClockRule]) { self.rules = rules }

    /// The row that holds for a clock on a day: one for this urgency before one for any.
    public func rule(for clock: String, urgency: ClockRule.Urgency, on date: CivilDate) -> ClockRule? {
        let holding = rules.filter { $0.clock == clock && $0.isInForce(on: date) }
        return holding.first { $0.urgency == urgency } ?? holding.first { $0.urgency == nil }
    }

    /// Reads the practice's own clocks, `Workflows/clocks.yaml`.
    /// - Throws: `InvalidSource`.
    public static func parsePracticeDefaults(
        _ bytes: some Sequence<UInt8>, file: String
    ) throws(InvalidSource) -> ClockTable {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        let list = root.fields(required: ["clocks"], in: &problems)?["clocks"]
        let table = list.map { ClockTable.read($0, origin: .practice, in: &problems) }
        try problems.throwIfErrors()
        return table ?? ClockTable(rules: [])
    }

    static func read(_ list: YAMLNode, origin: ClockRule.Origin, in problems: inout DiagnosticList) -> ClockTable {
        var rules: [ClockRule] = []
        for item in list.items(in: &problems) ?? [] {
            guard let rule = rule(item, origin: origin, in: &problems) else { continue }
            if let other = rules.first(where: { overlap($0, rule) }) {
                problems.error(
                    at: item.location,
                    "the clock \"\(rule.clock)\" has two rows for the same urgency and days (\(other) and \(rule)); "
                        + "end one with until")
            }
            rules.append(rule)
        }
        return ClockTable(rules: rules)
    }

    private static func overlap(_ left: ClockRule, _ right: ClockRule) -> Bool {
        guard left.clock == right.clock, left.urgency == right.urgency else { return false }
        let endsBefore = { (first: ClockRule, second: ClockRule) -> Bool in
            guard let until = first.until, let from = second.from else { return false }
            return until < from
        }
        return !endsBefore(left, right) && !endsBefore(right, left)
    }

    private static func rule(
        _ node: YAMLNode, origin: ClockRule.Origin, in problems: inout DiagnosticList
    ) -> ClockRule? {
        guard
            let fields = node.fields(
                required: ["clock", "urgency", "amount", "unit", "source"],
                optional: ["from", "until", "verified", "note"], in: &problems)
        else { return nil }
        let clock = fields["clock"]?.string(in: &problems)
        let urgency = fields["urgency"]?
            .word(among: ClockRule.Urgency.allCases.map(\.rawValue) + ["any"], in: &problems)
        let amount = fields["amount"]?.integer(in: &problems)
        let unit = fields["unit"]?
            .word(among: ClockRule.Unit.allCases.map(\.rawValue), in: &problems).flatMap(ClockRule.Unit.init)
        let source = fields["source"]?.string(in: &problems)
        let from = fields["from"]?.date(in: &problems)
        let until = fields["until"]?.date(in: &problems)
        if let from, let until, until < from { problems.error(at: node.location, "the row ends before it begins") }
        let isVerified = fields["verified"]?.boolean(in: &problems)
        if case .payer = origin, isVerified == nil {
            problems.error(at: node.location, "say verified: true when the figure was seen in the source, else false")
        }
        if let amount, let node = fields["amount"], !(1...9_999).contains(amount) {
            problems.error(at: node.location, "a clock runs from 1 to 9999 units")
            return nil
        }
        guard let clock, let urgency, let amount, let unit, let source else { return nil }
        return ClockRule(
            clock: clock, urgency: ClockRule.Urgency(rawValue: urgency), amount: amount, unit: unit, from: from,
            until: until, source: source, isVerified: isVerified ?? false, note: fields["note"]?.string(in: &problems),
            origin: origin, location: node.location)
    }
}
