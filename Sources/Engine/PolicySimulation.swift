public import CivilTime
import Criteria

/// What a policy would have said about past requests, beside what the policy on file says and what the payer decided.
public struct PolicySimulation: Sendable, Encodable {
    /// What a policy says of a request: a verdict, or that none on file answers.
    public enum Answer: String, Sendable, Codable, CaseIterable {
        case met, unmet, unknown
        case notLoaded = "policy_not_loaded"

        init(_ verdict: Verdict) {
            self =
                switch verdict {
                case .met: .met
                case .unmet: .unmet
                case .unknown: .unknown
                }
        }
    }

    /// The payer's first decision on record.
    public enum Decision: String, Sendable, Codable, CaseIterable {
        case approved
        case approvedInPart = "approved_in_part"
        case denied
        case none
    }

    /// How often each answer met each decision.
    public struct Score: Sendable, Encodable {
        public private(set) var counts: [Answer: [Decision: Int]] = [:]

        mutating func add(_ answer: Answer, _ decision: Decision) {
            counts[answer, default: [:]][decision, default: 0] += 1
        }

        public func count(_ answer: Answer, _ decision: Decision? = nil) -> Int {
            let row = counts[answer] ?? [:]
            return decision.map { row[$0] ?? 0 } ?? row.values.reduce(0, +)
        }

        /// Decided by the payer, and the answer was met or unmet.
        public var comparable: Int {
            [Answer.met, .unmet].reduce(0) { $0 + count($1) - count($1, Decision.none) }
        }

        /// Of those, met and approved (in part too) or unmet and denied.
        public var agreeing: Int {
            count(.met, .approved) + count(.met, .approvedInPart) + count(.unmet, .denied)
        }

        public func encode(to encoder: any Encoder) throws {
            var table: [String: [String: Int]] = [:]
            for answer in Answer.allCases {
                for decision in Decision.allCases {
                    table[answer.rawValue, default: [:]][decision.rawValue] = count(answer, decision)
                }
            }
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(table, forKey: .counts)
            try container.encode(comparable, forKey: .comparable)
            try container.encode(agreeing, forKey: .agreeing)
        }

        private enum CodingKeys: String, CodingKey { case counts, comparable, agreeing }
    }

    /// A request that the new policy would have judged otherwise.
    public struct Flip: Sendable, Encodable {
        public let request: String
        public let before: Answer
        public let after: Answer
        /// Ids of the criteria that force the less favourable of the two answers.
        public let decisive: [String]
        public let decision: Decision
        public let judgedOn: CivilDate
    }

    /// Flips of one kind.
    public struct FlipGroup: Sendable, Encodable {
        public let before: Answer
        public let after: Answer
        public let decisive: [String]
        public let count: Int
    }

    /// How many requests were judged.
    public internal(set) var judged = 0
    public internal(set) var present = Score()
    public internal(set) var new = Score()
    public internal(set) var flipCount = 0
    /// The first ones, by request.
    public internal(set) var flips: [Flip] = []
    /// The most frequent first.
    public internal(set) var groups: [FlipGroup] = []
    /// Recorded values that the vocabulary no longer takes; they counted as unknown.
    public internal(set) var unreadableValues = 0
}
