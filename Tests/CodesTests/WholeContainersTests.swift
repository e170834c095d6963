import Testing

@testable import Codes

@Suite("Whole containers")
struct WholeContainersTests {
    @Test(
        "open as little drug as the sizes allow, in as few containers as that needs",
        arguments: [
            // The example of a Medicare contractor's article (CGS, 2023-06-27).
            (300, [100, 400], "3 x 100 mg", 300), (305, [100, 400], "1 x 400 mg", 400),
            (415, [100], "5 x 100 mg", 500), (300, [300], "1 x 300 mg", 300),
            (520, [120, 400], "1 x 400 mg + 1 x 120 mg", 520),
            (360, [120, 400], "3 x 120 mg", 360), (480, [120, 400], "4 x 120 mg", 480),
            (800, [80, 200, 400], "2 x 400 mg", 800), (560, [80, 200, 400], "1 x 400 mg + 2 x 80 mg", 560),
            (35_000, [5000, 10_000, 20_000, 40_000], "1 x 20000 mg + 1 x 10000 mg + 1 x 5000 mg", 35_000),
            (1, [75, 150, 300], "1 x 75 mg", 75),
            (1_000, [45, 90, 120, 130, 300, 600], "1 x 600 mg + 1 x 130 mg + 3 x 90 mg", 1_000),
        ])
    func least(dose: Int, sizes: [Int], sentence: String, total: Int) throws {
        let opened = try #require(WholeContainers(for: amount(dose), of: sizes.map(amount)))
        #expect(opened.sentence == sentence)
        #expect(opened.total == amount(total))
    }

    @Test("are nothing without a dose or a size, or for a dose beyond all reason")
    func nothing() {
        #expect(WholeContainers(for: amount(0), of: [amount(100)]) == nil)
        #expect(WholeContainers(for: amount(100), of: []) == nil)
        #expect(WholeContainers(for: amount(100), of: [amount(0)]) == nil)
        #expect(WholeContainers(for: amount(100_000), of: [amount(100)]) == nil)
    }

    @Test(
        "are what trying every choice finds",
        arguments: [[100], [120, 400], [80, 200, 400], [7, 11], [30, 45, 50], [40, 60, 90, 130, 200]])
    func bruteForce(sizes: [Int]) throws {
        for dose in stride(from: 1, through: 900, by: 13) {
            let opened = try #require(WholeContainers(for: amount(dose), of: sizes.map(amount)))
            #expect(opened.total == amount(leastTotal(dose, sizes)), "\(dose) of \(sizes)")
            #expect(opened.counts.allSatisfy { $0.count > 0 })
        }
    }

    @Test("answer at once for many sizes, and not at all where the search would be too long")
    func bounded() throws {
        let many = (1...20).map { amount(50 + $0 * 37) }
        #expect(try #require(WholeContainers(for: amount(9_000), of: many)).total == amount(9_000))
        let sizes = ["100.000001", "99.999999", "101.000003", "98.000007"].compactMap { Amount($0) }
        #expect(sizes.count == 4)
        #expect(WholeContainers(for: amount(5_000), of: sizes) == nil)
        // One size alone has itself for a measure.
        #expect(WholeContainers(for: amount(5_000), of: Array(sizes.prefix(1)))?.counts.map(\.count) == [50])
    }

    @Test("bill 42 units and 8 JW for 415 mg of infliximab, 50 in all, and an exact fit with JZ")
    func billing() throws {
        let infliximab = try #require(
            LoadedCodes.codeGuard.billing(
                of: order {
                    $0.ask(for: "infliximab", "J1745", dose: "415 mg")
                }))
        #expect(infliximab.administered == 42)
        #expect(infliximab.discarded == 8)
        #expect(infliximab.total == 50)
        #expect(infliximab.modifier == "JW")
        let natalizumab = try #require(LoadedCodes.codeGuard.billing(of: order()))
        #expect(natalizumab.sentence == "300 units JZ (1 x 300 mg)")
    }

    @Test("leave no billable unit when less than one is left, and name no modifier for it")
    func lessThanAUnit() throws {
        let split = try #require(
            LoadedCodes.codeGuard.billing(
                of: order {
                    $0.ask(for: "infliximab", "J1745", dose: "495 mg")
                }))
        #expect(split.administered == 50)
        #expect(split.discarded == 0)
        #expect(split.modifier == nil)
    }

    @Test("never bill more than the containers hold, for every product and dose")
    func neverMore() throws {
        for drug in LoadedCodes.book.drugs.drugs {
            for product in drug.products where !product.containers.isEmpty {
                for dose in stride(from: 1, through: 2000, by: 37) {
                    let service = order {
                        $0.drug = drug.name
                        $0.hcpcs = product.hcpcs
                        $0.dose = Dose(amount(dose), .milligram)
                    }
                    guard let split = LoadedCodes.codeGuard.billing(of: service),
                        let unit = LoadedCodes.book.hcpcs.lookup(product.hcpcs, on: day("2026-05-04")).entry?.unit,
                        let opened = WholeContainers(
                            for: amount(dose), of: product.containers.map(\.milligrams)),
                        unit.unit == .milligram
                    else { continue }
                    #expect(
                        split.total * unit.amount.millionths <= opened.total.millionths + unit.amount.millionths - 1)
                    #expect(split.administered * unit.amount.millionths >= dose * 1_000_000)
                }
            }
        }
    }

    private func amount(_ whole: Int) -> Amount {
        guard let amount = Amount(whole: whole) else { preconditionFailure("\(whole)") }
        return amount
    }

    private func leastTotal(_ dose: Int, _ sizes: [Int]) -> Int {
        guard let size = sizes.first else { return dose > 0 ? .max : 0 }
        return (0...(max(0, dose) / size + 1)).map { count in
            let rest = leastTotal(max(0, dose - count * size), Array(sizes.dropFirst()))
            return rest == .max ? .max : rest + count * size
        }.min() ?? .max
    }
}
