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

    @Test("gives an NDC's product, says when it is not on file, and guesses at nothing") func ndc() throws {
        let own = try #require(try answers("64406-008-01", on: "2026-04-01").ndc)
        #expect(own.readings.map(\.ndc) == ["64406-0008-01"])
        #expect(own.readings.map(\.hcpcs) == ["J2323"])
        let strange = try #require(try answers("99999-999-99", on: "2026-04-01").ndc)
        #expect(strange.readings.map(\.hcpcs) == [nil])
        let ten = try #require(try answers("6440600801", on: "2026-04-01").ndc)
        #expect(ten.form == "ambiguous")
        #expect(ten.readings.count == 3)
    }

    @Test("gives a modifier's meaning, and says so when the release does not speak of the date")
    func modifier() throws {
        let answer = try #require(try answers("jw", on: "2026-04-01").modifier)
        #expect(answer.code == "JW")
        #expect(answer.coverage == "not loaded after 2020-12-31")
        #expect(try answers("11", on: "2026-04-01").placeOfService?.name == "office")
    }

    @Test("shows every table with its release and the days that it answers for") func tables() throws {
        let loaded = LoadedTables(try Self.book.get(), on: try #require(CivilDate(iso: "2026-08-01")))
        #expect(loaded.tables.count == 6)
        #expect(loaded.tables.map(\.isLoaded) == [false, true, false, false, true, true])
        #expect(loaded.table.csv(raw: false).contains("2026-06-30"))
    }

    @Test("has stable names in its document") func document() throws {
        let json = try JSONDocument.text(try answers("J2323", on: "2026-04-01"))
        for name in ["code", "on", "hcpcs", "first_date", "first_date_is_upper_bound", "unit", "standing", "release"] {
            #expect(json.contains("\"\(name)\" :"), "\(name)")
        }
    }
}
