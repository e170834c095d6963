import Diagnostics
import Foundation
import PostgresClient
import Testing

@Suite("Migrations are numbered files")
struct MigrationSourceTests {
    private func source(_ names: [String]) throws -> MigrationSource {
        try MigrationSource(migrations: names.map { SQLFile(path: "migrations/\($0)", text: "") })
    }

    @Test("they are taken in order, whatever order they come in") func order() throws {
        #expect(try source(["0002_b.sql", "0001_a.sql"]).migrations.map(\.number) == [1, 2])
        #expect(try source([]).migrations.isEmpty)
    }

    @Test(
        "gaps, duplicates and odd names are refused, with the file and the remedy",
        arguments: [
            (["0001_a.sql", "0003_c.sql"], "migrations/0003_c.sql:1:1: error: number 0002 is missing"),
            (["0002_b.sql"], "migrations/0002_b.sql:1:1: error: number 0001 is missing"),
            (["0000_b.sql"], "number 0001 is missing"),
            (
                ["0001_a.sql", "0001_b.sql"],
                "migrations/0001_b.sql:1:1: error: number 0001 is taken by migrations/0001_a"
            ),
            (["1_a.sql"], "named 0001_what_it_does.sql"), (["0001a.sql"], "named 0001"), (["0001_.sql"], "named 0001"),
            (["0001_a.txt"], "named 0001"),
        ])
    func refused(names: [String], text: String) {
        let error = #expect(throws: InvalidSource.self) { try source(names) }
        #expect(error?.description.contains(text) == true)
    }

    @Test("a directory is read, and what is not SQL in it is left alone") func load() throws {
        try withDirectory(["migrations/0001_a.sql": "A", "functions/b.sql": "B", "functions/README": "x"]) {
            directory in
            let source = try MigrationSource.load(directory: directory)
            #expect(source.migrations.map(\.file.text) == ["A"])
            #expect(source.functions.map(\.path) == ["functions/b.sql"])
            #expect(source.roles.isEmpty)
        }
        #expect(throws: InvalidSource.self) { try MigrationSource.load(directory: "/nonexistent") }
    }

    @Test(
        "text that is not plain UTF-8 is refused", arguments: [[0xC3, 0x28], [0xEF, 0xBB, 0xBF, 0x41], [0x41, 0x00]])
    func notText(bytes: [UInt8]) throws {
        try withDirectory([:]) { directory in
            try FileManager.default.createDirectory(atPath: directory + "/roles", withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: directory + "/roles/a.sql"))
            let error = try #require(throws: InvalidSource.self) { try MigrationSource.load(directory: directory) }
            #expect(error.description.contains("roles/a.sql"))
        }
    }

    private func withDirectory(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("precert-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in files {
            let file = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try body(root.path)
    }
}
