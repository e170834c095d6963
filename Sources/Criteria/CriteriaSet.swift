public import Diagnostics

/// The criteria for one indication, in one phase of the treatment.
public final class CriteriaSet: Sendable {
    public enum Phase: String, Sendable, CaseIterable {
        case initial
        case continuation
        /// Begun before, stopped, to be begun again.
        case restart
        /// New to the plan, and on the drug already.
        case transition
    }

    /// `rms.initial`.
    public let id: String
    /// For example `rms`.
    public let indication: String
    public let phase: Phase
    public let appliesWhen: Criterion
    public let require: Criterion
    /// Any of these forbids; the policy's own among them.
    public let exclude: [Criterion]
    /// On dose, interval and quantity.
    public let limits: [Criterion]
    /// What an approval would be for; nothing when it is not on file.
    public let approval: Approval?
    public let location: SourceLocation
    let tree: CompiledTree
    let appliesTree: CompiledTree

    init(
        indication: String, phase: Phase, appliesWhen: Criterion, require: Criterion, exclude: [Criterion],
        limits: [Criterion], approval: Approval?, location: SourceLocation, declarations: [String: FactDeclaration]
    ) {
        id = "\(indication).\(phase.rawValue)"
        self.indication = indication
        self.phase = phase
        self.appliesWhen = appliesWhen
        self.require = require
        self.exclude = exclude
        self.limits = limits
        self.approval = approval
        self.location = location
        var parts = [appliesWhen, require]
        if let first = limits.first {
            parts.append(Criterion(.all(limits), title: "Limits on dose and quantity", at: first.location))
        }
        if let first = exclude.first {
            let anyExclusion = Criterion(.any(exclude), title: "Excluded", at: first.location)
            parts.append(Criterion(.not(anyExclusion), title: "No exclusion holds", at: first.location))
        }
        root = Criterion(.all(parts), title: id, at: location)
        tree = CompiledTree(root, declarations: declarations)
        appliesTree = CompiledTree(appliesWhen, declarations: declarations)
    }

    /// How long and how much a payer approves at a time; at least one of the first three is there.
    public struct Approval: Hashable, Sendable {
        public let duration: CivilDuration?
        public let doses: Int?
        /// HCPCS billing units.
        public let units: Int?
        /// The payer says "no more than".
        public let isMaximum: Bool
        /// Once only.
        public let isRenewable: Bool
    }

    /// All of it as one tree.
    public let root: Criterion
}

extension CriteriaSet.Approval: CustomStringConvertible {
    /// `at most 6 months, 4 doses, not renewable`
    public var description: String {
        let parts = [
            duration?.description, doses.map { "\($0) dose\($0 == 1 ? "" : "s")" },
            units.map { "\($0) unit\($0 == 1 ? "" : "s")" },
        ]
        let amount = parts.compactMap { $0 }.joined(separator: ", ")
        return (isMaximum ? "at most " : "") + amount + (isRenewable ? "" : ", not renewable")
    }
}
