import Testing

/// A small sound definition, and edits that break it.
let sound = """
    workflow: small
    version: 2
    start: open
    clocks: {follow-up: "Follow-up", answer: "Answer", notice: "Notice"}
    anchors: {due: "Due date"}
    alerts:
      stalled: {title: "Stalled", severity: warning}
      closing: {title: "Closing", severity: urgent, lead: notice}
    effects: {letter: {title: "Letter", lost: hold}}
    events:
      request.opened: {title: "Opened", by: operator}
      order.sent: {title: "Sent", by: operator}
      payer.answered: {title: "Answered", by: payer}
      answer.lapsed: {title: "Lapsed", by: clock}
    states:
      open:
        title: "Open"
        kind: work
        deadlines: {stalled: {after: follow-up, alert: stalled}}
        moves: {order.sent: {to: waiting, effect: letter}}
      waiting:
        title: "Waiting"
        kind: wait
        deadlines: {lapse: {at: due, otherwise: answer, event: answer.lapsed, alert: closing}}
        moves: {payer.answered: done, answer.lapsed: done}
      done: {title: "Done", kind: final}

    """

struct Break: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let edits: [(old: String, new: String)]
    let messages: [String]

    init(_ name: String, _ edits: [(String, String)], _ messages: String...) {
        testDescription = name
        self.edits = edits.map { ($0.0, $0.1) }
        self.messages = messages
    }

    static let shape = [
        Break(
            "unknown key", [("start: open\n", "stort: open\n")],
            "w.yaml:1:1: error: the key \"start\" is missing",
            "w.yaml:3:1: error: unknown key \"stort\"; did you mean \"start\"?"),
        Break("version 0", [("version: 2", "version: 0")], "w.yaml:2:10: error: versions count from 1, found 0"),
        Break(
            "state name", [("done: {title", "Done: {title"), (": done", ": open")],
            """
            w.yaml:26:3: error: the name "Done" is not accepted; write small letters, digits and underscores, \
            beginning with a letter, such as in_review
            """),
        Break(
            "event name", [("order.sent: {title", "sent: {title"), ("order.sent:", "sent:")],
            """
            w.yaml:12:3: error: the name "sent" is not accepted; write two or more words with dots between them, such as \
            payer.approved_in_part
            """,
            """
            w.yaml:20:13: error: the name "sent" is not accepted; write two or more words with dots between them, such as \
            payer.approved_in_part
            """),
        Break(
            "clock name", [("notice: \"Notice\"", "early_notice: \"Notice\""), ("lead: notice", "lead: answer")],
            """
            w.yaml:4:52: error: the name "early_notice" is not accepted; write small letters and digits with hyphens \
            between words, such as renewal-window
            """),
        Break(
            "two edges for one state and event",
            [("{payer.answered: done, answer.lapsed: done}", "{payer.answered: done, payer.answered: open}")],
            "w.yaml:25:13: error: the key \"payer.answered\" stands twice in one mapping"),
        Break(
            "kind", [("kind: wait", "kind: wat")],
            "w.yaml:23:11: error: unknown value \"wat\"; did you mean \"wait\"?"),
        Break(
            "a state called stay", [("done: {title", "stay: {title"), (": done", ": stay")],
            "w.yaml:26:3: error: no state can be called stay: it is the word for leaving a state alone"),
        Break(
            "title over two lines", [("\"Done\"", "\"Do\\nne\"")],
            "w.yaml:26:17: error: write it on one line, without tabs or other control characters"),
        Break(
            "deadline without a time", [("{after: follow-up, alert: stalled}", "{alert: stalled}")],
            """
            w.yaml:19:26: error: a deadline has exactly one of "after" (a clock), "at" and "before" (a date); this one has none
            """),
        Break(
            "deadline with two times", [("{at: due,", "{at: due, after: answer,")],
            """
            w.yaml:24:24: error: a deadline has exactly one of "after" (a clock), "at" and "before" (a date); this one has \
            after and at
            """,
            "w.yaml:24:60: error: \"otherwise\" is for dates that may be missing; an \"after\" has none"),
        Break(
            "before without by", [("{at: due,", "{before: due,")],
            "w.yaml:24:24: error: \"before\" needs \"by\": the clock by which it is earlier than the date"),
        Break(
            "by without before", [("{at: due,", "{at: due, by: answer,")],
            "w.yaml:24:38: error: \"by\" goes with \"before\": the clock by which it is earlier than the date"),
        Break(
            "idle deadline", [("{after: follow-up, alert: stalled}", "{after: follow-up}")],
            "w.yaml:19:17: error: the deadline does nothing; give it an event, an alert or both"),
        Break(
            "otherwise_alert alone", [("otherwise: answer,", "otherwise_alert: stalled,")],
            "w.yaml:24:51: error: \"otherwise_alert\" needs \"otherwise\": the clock after which it is raised"),
        Break(
            "waits without because", [("    deadlines: {lapse", "    waits: forever\n    deadlines: {lapse")],
            "w.yaml:24:12: error: say why with \"because:\", so that the next reader can judge it"),
        Break(
            "work that waits forever", [("kind: work\n", "kind: work\n    waits: forever\n    because: x\n")],
            "w.yaml:19:12: error: only a state of kind wait can wait forever"),
        Break(
            "group with a kind",
            [("done: {title: \"Done\"", "end: {title: \"E\", states: {done: {title: \"D\", kind: final}}")],
            "w.yaml:26:64: error: unknown key \"kind\"; known keys: title, states, moves, deadlines"),
    ]

    static let names = [
        Break(
            "word of a recorded step",
            [("\"Sent\", by: operator", "\"Sent\", by: operator, record: {needs: [resaon]}")],
            "w.yaml:12:62: error: unknown word or anchor \"resaon\"; did you mean \"reason\"?"),
        Break(
            "anchor of a recorded step",
            [("\"Sent\", by: operator", "\"Sent\", by: operator, record: {takes: [duee]}")],
            "w.yaml:12:62: error: unknown word or anchor \"duee\"; did you mean \"due\"?"),
        Break(
            "key of a recorded step", [("\"Sent\", by: operator", "\"Sent\", by: operator, record: {neds: [due]}")],
            "w.yaml:12:54: error: unknown key \"neds\"; did you mean \"needs\"?"),
        Break(
            "word of a recorded step twice",
            [("\"Sent\", by: operator", "\"Sent\", by: operator, record: {needs: [due], takes: [due]}")],
            "w.yaml:12:76: error: \"due\" stands twice; a word is needed or may be given"),
        Break(
            "recorded date of a day's beginning",
            [
                ("due: \"Due date\"", "due: {title: \"Due date\", day: begins}"),
                ("\"Sent\", by: operator", "\"Sent\", by: operator, record: {needs: [due]}"),
            ],
            "w.yaml:12:62: error: \"due\" is due when its day begins; a recorded step carries the ends of days only"),
        Break(
            "clock's event recorded", [("\"Lapsed\", by: clock", "\"Lapsed\", by: clock, record: {}")],
            """
            w.yaml:14:55: error: "answer.lapsed" is not a person's to record; "record" is for events by operator or payer, \
            and not for request.opened
            """),
        Break(
            "unknown state", [("to: waiting", "to: waitng")],
            "w.yaml:20:30: error: unknown state \"waitng\"; did you mean \"waiting\"?"),
        Break(
            "unknown start", [("start: open", "start: begin")],
            "w.yaml:3:8: error: unknown state \"begin\"; declared: done, open, waiting"),
        Break(
            "unknown event", [("{payer.answered: done", "{payer.answerd: done")],
            "w.yaml:25:13: error: unknown event \"payer.answerd\"; did you mean \"payer.answered\"?"),
        Break(
            "unknown event under always", [("states:\n", "always: [note.recorded]\nstates:\n")],
            """
            w.yaml:15:10: error: unknown event "note.recorded"; declared: request.opened, order.sent, payer.answered, answer.lapsed
            """),
        Break(
            "unknown effect", [("effect: letter", "effect: leter")],
            "w.yaml:20:47: error: unknown effect \"leter\"; did you mean \"letter\"?"),
        Break(
            "unknown clock", [("after: follow-up", "after: folow-up"), ("lead: notice", "lead: notices")],
            "w.yaml:8:55: error: unknown clock \"notices\"; did you mean \"notice\"?",
            "w.yaml:19:34: error: unknown clock \"folow-up\"; did you mean \"follow-up\"?"),
        Break(
            "unknown anchor", [("at: due", "at: dew")],
            "w.yaml:24:29: error: unknown anchor \"dew\"; declared: due"),
        Break(
            "unknown alert", [("alert: closing", "alert: closng")],
            "w.yaml:24:82: error: unknown alert \"closng\"; did you mean \"closing\"?"),
        Break(
            "state declared twice",
            [("done: {", "group: {title: \"G\", states: {open: {title: \"O\", kind: final}}}\n  done: {")],
            "w.yaml:26:32: error: the name \"open\" is taken by a state or group in line 16; names are unique in the whole file"
        ),
        Break(
            "move into a group",
            [
                (
                    "  done: {title: \"Done\", kind: final}",
                    "  end: {title: \"E\", states: {done: {title: \"D\", kind: final}}}"
                ),
                ("answered: done", "answered: end"),
            ],
            "w.yaml:25:29: error: \"end\" is a group; name one of its states: done"),
        Break(
            "opening again", [("{payer.answered: done", "{request.opened: open, payer.answered: done")],
            "w.yaml:25:13: error: request.opened opens a request and cannot come again; \"start\" says where it leads"),
        Break(
            "no opening", [("  request.opened: {title: \"Opened\", by: operator}\n", "")],
            "w.yaml:1:1: error: the event request.opened is not declared; it opens every request"),
        Break(
            "reserved event",
            [("  order.sent: {title", "  workflow.migrated: {title: \"M\", by: worker}\n  order.sent: {title")],
            "w.yaml:12:3: error: workflow.migrated is reserved: the engine applies it when a request changes versions"),
        Break(
            "deadline with a person's event", [("by: clock", "by: payer")],
            """
            w.yaml:24:60: error: a deadline brings "answer.lapsed", but it is declared "by: payer"; write "by: clock" there
            """),
        Break(
            "always twice", [("states:\n", "always: [order.sent, order.sent]\nstates:\n")],
            "w.yaml:15:22: error: the event \"order.sent\" stands twice under \"always\""),
    ]

    static let graph = [
        Break(
            "unreachable state", [("done: {", "island: {title: \"I\", kind: final}\n  done: {")],
            "w.yaml:26:3: error: no way leads from \"open\" to \"island\""),
        Break(
            "no final state", [("kind: final", "kind: wait, deadlines: {a: {after: answer, alert: stalled}}")],
            "w.yaml:16:3: error: no state is final; a request must be able to end"),
        Break(
            "no way to an end",
            [
                ("moves: {order.sent", "moves: {payer.answered: pit, order.sent"),
                (
                    "  done: {",
                    "  pit: {title: \"P\", kind: wait, deadlines: {a: {after: answer, alert: stalled}}}\n  done: {"
                ),
            ],
            "w.yaml:26:3: error: from \"pit\" no final state can be reached"),
        Break(
            "final state that is left", [("kind: final}", "kind: final, moves: {order.sent: open}}")],
            "w.yaml:26:46: error: \"done\" is final, so order.sent can only stay; make it a waiting state or drop the move"
        ),
        Break(
            "final state in a group with moves",
            [
                (
                    "  done: {title: \"Done\", kind: final}",
                    "  end: {title: \"E\", moves: {order.sent: open}, states: {done: {title: \"D\", kind: final}}}"
                )
            ],
            """
            w.yaml:26:57: error: "done" is final but has the move order.sent from its group "end"; put it outside the group
            """),
        Break(
            "waiting state without deadline",
            [
                ("    deadlines: {lapse: {at: due, otherwise: answer, event: answer.lapsed, alert: closing}}\n", ""),
                ("answer.lapsed: done", "order.sent: stay"),
            ],
            """
            w.yaml:21:3: error: "waiting" has no deadline, so a request could be forgotten there; give it one, or \
            "waits: forever" and "because:"
            """),
        Break(
            "work without deadline", [("    deadlines: {stalled: {after: follow-up, alert: stalled}}\n", "")],
            "w.yaml:16:3: error: \"open\" has no deadline, so a request could be forgotten there; give it one"),
        Break(
            "waits forever with a deadline", [("kind: wait\n", "kind: wait\n    waits: forever\n    because: \"x\"\n")],
            "w.yaml:21:3: error: \"waiting\" waits forever but has the deadline \"lapse\"; drop one of them"),
        Break(
            "final with a deadline",
            [("kind: final}", "kind: final, deadlines: {a: {after: answer, alert: stalled}}}")],
            "w.yaml:26:3: error: \"done\" is final but has the deadline \"a\"; drop it"),
        Break(
            "deadline whose event is illegal", [(", answer.lapsed: done}", "}")],
            "w.yaml:24:60: error: the deadline \"lapse\" brings answer.lapsed, which \"waiting\" has no move for"),
        Break(
            "deadline that tells nobody", [(", alert: closing", ""), ("answer.lapsed: done", "answer.lapsed: stay")],
            "w.yaml:24:60: error: the deadline \"lapse\" tells nobody: answer.lapsed leaves \"waiting\" alone; give it an alert"
        ),
        Break(
            "missing date without a clock", [("otherwise: answer, ", "")],
            """
            w.yaml:24:17: error: when no event carried "due", nothing is due in "waiting"; add "otherwise" with a clock
            """),
        Break(
            "circle of one", [("answer.lapsed: done", "answer.lapsed: waiting")],
            """
            w.yaml:21:3: error: deadlines alone lead in a circle: waiting → waiting; \
            let one of them raise an alert instead of an event
            """),
        Break(
            "circle of two",
            [
                ("answer.lapsed: done", "answer.lapsed: open"),
                ("{after: follow-up, alert: stalled}", "{after: follow-up, event: stall.ended}"),
                ("moves: {order.sent", "moves: {stall.ended: waiting, order.sent"),
                ("  order.sent: {title", "  stall.ended: {title: \"S\", by: clock}\n  order.sent: {title"),
            ],
            """
            w.yaml:17:3: error: deadlines alone lead in a circle: open → waiting → open; \
            let one of them raise an alert instead of an event
            """),
        Break(
            "name of a notice",
            [("deadlines: {lapse:", "deadlines: {lapse-notice: {after: answer, alert: stalled}, lapse:")],
            """
            w.yaml:24:17: error: the name "lapse-notice" is needed for the early alert of "lapse"; choose another
            """),
        Break(
            "early alert for a missing date", [("otherwise: answer,", "otherwise: answer, otherwise_alert: closing,")],
            """
            w.yaml:24:70: error: the alert "closing" has a lead, and an "otherwise_alert" is raised when its clock runs out; \
            name an alert without a lead
            """),
        Break(
            "migration from a later version",
            [("version: 2\n", "version: 2\nmigrates_from: {version: 2, states: {}}\n")],
            "w.yaml:3:26: error: version 2 cannot take over from version 2; name an earlier one"),
    ]
}
