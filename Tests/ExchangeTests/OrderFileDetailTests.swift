import CivilTime
import Diagnostics
import Testing

@testable import Exchange

@Suite("Order file: several lines, weight, and what a line may add") struct OrderFileDetailTests {
    private static let details = """
        doses: 7
          ndc: 64406-008-01
          discarded_units: 0
          administration: ["96365"]
          gates: [touch, jcv_antibody]
        """
    private static let measures = """
        member_id: "900000101"
          weight_kg: 83.50
          weighed_on: 2026-11-20
          height_cm: 178
        """

    @Test("reads the weight with its day, the height, and what a line says beyond the code")
    func details() throws {
        let order = try parse(
            try example().replacing("member_id: \"900000101\"", with: Self.measures)
                .replacing("doses: 7", with: Self.details))
        #expect(order.patient.weight?.value.value.amount == "83.5")
        #expect(order.patient.weighedOn?.value.value.description == "2026-11-20")
        #expect(order.patient.height?.value.value.amount == "178")
        let service = try #require(order.services.first)
        #expect(service.ndc?.value == "64406-008-01")
        #expect(service.discardedUnits?.value == 0)
        #expect(service.administration.map(\.value) == ["96365"])
        #expect(service.gates.map(\.value) == ["touch", "jcv_antibody"])
        var dumped = ""
        dump(order, to: &dumped)
        for value in ["83.5", "178", "2026-11-20"] { #expect(!dumped.contains(value)) }
    }

    @Test("reads several service lines, and every kind of request", arguments: Order.Kind.allCases)
    func lines(kind: Order.Kind) throws {
        let second = "- {hcpcs: J3357, units: 90, dose: 90 mg, every: 8 weeks}\nplanned_first_dose"
        let order = try parse(
            try example().replacing("kind: initial", with: "kind: \(kind.rawValue)")
                .replacing("service:\n  hcpcs", with: "services:\n- hcpcs").replacing(
                    "planned_first_dose", with: second))
        #expect(order.kind.value == kind)
        #expect(order.services.map(\.hcpcs.value) == ["J2323", "J3357"])
        #expect(order.services.last?.hcpcs.location.line == 37)
    }

    @Test("reads a single dose, which is one dose whether the order counts it or not", arguments: ["  doses: 1", ""])
    func once(doses: String) throws {
        let order = try parse(
            try example().replacing("every: 28 days", with: "every: once").replacing("  doses: 7", with: doses))
        let service = try #require(order.services.first)
        #expect(service.every.value == nil)
        #expect(service.doses?.value == 1)
    }

    @Test(
        "says what is wrong, and where",
        arguments: [
            ("service:", "services:", 30, "expected a list"),
            ("planned_first_dose", "services: []\nplanned_first_dose", 37, "both"),
            ("service:", "sorvice:", 2, "\"services\", a list"),
            ("doses: 7", "ndc: 64406/008", 35, "digits and hyphens"),
            ("doses: 7", "ndc: \"-\"", 35, "digits and hyphens"),
            ("doses: 7", "discarded_units: some", 35, "or 0"),
            ("doses: 7", "discarded_units: 2.5", 35, "whole number"),
            ("doses: 7", "administration: [infusion]", 35, "96413"),
            ("doses: 7", "administration: [\"9641\"]", 35, "96413"),
            ("doses: 7", "gates: [TOUCH]", 35, "small letters"),
            ("born: 1984", "weight_kg: 83\n  born: 1984", 9, "weighed_on"),
            ("born: 1984", "weighed_on: 2026-11-01\n  born: 1984", 9, "weight_kg"),
            ("born: 1984", "weight_kg: 8300\n  weighed_on: 2026-11-01\n  born: 1984", 9, "from 0.3 to 700"),
            ("born: 1984", "weight_kg: 83 kg\n  weighed_on: 2026-11-01\n  born: 1984", 9, "plain number"),
            ("born: 1984", "weight_kg: 83\n  weighed_on: 1983-11-01\n  born: 1984", 10, "before the day of birth"),
            ("born: 1984", "height_cm: 1.78\n  born: 1984", 9, "centimetres"),
        ])
    func wrong(part: String, replacement: String, line: Int, words: String) throws {
        let good = try example()
        let text = good.replacing(part, with: replacement)
        #expect(text != good)
        let error = try #require(throws: InvalidSource.self) { try parse(text) }
        #expect(error.diagnostics.contains { $0.location.line == line && $0.message.contains(words) }, "\(error)")
    }

    @Test(
        "a list of lines holds from 1 to 20",
        arguments: [("[]", "from 1 to 20"), ("[{}]", "\"hcpcs\" is missing"), ("twenty-one", "from 1 to 20")])
    func count(list: String, words: String) throws {
        let start = try #require(try example().split(separator: "\nservice:").first)
        let line = "{hcpcs: J2323, units: 300, dose: 300 mg, every: 4 weeks}"
        let many = "[\(Array(repeating: line, count: 21).joined(separator: ", "))]"
        let error = try #require(throws: InvalidSource.self) {
            try parse("\(start)\nservices: \(list == "twenty-one" ? many : list)\nplanned_first_dose: 2026-12-01\n")
        }
        #expect(error.description.contains(words))
        #expect(Set(error.diagnostics.map(\.location.line)) == [29])
    }

    @Test("no error shows a weight or a height", arguments: ["weight_kg", "height_cm", "weighed_on"])
    func quiet(key: String) throws {
        for value in ["Canary", "99999", "[Canary]", "1801-01-01"] {
            let text = try example().replacing("born: 1984", with: "\(key): \(value)\n  born: 1984")
            let error = try #require(throws: InvalidSource.self) { try parse(text) }
            #expect(!error.description.contains("Canary"))
            #expect(!error.description.contains("99999"))
            #expect(!error.description.contains("1801"))
        }
    }

    private func parse(_ text: String) throws -> Order { try OrderFile.parse(Array(text.utf8), file: "o.yaml") }

    private func example() throws -> String {
        String(decoding: try Fixture.bytes("Examples/order.yaml"), as: UTF8.self)
    }
}
