import CivilTime
import Diagnostics
import Foundation
import Testing

@testable import Exchange

@Suite("Evidence file") struct EvidenceFileTests {
    @Test("reads the example, and the documents it names exist")
    func example() throws {
        let evidence = try EvidenceFile.parse(try Fixture.bytes("Examples/evidence.yaml"), file: "evidence.yaml")
        #expect(evidence.map(\.fact.value).contains("other_ms_therapy"))
        for name in ["evidence-continuation.yaml", "evidence-ublituximab.yaml"] {
            #expect(try EvidenceFile.parse(try Fixture.bytes("Examples/\(name)"), file: name).count == 4)
        }
        for path in evidence.compactMap(\.document?.value) { #expect(try !Fixture.bytes("Examples/\(path)").isEmpty) }
        #expect(evidence[0].fact.location.description == "evidence.yaml:2:9")
        #expect(evidence[1].note?.value.value == "stopped on 2026-10-01")
    }

    @Test(
        "keeps each kind of value",
        arguments: [
            ("true", #"true"#), ("\"true\"", #""true""#), ("12", "12"), ("-0.50", "-0.50"), ("007", #""007""#),
            ("1e9", #""1e9""#), ("2026-12-01", #""2026-12-01""#), ("relapsing", #""relapsing""#),
            ("[a, 2, false]", #"["a",2,false]"#),
            (
                "{records: [{ingredient: glatiramer, duration: 4 months}], complete: true}",
                #"{"complete":true,"records":[{"duration":"4 months","ingredient":"glatiramer"}]}"#
            ), ("'say \"hi\"'", #""say \"hi\"""#),
        ])
    func values(written: String, json: String) throws {
        let evidence = try parse("value: \(written)")
        #expect(evidence[0].value.value.json == json)
    }

    @Test(
        "says what is wrong without showing the value",
        arguments: [
            ("value: 2026-02-30", "no calendar"), ("value: []", "empty"), ("value: {A: Canary}", "a field is named"),
            ("value: [[]]", "empty"), ("value: Canary\ndocument: /etc/Canary", "inside its folder"),
            ("value: Canary\ndocument: ../Canary", "inside its folder"),
            ("value: Canary\ndocument: a//b", "inside its folder"),
            ("value: Canary\nnote: [Canary]", "expected a text"), ("values: Canary", "did you mean \"value\""),
            ("value: \"Canary\\0\"", "control character"),
        ])
    func wrong(lines: String, words: String) throws {
        let error = try #require(throws: InvalidSource.self) { try parse(lines) }
        #expect(error.description.contains(words), "\(error)")
        #expect(!error.description.contains("Canary"))
    }

    @Test(
        "refuses what is no list of facts",
        arguments: [
            ("Canary", "a list of facts"), ("[]", "no fact"), ("- Canary", "expected a mapping"),
            ("- {fact: Canary.X, value: 1, observed_on: 2026-12-01, source: chart}", "small letters"),
            ("- {fact: a, value: 1, observed_on: 2026-12-01, source: rumour}", "expected one of chart"),
        ])
    func refuses(text: String, words: String) throws {
        let error = try #require(throws: InvalidSource.self) { try EvidenceFile.parse(Array(text.utf8), file: "e") }
        #expect(error.description.contains(words), "\(error)")
        #expect(!error.description.contains("Canary"))
    }

    private func parse(_ lines: String) throws -> [Evidence] {
        let text =
            "- fact: a.b\n  observed_on: 2026-11-10\n  source: lab\n  " + lines.replacing("\n", with: "\n  ") + "\n"
        return try EvidenceFile.parse(Array(text.utf8), file: "e.yaml")
    }
}
