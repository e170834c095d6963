import Codes
import Diagnostics
import Testing

/// One row of a rule's table of cases: an order that differs from a right one, and what the rule says of it.
struct RuleCase: Sendable, CustomTestStringConvertible {
    /// What a rule is expected to find: severity, found, expected.
    typealias Verdict = (severity: Diagnostic.Severity, found: String, expected: String)

    let name: String
    let verdict: Verdict?
    let says: String
    let change: @Sendable (inout ProposedService) -> Void

    var testDescription: String { name }

    /// The rule finds exactly this, in a message that contains `says`.
    init(
        _ name: String, _ severity: Diagnostic.Severity, _ found: String, _ expected: String = "", says: String = "",
        change: @escaping @Sendable (inout ProposedService) -> Void
    ) {
        self.name = name
        verdict = (severity, found, expected)
        self.says = says
        self.change = change
    }

    /// The rule is silent.
    init(silent name: String, change: @escaping @Sendable (inout ProposedService) -> Void) {
        self.name = name
        verdict = nil
        says = ""
        self.change = change
    }

    func check(_ rule: String) {
        let found = findings(rule, order(change))
        guard let verdict else {
            #expect(found.map(\.message) == [])
            return
        }
        #expect(found.count == 1)
        guard let first = found.first else { return }
        #expect(first.severity == verdict.severity)
        #expect(first.found == verdict.found)
        #expect(first.expected == verdict.expected)
        #expect(first.message.contains(says))
        #expect(!first.source.isEmpty)
        #expect(!first.message.hasSuffix("."))
    }
}
