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

    /// What kind of evidence proves it.
    public enum Proof: String, Sendable, CaseIterable {
        /// Paid claims, or a pharmacy's printout.
        case claim
        case lab
        case chart
        /// The prescriber's word.
        case attestation
    }

    public let state: State
    /// The day the fact was observed: the visit, the test, the answer. Not the day it was typed in.
    public let observedOn: CivilDate?
    /// Which piece of evidence holds it: an id or a short label that a person recognizes. No patient data.
    public let evidence: String?
    /// Nothing when it comes from the order or nobody said.
    public let proof: Proof?

    public init(_ state: State, observedOn: CivilDate? = nil, evidence: String? = nil, proof: Proof? = nil) {
        self.state = state
        self.observedOn = observedOn
        self.evidence = evidence
        self.proof = proof
    }
}

/// All that is on record about a request, by the vocabulary's keys. A key that is missing is a fact that is absent.
public typealias Facts = [String: Fact]
