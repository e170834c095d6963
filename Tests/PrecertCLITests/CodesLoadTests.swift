import CivilTime
import Codes
import Diagnostics
import Glibc
import Testing

@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("codes load") struct CodesLoadTests {
    private static let label = CodeLoad.Label(
        released: CivilDate(dayNumber: 20_000), validFrom: CivilDate(dayNumber: 20_635),
        validThrough: CivilDate(dayNumber: 20_726), source: "CMS")

    /// A copy of the shipped tables, with a small part of ICD-10-CM.
    private func withCodes(_ body: (URL, CodesFolder) throws -> Void) throws {
        try withTemporaryFolder { root in
            let codes = root.appendingPathComponent("Workflows/codes")
            try FileManager.default.createDirectory(
                at: codes.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: Repository.url("Workflows/codes"), to: codes)
            let manifest = codes.appendingPathComponent("codes.yaml")
            let text = try String(contentsOf: manifest, encoding: .utf8)
            try Data(text.replacing("    bytes: 8048819\n", with: "").utf8).write(to: manifest)
            try root.write("code\tbillable\tdescription\nG35.A\t1\tx\n", to: "Workflows/codes/icd10cm-2026-04.tsv")
            try body(codes, CodesFolder(installation: Installation(root: root.path)))
        }
    }

    private func modifiers(_ more: String = "Y9,2026-01-01,,a new one\n") throws -> [UInt8] {
        Array(try Data(contentsOf: Repository.url("Workflows/codes/modifiers-2020.csv"))) + Array(more.utf8)
    }

    private func names(_ folder: URL) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }

    @Test("puts the release into the installation's folder, where the next command reads it") func stored() throws {
        try withCodes { folder, codes in
            let before = try names(folder)
            let load = try codes.load(.modifiers, bytes: modifiers(), file: "m.csv", label: Self.label, store: true)
            #expect(load.changes.added == ["Y9"])
            #expect(try names(folder).subtracting(before) == ["modifiers-2026-07.csv"])
            let root = folder.deletingLastPathComponent().deletingLastPathComponent().path
            let book = try RuleLibrary(installation: Installation(root: root)).codes()
            #expect(book.modifiers["Y9"]?.meaning == "a new one")
            #expect(book.modifiers.release.validThrough == Self.label.validThrough)
            // Once more: not a byte changes.
            let manifest = try Data(contentsOf: folder.appendingPathComponent("codes.yaml"))
            let again = try codes.load(.modifiers, bytes: modifiers(), file: "m.csv", label: Self.label, store: true)
            #expect(again.isUnchanged)
            #expect(try Data(contentsOf: folder.appendingPathComponent("codes.yaml")) == manifest)
            #expect(try names(folder).subtracting(before) == ["modifiers-2026-07.csv"])
        }
    }

    @Test("writes a corrected file of the same release under another name, never over the one that counts")
    func corrected() throws {
        try withCodes { folder, codes in
            _ = try codes.load(.modifiers, bytes: modifiers(), file: "m.csv", label: Self.label, store: true)
            let more = try modifiers("Y9,2026-01-01,,a new one\nY8,2026-01-01,,forgotten\n")
            let load = try codes.load(.modifiers, bytes: more, file: "m.csv", label: Self.label, store: true)
            #expect(load.files.map(\.name) == ["modifiers-2026-07-2.csv"])
            #expect(load.changes.added == ["Y8"])
        }
    }

    @Test("changes nothing when the file is wrong, and nothing with --check-only") func nothing() throws {
        try withCodes { folder, codes in
            let before = try names(folder)
            let manifest = try Data(contentsOf: folder.appendingPathComponent("codes.yaml"))
            #expect(throws: InvalidSource.self) {
                try codes.load(.hcpcs, bytes: Array("x,y\n".utf8), file: "h.csv", label: Self.label, store: true)
            }
            _ = try codes.load(.modifiers, bytes: modifiers(), file: "m.csv", label: Self.label, store: false)
            #expect(try names(folder) == before)
            #expect(try Data(contentsOf: folder.appendingPathComponent("codes.yaml")) == manifest)
        }
    }

    @Test("waits for nobody: a second load at the same time is refused") func twoAtOnce() throws {
        try withCodes { folder, codes in
            let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY)
            #expect(flock(descriptor, LOCK_EX) == 0)
            defer { close(descriptor) }
            let failure = #expect(throws: CLIFailure.self) {
                try codes.load(.modifiers, bytes: modifiers(), file: "m.csv", label: Self.label, store: true)
            }
            #expect(failure?.status == .conflict)
        }
    }

    @Test("says what it needs", arguments: [["hcpcs"], ["drugs", "x"], ["hcpcs", "x", "--source", " "]])
    func usage(arguments: [String]) async {
        let status = await PrecertProgram.run(PrecertCommand.self, arguments: ["codes", "load"] + arguments)
        #expect(status == 64)
    }
}

@Suite("codes rules") struct CodesRulesTests {
    @Test("lists every rule of the guard with one line") func all() {
        let csv = CodesRules.table.csv(raw: false)
        #expect(csv.split(separator: "\r\n").count == CodeGuard.rules.count + 1)
        for rule in CodeGuard.rules { #expect(csv.contains("\(rule.id),")) }
    }
}
