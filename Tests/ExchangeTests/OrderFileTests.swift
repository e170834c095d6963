import CivilTime
import Diagnostics
import Testing

@testable import Exchange

@Suite("Order file") struct OrderFileTests {
    @Test(
        "reads the example orders",
        arguments: [
            "order.yaml", "order-second.yaml", "order-third.yaml", "order-ublituximab.yaml",
            "order-as-on-the-web-page.yaml",
        ])
    func examples(name: String) throws {
        let order = try OrderFile.parse(try Fixture.bytes("Examples/\(name)"), file: name)
        #expect(order.patient.family.value.value == "Testperson")
        #expect(hasRightCheckDigit(order.prescriber.npi.value))
        #expect(hasRightCheckDigit(order.site.npi.value))
    }

    @Test("keeps each value and its place")
    func values() throws {
        let order = try OrderFile.parse(try Fixture.bytes("Examples/order.yaml"), file: "order.yaml")
        #expect(order.payer.value == "unitedhealthcare")
        #expect(order.kind.value == .initial)
        #expect(order.plan.funding.value == .fullyInsured)
        #expect(order.diagnoses.map(\.value) == ["G35.A"])
        #expect(order.services[0].hcpcs.value == "J2323")
        #expect(order.services[0].hcpcs.location.description == "order.yaml:30:10")
        #expect(order.services[0].units.value == 300)
        #expect(order.services[0].dose.value.description == "300 mg")
        #expect(order.services[0].every.value?.description == "28 days")
        #expect(order.services[0].every.value?.days == 28)
        #expect(order.services[0].doses?.value == 7)
        #expect(order.services[0].modifiers == [])
        #expect(order.plannedFirstDose.value.description == "2026-12-01")
        #expect(order.patient.born.value.value.description == "1984-03-09")
        #expect(order.patient.memberID.location.line == 10)
    }

    @Test("reads JSON too")
    func json() throws {
        let text = """
            {"payer": "p", "kind": "initial", "urgency": "urgent", "drug": "Tysabri", "diagnoses": "G35A",
             "patient": {"family": "F", "given": "G", "born": "1984-03-09", "member_id": "007"},
             "plan": {"funding": "unknown"}, "prescriber": {"name": "N", "npi": "1999999901"},
             "site": {"name": "S", "npi": "1999999919", "place_of_service": "11"},
             "service": {"hcpcs": "J2323", "units": 300.0, "dose": "300 mg", "every": "4 weeks", "modifiers": ["JZ"]},
             "planned_first_dose": "2026-12-01"}
            """
        let order = try OrderFile.parse(Array(text.utf8), file: "order.json")
        #expect(order.patient.memberID.value.value == "007")
        #expect(order.services[0].units.value == 300)
        #expect(order.services[0].modifiers.map(\.value) == ["JZ"])
        #expect(order.urgency.value == .urgent)
    }

    @Test(
        "says what is wrong, and where",
        arguments: [
            ("born: 1984-03-09", "born: 1984-02-30", 9, "no calendar"),
            ("born: 1984-03-09", "born: 03/09/1984", 9, "date written as"),
            ("born: 1984-03-09", "born: 2027-03-09", 9, "born after"),
            ("family:", "famly:", 7, "did you mean \"family\""),
            ("npi: \"1999999901\"", "npi: \"19999\"", 18, "ten digits"),
            ("npi: \"1999999901\"", "npi: \"9999999901\"", 18, "begins with 1 or 2"),
            ("state: MN", "state: Minnesota", 14, "unknown state"),
            ("funding: fully_insured", "funding: fully-insured", 13, "did you mean \"fully_insured\""),
            ("kind: initial", "kind: renewal", 3, "expected one of initial, continuation"),
            ("hcpcs: J2323", "hcpcs: j2323", 30, "HCPCS"), ("hcpcs: J2323", "hcpcs: J232", 30, "HCPCS"),
            ("units: 300", "units: -300", 31, "above 0"), ("units: 300", "units: 0", 31, "above 0"),
            ("units: 300", "units: 300.5", 31, "whole number"), ("units: 300", "units: 3e2", 31, "above 0"),
            ("dose: 300 mg", "dose: 300", 32, "300 mg"),
            ("dose: 300 mg", "dose: 300 mgs", 32, "300 mg"), ("every: 28 days", "every: 0 days", 33, "interval"),
            ("every: 28 days", "every: monthly", 33, "interval"),
            ("every: 28 days", "every: once", 35, "7 doses are not"),
            ("doses: 7", "doses: many", 35, "number of doses"),
            ("[G35.A]", "[G35.]", 27, "ICD-10-CM"), ("[G35.A]", "[]", 27, "empty"),
            ("[G35.A]", "[ms]", 27, "ICD-10-CM"),
            ("place_of_service: \"11\"", "place_of_service: office", 24, "two digits"),
            ("planned_first_dose: 2026-12-01", "", 2, "is missing"),
            ("route: intravenous", "modifiers: [POS]", 34, "two capital letters"),
        ])
    func wrong(part: String, replacement: String, line: Int, words: String) throws {
        let good = String(decoding: try Fixture.bytes("Examples/order.yaml"), as: UTF8.self)
        let text = good.replacing(part, with: replacement)
        #expect(text != good)
        let error = try #require(throws: InvalidSource.self) {
            try OrderFile.parse(Array(text.utf8), file: "o.yaml")
        }
        #expect(Set(error.diagnostics.map(\.location.line)) == [line], "\(error)")
        #expect(error.description.contains(words), "\(error)")
    }

    @Test(
        "no error shows a value about the patient",
        arguments: [
            "born: Canary", "born: [Canary]", "family: [Canary]", "member_id: {Canary: Canary}",
            "given: \"Canary\\u0001\"",
            "Canary: Canary", "born: \"Canary\\nCanary\"",
        ])
    func quiet(line: String) throws {
        for text in [
            "patient: {\(line)}", "patient: Canary", "Canary", "- Canary", "kind: Canary", "plan: {state: Canary}",
        ] {
            let error = try #require(throws: InvalidSource.self) {
                try OrderFile.parse(Array(text.utf8), file: "o.yaml")
            }
            #expect(!error.description.contains("Canary"))
        }
    }

    @Test("an order's dump and description hide the patient")
    func redacted() throws {
        let order = try OrderFile.parse(try Fixture.bytes("Examples/order.yaml"), file: "order.yaml")
        var dumped = "\(order)" + String(reflecting: order)
        dump(order, to: &dumped)
        for value in ["Testperson", "Marigold", "1984", "900000101"] { #expect(!dumped.contains(value)) }
        #expect(dumped.contains("‹redacted›"))
    }

    /// The Luhn digit over 80840 and the number (CMS, "NPI check digit").
    private func hasRightCheckDigit(_ npi: String) -> Bool {
        let digits = ("80840" + npi).reversed().compactMap(\.wholeNumberValue)
        let sum = digits.enumerated().reduce(0) { total, item in
            let doubled = item.offset.isMultiple(of: 2) ? item.element : item.element * 2
            return total + (doubled > 9 ? doubled - 9 : doubled)
        }
        return digits.count == 15 && sum.isMultiple(of: 10)
    }
}
