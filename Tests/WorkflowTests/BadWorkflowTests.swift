import Diagnostics
import Testing
import Workflow

@Suite("Definitions with mistakes") struct BadWorkflowTests {
    @Test("the sound definition is accepted without a word")
    func accepted() { #expect(read(sound).diagnostics == []) }

    @Test("a mistake of shape is named with its place", arguments: Break.shape)
    func shape(_ broken: Break) { check(broken) }

    @Test("a name that is not known is named with its place and the nearest", arguments: Break.names)
    func names(_ broken: Break) { check(broken) }

    @Test("a mistake in the graph or a deadline is named with its place", arguments: Break.graph)
    func graph(_ broken: Break) { check(broken) }

    private func check(_ broken: Break) {
        let reading = read(edited(broken.edits))
        #expect(reading.workflow == nil)
        #expect(reading.diagnostics.map(\.description).sorted() == broken.messages.sorted())
    }

    @Test("what is declared and never used is a warning")
    func unused() throws {
        let reading = read(
            edited([
                ("clocks: {", "clocks: {spare: \"Spare\", "), ("anchors: {", "anchors: {spare: \"Spare\", "),
                ("alerts:\n", "alerts:\n  spare: {title: \"S\", severity: info}\n"),
                ("effects: {", "effects: {spare: {title: \"S\", lost: retry}, "),
                ("events:\n", "events:\n  spare.event: {title: \"S\", by: payer}\n"),
            ]))
        #expect(reading.workflow != nil)
        #expect(
            reading.diagnostics.map(\.description) == [
                "w.yaml:4:10: warning: the clock \"spare\" is declared but never used",
                "w.yaml:5:11: warning: the anchor \"spare\" is declared but never used",
                "w.yaml:7:3: warning: the alert \"spare\" is declared but never used",
                "w.yaml:10:11: warning: the effect \"spare\" is declared but never used",
                "w.yaml:12:3: warning: the event \"spare.event\" is declared but never used",
            ])
    }

    @Test("a clock's event that no deadline brings is a warning")
    func neverBrought() throws {
        let reading = read(edited([("{order.sent:", "{answer.lapsed: stay, order.sent:")]))
        #expect(
            reading.diagnostics.map(\.description) == [
                "w.yaml:20:13: warning: answer.lapsed comes by clock, but no deadline of \"open\" brings it"
            ])
    }

    @Test(
        "an alert that would be raised at once is an error where both clocks are known",
        arguments: [(7, 7, false), (7, 8, false), (7, 6, true), (nil, 8, true)])
    func leads(clockDays: Int?, noticeDays: Int, isAccepted: Bool) {
        var durations = ["notice": Duration.seconds(noticeDays * 86_400)]
        durations["answer"] = clockDays.map { .seconds($0 * 86_400) }
        let reading = read(sound, surroundings: .init(clockDurations: durations))
        #expect((reading.workflow != nil) == isAccepted)
        if !isAccepted {
            #expect(
                reading.diagnostics.map(\.description) == [
                    """
                    w.yaml:24:82: error: the alert "closing" is raised "notice" early, which is not shorter than the \
                    deadline's clock "answer"; it would be raised at once
                    """
                ])
        }
    }

    @Test("a state that holds requests must have somewhere to go")
    func migration() throws {
        let map = ("version: 2\n", "version: 2\nmigrates_from: {version: 1, states: {sent: waiting}}\n")
        let forgotten = read(edited([map]), surroundings: .init(populatedStates: ["sent", "open", "parked"]))
        #expect(
            forgotten.diagnostics.map(\.description) == [
                """
                w.yaml:3:16: error: requests stand in "parked", which this version does not have; say under \
                "migrates_from" where they go
                """
            ])
        let workflow = try read(edited([map]), surroundings: .init(populatedStates: ["sent", "open"])).get()
        #expect(workflow.migrationTarget(for: "sent") == "waiting")
        #expect(workflow.migrationTarget(for: "open") == "open")
        #expect(workflow.migrationTarget(for: "parked") == nil)
        #expect(try read(sound).get().migrationTarget(for: "open") == nil)
    }

    @Test("get() throws everything that was found")
    func throwing() {
        let error = #expect(throws: InvalidSource.self) { try read(edited([("at: due", "at: dew")])).get() }
        #expect(error?.diagnostics.count == 1)
    }

    private func edited(_ edits: [(old: String, new: String)]) -> String {
        edits.reduce(sound) { text, edit in
            #expect(text.contains(edit.old), "the edit has nothing to change")
            return text.replacing(edit.old, with: edit.new)
        }
    }
}
