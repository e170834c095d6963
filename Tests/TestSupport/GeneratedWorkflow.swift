public import Workflow

/// A random, valid workflow definition and random lives of requests in it; the same for the same seed.
///
/// Valid by construction: each state has a way to the next and so to an end, and events of deadlines lead only onward,
/// so that deadlines alone never circle. Uses nothing but the public interface of `Workflow`.
public struct GeneratedWorkflow: Sendable {
    public let seed: UInt64
    private let root: Tree

    public init(seed: UInt64, name: String = "generated", version: Int = 1) {
        self.seed = seed
        var writer = Writer(random: SeededRandom(seed: seed))
        root = writer.definition(name: name, version: version)
    }

    /// The definition as a file.
    public var yaml: String { root.rendered(indent: 0) }

    /// The same definition with the keys of every mapping in another order.
    public func shuffledYAML(seed: UInt64) -> String {
        var random = SeededRandom(seed: seed)
        return root.shuffled(&random).rendered(indent: 0)
    }

    /// - Throws: `InvalidSource` when the generator is broken.
    public func compiled() throws -> CompiledWorkflow {
        try WorkflowReading(yaml.utf8, file: "generated-\(seed).yaml").get()
    }

    /// A life of one request: `request.opened` and `length` more events, three in four of them legal where they come.
    public static func events(in workflow: CompiledWorkflow, length: Int, seed: UInt64) -> [String] {
        var random = SeededRandom(seed: seed)
        var run = WorkflowRun(workflow)
        var events = [CompiledWorkflow.openingEvent]
        _ = run.apply(CompiledWorkflow.openingEvent)
        for _ in 0..<length {
            let legal = workflow.events(in: run.state)
            let pool = random.chance(3, in: 4) && !legal.isEmpty ? legal : workflow.events.map(\.name)
            let event = random.pick(pool)
            events.append(event)
            _ = run.apply(event)
        }
        return events
    }
}

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    public mutating func chance(_ part: Int, in whole: Int) -> Bool { Int.random(in: 0..<whole, using: &self) < part }

    /// - Precondition: there is something to pick from.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}

/// A YAML file before it is text.
private indirect enum Tree: Sendable {
    case word(String)
    case mapping([(key: String, value: Tree)])

    func rendered(indent: Int) -> String {
        guard case .mapping(let entries) = self else { return "" }
        let margin = String(repeating: " ", count: indent)
        return entries.map { entry in
            if case .word(let word) = entry.value { return "\(margin)\(entry.key): \(word)\n" }
            return "\(margin)\(entry.key):\n" + entry.value.rendered(indent: indent + 2)
        }.joined()
    }

    /// This deadline without its `otherwise`, when the other one has it for the same date.
    func withoutFallback(whenIn other: Tree) -> Tree {
        guard case .mapping(let mine) = self, case .mapping(let others) = other else { return self }
        let dates = ["at", "before"]
        guard let date = mine.first(where: { dates.contains($0.key) }), others.contains(where: { $0.key == date.key })
        else { return self }
        return .mapping(mine.filter { !$0.key.hasPrefix("otherwise") })
    }

    func shuffled(_ random: inout SeededRandom) -> Tree {
        guard case .mapping(let entries) = self else { return self }
        var shuffled: [(key: String, value: Tree)] = []
        for entry in entries.shuffled(using: &random) { shuffled.append((entry.key, entry.value.shuffled(&random))) }
        return .mapping(shuffled)
    }
}

private struct Writer {
    typealias Entry = (key: String, value: Tree)

    var random: SeededRandom
    var clockEvents: [String] = []
    let events = (0..<8).map { "step.event_\($0)" }
    let clocks = ["short", "long"]
    let finals = ["done", "dropped"]

    mutating func definition(name: String, version: Int) -> Tree {
        let count = Int.random(in: 2...9, using: &random)
        let states = nodes(0..<count, of: count, depth: 0, isAttended: false)
        let ends: [Entry] = finals.map { ($0, .mapping([("title", .word("End")), ("kind", .word("final"))])) }
        var declared: [Entry] = [(CompiledWorkflow.openingEvent, event("Opened", by: "operator"))]
        for name in events { declared.append((name, event("Step", by: random.pick(["operator", "payer", "worker"])))) }
        declared.append(("step.drop", event("Dropped", by: "operator")))
        declared.append(("note.recorded", event("Note", by: "operator")))
        for name in clockEvents { declared.append((name, event("Clock", by: "clock"))) }
        return .mapping([
            ("workflow", .word(name)),
            ("version", .word("\(version)")),
            ("start", .word("s0")),
            ("clocks", .mapping(clocks.map { ($0, .word("Clock")) })),
            ("anchors", .mapping([("day", .word("A day")), ("lasting-day", lastingAnchor)])),
            ("alerts", .mapping([("plain", alert(lead: nil)), ("early", alert(lead: "short"))])),
            ("effects", .mapping(["retry", "inquire", "hold"].map { ($0, effect(lost: $0)) })),
            ("events", .mapping(declared)),
            ("always", .word("[note.recorded]")),
            ("states", .mapping(states + ends)),
        ])
    }

    private var lastingAnchor: Tree { .mapping([("title", .word("A day that lasts")), ("lasts", .word("true"))]) }

    private func event(_ title: String, by source: String) -> Tree {
        .mapping([("title", .word(title)), ("by", .word(source))])
    }

    private func effect(lost: String) -> Tree { .mapping([("title", .word("Effect")), ("lost", .word(lost))]) }

    private func alert(lead: String?) -> Tree {
        .mapping(
            [("title", .word("Alert")), ("severity", .word("info"))] + (lead.map { [("lead", .word($0))] } ?? []))
    }

    /// The states of a range, some of them in groups.
    private mutating func nodes(_ range: Range<Int>, of count: Int, depth: Int, isAttended: Bool) -> [Entry] {
        var entries: [Entry] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let size = Int.random(in: 1...3, using: &random)
            let end = min(index + size, range.upperBound)
            if depth < 2, random.chance(1, in: 3) {
                entries.append(group(index..<end, of: count, depth: depth, isAttended: isAttended))
                index = end
            } else {
                entries.append(state(index, of: count, isAttended: isAttended))
                index += 1
            }
        }
        return entries
    }

    private mutating func group(_ range: Range<Int>, of count: Int, depth: Int, isAttended: Bool) -> Entry {
        var moves = someMoves(of: count, atMost: 2)
        var deadlines: [Entry] = []
        if random.chance(1, in: 2) {
            deadlines.append(deadline("group-\(depth)", onwardFrom: range.upperBound - 1, of: count, moves: &moves))
        }
        let children = nodes(range, of: count, depth: depth + 1, isAttended: isAttended || !deadlines.isEmpty)
        return (
            "g\(depth)_\(range.lowerBound)",
            .mapping([
                ("title", .word("Group")), ("moves", .mapping(moves)), ("deadlines", .mapping(deadlines)),
                ("states", .mapping(children)),
            ])
        )
    }

    private mutating func state(_ index: Int, of count: Int, isAttended: Bool) -> Entry {
        var moves = someMoves(of: count, atMost: 4)
        let onward = index + 1 < count ? "s\(index + 1)" : "done"
        let taken = moves.map(\.key)
        moves.append((random.pick(events.filter { !taken.contains($0) }), target(onward)))
        if index == 0 { moves.append(("step.drop", .word("dropped"))) }
        var lines: [Entry] = [("title", .word("State \(index)"))]
        if !isAttended, random.chance(1, in: 6) {
            lines += [("kind", .word("wait")), ("waits", .word("forever")), ("because", .word("it may"))]
        } else {
            lines.append(("kind", .word(random.pick(["work", "wait"]))))
            let first = deadline("first", onwardFrom: index, of: count, moves: &moves)
            var deadlines = [first]
            if random.chance(1, in: 2) {
                var second = deadline("second", onwardFrom: index, of: count, moves: &moves)
                if random.chance(1, in: 2) { second.value = second.value.withoutFallback(whenIn: first.value) }
                deadlines.append(second)
            }
            lines.append(("deadlines", .mapping(deadlines)))
        }
        lines.append(("moves", .mapping(moves)))
        return ("s\(index)", .mapping(lines))
    }

    /// Moves on different events to anywhere, the state itself and `stay` included.
    private mutating func someMoves(of count: Int, atMost limit: Int) -> [Entry] {
        let chosen = events.shuffled(using: &random).prefix(Int.random(in: 0...limit, using: &random))
        let places = (0..<count).map { "s\($0)" } + ["stay", "stay", "dropped"]
        return chosen.map { ($0, target(random.pick(places))) }
    }

    private mutating func target(_ place: String) -> Tree {
        guard random.chance(1, in: 4) else { return .word(place) }
        return .mapping([("to", .word(place)), ("effect", .word(random.pick(["retry", "inquire", "hold"])))])
    }

    /// A deadline; when it brings an event, the move for it is added, and leads onward.
    private mutating func deadline(_ name: String, onwardFrom index: Int, of count: Int, moves: inout [Entry]) -> Entry
    {
        var lines: [Entry] = []
        switch Int.random(in: 0..<3, using: &random) {
        case 0: lines.append(("after", .word("long")))
        case 1: lines += [("at", .word("day")), ("otherwise", .word("long"))]
        default:
            lines += [("before", .word("lasting-day")), ("by", .word("short")), ("otherwise", .word("long"))]
            if random.chance(1, in: 2) { lines.append(("otherwise_alert", .word("plain"))) }
        }
        let bringsEvent = random.chance(1, in: 2)
        if bringsEvent {
            let event = "clock.event_\(clockEvents.count)"
            clockEvents.append(event)
            let places = (index..<count).dropFirst().map { "s\($0)" } + finals
            moves.append((event, target(random.pick(places))))
            lines.append(("event", .word(event)))
        }
        if !bringsEvent || random.chance(1, in: 2) { lines.append(("alert", .word(random.pick(["plain", "early"])))) }
        return (name, .mapping(lines))
    }
}
