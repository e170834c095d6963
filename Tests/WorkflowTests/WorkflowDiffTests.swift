import Testing
import Workflow

@Suite("The difference of two definitions") struct WorkflowDiffTests {
    @Test("is empty for the same, whatever the order of keys")
    func same() throws {
        let reordered = sound.replacing(
            "{payer.answered: done, answer.lapsed: done}", with: "{answer.lapsed: done, payer.answered: done}")
        let diff = WorkflowDiff(from: try read(sound).get(), to: try read(reordered).get())
        #expect(diff.isEmpty && diff.description == "")
    }

    @Test("names what was added, removed and changed")
    func changes() throws {
        let edited =
            sound
            .replacing("version: 2", with: "version: 3\nmigrates_from: {version: 2, states: {open: waiting}}")
            .replacing("title: \"Waiting\"", with: "title: \"With the payer\"")
            .replacing("payer.answered: done", with: "payer.answered: open")
            .replacing("{to: waiting, effect: letter}", with: "waiting")
            .replacing("after: follow-up, alert: stalled", with: "after: answer, alert: stalled")
            .replacing("  done: {", with: "  lost: {title: \"Lost\", kind: final}\n  done: {")
            .replacing("answer.lapsed: done", with: "answer.lapsed: lost")
            .replacing("answer.lapsed: lost}", with: "answer.lapsed: lost, order.sent: done}")
        let diff = WorkflowDiff(from: try read(sound).get(), to: try read(edited).get())
        #expect(
            diff.description == """
                ~ workflow small: version 2, start open → version 3, start open
                + state lost: final, "Lost"
                ~ state waiting: wait, "Waiting" → wait, "With the payer"
                ~ move open order.sent: waiting, effect letter → waiting
                ~ move waiting answer.lapsed: done → lost
                + move waiting order.sent: done
                ~ move waiting payer.answered: done → open
                ~ deadline open stalled: after follow-up, alert stalled → after answer, alert stalled
                + migrates from: version 2
                + migration open: waiting

                """)
        let back = WorkflowDiff(from: try read(edited).get(), to: try read(sound).get())
        #expect(back.description.contains("- state lost: final, \"Lost\"\n"))
    }
}

@Suite("The canonical text") struct CanonicalTextTests {
    @Test("says how a person records an event")
    func recording() throws {
        let record = "record: {needs: [reason], takes: [due, reference], one_way: \"No way back\", rules: [appeal]}"
        let edited = sound.replacing("\"Sent\", by: operator", with: "\"Sent\", by: operator, \(record)")
        let text = try read(edited).get().canonicalText
        #expect(
            text.contains(
                """
                event order.sent: "Sent", by operator, recorded, needs reason, takes due reference, one way "No way back", \
                rules appeal

                """))
        let bare = sound.replacing("\"Sent\", by: operator", with: "\"Sent\", by: operator, record: {}")
        #expect(try read(bare).get().canonicalText.contains("\nevent order.sent: \"Sent\", by operator, recorded\n"))
    }

    @Test("holds all that the definition says, one fact a line")
    func text() throws {
        #expect(
            try read(sound).get().canonicalText == """
                precert workflow, form 1
                workflow small: version 2, start open
                clock answer: "Answer"
                clock follow-up: "Follow-up"
                clock notice: "Notice"
                anchor due: "Due date", day ends
                alert closing: "Closing", urgent, lead notice
                alert stalled: "Stalled", warning
                effect letter: "Letter", lost: hold
                event answer.lapsed: "Lapsed", by clock
                event order.sent: "Sent", by operator
                event payer.answered: "Answered", by payer
                event request.opened: "Opened", by operator
                state done: final, "Done"
                state open: work, "Open"
                state waiting: wait, "Waiting"
                move (start) request.opened: open
                move open order.sent: waiting, effect letter
                move waiting answer.lapsed: done
                move waiting payer.answered: done
                deadline open stalled: after follow-up, alert stalled
                deadline waiting lapse: at due, event answer.lapsed; otherwise after answer, event answer.lapsed
                deadline waiting lapse-notice: notice before due, alert closing; \
                otherwise notice before the end of answer, alert closing

                """)
    }

    @Test(
        "changes with everything that the definition says",
        arguments: [
            ("version: 2", "version: 3"), ("\"Follow-up\"", "\"Follow up\""),
            ("\"Due date\"", "{title: \"Due date\", lasts: true}"),
            ("\"Due date\"", "{title: \"Due date\", day: begins}"), ("severity: warning", "severity: info"),
            ("lead: notice", "lead: answer"), ("lost: hold", "lost: retry"),
            ("by: payer", "by: operator"), ("title: \"Open\"", "title: \"Op\\\"en\""), ("kind: wait", "kind: work"),
            ("payer.answered: done", "payer.answered: stay"), (", effect: letter", ""),
            ("at: due", "before: due, by: notice"),
            (", alert: closing", ""), ("otherwise: answer", "otherwise: follow-up"),
            ("workflow: small", "workflow: smaller"),
        ])
    func sensitivity(old: String, new: String) throws {
        #expect(sound.contains(old))
        let changed = try read(sound.replacing(old, with: new)).get()
        #expect(changed.canonicalText != (try read(sound).get().canonicalText))
    }

    @Test("a title cannot pretend to be another fact")
    func quoting() throws {
        let tricky = try read(sound.replacing("\"Answer\"", with: "'Answer\", lasts\\'")).get()
        #expect(tricky.canonicalText.contains("clock answer: \"Answer\\\", lasts\\\\\"\n"))
    }
}
