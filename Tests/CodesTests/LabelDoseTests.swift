import Testing

@testable import Codes

/// Whether a dose is one that the label gives, for a patient of a size.
@Suite("A labelled dose")
struct LabelDoseTests {
    private func gives(
        _ dose: String, _ drug: String, _ use: String, _ phase: String, weight: String?
    ) throws -> [Bool] {
        let dose = try #require(Dose(dose))
        let size = PatientSize(weight: weight.flatMap { Amount($0) }, height: nil)
        let doses = try #require(LoadedCodes.book.drugs.match(drug)?.drug.doses)
            .filter { $0.phase == phase && $0.indications.contains(use) }
        #expect(!doses.isEmpty)
        return doses.map { $0.gives(dose, to: size) }
    }

    @Test(
        "goes by the weight where the label does, up to whole milligrams, never up to whole vials",
        arguments: [
            ("415 mg", "ra", "83", true), ("248 mg", "ra", "83", false), ("249 mg", "ra", "83", true),
            ("830 mg", "ra", "83", true), ("831 mg", "ra", "83", false),
            // Crohn disease up to 10 mg/kg, ulcerative colitis 5 mg/kg and no more.
            ("830 mg", "cd", "83", true), ("500 mg", "cd", "83", true), ("414 mg", "cd", "83", false),
            ("415 mg", "uc", "83", true), ("500 mg", "uc", "83", false), ("830 mg", "uc", "83", false),
            ("351 mg", "uc", "70.3", true), ("352 mg", "uc", "70.3", true), ("351.5 mg", "uc", "70.3", true),
            ("350 mg", "uc", "70.3", false), ("353 mg", "uc", "70.3", false), ("0.415 g", "uc", "83", true),
            ("415 unit", "uc", "83", false), ("415 mg", "uc", nil, false),
        ] as [(String, String, String?, Bool)])
    func byWeight(dose: String, use: String, weight: String?, isGiven: Bool) throws {
        #expect(try gives(dose, "infliximab", use, "maintenance", weight: weight) == [isGiven])
    }

    @Test(
        "needs no weight where the label gives one amount",
        arguments: [("300 mg", true), ("0.3 g", true), ("301 mg", false), ("300 unit", false)])
    func fixed(dose: String, isGiven: Bool) throws {
        #expect(try gives(dose, "natalizumab", "cd", "maintenance", weight: nil) == [isGiven])
        #expect(try gives(dose, "natalizumab", "cd", "maintenance", weight: "300") == [isGiven])
    }

    @Test("of infliximab in ulcerative colitis is not 10 mg/kg, and lint says so; in Crohn disease it is")
    func colitis() {
        func messages(_ diagnosis: String) -> [String] {
            findings(
                "dose-by-weight",
                order {
                    $0.ask(for: "infliximab", "J1745")
                    $0.diagnoses = [diagnosis]
                    $0.weight = Amount("83")
                    $0.dose = Dose("830 mg")
                    $0.units = 83
                    $0.everyDays = 56
                    $0.begins = false
                }
            ).map(\.message)
        }
        #expect(messages("K51.90").count == 1)
        #expect(messages("K50.90") == [])
    }
}
