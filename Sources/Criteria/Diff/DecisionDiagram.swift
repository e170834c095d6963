/// Functions of several variables with a few values each, as one shared graph: equal functions are the same node.
///
/// Multi-valued decision diagrams, ordered and reduced (R. E. Bryant, "Graph-based algorithms for Boolean function
/// manipulation", 1986). They make questions about all assignments exact without listing the assignments.
struct DecisionDiagrams {
    /// The functions need more nodes than allowed.
    struct TooLarge: Error {}

    /// A place in the graph. The first nine nodes are the constants 0 to 8.
    typealias Node = Int

    private struct Branch: Hashable {
        let variable: Int
        let children: [Node]
    }

    private struct Pair: Hashable {
        let first: Node
        let second: Node
    }

    /// How many values each variable has; at most 64.
    let widths: [Int]
    private let limit: Int
    private var branches: [Branch]
    private var known: [Branch: Node] = [:]
    private static let constants = 9

    init(widths: [Int], limit: Int) throws(TooLarge) {
        guard widths.allSatisfy({ (1...64).contains($0) }) else { throw TooLarge() }
        self.widths = widths
        self.limit = limit
        branches = (0..<Self.constants).map { _ in Branch(variable: .max, children: []) }
    }

    func constant(_ value: Int) -> Node { value }

    /// A function of one variable: its value for each of the variable's.
    mutating func function(of variable: Int, values: [Int]) throws(TooLarge) -> Node {
        try node(variable, values)
    }

    /// The function whose values come from those of two others.
    mutating func combined(_ first: Node, _ second: Node, _ rule: (Int, Int) -> Int) throws(TooLarge) -> Node {
        var done: [Pair: Node] = [:]
        return try combined(Pair(first: first, second: second), rule, &done)
    }

    mutating func mapped(_ node: Node, _ rule: (Int) -> Int) throws(TooLarge) -> Node {
        try combined(node, constant(0)) { value, _ in rule(value) }
    }

    private mutating func combined(
        _ pair: Pair, _ rule: (Int, Int) -> Int, _ done: inout [Pair: Node]
    ) throws(TooLarge) -> Node {
        if pair.first < Self.constants, pair.second < Self.constants { return rule(pair.first, pair.second) }
        if let result = done[pair] { return result }
        let (first, second) = (branches[pair.first], branches[pair.second])
        let variable = min(first.variable, second.variable)
        var children: [Node] = []
        for value in 0..<widths[variable] {
            let next = Pair(
                first: first.variable == variable ? first.children[value] : pair.first,
                second: second.variable == variable ? second.children[value] : pair.second)
            children.append(try combined(next, rule, &done))
        }
        let result = try node(variable, children)
        done[pair] = result
        return result
    }

    private mutating func node(_ variable: Int, _ children: [Node]) throws(TooLarge) -> Node {
        if children.allSatisfy({ $0 == children[0] }) { return children[0] }
        let branch = Branch(variable: variable, children: children)
        if let node = known[branch] { return node }
        guard branches.count < limit else { throw TooLarge() }
        branches.append(branch)
        known[branch] = branches.count - 1
        return branches.count - 1
    }
}

/// For each variable the values that it may have, as bits.
typealias Box = [UInt64]

extension DecisionDiagrams {
    /// Every assignment.
    var everything: Box { widths.map { $0 == 64 ? .max : (1 << UInt64($0)) - 1 } }

    /// Whether all of the assignments in the box have a value that is wanted.
    func holds(_ node: Node, in box: Box, _ isWanted: (Int) -> Bool) -> Bool {
        var seen: Set<Node> = []
        func holds(_ node: Node) -> Bool {
            if node < Self.constants { return isWanted(node) }
            guard seen.insert(node).inserted else { return true }
            let branch = branches[node]
            return branch.children.enumerated().allSatisfy { value, child in
                box[branch.variable] >> UInt64(value) & 1 == 0 || holds(child)
            }
        }
        return holds(node)
    }

    /// A box all of whose assignments have the value, as large in most variables as the graph shows at once; nothing
    /// when no assignment has it.
    func someBox(_ node: Node, with value: Int) -> Box? {
        var dead: Set<Node> = []
        var box = everything
        func find(_ node: Node) -> Bool {
            if node < Self.constants { return node == value }
            if dead.contains(node) { return false }
            let branch = branches[node]
            for (place, child) in branch.children.enumerated() where find(child) {
                box[branch.variable] = 1 << UInt64(place)
                return true
            }
            dead.insert(node)
            return false
        }
        return find(node) ? box : nil
    }

    /// The function that is 1 in the box and 0 outside.
    mutating func indicator(_ box: Box) throws(TooLarge) -> Node {
        var result = constant(1)
        let everything = everything
        for variable in widths.indices.reversed() where box[variable] != everything[variable] {
            var children: [Node] = []
            for value in 0..<widths[variable] {
                children.append(box[variable] >> UInt64(value) & 1 == 1 ? result : constant(0))
            }
            result = try node(variable, children)
        }
        return result
    }

    /// Boxes that together hold exactly the assignments with the value, each as large as it can be. They may overlap.
    ///
    /// - Parameters:
    ///   - order: in which the variables are freed.
    ///   - most: how many boxes at most.
    /// - Returns: the boxes, and whether some assignments are left out.
    mutating func cover(
        _ node: Node, value: Int, order: [Int], most: Int
    ) throws(TooLarge) -> (boxes: [Box], isTruncated: Bool) {
        var rest = try mapped(node) { $0 == value ? 1 : 0 }
        var boxes: [Box] = []
        while var box = someBox(rest, with: 1) {
            guard boxes.count < most else { return (boxes, true) }
            for variable in order {
                for place in 0..<widths[variable] {
                    var larger = box
                    larger[variable] |= 1 << UInt64(place)
                    if larger != box, holds(node, in: larger, { $0 == value }) { box = larger }
                }
            }
            boxes.append(box)
            rest = try combined(rest, indicator(box)) { $0 == 1 && $1 == 0 ? 1 : 0 }
        }
        return (boxes, false)
    }
}
