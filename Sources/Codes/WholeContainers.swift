/// The single-dose containers that a dose opens: as little drug as the sizes allow, and as few containers as that needs.
struct WholeContainers: Hashable {
    /// How many of each size in milligrams, largest first.
    let counts: [(size: Amount, count: Int)]
    let total: Amount

    /// `1 x 400 mg + 1 x 120 mg`.
    var sentence: String { counts.map { "\($0.count) x \($0.size) mg" }.joined(separator: " + ") }

    static func == (left: WholeContainers, right: WholeContainers) -> Bool {
        left.total == right.total && left.sentence == right.sentence
    }

    func hash(into hasher: inout Hasher) { hasher.combine(total) }

    /// The most steps that the search may take. Sizes that are sold come nowhere near it.
    static let maximumSteps = 200_000

    /// `nil` without sizes, for no dose, for one that would open more than a hundred of the largest, and for sizes with so
    /// small a common measure that the search would pass `maximumSteps`: then nothing is said rather than a guess.
    init?(for dose: Amount, of sizes: [Amount]) {
        let sizes = Set(sizes).filter { $0.millionths > 0 }.sorted(by: >)
        guard let largest = sizes.first?.millionths, let smallest = sizes.last?.millionths, dose.millionths > 0,
            dose.millionths / largest < 100
        else { return nil }
        let measure = sizes.reduce(0) { WholeContainers.greatestCommonDivisor($1.millionths, $0) }
        let least = (dose.millionths - 1) / measure + 1
        // The smallest alone come to less than one of them above the dose.
        let most = least + smallest / measure - 1
        guard most <= WholeContainers.maximumSteps / sizes.count else { return nil }
        let steps = sizes.map { $0.millionths / measure }
        // How few containers make up each whole number of measures; nothing where none do.
        var fewest: [Int?] = [0]
        for amount in 1...most {
            fewest.append(steps.compactMap { $0 <= amount ? fewest[amount - $0] : nil }.min().map { $0 + 1 })
        }
        guard var rest = (least...most).first(where: { fewest[$0] != nil }) else { return nil }
        var counts = steps.map { _ in 0 }
        while rest > 0 {
            guard
                let size = steps.indices.first(where: { place in
                    steps[place] <= rest && fewest[rest - steps[place]].map { $0 + 1 } == fewest[rest]
                })
            else { return nil }
            counts[size] += 1
            rest -= steps[size]
        }
        self.counts = zip(sizes, counts).filter { $0.1 > 0 }.map { ($0, $1) }
        total = Amount(millionths: self.counts.reduce(0) { $0 + $1.size.millionths * $1.count })
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        right == 0 ? left : greatestCommonDivisor(right, left % right)
    }
}
