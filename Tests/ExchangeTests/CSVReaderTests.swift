import Diagnostics
import Testing

@testable import Exchange

@Suite("CSV reader") struct CSVReaderTests {
    private func cells(_ text: String, delimiter: Character? = nil) throws -> [[String]] {
        try CSVReader.rows(Array(text.utf8), file: "a.csv", delimiter: delimiter?.asciiValue).map { row in
            row.cells.indices.map { row.text($0) ?? "?" }
        }
    }

    @Test(
        "reads what RFC 4180 allows",
        arguments: [
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
            ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a,b\n1,\n", [["a", "b"], ["1", ""]]),
            ("a,b\n,\n", [["a", "b"], ["", ""]]),
            ("\"a\",\"b\"\n\"x, y\",\"say \"\"hi\"\"\"\n", [["a", "b"], ["x, y", "say \"hi\""]]),
            ("a,b\n\"1\n2\r\n3\",4\n", [["a", "b"], ["1\n2\r\n3", "4"]]),
            ("a,b\n\"\",\"\"\"\"\n", [["a", "b"], ["", "\""]]),
            ("a,b\n\n1,2\n\r\n", [["a", "b"], ["1", "2"]]),
            ("\n\na;b\n1;2\n", [["a", "b"], ["1", "2"]]),
            ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
            ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
            ("sep=;\na,x;b\n1;2\n", [["a,x", "b"], ["1", "2"]]),
            ("\"a;;;\",b\n1,2\n", [["a;;;", "b"], ["1", "2"]]),
            ("a,b\n=\"007\",2\n", [["a", "b"], ["=\"007\"", "2"]]),
            ("a\nx\n", [["a"], ["x"]]),
        ])
    func reads(text: String, expected: [[String]]) throws {
        #expect(try cells(text) == expected)
    }

    @Test("gives line, byte range and raw bytes of each record and cell")
    func places() throws {
        let text = "a,b\r\n\"1\n2\",é\n\nx,\"y\"\n"
        let bytes = Array(text.utf8)
        let rows = try CSVReader.rows(bytes, file: "a.csv")
        #expect(rows.map(\.number) == [0, 1, 2])
        #expect(rows.map(\.line) == [1, 2, 5])
        for row in rows { #expect(Array(bytes[row.byteRange]) == row.bytes) }
        #expect(rows[1].rawText == "\"1\n2\",é")
        #expect(rows[1].cells.map(\.line) == [2, 3])
        #expect(rows[1].cells.map(\.range) == [0..<5, 6..<8])
        #expect(rows[2].cells[1].content == 3..<4)
        #expect(rows[1].column(1) == 4)
    }

    @Test(
        "keeps a defect to its own record",
        arguments: [
            ("1,2,3", CSVDefect.ragged(expected: 2, found: 3)), ("1", .ragged(expected: 2, found: 1)),
            ("x\"y,2", .strayQuote), ("\"x\"y,2", .strayQuote), ("x\ry,2", .strayCarriageReturn),
            ("x\r,2", .strayCarriageReturn), ("\"x\"\r,2", .strayCarriageReturn),
            ("\"x\"\r\"y\",2", .strayCarriageReturn),
            ("1,2\r", .strayCarriageReturn),
        ])
    func defects(line: String, expected: CSVDefect) throws {
        let rows = try CSVReader.rows(Array("a,b\n\(line)\r\n3,4\n".utf8), file: "a.csv")
        #expect(rows.map(\.defect) == [nil, expected, nil])
        #expect(rows[2].text(1) == "4")
    }

    @Test("reads the same whatever the chunks", arguments: [1, 2, 3, 7, 64])
    func chunks(size: Int) throws {
        let text = "sep=,\r\na,b\r\n\"1\n\"\"2\",é\n\nx\"y,\"z\"\r\nlast,one"
        let bytes = Array(text.utf8)
        let whole = try CSVReader.rows(bytes, file: "a.csv")
        var reader = CSVReader(file: "a.csv")
        var rows: [CSVRow] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reader.feed(Array(bytes[start..<min(start + size, bytes.count)])) { rows.append($0) }
        }
        try reader.finish { rows.append($0) }
        #expect(rows.map(\.bytes) == whole.map(\.bytes))
        #expect(rows.map(\.byteRange) == whole.map(\.byteRange))
        #expect(rows.map(\.line) == whole.map(\.line))
        #expect(rows.map(\.cells) == whole.map(\.cells))
        #expect(rows.map(\.defect) == whole.map(\.defect))
        #expect(whole.count == 4)
        #expect(reader.endsWithLineEnd == false)
    }

    @Test(
        "refuses a file that is not to be trusted",
        arguments: [
            ("a,b\n\"1,2\n3,4\n", 2, "half-written"), ("a,b\n1,\0\n", 2, "NUL"), ("", 1, "no header"),
            ("\n\n", 3, "no header"), ("a,b;c\n", 1, "which delimiter"),
        ])
    func refuses(text: String, line: Int, words: String) throws {
        let error = try #require(throws: InvalidSource.self) { try cells(text) }
        #expect(error.diagnostics.first?.location.line == line)
        #expect(error.description.contains(words))
    }

    @Test("refuses what is over a limit, and names the limit", arguments: ["bytes", "rows", "columns", "cell", "row"])
    func limits(kind: String) throws {
        var limits = CSVLimits()
        switch kind {
        case "bytes": limits.bytes = 20
        case "rows": limits.rows = 2
        case "columns": limits.columns = 2
        case "cell": limits.cellBytes = 9
        default: limits.rowBytes = 11
        }
        let text = "a,b,c\n1,2,3\n1,2,3\n1234567890,2,3\n"
        let error = try #require(throws: InvalidSource.self) {
            try CSVReader.rows(Array(text.utf8), file: "a.csv", limits: limits)
        }
        let number = [
            "bytes": "20 bytes", "rows": "2 rows", "columns": "2 columns", "cell": "9 bytes", "row": "11 bytes",
        ]
        #expect(error.description.contains(try #require(number[kind])))
    }

    @Test("reads back any table, quoted as it must be, in any chunks", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func anyTable(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["", "a", "\"", ",", ";", "\n", "\r\n", "\r", "é", "𝒳", " ", "=", "\"\""]
        for _ in 0..<200 {
            let width = Int.random(in: 2...5, using: &generator)
            var table: [[String]] = []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                table.append(
                    (0..<width).map { _ in
                        (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                            pieces.randomElement(using: &generator) ?? ""
                        }.joined()
                    })
            }
            let lineEnd = Bool.random(using: &generator) ? "\n" : "\r\n"
            let text = table.map { row in
                row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
            }.joined(separator: lineEnd)
            var reader = CSVReader(file: "a.csv", delimiter: UInt8(ascii: ","))
            var read: [[String?]] = []
            var rest = Array(text.utf8)[...]
            let take = { (row: CSVRow) in
                #expect(row.defect == nil)
                read.append(row.cells.indices.map(row.text))
            }
            while !rest.isEmpty {
                let size = min(rest.count, Int.random(in: 1...20, using: &generator))
                try reader.feed(Array(rest.prefix(size)), emit: take)
                rest = rest.dropFirst(size)
            }
            try reader.finish(emit: take)
            #expect(read == table)
        }
    }

    @Test("skips title lines, and counts them as lines")
    func titles() throws {
        let rows = try CSVReader.rows(Array("Status, list; \"x\n\na;b\n1;2\n".utf8), file: "a.csv", skippingLines: 2)
        #expect(rows.map(\.line) == [3, 4])
        #expect(rows[1].text(1) == "2")
    }
}
