import Criteria
import Foundation
import Testing

private let workflows = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Workflows")

@Test(arguments: [
    "unitedhealthcare/natalizumab", "unitedhealthcare/ublituximab", "bcbs_north_dakota/natalizumab",
    "bcbs_north_dakota/ublituximab",
])
func shipped(_ name: String) throws {
    let vocabulary = try Vocabulary.parse(
        Data(contentsOf: workflows.appending(path: "vocabulary.yaml")), file: "vocabulary.yaml")
    let policy = try Policy.parse(
        Data(contentsOf: workflows.appending(path: "payers/\(name).yaml")), file: "\(name).yaml", vocabulary: vocabulary
    )
    let report = policy.runTests()
    for item in report.failures + report.uncovered { Issue.record("\(item)") }
}
