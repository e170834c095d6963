import ArgumentParser
import Testing

@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Help texts are compared with those on file. `PRECERT_RECORD_SNAPSHOTS=1 swift test --filter HelpTests` writes them
/// anew; look at the difference before you commit it.
@Suite("Help") struct HelpTests {
    @Test(
        "is what is on file",
        arguments: [
            "workflow-check", "workflow-graph", "policy-list", "policy-check", "policy-test", "policy-diff",
            "policy-explain", "policy-simulate", "codes-lookup", "codes-load", "codes-rules", "lint", "payer-list",
            "payer-show", "payer-new", "record", "amend",
        ])
    func snapshot(name: String) throws {
        let commands: [String: any ParsableCommand.Type] = [
            "workflow-check": WorkflowCheck.self, "workflow-graph": WorkflowGraph.self,
            "policy-list": PolicyList.self, "payer-list": PayerList.self, "payer-show": PayerShow.self,
            "payer-new": PayerNew.self, "policy-check": PolicyCheck.self, "policy-test": PolicyTest.self,
            "policy-diff": PolicyDiffCommand.self, "policy-explain": PolicyExplain.self,
            "policy-simulate": PolicySimulate.self,
            "codes-lookup": CodesLookup.self, "codes-load": CodesLoad.self, "codes-rules": CodesRules.self,
            "lint": LintCommand.self, "record": RecordCommand.self, "amend": AmendCommand.self,
        ]
        let command = try #require(commands[name])
        let help = PrecertCommand.helpMessage(for: command, columns: 100)
        let file = Repository.url("Tests/Fixtures/Help/\(name).txt")
        if ProcessInfo.processInfo.environment["PRECERT_RECORD_SNAPSHOTS"] == "1" {
            try Data((help + "\n").utf8).write(to: file)
        }
        #expect(String(decoding: try Data(contentsOf: file), as: UTF8.self) == help + "\n")
    }

    @Test("of every command has an abstract") func everyCommand() {
        func visit(_ command: any ParsableCommand.Type) {
            #expect(!command.configuration.abstract.isEmpty, "\(command)")
            for child in command.configuration.subcommands { visit(child) }
        }
        visit(PrecertCommand.self)
    }
}
