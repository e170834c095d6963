import Diagnostics
import Engine

/// Which events can be recorded for a request, for a person who looks or who typed one that cannot.
struct RecordScreen {
    let events: [RecordableEvent]
    let opened: RequestCase

    /// An event that a person may record, in this state or another.
    struct Chosen {
        let event: RecordableEvent
        let recording: EventRecording

        /// The command line that records it.
        var usage: String {
            (["precert record REQUEST \(event.event)"] + options).joined(separator: " ")
        }

        /// What it needs, and in brackets what it takes.
        var options: [String] {
            recording.needs.map { RecordScreen.option($0) } + recording.takes.map { "[\(RecordScreen.option($0))]" }
        }
    }

    private var possible: [Chosen] {
        events.compactMap { event in
            event.target == nil ? nil : event.recording.map { Chosen(event: event, recording: $0) }
        }
    }

    var table: Table {
        var table = Table(
            [
                Table.Column("event", "Event", priority: .essential),
                Table.Column("title", "What happened", minimumWidth: 16, wraps: true),
                Table.Column("to_state", "State after", isForPrograms: true),
                Table.Column("leads_to", "Leads to", minimumWidth: 16, wraps: true),
                Table.Column("options", "Needs [takes]", minimumWidth: 20, wraps: true),
                Table.Column("needs", "Needs", isForPrograms: true),
                Table.Column("takes", "Takes", isForPrograms: true),
                Table.Column("one_way", "Ends for good", isForPrograms: true),
            ],
            whenEmpty: "nothing can be recorded by hand while the request is \"\(opened.summary.stateTitle)\"")
        for chosen in possible {
            let target = chosen.event.target
            table.append(
                .text(chosen.event.event), .text(chosen.event.title), .text(target?.state),
                .text(target?.isStay == true ? "stays where it is" : target?.title),
                .text(chosen.options.joined(separator: "\n")), .text(Self.options(chosen.recording.needs)),
                .text(Self.options(chosen.recording.takes)),
                .text(chosen.recording.oneWay))
        }
        return table
    }

    /// The event of this name, whether or not the present state allows it.
    func choose(_ name: String) throws -> Chosen {
        guard let event = events.first(where: { $0.event == name }) else {
            let recordable = events.filter { $0.recording != nil }.map(\.event)
            let nearest = nearestMatch(to: name, among: recordable).map { "; did you mean \($0)?" } ?? ""
            throw CLIFailure(.notFound, "unknown event \"\(name.prefix(60))\"\(nearest)", hint: possibleInWords)
        }
        guard let recording = event.recording else {
            let way =
                switch event.by {
                case "payer": "what the payer decided is recorded with precert decide, or comes with its status file"
                case "operator": "another command does that; precert --help lists them"
                default: "the \(event.by) brings it"
                }
            throw CLIFailure(.conflict, "\(name) is not recorded by hand: \(way)", hint: possibleInWords)
        }
        return Chosen(event: event, recording: recording)
    }

    func notPossible(_ name: String) -> CLIFailure {
        let summary = opened.summary
        return CLIFailure(
            .conflict,
            "\(summary.reference): \(name) is not possible in the state \"\(summary.stateTitle)\" (\(summary.state))",
            hint: possibleInWords)
    }

    private var possibleInWords: String {
        possible.isEmpty
            ? "nothing can be recorded now" : "possible now: \(possible.map(\.event.event).joined(separator: ", "))"
    }

    /// How a word or an anchor is given.
    static func option(_ word: String) -> String {
        switch word {
        case "note", "reason", "reference": "--\(word) TEXT"
        case "units": "--units N"
        default: "--date \(word)=DATE"
        }
    }

    private static func options(_ words: [String]) -> String? {
        words.isEmpty ? nil : words.map(option).joined(separator: ", ")
    }
}
