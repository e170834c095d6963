public import CivilTime
public import Foundation
import PostgresClient

/// An event of a request's workflow, for a person who wants to record it.
public struct RecordableEvent: Sendable, Hashable {
    public let event: String
    public let title: String
    /// Who brings it, as a rule: `operator`, `payer`, `worker` or `clock`.
    public let by: String
    /// Nothing when it comes in another way.
    public let recording: EventRecording?
    /// Where it leads from where the request stands; nothing when it is not possible there.
    public let target: Target?

    public struct Target: Sendable, Hashable {
        public let state: String
        public let title: String
        public let isStay: Bool
        public let isFinal: Bool
    }
}

/// A step to be recorded: what a person did, or heard, and wrote down with it.
public struct RecordedStep: Sendable {
    public var event: String
    /// The day on which it was done, at the payer.
    public var doneOn: CivilDate
    /// `note`, `reason`, `reference`, `units`. May name the patient.
    public var words: [String: String]
    /// The workflow's anchors that it carries.
    public var dates: [String: CivilDate]

    public init(event: String, doneOn: CivilDate, words: [String: String], dates: [String: CivilDate]) {
        self.event = event
        self.doneOn = doneOn
        self.words = words
        self.dates = dates
    }
}

extension Engine {
    /// All events of the request's workflow version, sorted by name.
    public func recordableEvents(of request: UUID) async throws -> [RecordableEvent] {
        try await transaction(readOnly: true) { session in
            try session.query(
                """
                select w.event, w.title, w.sent_by, w.recording, e.to_state, e.is_stay, st.title as to_title,
                    st.kind as to_kind
                from precert.request r
                join precert.workflow_event w on w.version_id = r.version_id
                left join precert.workflow_edge e on e.from_version = r.version_id and e.from_state = r.state
                    and e.event = w.event and e.to_version = r.version_id
                left join precert.workflow_state st on st.version_id = e.to_version and st.state = e.to_state
                where r.organization_id = precert.organization() and r.request_id = \(request)
                order by w.event
                """
            ).map { try $0.recordableEvent() }
        }
    }

    /// Records a step. The same step, told again in the same words, is answered as a duplicate.
    ///
    /// - Throws: `EngineError`: `.illegalMove` where the request's state has no such move; `.refused` when the published
    ///   workflow does not let a person record the event, or not with these words.
    public func record(_ step: RecordedStep, of request: UUID) async throws -> EventResult {
        let words = try PostgresJSON(encoding: step.words)
        let dates = try PostgresJSON(encoding: step.dates.mapValues(\.description))
        return try await transaction { [actor] session in
            try session.one(
                """
                select outcome, seq, from_state, to_state from precert.record_step(\(request), \(step.event),
                    \(step.doneOn), \(words), \(dates), \(actor))
                """
            ).eventResult()
        }
    }
}

extension PostgresRow {
    fileprivate func recordableEvent() throws -> RecordableEvent {
        let recording = try get("recording", as: PostgresJSON?.self)
        let state = try get("to_state", as: String?.self)
        return RecordableEvent(
            event: try get("event", as: String.self), title: try get("title", as: String.self),
            by: try get("sent_by", as: String.self),
            recording: try recording.map {
                try JSONDecoder().decode(EventRecording.self, from: Data($0.bytes))
            },
            target: try state.map {
                RecordableEvent.Target(
                    state: $0, title: try get("to_title", as: String.self), isStay: try get("is_stay", as: Bool.self),
                    isFinal: try get("to_kind", as: String.self) == "final")
            })
    }
}
