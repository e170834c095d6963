/// A set of leaves or facts of one tree, by their places; places from 128 on do not fit.
struct LeafSet: Hashable {
    private(set) var bits: UInt128 = 0

    static let capacity = 128

    init() {}

    init(_ place: Int) { insert(place) }

    mutating func insert(_ place: Int) { bits |= UInt128(1) << UInt128(place) }

    func contains(_ place: Int) -> Bool { place < Self.capacity && bits >> UInt128(place) & 1 == 1 }

    var isEmpty: Bool { bits == 0 }
    var count: Int { bits.nonzeroBitCount }

    func isSubset(of other: LeafSet) -> Bool { bits & ~other.bits == 0 }
    func isDisjoint(with other: LeafSet) -> Bool { bits & other.bits == 0 }

    func union(_ other: LeafSet) -> LeafSet {
        var result = self
        result.bits |= other.bits
        return result
    }

    func intersection(_ other: LeafSet) -> LeafSet {
        var result = self
        result.bits &= other.bits
        return result
    }
}

extension LeafSet: Sequence {
    /// The places, in rising order.
    struct Iterator: IteratorProtocol {
        fileprivate var rest: UInt128

        mutating func next() -> Int? {
            guard rest != 0 else { return nil }
            defer { rest &= rest - 1 }
            return rest.trailingZeroBitCount
        }
    }

    func makeIterator() -> Iterator { Iterator(rest: bits) }
}

/// Leaves that come out met and leaves that come out unmet, together.
struct JointOutcome: Hashable {
    var met = LeafSet()
    var unmet = LeafSet()

    var leaves: LeafSet { met.union(unmet) }

    /// Both together; nothing when they contradict each other.
    func joined(with other: JointOutcome) -> JointOutcome? {
        let result = JointOutcome(met: met.union(other.met), unmet: unmet.union(other.unmet))
        return result.met.isDisjoint(with: result.unmet) ? result : nil
    }

    /// Whether nothing in it contradicts the other.
    func agrees(with other: JointOutcome) -> Bool {
        met.isDisjoint(with: other.unmet) && unmet.isDisjoint(with: other.met)
    }

    func isSubset(of other: JointOutcome) -> Bool {
        met.isSubset(of: other.met) && unmet.isSubset(of: other.unmet)
    }

    /// What of it concerns these leaves.
    func restricted(to leaves: LeafSet) -> JointOutcome {
        JointOutcome(met: met.intersection(leaves), unmet: unmet.intersection(leaves))
    }
}
