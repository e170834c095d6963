import Diagnostics
import Testing
import Workflow

@Suite("The shipped prior-authorization workflow") struct ShippedWorkflowTests {
    private let workflow: CompiledWorkflow

    init() throws { workflow = try WorkflowFiles.shipped().get() }

    @Test("compiles without an error or a warning")
    func clean() throws {
        #expect(try WorkflowFiles.shipped().diagnostics == [])
        #expect(workflow.name == "prior-authorization" && workflow.version == 1 && workflow.start == "intake")
    }

    @Test("knows every stage of a request's life")
    func stages() {
        let names = Set(workflow.states.map(\.name))
        let wanted: Set = [
            "intake", "criteria_collection", "ready", "submitting", "submission_failed", "in_review", "pended",
            "approved", "approved_in_part", "approved_preliminary", "not_required", "denied", "peer_to_peer",
            "appeal_first", "appeal_second", "external_review", "active", "renewal_window", "expired", "exhausted",
            "renewed", "withdrawn", "voided", "closed_denied", "retro_authorization",
        ]
        #expect(wanted.subtracting(names) == [])
        let authorized = workflow.states.filter { $0.path.contains("authorized") }.map(\.name)
        #expect(authorized == ["active", "approved", "approved_in_part", "renewal_window"])
        let finals = workflow.states.filter { $0.kind == .final }.map(\.name)
        #expect(finals == ["closed_denied", "not_required", "renewed", "voided", "withdrawn"])
    }

    static let lives: [(name: String, events: String, end: String)] = [
        ("an approval that expires", "\(sent) submission.acknowledged payer.approved \(life)", "expired"),
        ("an approval renewed in time", "\(sent) payer.approved \(started) authorization.renewed", "renewed"),
        ("an approval by telephone while sending", "\(submitting) payer.approved submission.delivered", "approved"),
        (
            "pended twice, answered, approved",
            "\(sent) payer.pended payer.pended information.sent payer.approved", "approved"
        ),
        ("information too late, denied", "\(sent) payer.pended information.lapsed payer.denied", "denied"),
        ("approved while pended", "\(sent) payer.pended payer.approved", "approved"),
        ("number to follow", "\(sent) payer.approved_without_number payer.number_received", "approved"),
        ("part of it, accepted", "\(sent) payer.approved_in_part partial.accepted authorization.started", "active"),
        ("part of it, never accepted", "\(sent) payer.approved_in_part renewal.window_opened", "renewal_window"),
        ("overturned after peer-to-peer", "\(denied) peer_to_peer.requested peer_to_peer.overturned", preliminary),
        ("decision straight after peer-to-peer", "\(denied) peer_to_peer.requested payer.approved", "approved"),
        ("peer-to-peer, then appeal", "\(denied) peer_to_peer.requested peer_to_peer.upheld appeal.filed", first),
        ("appeal overturned", "\(denied) appeal.filed appeal.overturned payer.number_received", "approved"),
        (
            "every level lost",
            "\(denied) appeal.filed appeal.upheld appeal.filed appeal.upheld external_review.requested "
                + "external_review.upheld", "closed_denied"
        ),
        ("external review won", "\(denied) external_review.requested external_review.overturned", preliminary),
        ("never appealed", "\(denied) appeal_window.closed", "closed_denied"),
        ("no review after two appeals", "\(lostTwice) external_review_window.closed", "closed_denied"),
        ("failed, sent again", "\(submitting) submission.failed submission.requested submission.delivered", "sent"),
        ("failed, but it had arrived", "\(submitting) submission.failed payer.received", "in_review"),
        ("bounced after delivery", "\(sent) submission.failed", "submission_failed"),
        ("closed by the payer, sent again", "\(sent) payer.cancelled submission.requested", "submitting"),
        ("not required", "request.opened payer.not_required", "not_required"),
        ("withdrawn while sending", "\(submitting) request.withdrawn submission.delivered", "withdrawn"),
        ("order corrected late", "request.opened order.accepted criteria.met order.corrected", "intake"),
        ("sent with open criteria", "request.opened order.accepted criteria.waived", "ready"),
        ("criteria open again", "request.opened order.accepted criteria.met criteria.reopened", "criteria_collection"),
        ("after the service", "request.opened retro.requested submission.requested payer.approved", "approved"),
        ("extended late", "\(sent) payer.approved \(life) authorization.extended", "active"),
        ("extended in the window", "\(sent) payer.approved \(started) authorization.extended", "active"),
        ("used up, units added", "\(sent) payer.approved authorization.exhausted authorization.extended", "active"),
        ("taken back", "\(sent) payer.approved authorization.started authorization.voided", "voided"),
        (
            "rest of a partial approval contested",
            "\(sent) payer.approved_in_part appeal.filed payer.approved authorization.started", "active"
        ),
    ]
    private static let submitting = "request.opened order.accepted criteria.met submission.requested"
    private static let sent = submitting + " submission.delivered"
    private static let denied = sent + " payer.denied"
    private static let lostTwice = denied + " appeal.filed appeal.upheld appeal.filed appeal.upheld"
    private static let started = "authorization.started renewal.window_opened"
    private static let life = started + " authorization.expired"
    private static let preliminary = "approved_preliminary"
    private static let first = "appeal_first"

    @Test("leads lives to their ends", arguments: lives.indices)
    func life(_ index: Int) {
        let life = Self.lives[index]
        var run = WorkflowRun(workflow)
        for event in life.events.split(separator: " ").map(String.init) {
            if case .illegal(let move) = run.apply(event) { Issue.record("\(life.name): \(move)") }
        }
        #expect(run.state == life.end, "\(life.name)")
    }

    @Test("lets a person record every step that no command, file, worker or clock brings")
    func recordable() {
        let brought: Set = [
            "request.opened", "request.withdrawn", "order.amended", "evidence.recorded", "document.added",
            "owner.assigned",
            "criteria.met", "criteria.reopened", "criteria.waived", "submission.requested", "submission.acknowledged",
        ]
        let events = workflow.events.filter { [.operator, .payer].contains($0.by) && !$0.name.hasPrefix("payer.") }
        #expect(Set(events.filter { $0.recording == nil }.map(\.name)) == brought)
        #expect(workflow.events.allSatisfy { !$0.name.hasPrefix("payer.") || $0.recording == nil })
    }

    @Test("asks before a recorded step ends a request or an open way")
    func oneWay() {
        let final = Set(workflow.states.filter { $0.kind == .final }.map(\.name))
        let ending = Set(workflow.edges.filter { final.contains($0.to) && !$0.isStay }.map(\.event))
        for event in workflow.events where event.recording != nil && ending.contains(event.name) {
            #expect(event.recording?.oneWay != nil, "\(event.name)")
        }
        let appeal = workflow.events.first { $0.name == "appeal.filed" }?.recording
        #expect(appeal?.oneWay != nil && appeal?.rules == ["peer_to_peer", "appeal"])
    }

    @Test("every state is visited by one of these lives")
    func visited() {
        var visited: Set<String> = []
        for life in Self.lives {
            var run = WorkflowRun(workflow)
            for event in life.events.split(separator: " ").map(String.init) {
                _ = run.apply(event)
                visited.insert(run.state)
            }
        }
        #expect(Set(workflow.states.map(\.name)).subtracting(visited) == [])
    }

    @Test(
        "a dashboard that lags behind never undoes an approval",
        arguments: ["approved", "approved_in_part", "active", "renewal_window"],
        ["payer.pended", "payer.received", "payer.denied", "payer.cancelled"])
    func noUndoing(state: String, event: String) { expectIllegal(event, in: state) }

    @Test(
        "an answer is not forgotten because an older status arrives",
        arguments: ["approved_preliminary", "denied", "peer_to_peer", "appeal_first", "expired", "exhausted"],
        ["payer.pended", "payer.received"])
    func noFallingBack(state: String, event: String) { expectIllegal(event, in: state) }

    @Test(
        "an approval needs no earlier stage",
        arguments: [
            "submitting", "submission_failed", "sent", "in_review",
            "pended", "information_late", "cancelled_by_payer", "denied", "peer_to_peer", "appeal_first",
            "appeal_second",
            "external_review", "approved_preliminary",
        ])
    func approvals(state: String) {
        #expect(workflow.transition(from: state, on: "payer.approved") == .moved(to: "approved"))
        #expect(workflow.transition(from: state, on: "payer.approved_in_part") == .moved(to: "approved_in_part"))
    }

    @Test(
        "nothing is skipped",
        arguments: [
            ("intake", "submission.requested"), ("intake", "criteria.met"), ("intake", "payer.approved"),
            ("criteria_collection", "submission.requested"), ("ready", "payer.denied"),
            ("ready", "submission.delivered"),
            ("submitting", "order.corrected"), ("in_review", "submission.requested"),
            ("approved", "renewal.window_opened"),
            ("active", "authorization.started"), ("in_review", "appeal.filed"), ("closed_denied", "appeal.filed"),
            ("withdrawn", "payer.approved"), ("renewed", "authorization.expired"), ("expired", "payer.approved"),
        ])
    func skips(state: String, event: String) { expectIllegal(event, in: state) }

    @Test("notes, owners and documents are taken in every state and change nothing")
    func everywhere() {
        for state in workflow.states {
            for event in ["note.recorded", "owner.assigned", "document.added"] {
                #expect(workflow.transition(from: state.name, on: event) == .stayed)
            }
        }
    }

    @Test("an order is amended while nothing was sent, and nowhere else")
    func amended() {
        let taken = Set(workflow.edges.filter { $0.event == "order.amended" }.map(\.from))
        #expect(taken.sorted() == ["criteria_collection", "intake", "ready", "retro_authorization"])
        // What was ready is looked at again.
        #expect(workflow.transition(from: "ready", on: "order.amended") == .moved(to: "criteria_collection"))
    }

    @Test("a submission is written to the outbox by each way into sending, and by nothing else")
    func effects() {
        let ways = workflow.edges.filter { $0.to == "submitting" && !$0.isStay }
        #expect(workflow.effects.map(\.from) == ways.map(\.from))
        #expect(workflow.effects.allSatisfy { $0.event == "submission.requested" && $0.lost == .inquire })
    }

    @Test(
        "each wait has the deadline that a coordinator needs",
        arguments: [
            ("intake", "stalled", "after intake-follow-up"), ("submitting", "delivery", "after delivery"),
            ("sent", "receipt", "after acknowledgement"), ("in_review", "decision", "at decision-due"),
            ("pended", "information", "at information-due"),
            ("pended", "information-notice", "information-notice before information-due"),
            ("approved", "start", "at authorization-start"), ("active", "expiry", "at authorization-end"),
            ("active", "renewal", "renewal-window before authorization-end"),
            ("renewal_window", "renewal", "renewal-latest before authorization-end"),
            ("denied", "peer-to-peer", "peer-to-peer-notice before the end of peer-to-peer"),
            ("denied", "appeal", "at appeal-due"), ("peer_to_peer", "appeal-notice", "appeal-notice before appeal-due"),
            ("appeal_second_upheld", "external-review", "after external-review"),
        ])
    func deadlines(state: String, name: String, timing: String) {
        #expect(workflow.deadlines(in: state).first { $0.name == name }?.timing == timing)
    }

    @Test("an approval whose end is not known raises an alert and never expires by guess")
    func unknownEnd() throws {
        for state in ["approved", "approved_in_part", "active", "renewal_window"] {
            let expiry = try #require(workflow.deadlines(in: state).first { $0.name == "expiry" })
            #expect(expiry.event == "authorization.expired" && expiry.scope == "authorized")
            #expect(
                words(expiry.fallback) == "unknown-end - - authorization-end-unknown")
            for deadline in workflow.deadlines(in: state) where deadline.anchor == "authorization-end" {
                #expect(deadline.fallback?.event == nil)
            }
        }
    }

    @Test("an overdue decision raises an alert and moves nothing")
    func overdue() throws {
        for state in ["sent", "in_review"] {
            let decision = try #require(workflow.deadlines(in: state).first { $0.name == "decision" })
            #expect(decision.event == nil && decision.alert == "decision-overdue")
            #expect(decision.fallback?.clock == "decision" && decision.fallback?.event == nil)
        }
    }

    @Test("only dates of the approval outlast the state in which they came")
    func anchors() {
        #expect(workflow.anchors.filter(\.lasts).map(\.name) == ["authorization-end", "authorization-start"])
    }

    @Test("an approval holds from the first moment of its first day through its last day")
    func days() {
        #expect(workflow.anchors.filter { $0.day == .begins }.map(\.name) == ["authorization-start"])
    }

    private func expectIllegal(_ event: String, in state: String) {
        guard case .illegal(let move) = workflow.transition(from: state, on: event) else {
            Issue.record("\(event) is legal in \(state)")
            return
        }
        #expect(move.reason == (workflow.state(named: state)?.kind == .final ? .closed : .notFromThisState))
    }
}
