import Criteria
import Diagnostics
import Foundation
import Payers
import Testing

/// The examples in docs/payer-module.md are read as they stand there.
@Suite("The guide to payer modules") struct PayerModuleGuideTests {
    private func examples() throws -> [PayerFile] {
        let guide = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/payer-module.md")
        return try String(contentsOf: guide, encoding: .utf8).components(separatedBy: "```yaml\n").dropFirst().map {
            let block = $0.components(separatedBy: "```")[0]
            let path = block.prefix { $0 != "\n" }.replacing("# Workflows/payers/", with: "")
            return PayerFile(path: String(path), bytes: block.utf8)
        }
    }

    private func corrected(_ file: PayerFile) -> PayerFile {
        let leaf =
            "{id: ms, title: \"Multiple sclerosis\", cite: \"policy section 1\", fact: diagnosis, test: {in: [\"G35*\"]}}"
        let text = String(decoding: file.bytes, as: UTF8.self).replacing(
            "applies_when: \(leaf)", with: "applies_when: {use: ms}"
        )
        .replacing("{use: ms-again}", with: "{use: ms}").replacing("named: ", with: "named:\n  ms: \(leaf)\n #")
        return PayerFile(path: file.path, bytes: text.utf8)
    }

    @Test("the planted mistake is reported in the words that the guide shows")
    func mistake() throws {
        let files = try examples()
        #expect(files.map(\.path) == ["acme_health/payer.yaml", "acme_health/natalizumab.yaml"])
        let error = #expect(throws: InvalidSource.self) {
            try PayerModule.load(files, vocabulary: Shipped.vocabulary())
        }
        #expect(
            error?.description
                == "acme_health/natalizumab.yaml:41:25: error: unknown value \"ms-again\"; one of: alone")
    }

    @Test("once mended as the guide says, the module loads and its examples pass")
    func mended() throws {
        let module = try PayerModule.load(examples().map(corrected), vocabulary: Shipped.vocabulary())
        #expect(module.id == "acme_health")
        #expect(module.clocks.rules.count == 3)
        let policy = try #require(module.policies.first)
        let report = policy.runTests()
        #expect(report.caseCount == 8)
        for problem in report.failures + report.uncovered { Issue.record("\(problem)") }
    }
}
