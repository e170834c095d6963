import Diagnostics
import Testing

@testable import Exchange

@Suite("An order in the words of its file") struct OrderDraftTests {
    private func draft() -> OrderDraft {
        let place = SourceLocation(file: "stored", line: 1, column: 1)
        func section(_ texts: [String: String]) -> OrderDraft.Section {
            texts.mapValues { OrderDraft.Words($0, at: place) }
        }
        var draft = OrderDraft(at: place)
        draft.order = section([
            "payer": "medica", "kind": "initial", "urgency": "standard", "drug": "natalizumab",
            "planned_first_dose": "2026-12-01",
        ])
        draft.order["diagnoses"] = OrderDraft.Words(list: ["G35.A"], at: place)
        draft.patient = section([
            "family": "Testperson", "given": "Marigold", "born": "1984-03-09", "member_id": "900000101",
        ])
        draft.plan = section(["funding": "unknown"])
        draft.prescriber = section(["name": "Dr. Example", "npi": "1999999901"])
        draft.site = section(["name": "Example Center", "npi": "1999999919", "place_of_service": "11"])
        draft.services = [section(["hcpcs": "J2323", "units": "300", "dose": "300 mg", "every": "28 days"])]
        return draft
    }

    @Test("is read as the file is") func read() throws {
        let order = try draft().read()
        #expect(order.services[0].units.value == 300)
        #expect(order.diagnoses.map(\.value) == ["G35.A"])
        #expect(order.patient.family.value.value == "Testperson")
    }

    @Test("what a file may not say is refused at the place of its words, all of it at once") func refused() throws {
        var draft = draft()
        draft.services[0]["units"] = OrderDraft.Words("0", at: SourceLocation(file: "--units", line: 1, column: 1))
        draft.order["diagnoses"] = OrderDraft.Words(
            list: ["G35.A", "ms"], at: SourceLocation(file: "--diagnosis", line: 1, column: 1))
        draft.site["npi"] = nil
        let error = #expect(throws: InvalidSource.self) { _ = try draft.read() }
        #expect(error?.diagnostics.map(\.location.file) == ["--diagnosis", "--units", "stored"])
        #expect(error?.diagnostics.last?.message == "the key \"npi\" is missing")
    }
}
