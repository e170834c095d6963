import Foundation
import Testing

/// What a payer reads of a request that was sent although criteria are open.
@Suite("A packet sent by an override")
struct OverrideTests {
    private func packet(
        _ practice: Practice, _ order: String, _ facts: [String], because reason: String
    ) async throws -> (text: String, json: [String: Any], screen: String) {
        let reference = try await practice.open(order)
        if !facts.isEmpty {
            let words = ["evidence", "add", reference] + facts + ["--observed", "2026-11-20"]
            try #require(try await practice.precert(words + ["--as-of", Practice.monday]).status == 0)
        }
        let screen = try await practice.must("submit", reference, "--override", reason, "--as-of", Practice.monday).out
        try await practice.must("worker", "--once", "--as-of", Practice.monday)
        let outgoing = practice.folder + "/outgoing"
        let name = try #require(
            try FileManager.default.subpathsOfDirectory(atPath: outgoing).first { $0.hasSuffix("packet.txt") })
        let text = try String(contentsOfFile: "\(outgoing)/\(name)", encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(outgoing)/\(name.dropLast(3))json"))
        return (text, try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any]), screen)
    }

    @Test("asks for an exception, states the fact and the reason, keeps what is met, and doubts nothing")
    func exception() async throws {
        let (text, json, screen) = try await packet(
            try await Practice.open(), "order.yaml", ["other_ms_therapy=true"],
            because: "Glatiramer ends on the day of the first infusion")
        #expect(text.contains("Our reason Glatiramer ends on the day of the first infusion (stated by the practice)"))
        #expect(text.contains("[EXCEPTION ASKED] Not together with a disease-modifying"))
        #expect(text.contains("- true (chart, 2026-11-20)"))
        #expect(text.contains("[MET] The diagnosis code is multiple sclerosis"))
        #expect(!text.contains("NOT MET") && !text.contains("NOT KNOWN"))
        #expect(json["reason"] as? String == "Glatiramer ends on the day of the first infusion")
        let verdicts = (json["criteria"] as? [[String: Any]])?.compactMap { $0["verdict"] as? String }
        #expect(verdicts.map(Set.init) == ["met", "exception_asked"])
        #expect(screen.contains("for the payer to read"))
    }

    @Test("gives the reason where a fact is not on record yet, and lists nothing that nobody answered")
    func notYet() async throws {
        let (text, _, _) = try await packet(
            try await Practice.open(), "order.yaml", [], because: "The list of medications follows by fax")
        #expect(text.contains("Our reason The list of medications follows by fax (stated by the practice)"))
        #expect(!text.contains("EXCEPTION") && !text.contains("Not together with"))
    }

    @Test("does not tell the payer of a gap in our copy of its policy", arguments: ["J2323", "Q5134"])
    func ownGap(hcpcs: String) async throws {
        let practice = try await Practice.open()
        var order = OrderText(kind: "initial", diagnosis: "K50.013", hcpcs: hcpcs)
        if hcpcs == "Q5134" { order = OrderText(drug: "Tyruko", hcpcs: hcpcs) }
        let (text, json, screen) = try await packet(
            practice, practice.write("o.yaml", order.yaml), [], because: "the policy was read at the payer")
        #expect(!text.contains("read at the payer") && !text.contains("on file"))
        #expect(json["reason"] is NSNull)
        #expect(screen.contains("is kept here; the packet does not say it"))
    }

    @Test("asks for one exception where every way in is shut, with the facts of each")
    func everyWay() async throws {
        let practice = try await Practice.open()
        let order = OrderText(
            payer: "bcbs_north_carolina", kind: "initial", drug: "ublituximab", hcpcs: "J2329", units: "150",
            dose: "150 mg")
        let (text, json, _) = try await packet(
            practice, practice.write("o.yaml", order.yaml), ["walks_a_few_steps=false", "arm_or_hand_use=false"],
            because: "Function is expected to return after the relapse")
        #expect(
            text.contains(
                "[EXCEPTION ASKED] Some function is left Policy: Initial criteria, third point - Walks at least a few "
                    + "steps, with or without aid: false (chart, 2026-11-20) - Uses an arm or a hand for daily living: "
                    + "false (chart, 2026-11-20)"))
        let asked = (json["criteria"] as? [[String: Any]])?.filter { $0["verdict"] as? String == "exception_asked" }
        #expect(asked?.count == 1)
    }
}
