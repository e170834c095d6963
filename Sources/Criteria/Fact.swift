public import CivilTime

/// One fact about a request, with where it comes from.
public struct Fact: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case known(FactValue)
        /// Somebody was asked; no answer yet.
        case requested
        /// Sources disagree; a person must say which holds.
        case conflicting([FactValue])
    }

    public let state: State
    /// The day the fact was observed: the visit, the test, the answer. Not the day it was typed in.
    public let observedOn: CivilDate?
    /// Which piece of evidence holds it: an id or a short label that a person recognizes. No patient data.
    public let evidence: String?

    public init(_ state: State, observedOn: CivilDate? = nil, evidence: String? = nil) {
        self.state = state
        self.observedOn = observedOn
        self.evidence = evidence
    }
}

/// All that is on record about a request, by the vocabulary's keys. A key that is missing is a fact that is absent.
public typealias Facts = [String: Fact]
