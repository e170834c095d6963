import Diagnostics
import Testing

@testable import Exchange

/// Half files and random bytes: whatever comes, the answer is rows that add up, or one clear error. A crash fails all.
@Suite("Hostile input") struct HostileInputTests {
    private func check(_ bytes: [UInt8], _ mapping: StatusMapping) throws {
        do {
            let file = try StatusFile.read(bytes, file: "s.csv", mapping: mapping)
            #expect(file.rows.count == file.facts.rowsRead)
            #expect(file.rows.map(\.rowNumber) == Array(0..<file.rows.count).map { $0 + 1 })
        } catch let error as InvalidSource {
            #expect(error.diagnostics.first?.location.file == "s.csv")
            #expect(!error.description.contains("900000101"))
        }
    }

    @Test(
        "a status file cut at any byte",
        arguments: [
            ("unitedhealthcare-status.csv", "unitedhealthcare"), ("unitedhealthcare-faults.csv", "unitedhealthcare"),
            ("bcbs-north-dakota-status.csv", "bcbs_north_dakota"),
        ])
    func truncated(name: String, payer: String) throws {
        let bytes = try Fixture.exchange(name)
        let mapping = try Fixture.mapping(payer)
        for length in 0...bytes.count { try check(Array(bytes[..<length]), mapping) }
    }

    @Test("a file that promises its rows is refused wherever it is cut")
    func promised() throws {
        let bytes = try Fixture.exchange("bcbs-north-dakota-status.csv")
        let mapping = try Fixture.mapping("bcbs_north_dakota")
        // The line end behind the count may go: the count is there.
        for length in 0..<(bytes.count - 1) {
            #expect(throws: InvalidSource.self) {
                try StatusFile.read(Array(bytes[..<length]), file: "s.csv", mapping: mapping)
            }
        }
    }

    @Test("a status file with random damage", arguments: [1, 2, 3, 4] as [UInt64])
    func damaged(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let good = try Fixture.exchange("unitedhealthcare-status.csv")
        let mapping = try Fixture.mapping("unitedhealthcare")
        let interesting = Array("\",;\r\n\t=é\u{FEFF}\0E+.".utf8) + [0xFF, 0xFE, 0x81, 0xC3]
        for _ in 0..<300 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = interesting.randomElement(using: &generator) ?? 0
                case 1: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: place)
                default: bytes.remove(at: place)
                }
            }
            try check(bytes, mapping)
        }
    }

    @Test("random bytes", arguments: [11, 12, 13] as [UInt64])
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let mapping = try Fixture.mapping("unitedhealthcare")
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            try check(bytes, mapping)
            #expect(throws: InvalidSource.self) { try OrderFile.parse(bytes, file: "o.yaml") }
            #expect(throws: InvalidSource.self) { try EvidenceFile.parse(bytes, file: "e.yaml") }
            #expect(throws: InvalidSource.self) { try StatusMapping.parse(bytes, file: "m.yaml") }
        }
    }

    @Test(
        "any of our YAML files cut at any byte",
        arguments: [
            "Examples/order.yaml", "Examples/evidence.yaml", "Workflows/payers/unitedhealthcare/imports/portal.yaml",
        ])
    func truncatedYAML(path: String) throws {
        let bytes = try Fixture.bytes(path)
        for length in 0..<bytes.count {
            let part = Array(bytes[..<length])
            do {
                if path.contains("order") {
                    _ = try OrderFile.parse(part, file: "f.yaml")
                } else if path.contains("evidence") {
                    _ = try EvidenceFile.parse(part, file: "f.yaml")
                } else {
                    _ = try StatusMapping.parse(part, file: "f.yaml")
                }
            } catch {
                #expect(error.diagnostics.first?.location.file == "f.yaml")
                #expect(!error.description.contains("Testperson"))
            }
        }
    }

    @Test(
        "one long line of quotes, delimiters or nothing ends in a limit, not in memory",
        arguments: [
            "\"", ",", "x", "\r", "\"\"",
        ])
    func long(unit: String) throws {
        let bytes = Array("a,b\n".utf8) + Array(String(repeating: unit, count: 3 << 20).utf8)
        #expect(throws: InvalidSource.self) { try CSVReader.rows(bytes, file: "s.csv") }
    }
}
