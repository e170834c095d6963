import Testing

@testable import Exchange

@Suite("CSV writer") struct CSVWriterTests {
    private func line(_ cell: CSVWriter.Cell, raw: Bool = false) -> String {
        var writer = CSVWriter(columns: ["a", "b"], raw: raw)
        writer.append([cell, .text("x")])
        return String(decoding: writer.bytes.dropFirst(4), as: UTF8.self)
    }

    @Test(
        "quotes what needs it, and keeps a spreadsheet from calculating",
        arguments: [
            ("plain", "plain,x\n"), ("a,b", "\"a,b\",x\n"), ("say \"hi\"", "\"say \"\"hi\"\"\",x\n"),
            ("a\nb", "\"a\nb\",x\n"),
            ("=1+1", "'=1+1,x\n"), ("+1", "'+1,x\n"), ("-1", "'-1,x\n"), ("@A1", "'@A1,x\n"), ("\t=1", "\"'\t=1\",x\n"),
            ("\r=1", "\"'\r=1\",x\n"), ("=A1,B1", "\"'=A1,B1\",x\n"), ("a=1", "a=1,x\n"), ("", ",x\n"),
        ])
    func text(value: String, expected: String) { #expect(line(.text(value)) == expected) }

    @Test(
        "leaves typed numbers alone, and only numbers",
        arguments: [
            ("-3", "-3,x\n"), ("0.5", "0.5,x\n"), ("=3", "'=3,x\n"), ("-3+cmd", "'-3+cmd,x\n"),
        ])
    func number(value: String, expected: String) { #expect(line(.number(value)) == expected) }

    @Test("raw leaves formula cells as they are")
    func raw() { #expect(line(.text("=1+1"), raw: true) == "=1+1,x\n") }

    @Test("what it writes, the reader reads back")
    func roundTrip() throws {
        let texts = ["", "a", "a,b", "\"", "\"\"", "\n", "\r\n", "é;", " x "]
        var writer = CSVWriter(columns: ["only"], raw: true)
        for text in texts { writer.append([.text(text)]) }
        let rows = try CSVReader.rows(writer.bytes, file: "w.csv", delimiter: UInt8(ascii: ","))
        #expect(rows.dropFirst().map { $0.text(0) } == texts)
        #expect(rows.allSatisfy { $0.defect == nil })
    }
}
