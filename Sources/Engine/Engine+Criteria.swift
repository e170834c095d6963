import Criteria
import Failpoints
public import Foundation
import PostgresClient

extension Engine {
    /// Moves a request between criteria collection and ready, as the check says. Does nothing elsewhere.
    ///
    /// - Parameter seq: the event number at which the facts were read; `.conflict` when something came between.
    /// - Returns: the state it is in now.
    public func settleCriteria(of request: RequestCase, by check: CriteriaReport) async throws -> String {
        let state = request.summary.state
        let event: String
        switch (state, check.isMet) {
        case ("criteria_collection", true): event = "criteria.met"
        case ("ready", false): event = "criteria.reopened"
        default: return state
        }
        return try await apply(
            event, to: request.summary.id, sourceKey: "\(event):\(request.summary.seq)",
            expectedSeq: request.summary.seq, payload: criteriaPayload(check)
        ).toState
    }

    /// Decides to submit although criteria are open. The reason is kept with the submission, not in history.
    public func waiveCriteria(of request: RequestCase, as check: CriteriaReport) async throws -> EventResult {
        try await apply(
            "criteria.waived", to: request.summary.id, sourceKey: "criteria.waived:\(request.summary.seq)",
            expectedSeq: request.summary.seq, payload: criteriaPayload(check))
    }

    /// Asks for the submission, with the packet as it will be sent.
    ///
    /// - Parameters:
    ///   - seq: the event number at which the criteria were evaluated.
    ///   - override: why it is sent although criteria are open.
    public func requestSubmission(
        of request: UUID, at seq: Int64, channel: String, verdict: String, override: String?, document: String,
        json: String
    ) async throws -> EventResult {
        let packet = try PostgresJSON(encoding: ["document": document, "json": json])
        Failpoint.hit("submit.before_event")
        defer { Failpoint.hit("submit.after_event") }
        return try await transaction { [actor] session in
            try session.one(
                """
                select outcome, seq, from_state, to_state
                from precert.request_submission(\(request), \(seq), \(channel), \(verdict), \(override), \(packet),
                    \(actor))
                """
            ).eventResult()
        }
    }

    /// The practice's name, as the packets carry it.
    public func organizationName() async throws -> String {
        try await transaction(readOnly: true) { session in
            try session.one("select name from precert.organization where id = precert.organization()")
                .decode(String.self)
        }
    }

    private func criteriaPayload(_ report: CriteriaReport) throws -> PostgresJSON {
        var payload = ["verdict": report.verdictInWords]
        if case .evaluated(let evaluation) = report.first {
            payload["policy"] = evaluation.policy.id
            payload["policy_version"] = String(evaluation.policy.version)
        }
        return try PostgresJSON(encoding: payload)
    }
}
