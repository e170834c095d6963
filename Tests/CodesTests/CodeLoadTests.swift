import Diagnostics
import Testing

@testable import Codes

@Suite("Loading a release")
struct CodeLoadTests {
    static let label = CodeLoad.Label(
        released: day("2026-07-01"), validFrom: day("2026-07-01"), validThrough: day("2026-09-30"),
        source: "CMS, July 2026")
    /// The shipped folder, with a small part of ICD-10-CM so that the tests stay quick.
    static let manifest = Array(
        String(decoding: (try? LoadedCodes.bytes("codes.yaml")) ?? [], as: UTF8.self)
            .replacing("    bytes: 8048819\n", with: "").utf8)
    static let someDiagnoses = LoadedCodes.book.diagnoses.all.filter { entry in
        ["A00", "G35", "I10", "J45", "K50", "M05"].contains { entry.code.hasPrefix($0) }
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        guard name.hasSuffix(".tsv") else { return try LoadedCodes.bytes(name) }
        let lines = someDiagnoses.map { "\($0.code)\t\($0.isBillable ? 1 : 0)\t\($0.description)\n" }
        return Array((DiagnosisTable.header + lines.joined()).utf8)
    }

    /// CMS's alphanumeric file as it would be with nothing changed but J2323 ended, J2999 new and Q9999 gone.
    static func alphanumeric(_ more: String = "") -> String {
        var text = "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,ACT EFF DT,TERM DT,ACTION CD\r\n"
        for code in LoadedCodes.book.hcpcs.all.sorted(by: { $0.code < $1.code })
        where code.lastDate == nil && code.code != "Q9999" {
            let term = code.code == "J2323" ? "20260731" : ""
            text += "\(code.code),00100,3,\(csvField(code.descriptor)),short,,20260701,\(term),N\r\n"
        }
        return text + "J2999,00100,3,\"Injection, examplimab,\",Examplimab,20260701,20260701,,A\r\n"
            + "J2999,00200,4,2.5 mg,,,,,\r\n" + "A4550,00100,3,Surgical trays,Trays,19860101,19860101,,N\r\n"
            + "JZ,00100,7,Zero drug amount discarded,Zero drug,20230101,20230101,,N\r\n" + more
    }

    static func load(
        _ table: CodeLoad.Table, _ text: String, label: CodeLoad.Label = label, over earlier: CodeLoad? = nil
    ) throws -> CodeLoad {
        try CodeLoad(
            table, bytes: Array(text.utf8), file: "new.csv", label: label, manifest: earlier?.manifest ?? manifest,
            manifestFile: "codes.yaml"
        ) { name in
            if let file = earlier?.files.first(where: { $0.name == name }) { return file.bytes }
            return try bytes(name)
        }
    }

    static func book(_ load: CodeLoad) throws -> CodeBook {
        try CodeBook(manifest: load.manifest, file: "codes.yaml") { name in
            if let file = load.files.first(where: { $0.name == name }) { return file.bytes }
            return try bytes(name)
        }
    }

    @Test("merges CMS's alphanumeric file: new, ended, gone and unchanged codes")
    func hcpcs() throws {
        let load = try Self.load(.hcpcs, Self.alphanumeric())
        #expect(load.layout == "CMS's alphanumeric file in CSV")
        #expect(load.changes.added == ["J2999"])
        #expect(load.changes.ended == ["J2323 on 2026-07-31", "Q9999 by 2026-06-30"])
        #expect(load.changes.skipped == 1)
        #expect(load.files.map(\.name) == ["hcpcs-2026-07.csv"])
        let hcpcs = try Self.book(load).hcpcs
        #expect(hcpcs.release.validFrom == day("2020-01-01"))
        #expect(hcpcs.release.validThrough == day("2026-09-30"))
        #expect(hcpcs.release.released == day("2026-07-01"))
        let new = try #require(hcpcs.lookup("J2999", on: day("2026-07-01")).entry)
        #expect(new.unit?.description == "2.5 mg")
        #expect(new.descriptor == "Injection, examplimab, 2.5 mg")
        #expect(
            hcpcs.lookup("J2323", on: day("2026-08-01")).standing
                == .noLongerInForce(try #require(hcpcs.lookup("J2323", on: day("2026-08-01")).entry)))
        #expect(hcpcs.lookup("Q9999", on: day("2026-07-01")).entry?.lastDateIsUpperBound == true)
        // What was known of old codes and dates stays.
        let old = try #require(LoadedCodes.book.hcpcs.lookup("J1300", on: day("2024-01-01")).entry)
        #expect(hcpcs.lookup("J1300", on: day("2024-01-01")).standing == .inForce(old))
        #expect(hcpcs.lookup("J3380", on: day("2026-09-30")).coverage == .loaded)
        #expect(hcpcs.lookup("J3380", on: day("2026-10-01")).coverage != .loaded)
    }

    @Test("changes nothing when it is loaded again", arguments: CodeLoad.Table.allCases)
    func again(table: CodeLoad.Table) throws {
        let (text, label) = try Self.release(of: table)
        let first = try Self.load(table, text, label: label)
        #expect(!first.isUnchanged)
        let second = try Self.load(table, text, label: label, over: first)
        #expect(second.isUnchanged)
        #expect(second.files.isEmpty)
        #expect(second.manifest == first.manifest)
    }

    private static func release(of table: CodeLoad.Table) throws -> (String, CodeLoad.Label) {
        switch table {
        case .hcpcs: return (alphanumeric(), label)
        case .icd10cm: return (orderFile(), yearLabel)
        case .modifiers:
            let text = String(decoding: try LoadedCodes.bytes("modifiers-2020.csv"), as: UTF8.self)
            return (text + "Y9,2026-01-01,,a new one\n", label)
        }
    }

    @Test("reads Addendum B under its titles, without CPT, and takes dates as bounds")
    func addendumB() throws {
        var text =
            "Addendum B.-Final OPPS Payment by HCPCS Code for CY 2026,,,\nCPT only copyright,,,\n\"HCPCS\nCode\",Short Descriptor,SI,APC\n"
        for code in LoadedCodes.book.hcpcs.all where code.lastDate == nil { text += "\(code.code),short,K,\n" }
        text += "96413,of the AMA,S,5694\nJ2999,\"Inj, examplimab, 1 mg\",K,9999\n* a note below the table,,,\n"
        let load = try Self.load(.hcpcs, text)
        #expect(load.layout == "OPPS Addendum B in CSV")
        #expect(load.changes.added == ["J2999"])
        #expect(load.changes.ended == [])
        let hcpcs = try Self.book(load).hcpcs
        let new = try #require(hcpcs.lookup("J2999", on: day("2026-07-01")).entry)
        #expect(new.firstDateIsUpperBound)
        #expect(new.unit?.description == "1 mg")
        // A short descriptor says less than the one on file.
        #expect(hcpcs.lookup("J2323", on: day("2026-07-01")).entry?.descriptor == "Injection, natalizumab, 1 mg")
        #expect(!String(decoding: load.files[0].bytes, as: UTF8.self).contains("of the AMA"))
    }

    @Test("writes the shipped table as it is on file")
    func roundTrip() throws {
        let bytes = HCPCSTable.csv(LoadedCodes.book.hcpcs.all.sorted { $0.code < $1.code })
        #expect(bytes == (try LoadedCodes.bytes("hcpcs-2026-04.csv")))
    }

    @Test(
        "refuses a wrong file with its place",
        arguments: [
            ("J29,00100,3,x,x,,,,\r\n", 3, 1, "a letter and four digits"),
            ("J2996,00100,5,x,x,,,,\r\n", 3, 13, "3, 4, 7 or 8"),
            ("J2996,00100,3,x,x,2026-13-01,,,\r\n", 3, 19, "no date"),
            ("J2997,00200,4,more,,,,,\r\n", 3, 1, "goes on"), ("J2999,00100,3,x,x,,,,\r\n", 3, 1, "stands twice"),
            ("J2996\r\n", 3, 1, "ends before its record id"),
        ])
    func wrongRow(row: String, after lines: Int, column: Int, words: String) throws {
        let text = Self.alphanumeric(row)
        let error = try #require(throws: InvalidSource.self) { try Self.load(.hcpcs, text) }
        let last = text.split(separator: "\r\n").count
        #expect(error.diagnostics.map(\.location.description) == ["new.csv:\(last):\(column)"], "\(error)")
        #expect(error.description.contains(words))
    }

    @Test(
        "refuses what is no such file",
        arguments: [
            (CodeLoad.Table.hcpcs, "code,name\n11,office\n", "no header"), (.hcpcs, "", "no header"),
            (.hcpcs, "PK\u{3}\u{4}\u{0}", "control character"),
            (.hcpcs, "HCPCS Code,Short Descriptor\n", "no code below"),
            (.hcpcs, "HCPCS Code,Short Descriptor\nJ2323,\"Natalizumab", "not closed"),
            (.hcpcs, "HCPCS Code,Short Descriptor\nJ2323,Natalizumab\n", "cut short"),
            (.icd10cm, "A00.0 Cholera\n", "icd10cm_order"), (.icd10cm, "", "empty"),
            (.icd10cm, "00001 A00     0 Cholera\n", "cut short"),
            (.modifiers, "HCPCS Code,Short Descriptor\nJ2323,Natalizumab\n", "no modifiers in it"),
            (.modifiers, "code,first_date,last_date,meaning\nJZ,2023-01-01,,zero\n", "cut short"),
        ])
    func noSuchFile(table: CodeLoad.Table, text: String, words: String) throws {
        let label = table == .icd10cm ? Self.yearLabel : Self.label
        let error = try #require(throws: InvalidSource.self) { try Self.load(table, text, label: label) }
        #expect(error.description.contains(words), "\(error)")
        #expect(error.diagnostics.allSatisfy { $0.location.file == "new.csv" })
    }

    @Test(
        "refuses an older release, a gap, and dates that contradict each other",
        arguments: [
            ("2026-01-01", "2026-03-31", "older release"), ("2026-10-01", "2026-12-31", "in between"),
            ("2026-09-30", "2026-07-01", "one date is wrong"),
        ])
    func order(from: String, through: String, words: String) throws {
        var label = Self.label
        label.validFrom = day(from)
        label.validThrough = day(through)
        let error = try #require(throws: InvalidSource.self) {
            try Self.load(.hcpcs, Self.alphanumeric(), label: label)
        }
        #expect(error.description.contains(words))
    }

    // MARK: - ICD-10-CM

    static let yearLabel = CodeLoad.Label(
        released: day("2026-06-20"), validFrom: day("2026-10-01"), validThrough: day("2027-09-30"),
        source: "CMS, FY2027", name: "ICD-10-CM FY2027")

    /// CMS's order file of a year in which K50.00 gets children, A00.1 goes and G35.E comes.
    static func orderFile() -> String {
        var lines: [String] = []
        var codes = someDiagnoses.filter { $0.code != "A00.1" }
        codes.append(Diagnosis(code: "G35.E", isBillable: true, description: "Multiple sclerosis, invented"))
        codes.append(Diagnosis(code: "K50.000", isBillable: true, description: "Crohn's disease, invented"))
        for (number, entry) in codes.enumerated() {
            let bare = entry.code.filter { $0 != "." }
            let flag = entry.isBillable && entry.code != "K50.00" ? 1 : 0
            let short = String(entry.description.unicodeScalars.filter(\.isASCII).prefix(60).map(Character.init))
            lines.append(
                "\(padded(String(number), 5, "0", before: true)) \(padded(bare, 7)) \(flag) \(padded(short, 60)) \(entry.description)"
            )
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private static func padded(_ text: String, _ width: Int, _ pad: String = " ", before: Bool = false) -> String {
        let padding = String(repeating: pad, count: max(0, width - text.count))
        return before ? String((padding + text).suffix(width)) : text + padding
    }

    @Test("merges CMS's order file, and still knows the year before")
    func diagnoses() throws {
        let load = try Self.load(.icd10cm, Self.orderFile(), label: Self.yearLabel)
        #expect(load.layout == "CMS's order file")
        #expect(load.changes.added == ["G35.E", "K50.000"])
        #expect(load.changes.ended == ["A00.1", "K50.00"])
        #expect(load.files.map(\.name) == ["icd10cm-2026-10.tsv", "icd10cm-history-2026-10.csv"])
        let book = try Self.book(load)
        try book.diagnoses.check()
        let before = day("2026-09-30")
        let after = day("2026-10-01")
        func standing(_ code: String, _ date: String) -> DiagnosisAnswer.Standing {
            book.diagnoses.billability(code, on: day(date)).standing
        }
        func isBillable(_ code: String, _ date: String) -> Bool {
            if case .billable = standing(code, date) { true } else { false }
        }
        #expect(isBillable("A00.1", "2026-09-30"))
        #expect(!isBillable("A00.1", "2026-10-01"))
        #expect(isBillable("K50.00", "2026-09-30"))
        #expect(!isBillable("K50.00", "2026-10-01"))
        #expect(!isBillable("G35.E", "2026-09-30"))
        #expect(isBillable("G35.E", "2026-10-01"))
        #expect(isBillable("G35", "2025-09-30"))
        #expect(!isBillable("G35.A", "2025-09-30"))
        #expect(isBillable("G35.A", "2027-09-30"))
        #expect(book.diagnoses.billability("G35.A", on: day("2027-10-01")).coverage != .loaded)
        #expect(book.diagnoses.billability("G35.A", on: before).coverage == .loaded)
        #expect(book.diagnosisHistoryRelease.validThrough == before)
        // A code that is gone is explained, with nothing to offer.
        let found = CodeGuard(book: book).findings(
            for: proposal {
                $0.diagnoses = ["A00.1"]; $0.dateOfService = after
            }
        ).first { $0.ruleID == "diagnosis-not-billable" }
        #expect(found?.message.contains("since 2026-10-01, and no code stands below it") == true)
    }

    @Test("reads CMS's codes file, which has billable codes alone, and keeps the headings")
    func codesFile() throws {
        let text = Self.someDiagnoses.filter { $0.isBillable && $0.code != "A00.1" }
            .map { "\(Self.padded($0.code.filter { $0 != "." }, 7)) \($0.description)\n" }.joined()
        let load = try Self.load(.icd10cm, text, label: Self.yearLabel)
        #expect(load.layout == "CMS's codes file")
        #expect(load.changes.added == [])
        #expect(load.changes.ended == ["A00.1"])
        #expect(try Self.book(load).diagnoses["G35"]?.isBillable == false)
    }

    @Test("merges modifiers from the alphanumeric file and from a table, and keeps CPT's numbers")
    func modifiers() throws {
        var rows = "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n"
        for modifier in LoadedCodes.book.modifiers.all
        where modifier.lastDate == nil && modifier.code != "A1" && modifier.code != "25" && modifier.code != "59" {
            rows += "   \(modifier.code),00100,7,\(csvField(modifier.meaning)),s,,,,N\n"
        }
        let load = try Self.load(.modifiers, rows + "Y9,00100,7,A new one,s,20260101,,,A\n")
        #expect(load.changes.added == ["Y9"])
        #expect(load.changes.ended == ["A1 by 2026-06-30"])
        let modifiers = try Self.book(load).modifiers
        #expect(modifiers["25"]?.lastDate == nil)
        #expect(modifiers["JZ"]?.firstDate == day("2023-01-01"))
        #expect(modifiers.release.coverage(of: day("2026-08-01")) == .loaded)
    }

    @Test("refuses or reads whatever bytes it is given, and never traps", arguments: [1, 2, 3] as [UInt64])
    func anyBytes(seed: UInt64) {
        var random = Seeded(state: seed)
        let pieces = [
            "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,TERM DT\n", "HCPCS Code,Short Descriptor\n",
            "J2999,1,3,x,y,20260101,\n", "J2999,2,4,", "\"", ",", "\n", "\r\n", "\u{0}", "é", "\u{FEFF}",
            "99999999999999999999",
            "00001 A00     0 Cholera\n", "A000    Cholera\n", "-9999999", "1/1/999999999999",
            "code,first_date,last_date,meaning\n", "J2999001003Injection, x", "   Y9001007A new one",
            "J2999002004 1 mg",
            " ", "\t",
        ]
        for _ in 0..<200 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                bytes += Array((pieces.randomElement(using: &random) ?? "").utf8)
            }
            if Bool.random(using: &random) { bytes.append(UInt8.random(in: 0...255, using: &random)) }
            _ = try? HCPCSReleaseFile(bytes, file: "x")
            _ = try? DiagnosisReleaseFile(text: bytes, file: "x")
            _ = try? Modifiers.readRelease(bytes, file: "x")
        }
    }

    @Test(
        "reads a unit only where the descriptor names one amount",
        arguments: [
            ("Injection, natalizumab, 1 mg", "1 mg"), ("Inj, tyruko, 1mg", "1 mg"),
            ("Injection, eculizumab, 2 mg (for esrd)", "2 mg"), ("Injection, ocrelizumab, 1,000 mcg", "1000 mcg"),
            ("Injection, factor viii, 1 i.u.", nil), ("Injection, x 10 mg and y 3 mg", nil),
            ("Brachytherapy, greater than 1.01 mci, per source", nil),
            ("Injection, teva, not like j9264, 1 mg", "1 mg"),
            ("Surgical trays", nil), ("", nil), ("Interferon, 3 million units", nil),
        ])
    func unit(descriptor: String, expected: String?) {
        #expect(billingUnit(in: descriptor)?.description == expected)
    }

    @Test("reads no other unit than the shipped table has, and nearly all of those")
    func shippedUnits() {
        let codes = LoadedCodes.book.hcpcs.all.filter { $0.unit != nil }
        let read = codes.filter { billingUnit(in: $0.descriptor) != nil }
        let wrong = read.filter { billingUnit(in: $0.descriptor) != $0.unit }
        #expect(wrong.map(\.code) == [])
        #expect(read.count * 100 > codes.count * 95)
    }
}

private func proposal(_ change: (inout ProposedService) -> Void) -> ProposedService { order(change) }
