import CivilTime
import Codes
import Testing

@testable import PrecertCLI

@Suite("codes lookup") struct CodeAnswersTests {
    static let book = Result { try Repository.rules.codes() }

    private func answers(_ code: String, on date: String) throws -> CodeAnswers {
        CodeAnswers(code, on: try #require(CivilDate(iso: date)), in: try Self.book.get())
    }

    @Test(
        "gives a drug code's unit and standing, however it is written", arguments: ["J2323", "j2323", " J2323 "])
    func drug(code: String) throws {
        let answer = try #require(try answers(code, on: "2026-04-01").hcpcs)
        #expect(answer.code == "J2323")
        #expect(answer.unit == "1 mg")
        #expect(answer.standing == "in_force")
        #expect(answer.coverage == nil)
    }

    @Test("says so when the release does not speak of the date") func notLoaded() throws {
        let answer = try #require(try answers("J2323", on: "2027-01-01").hcpcs)
        #expect(answer.coverage?.contains("not loaded after") == true)
    }

    @Test(
        "knows that G35 became a heading on 2025-10-01, and what stands below it",
        arguments: [("2025-09-30", "billable"), ("2025-10-01", "not_billable")])
    func multipleSclerosis(date: String, standing: String) throws {
        let answer = try #require(try answers("G35", on: date).icd10cm)
        #expect(answer.standing == standing)
        #expect(answer.children.map(\.code) == ["G35.A", "G35.B", "G35.C", "G35.D"])
        if standing == "not_billable" { #expect(answer.lastBillable?.description == "2025-09-30") }
    }

    @Test("takes a diagnosis without its dot for one") func undotted() throws {
        let answer = try answers("J4520", on: "2026-01-01")
        #expect(answer.icd10cm?.code == "J45.20")
    }

    @Test(
        "says why there is no answer, and what may have been meant",
        arguments: [
            ("J2332", "J2323"), ("G35.Z", "G35"), ("99213", "CPT"), ("!?", "neither"), ("", "neither"),
        ])
    func notFound(code: String, mentions: String) throws {
        let answer = try answers(code, on: "2026-01-01")
        #expect(!answer.isFound)
        let failure = answer.notFound(in: try Self.book.get())
        #expect(failure.status == .notFound)
        #expect("\(failure.message) \(failure.hint ?? "")".contains(mentions))
    }

    @Test("has stable names in its document") func document() throws {
        let json = try JSONDocument.text(try answers("J2323", on: "2026-04-01"))
        for name in ["code", "on", "hcpcs", "first_date", "first_date_is_upper_bound", "unit", "standing", "release"] {
            #expect(json.contains("\"\(name)\" :"), "\(name)")
        }
    }
}
