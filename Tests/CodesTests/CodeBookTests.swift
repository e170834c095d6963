import CivilTime
import Codes
import Diagnostics
import Testing

@Suite("The code book")
struct CodeBookTests {
    @Test("shows the release of every table")
    func releases() {
        #expect(
            LoadedCodes.book.releases.map(\.validThrough.description) == [
                "2026-06-30", "2026-09-30", "2025-09-30", "2020-12-31", "2026-12-31", "2027-11-24",
            ])
        #expect(LoadedCodes.book.releases.allSatisfy { !$0.source.isEmpty && !$0.name.isEmpty })
    }

    @Test("refuses a table that is cut short, and names the manifest's line and the remedy")
    func cutShort() throws {
        let manifest = try LoadedCodes.bytes("codes.yaml")
        let error = #expect(throws: InvalidSource.self) {
            try CodeBook(manifest: manifest, file: "codes.yaml") { name in
                let bytes = try LoadedCodes.bytes(name)
                return name.hasSuffix(".tsv") ? Array(bytes.dropLast(100)) : bytes
            }
        }
        let first = try #require(error?.diagnostics.first)
        #expect(first.location.file == "codes.yaml")
        #expect(first.location.line > 1)
        #expect(first.message.contains("copy it again"))
    }

    @Test(
        "refuses a manifest that is wrong",
        arguments: [
            ("table: hcpcs", "table: hcpc", "did you mean \"hcpcs\""),
            ("table: modifiers", "table: hcpcs", "stands twice"),
            ("valid_through: 2026-06-30", "valid_through: 2019-06-30", "lies before"),
            ("valid_through: 2026-06-30", "valid_until: 2026-06-30", "valid_through"),
            ("file: hcpcs-2026-04.csv", "file: ../hcpcs-2026-04.csv", "beside the manifest"),
        ])
    func badManifest(old: String, new: String, message: String) throws {
        let text = String(decoding: try LoadedCodes.bytes("codes.yaml"), as: UTF8.self)
        let wrong = Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
        let error = #expect(throws: InvalidSource.self) {
            try CodeBook(manifest: wrong, file: "codes.yaml", read: LoadedCodes.bytes)
        }
        #expect(error?.description.contains(message) == true)
    }

    @Test("has every place of service that CMS lists, and the modifiers that drug orders meet")
    func smallTables() {
        #expect(LoadedCodes.book.placesOfService.all.count == 52)
        #expect(LoadedCodes.book.placesOfService["11"]?.name == "office")
        #expect(LoadedCodes.book.placesOfService["28"] == nil)
        for code in ["JW", "JZ", "KX", "PO", "JA", "25", "59"] { #expect(LoadedCodes.book.modifiers[code] != nil) }
        #expect(LoadedCodes.book.modifiers["JZ"]?.firstDate == day("2023-01-01"))
    }
}
