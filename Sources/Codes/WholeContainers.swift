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

    /// `nil` without sizes, for no dose, and for one that would open more than a hundred of the largest.
    init?(for dose: Amount, of sizes: [Amount]) {
        let sizes = Set(sizes).filter { $0.millionths > 0 }.sorted(by: >)
        guard let largest = sizes.first?.millionths, dose.millionths > 0, dose.millionths / largest < 100 else {
            return nil
        }
        let best = WholeContainers.combinations(of: sizes.dropFirst(), largest: largest).map { smaller in
            // Whatever the smaller ones leave, the largest must hold.
            let rest = dose.millionths - zip(sizes.dropFirst(), smaller).reduce(0) { $0 + $1.0.millionths * $1.1 }
            return [rest > 0 ? (rest + largest - 1) / largest : 0] + smaller
        }.min { left, right in
            let totals = [left, right].map { counts in zip(sizes, counts).reduce(0) { $0 + $1.0.millionths * $1.1 } }
            return totals[0] != totals[1] ? totals[0] < totals[1] : left.reduce(0, +) < right.reduce(0, +)
        }
        guard let best else { return nil }
        counts = zip(sizes, best).filter { $0.1 > 0 }.map { ($0, $1) }
        total = Amount(millionths: counts.reduce(0) { $0 + $1.size.millionths * $1.count })
    }

    /// Every choice of the smaller sizes that could be best. So many of one size that they make up whole containers of
    /// the largest never are: fewer of the largest hold the same.
    private static func combinations(of sizes: ArraySlice<Amount>, largest: Int) -> [[Int]] {
        guard let size = sizes.first?.millionths else { return [[]] }
        let rest = combinations(of: sizes.dropFirst(), largest: largest)
        let bound = min(100, largest / greatestCommonDivisor(size, largest))
        return (0..<bound).flatMap { count in rest.map { [count] + $0 } }
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        right == 0 ? left : greatestCommonDivisor(right, left % right)
    }
}
