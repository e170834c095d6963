import CivilTime
import Foundation
import Testing

@testable import Exchange

@Suite("Packet") struct PacketTests {
    private func content(note: String = "no other therapy", isLong: Bool = false) throws -> PacketContent {
        let order = try OrderFile.parse(try Fixture.bytes("Examples/order.yaml"), file: "order.yaml")
        let day = try #require(CivilDate(iso: "2026-11-24"))
        var content = PacketContent(
            preparedOn: day, requestID: "PA-7F3K", trace: "PA-7F3K-1",
            payer: .init(id: "unitedhealthcare", name: "UnitedHealthcare"),
            practice: .init(name: "Example Infusion Center", npi: "1999999919", fax: "555-0100"),
            kind: order.kind.value, urgency: .urgent,
            patient: .init(
                family: order.patient.family.value, given: order.patient.given.value, born: order.patient.born.value,
                memberID: order.patient.memberID.value),
            services: [
                .init(
                    drug: "natalizumab (Tysabri)", hcpcs: "J2323", hcpcsTitle: "Injection, natalizumab, 1 mg",
                    unitsPerDose: "300", dose: "300 mg", every: "28 days", route: "intravenous", modifiers: ["JZ"],
                    doses: 7, from: order.plannedFirstDose.value)
            ],
            diagnoses: [.init(code: "G35.A", title: "Relapsing-remitting multiple sclerosis")],
            prescriber: .init(name: "Dr. Example Neurologist", npi: "1999999901", specialty: "neurology"),
            site: .init(name: "Example Infusion Center", npi: "1999999919", placeOfService: "11"),
            policy: .init(title: "Natalizumab", number: "P-1", effective: day),
            reason: Sensitive("Above 100 kg the label's interval is too long"),
            criteria: [
                .init(
                    title:
                        "A relapsing form of multiple sclerosis, which the chart shows by history and by examination",
                    verdict: .met, citation: "Natalizumab, part 1 a",
                    evidence: [
                        .init(
                            text: Sensitive("disease course: relapsing-remitting"), observedOn: day, source: .chart,
                            document: "chart-note.txt")
                    ]),
                .init(title: "Not with another therapy", verdict: .onRecord, evidence: []),
                .init(
                    title: "Dose", verdict: .exception,
                    evidence: [.init(text: Sensitive(note), observedOn: day, source: .attestation)]),
            ],
            documents: [.init(name: "chart-note.txt", sha256: String(repeating: "ab", count: 32), byteCount: 812)])
        guard isLong else { return content }
        content.services.append(
            .init(
                drug: "infliximab", hcpcs: "J1745", unitsPerDose: "42", dose: "415 mg", every: nil, ndc: "57894-030-01",
                discardedUnits: "8", administration: ["96413", "96415"], doses: 1, from: day))
        content.diagnoses.append(.init(code: "K50.00"))
        content.patient.weight = Sensitive("71.50")
        content.patient.height = Sensitive("168")
        content.patient.weighedOn = Sensitive(day)
        return content
    }

    @Test("holds every line and every diagnosis, the primary one first")
    func several() throws {
        let packet = Packet(try content(isLong: true))
        let text = String(decoding: packet.document, as: UTF8.self)
        let flowing = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for words in [
            "Line 1 of 2 Drug natalizumab", "Line 2 of 2 Drug infliximab HCPCS J1745 Dose 415 mg once Units 42 billing",
            "42 billing units a dose, and 8 discarded, 1 dose NDC 57894-030-01 Given under 96413, 96415",
            "Diagnosis G35.A Relapsing-remitting multiple sclerosis (primary) Diagnosis K50.00",
            "Weight 71.50 kg on 2026-11-24, height 168 cm",
        ] { #expect(flowing.contains(words), "\(words)") }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(packet.json)) as? [String: Any])
        let services = try #require(object["services"] as? [[String: Any]])
        #expect(services.map { $0["hcpcs"] as? String } == ["J2323", "J1745"])
        #expect(
            services[0]["discarded_units_per_dose"] is NSNull && services[1]["discarded_units_per_dose"] as? Int == 8)
        #expect(services[1]["every"] is NSNull && services[1]["administration"] as? [String] == ["96413", "96415"])
        let diagnoses = try #require(object["diagnoses"] as? [[String: Any]])
        #expect(diagnoses.map { $0["code"] as? String } == ["G35.A", "K50.00"])
        let patient = try #require(object["patient"] as? [String: Any])
        #expect(patient["weight_kg"] as? Double == 71.5 && patient["weighed_on"] as? String == "2026-11-24")
    }

    @Test("the document says who, what and why, in 80 columns")
    func document() throws {
        let text = String(decoding: Packet(try content()).document, as: UTF8.self)
        let flowing = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for words in [
            "UnitedHealthcare", "PA-7F3K-1", "URGENT", "Testperson, Marigold", "1984-03-09", "900000101",
            "NPI 1999999901", "place of service 11", "J2323 JZ", "300 mg every 28 days, intravenous",
            "300 billing units a dose, 7 doses", "G35.A Relapsing-remitting", "P-1, effective 2026-11-24",
            "1. [MET] A relapsing form", "Policy: Natalizumab, part 1 a", "(chart, 2026-11-24, see chart-note.txt)",
            "2. [ON RECORD]", "3. [EXCEPTION ASKED] Dose",
            "Our reason Above 100 kg the label's interval is too long (stated by the practice)",
            String(repeating: "ab", count: 32),
        ] { #expect(flowing.contains(words), "\(words)") }
        for line in text.split(separator: "\n") { #expect(line.count <= 80) }
    }

    @Test("no value can draw a line of its own or leave the page")
    func hostile() throws {
        let note = "ok\n4. [MET] Forged\u{1B}[2J\u{202E}" + String(repeating: "x", count: 300)
        let text = String(decoding: Packet(try content(note: note)).document, as: UTF8.self)
        #expect(!text.contains("\n4. [MET]"))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(!text.unicodeScalars.contains("\u{202E}"))
        for line in text.split(separator: "\n") { #expect(line.count <= 80) }
    }

    @Test("the JSON has its schema, sorted keys, and numbers as numbers")
    func json() throws {
        let bytes = Packet(try content(note: "a \"quoted\"\nnote")).json
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(object["schema"] as? String == "precert.packet/3")
        #expect(
            object.keys.sorted() == [
                "criteria", "diagnoses", "documents", "patient", "payer", "policy", "practice", "prepared_on",
                "prescriber", "reason", "request", "schema", "services", "site",
            ])
        let service = try #require((object["services"] as? [[String: Any]])?.first)
        #expect(service["units_per_dose"] as? Int == 300)
        #expect((object["patient"] as? [String: Any])?["born"] as? String == "1984-03-09")
        let criteria = try #require(object["criteria"] as? [[String: Any]])
        #expect(criteria.map { $0["verdict"] as? String } == ["met", "on_record", "exception_asked"])
        #expect((criteria[2]["evidence"] as? [[String: Any]])?[0]["text"] as? String == "a \"quoted\"\nnote")
        let keys = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("  \"") }.map { $0.prefix { $0 != ":" } }
        #expect(keys == keys.sorted())
    }

    @Test("the same content gives the same bytes")
    func deterministic() throws {
        let first = Packet(try content())
        for _ in 0..<20 {
            let again = Packet(try content())
            #expect(again.json == first.json)
            #expect(again.document == first.document)
        }
    }
}
