import ArgumentParser
import Testing

@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Checking rules") struct RuleCheckTests {
    @Test("finds no error in what is shipped") func shipped() throws {
        var report = CheckReport()
        try report.checkInstallation(Repository.rules)
        #expect(report.diagnostics.filter { $0.severity == "error" }.map(\.message) == [])
        #expect(report.files.map(\.kind).contains("workflow"))
        #expect(report.files.map(\.kind).contains("payers"))
    }

    /// Copies the shipped rules and spoils one file.
    private func spoiled(_ file: String, _ old: String, _ new: String) throws -> CheckReport {
        var report = CheckReport()
        try withTemporaryFolder { folder in
            let workflows = folder.appendingPathComponent("Workflows")
            try FileManager.default.copyItem(at: Repository.url("Workflows"), to: workflows)
            let path = folder.appendingPathComponent(file)
            let text = String(decoding: try Data(contentsOf: path), as: UTF8.self)
            try #require(text.contains(old))
            try Data(text.replacing(old, with: new).utf8).write(to: path)
            try report.checkInstallation(RuleLibrary(installation: Installation(root: folder.path)))
        }
        return report
    }

    @Test(
        "finds what is wrong in any file, and names that file",
        arguments: [
            ("Workflows/prior-authorization.yaml", "workflow: ", "werkflow: "),
            ("Workflows/clocks.yaml", "clock: intake-follow-up", "clock: intake-folow-up"),
            ("Workflows/calendars/us-federal.yaml", "first_year: ", "frist_year: "),
            ("Workflows/payers/unitedhealthcare/payer.yaml", "deliver_by: file_drop", "deliver_by: pigeon"),
            ("Workflows/payers/unitedhealthcare/payer.yaml", "calendar: us-federal", "calendar: us-federl"),
            ("Workflows/payers/unitedhealthcare/natalizumab.yaml", "hcpcs: [J2323]", "hcpcs: [J2399]"),
            ("Workflows/payers/unitedhealthcare/natalizumab.yaml", "expect: met", "expect: unmet"),
            ("Workflows/payers/unitedhealthcare/imports/portal.yaml", "unitedhealthcare", "unitedhealthcarf"),
            (
                "Workflows/vocabulary.yaml", "interferon_beta_1b: [betaseron, extavia]",
                "interferon_beta_1b: [betaseron]"
            ),
            ("Workflows/vocabulary.yaml", "[avonex, rebif]", "[avonex, rebif, tysabri]"),
            ("Workflows/vocabulary.yaml", "pegloticase, ponesimod", "ponesimod"),
            ("Workflows/vocabulary.yaml", "pegylated_uricase, ", ""),
        ])
    func spoiledFile(file: String, old: String, new: String) throws {
        let report = try spoiled(file, old, new)
        let errors = report.diagnostics.filter { $0.severity == "error" }
        #expect(report.hasErrors)
        #expect(errors.allSatisfy { $0.file == file || $0.file == "Workflows/clocks.yaml" })
        #expect(errors.contains { $0.file == file })
    }

    @Test("ends with refused input when there is an error, and quietly when there is none") func finish() throws {
        let output = try OutputOptions.parse(["--format", "csv"])
        var report = CheckReport()
        try report.checkWorkflow(Array("nonsense".utf8), file: "draft.yaml")
        #expect(throws: ExitStatus.refusedInput) { try report.finish(output) }
        #expect(report.files.first?.summary == nil)
        #expect(report.files.first?.errors == report.diagnostics.count)
        try CheckReport().finish(output)
    }

    @Test("has findings with places in its JSON document") func document() throws {
        var report = CheckReport()
        try report.checkWorkflow(Array("workflow: x\nnonsense: 1\n".utf8), file: "draft.yaml")
        let json = try JSONDocument.text(report)
        #expect(json.contains("\"file\" : \"draft.yaml\""))
        #expect(json.contains("\"severity\" : \"error\""))
        #expect(!json.contains("\"lines\""))
    }
}

@Suite("Policy files") struct PolicyFilesTests {
    @Test("are the YAML files of a folder, without the payer's own and the mappings of its status files")
    func folder() throws {
        try withTemporaryFolder { folder in
            for file in ["x/payer.yaml", "x/drug.yaml", "x/imports/portal.yaml", "x/readme.md"] {
                try folder.write("", to: file)
            }
            let found = try PolicyFiles.parse([folder.path]).find().map { $0.name.dropFirst(folder.path.count) }
            #expect(found == ["/x/drug.yaml"])
            let named = try PolicyFiles.parse([folder.path + "/x/payer.yaml"]).find()
            #expect(named.count == 1)
        }
    }

    @Test("that are not there are said to be missing") func missing() throws {
        try withTemporaryFolder { folder in
            for path in [folder.path, folder.path + "/absent.yaml"] {
                let failure = #expect(throws: CLIFailure.self) { try PolicyFiles.parse([path]).find() }
                #expect(failure?.status == .notFound)
            }
        }
    }

    private static let vocabulary = Repository.url("Workflows/vocabulary.yaml").path

    @Test("of the installation pass their examples") func shipped() async {
        let folder = Repository.url("Workflows/payers").path
        for verb in ["check", "test"] {
            let arguments = ["policy", verb, folder, "--vocabulary", Self.vocabulary, "--format", "csv"]
            #expect(await PrecertProgram.run(PrecertCommand.self, arguments: arguments) == 0, "\(verb)")
        }
    }

    @Test(
        "end with 1 when an example comes out otherwise, with 5 when they cannot be read",
        arguments: [("expect: met", "expect: unmet", Int32(1)), ("policy: ", "polici: ", Int32(5))])
    func spoiled(old: String, new: String, expected: Int32) async throws {
        let source = Repository.url("Workflows/payers/unitedhealthcare/natalizumab.yaml")
        let text = String(decoding: try Data(contentsOf: source), as: UTF8.self)
        try #require(text.contains(old))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("precert-\(UUID().uuidString).yaml")
        try Data(text.replacing(old, with: new).utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }  // A leftover file fails no test.
        let arguments = ["policy", "test", file.path, "--vocabulary", Self.vocabulary]
        #expect(await PrecertProgram.run(PrecertCommand.self, arguments: arguments) == expected)
    }
}

@Suite("Drawing a workflow") struct GraphvizTests {
    @Test("says what to install when there is no dot") func absent() {
        let failure = #expect(throws: CLIFailure.self) {
            try Graphviz.svg(of: "digraph {}", environment: ["PATH": "/nowhere"])
        }
        #expect(failure?.status == .configuration)
        #expect(failure?.hint?.contains("graphviz") == true)
    }

    @Test("takes a dot that fails for a failure") func failing() throws {
        try withTemporaryFolder { folder in
            try folder.write("#!/bin/sh\nexit 1\n", to: "dot")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path + "/dot")
            let failure = #expect(throws: CLIFailure.self) {
                try Graphviz.svg(of: "digraph {}", environment: ["PATH": folder.path])
            }
            #expect(failure?.status == .configuration)
        }
    }

    @Test("hands the graph to dot and takes what it draws") func drawing() throws {
        try withTemporaryFolder { folder in
            try folder.write("#!/bin/sh\necho \"$1\"\nexec /bin/cat \"$2\"\n", to: "dot")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path + "/dot")
            let graph = String(repeating: "digraph {}\n", count: 20_000)
            let svg = try Graphviz.svg(of: graph, environment: ["PATH": "/nowhere:\(folder.path)"])
            #expect(svg == "-Tsvg\n" + graph)
        }
    }
}
