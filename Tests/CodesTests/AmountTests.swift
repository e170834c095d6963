import Codes
import Testing

@Suite("Amounts and doses")
struct AmountTests {
    @Test(
        "are read exactly and written as short as they can be",
        arguments: [
            ("300", "300"), ("0.5", "0.5"), ("300.0", "300"), ("0.010", "0.01"),
            ("999999999.999999", "999999999.999999"),
        ])
    func reading(text: String, written: String) { #expect(Amount(text)?.description == written) }

    @Test(
        "refuse what is no plain decimal",
        arguments: ["", ".5", "5.", "-1", "+1", "1e3", "1,000", "1.2.3", "1234567890", "0.1234567", "٣", " 1"])
    func refusal(text: String) { #expect(Amount(text) == nil) }

    @Test(
        "come with the spellings of units in use",
        arguments: [
            ("300 mg", "300 mg"), ("300mg", "300 mg"), ("5 MG", "5 mg"), ("20 µg", "20 mcg"), ("1.5 gm", "1.5 g"),
            ("1000 IU", "1000 unit"), ("10 cc", "10 ml"),
        ])
    func doses(text: String, written: String) { #expect(Dose(text)?.description == written) }

    @Test("of a dose per kilogram, or without a unit, are no dose", arguments: ["5 mg/kg", "300", "mg", "one mg"])
    func noDose(text: String) { #expect(Dose(text) == nil) }
}

@Suite("Billing units")
struct DoseConverterTests {
    @Test(
        "are the dose divided by the code's unit, and say when they were rounded up",
        arguments: [
            ("300 mg", "1 mg", 300, nil), ("415 mg", "10 mg", 42, "41.5"), ("0.3 mg", "0.1 mg", 3, nil),
            ("1 g", "10 mg", 100, nil), ("500 mcg", "0.25 mg", 2, nil), ("900 mg", "2 mg", 450, nil),
            ("100 mg", "3 mg", 34, "33.333"), ("10 g", "500 mg", 20, nil), ("1 unit", "100 unit", 1, "0.01"),
        ] as [(String, String, Int, String?)])
    func units(dose: String, unit: String, count: Int, from: String?) throws {
        let units = try DoseConverter.units(for: #require(Dose(dose)), of: #require(Dose(unit)))
        #expect(units.count == count)
        #expect(units.roundedUpFrom == from)
        #expect(units.isExact == (from == nil))
    }

    @Test(
        "are refused between unlike measures, and for a unit of nothing",
        arguments: [("5 ml", "1 mg"), ("5 mg", "1 unit"), ("5 mg", "0 mg")])
    func refusal(dose: String, unit: String) throws {
        let given = try #require(Dose(dose))
        let each = try #require(Dose(unit))
        #expect(throws: DoseConverter.Failure.self) { try DoseConverter.units(for: given, of: each) }
    }

    @Test("times the code's unit give the dose back, for every dose from 0.1 to 200 mg")
    func exactness() throws {
        let unit = try #require(Dose("0.1 mg"))
        for tenths in 1...2000 {
            let dose = try #require(Dose("\(tenths / 10).\(tenths % 10) mg"))
            let units = try DoseConverter.units(for: dose, of: unit)
            #expect(units.count == tenths && units.isExact)
        }
    }
}
