import Criteria
import Diagnostics
import Exchange
import Payers
import Testing
import Workflow

@testable import Codes
@testable import PrecertCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tests/Fixtures/Schemas has a whole file of each kind and a table of what can be wrong in it. Scripts/check-schemas
/// shows that the schemas refuse each of these; here the readers do, so that an editor and `precert` say the same.
@Suite("The files of the schemas") struct BrokenFileTests {
    struct Broken: Decodable, CustomTestStringConvertible, Sendable {
        let file: String
        let name: String
        let old: String
        let new: String
        var testDescription: String { "\(file): \(name)" }
    }

    private static let folder = "Tests/Fixtures/Schemas"

    static func table() throws -> [Broken] {
        try JSONDecoder().decode([Broken].self, from: Data(contentsOf: Repository.url("\(folder)/broken.json")))
    }

    private static func text(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: Repository.url("\(folder)/\(file)")), as: UTF8.self)
    }

    private func read(_ text: String, as file: String) throws {
        let bytes = Array(text.utf8)
        let vocabulary = { try Vocabulary.parse(Self.text("vocabulary.yaml").utf8, file: "vocabulary.yaml") }
        switch file {
        case "calendar.yaml": _ = try HolidayCalendar.parse(bytes, file: file)
        case "clocks.yaml": _ = try ClockTable.parsePracticeDefaults(bytes, file: file)
        case "codes.yaml": _ = try CodesManifest(yaml: bytes, file: file)
        case "drugs.yaml": _ = try DrugFacts(yaml: bytes, file: file)
        case "import-mapping.yaml": _ = try StatusMapping.parse(bytes, file: file)
        case "payer.yaml":
            _ = try PayerModule.load(
                [PayerFile(path: "acme_health/payer.yaml", bytes: bytes)], vocabulary: vocabulary())
        case "policy.yaml": _ = try Policy.parse(bytes, file: file, vocabulary: vocabulary())
        case "vocabulary.yaml": _ = try Vocabulary.parse(bytes, file: file)
        case "workflow.yaml": _ = try WorkflowReading(bytes, file: file).get()
        default: Issue.record("no reader for \(file)")
        }
    }

    @Test("are read when they are whole")
    func whole() throws {
        let files = Set(try Self.table().map(\.file))
        #expect(files.count == 9)
        for file in files { try read(Self.text(file), as: file) }
    }

    @Test("are refused, with a place, when they are broken", arguments: try BrokenFileTests.table())
    func refused(_ broken: Broken) throws {
        let text = try Self.text(broken.file)
        try #require(text.contains(broken.old))
        let error = #expect(throws: InvalidSource.self) {
            try read(text.replacing(broken.old, with: broken.new), as: broken.file)
        }
        #expect(error?.diagnostics.contains { $0.severity == .error && $0.location.line >= 1 } == true)
    }
}
