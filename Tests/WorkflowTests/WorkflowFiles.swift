import Diagnostics
import Foundation
import Workflow

/// The repository's own files, found from this one.
enum WorkflowFiles {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func shipped() throws -> WorkflowReading { try loaded.get() }

    /// Read once: each case of a table makes its suite anew.
    private static let loaded = Result {
        let bytes = try Data(contentsOf: root.appending(path: "Workflows/prior-authorization.yaml"))
        return WorkflowReading(bytes, file: "Workflows/prior-authorization.yaml")
    }
}

/// Reads a definition written in a test.
func read(
    _ text: String, surroundings: WorkflowReading.Surroundings = .init()
) -> WorkflowReading {
    WorkflowReading(text.utf8, file: "w.yaml", surroundings: surroundings)
}

/// `clock lead event alert`, a hyphen for what is absent; nothing when there is no fallback.
func words(_ fallback: CompiledWorkflow.Deadline.Fallback?) -> String? {
    fallback.map { "\($0.clock) \($0.lead ?? "-") \($0.event ?? "-") \($0.alert ?? "-")" }
}
