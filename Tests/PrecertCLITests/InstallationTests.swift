import Testing

@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Installation") struct InstallationTests {
    private func withHomes(_ body: (URL) throws -> Void) throws {
        try withTemporaryFolder { folder in
            for home in ["home", "usr/share/precert", "checkout"] {
                try folder.write("", to: "\(home)/SQL/migrations/0001_x.sql")
                try folder.write("", to: "\(home)/Workflows/vocabulary.yaml")
            }
            try body(folder)
        }
    }

    @Test("takes PRECERT_HOME first, then share/precert, then the checkout around the executable") func order() throws {
        try withHomes { folder in
            let root = folder.path
            let named = try Installation.locate(
                environment: ["PRECERT_HOME": "\(root)/home"], executable: "\(root)/usr/bin/precert")
            #expect(named.root == "\(root)/home")
            let shared = try Installation.locate(environment: [:], executable: "\(root)/usr/bin/precert")
            #expect(shared.root == "\(root)/usr/share/precert")
            let checkout = try Installation.locate(
                environment: ["PRECERT_HOME": ""], executable: "\(root)/checkout/.build/x86_64/debug/precert")
            #expect(checkout.root == "\(root)/checkout")
        }
    }

    @Test("says what to do when there is nothing") func nothing() throws {
        try withTemporaryFolder { folder in
            for environment in [[:], ["PRECERT_HOME": folder.path]] {
                let failure = #expect(throws: CLIFailure.self) {
                    try Installation.locate(environment: environment, executable: "\(folder.path)/bin/precert")
                }
                #expect(failure?.status == .configuration)
                #expect(failure?.hint?.contains("PRECERT_HOME") == true)
            }
        }
    }
}

@Suite("Input files") struct InputFileTests {
    @Test("reads a file up to the limit and not beyond") func limit() throws {
        try withTemporaryFolder { folder in
            try folder.write("12345", to: "a")
            let path = folder.appendingPathComponent("a").path
            #expect(try InputFile.read(path, limit: 5) == Array("12345".utf8))
            let failure = #expect(throws: CLIFailure.self) { try InputFile.read(path, limit: 4) }
            #expect(failure?.status == .refusedInput)
            #expect(throws: CLIFailure.self) { try InputFile.read("/dev/zero", limit: 100_000) }
            #expect(try InputFile.read("/dev/null").isEmpty)
        }
    }

    @Test("tells a missing file from a directory") func missing() throws {
        try withTemporaryFolder { folder in
            let absent = #expect(throws: CLIFailure.self) { try InputFile.read(folder.path + "/absent") }
            #expect(absent?.status == .notFound)
            let directory = #expect(throws: CLIFailure.self) { try InputFile.read(folder.path) }
            #expect(directory?.status == .refusedInput)
            #expect(throws: CLIFailure.self) { try InputFile.list(folder.path + "/absent", endingIn: ".yaml") }
        }
    }

    @Test("lists files in order, without hidden ones, and follows no link in a circle") func list() throws {
        try withTemporaryFolder { folder in
            for file in ["b.yaml", "a.yaml", "sub/c.yaml", ".hidden.yaml", "note.txt", "sub/.d/e.yaml"] {
                try folder.write("", to: file)
            }
            let files = FileManager.default
            try files.createSymbolicLink(atPath: folder.path + "/sub/loop", withDestinationPath: folder.path)
            try files.createSymbolicLink(atPath: folder.path + "/gone.yaml", withDestinationPath: "nowhere")
            let found = try InputFile.list(folder.path, endingIn: ".yaml").map { $0.dropFirst(folder.path.count + 1) }
            #expect(found == ["a.yaml", "b.yaml", "sub/c.yaml"])
            let one = folder.path + "/note.txt"
            #expect(try InputFile.list(one, endingIn: ".yaml") == [one])
        }
    }
}
