public import Workflow

/// What goes with an event that a person records, as the database keeps it with a published workflow.
public struct EventRecording: Sendable, Hashable, Codable {
    /// Words (`note`, `reason`, `reference`, `units`) and anchors without which it is not recorded.
    public let needs: [String]
    /// Words and anchors that may be given.
    public let takes: [String]
    /// What it ends for good.
    public let oneWay: String?
    /// Topics of the payer's rules that a person should read before.
    public let rules: [String]

    public init(_ recording: CompiledWorkflow.Recording) {
        needs = recording.needs
        takes = recording.takes
        oneWay = recording.oneWay
        rules = recording.rules
    }

    enum CodingKeys: String, CodingKey { case needs, takes, rules, oneWay = "one_way" }
}
