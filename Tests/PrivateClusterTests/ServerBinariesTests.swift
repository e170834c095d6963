import Testing

@testable import PrivateCluster

@Suite("Finding the server programs") struct ServerBinariesTests {
    @Test(
        "reads the server's version",
        arguments: [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", "15.18"),
            ("postgres (PostgreSQL) 17devel\n", "17devel"),
            ("bash: postgres: not found\n", nil),
            ("", nil),
        ])
    func version(line: String, expected: String?) {
        #expect(ServerBinaries.version(in: line) == expected)
    }

    @Test("finds those installed here")
    func installed() throws {
        let found = try ServerBinaries.locate(environment: processEnvironment)
        #expect(found.majorVersion >= 15)
        #expect(found.version.hasPrefix("\(found.majorVersion)"))
    }

    @Test("does not need PATH or pg_config")
    func noPath() throws {
        #expect(throws: Never.self) { try ServerBinaries.locate(environment: [:]) }
    }

    @Test("PRECERT_PG_BIN is an order, and a useless one is an error")
    func orderedNowhere() throws {
        let error = try #require(throws: ClusterError.self) {
            try ServerBinaries.locate(environment: ["PRECERT_PG_BIN": "/nonexistent"])
        }
        #expect(error.code == .binaries)
        #expect(error.message.contains("PRECERT_PG_BIN is /nonexistent"))
    }

    @Test("PRECERT_PG_BIN with an old server is an error that names both versions")
    func orderedOld() throws {
        let scratch = try Scratch()
        let old = try scratch.fakeServer("old", version: "14.9")
        let error = try #require(throws: ClusterError.self) {
            try ServerBinaries.locate(environment: ["PRECERT_PG_BIN": old])
        }
        #expect(error.message.contains("14.9") && error.message.contains("15 or newer"))
    }

    @Test("pg_config on the PATH comes first, unless existing data need another version")
    func preference() throws {
        let installed = try ServerBinaries.locate(environment: [:])
        let scratch = try Scratch()
        let future = try scratch.fakeServer("future", version: "99.1")
        try scratch.write("#!/bin/sh\necho '\(future)'\n", to: "bin/pg_config", executable: true)
        let environment = ["PATH": scratch.path + "/bin:/usr/bin"]
        #expect(try ServerBinaries.locate(environment: environment).version == "99.1")
        let preferred = try ServerBinaries.locate(environment: environment, preferring: installed.majorVersion)
        #expect(preferred.majorVersion == installed.majorVersion)
        // Where that version is not installed, any is found, and the mismatch is reported with the data's place.
        #expect(try ServerBinaries.locate(environment: environment, preferring: 16_000).version == "99.1")
    }

    @Test("a server older than 15 is passed over")
    func passesOver() throws {
        let scratch = try Scratch()
        let old = try scratch.fakeServer("old", version: "9.6.24")
        try scratch.write("#!/bin/sh\necho '\(old)'\n", to: "bin/pg_config", executable: true)
        let found = try ServerBinaries.locate(environment: ["PATH": scratch.path + "/bin"])
        #expect(found.directory != old)
    }

    @Test("without any, the error names the package and the ways around")
    func missing() {
        let message = ServerBinaries.missing(tooOld: []).message
        #expect(message.contains("sudo apt-get install postgresql"))
        #expect(message.contains("PRECERT_PG_BIN") && message.contains("DATABASE_URL"))
    }

    @Test(
        "the package has the name of this system",
        arguments: [
            ("ID=debian\nVERSION_ID=\"12\"\n", "postgresql-15"),
            ("ID=debian\nVERSION_ID=\"13\"\n", "postgresql-17"),
            ("ID=ubuntu\nVERSION_ID=\"24.04\"\n", "postgresql-16"),
            ("ID=arch\n", "postgresql"),
        ])
    func package(osRelease: String, expected: String) {
        #expect(ServerBinaries.aptPackage(osRelease: osRelease) == expected)
    }
}
