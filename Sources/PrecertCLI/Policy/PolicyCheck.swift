import ArgumentParser
import CivilTime
import Criteria
import Diagnostics

struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check policy files against the vocabulary.",
        discussion: """
            Says what is wrong with file, line and column, what is doubtful, and which policies are past the day on \
            which somebody should have compared them with the payer's. The exit code is 5 when there is an error.

            Examples:
              precert policy check
              precert policy check Workflows/payers/unitedhealthcare
              precert policy check drafts/natalizumab.yaml --as-of 2027-03-01
            """)

    @OptionGroup var files: PolicyFiles
    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func run() throws {
        let vocabulary = try files.readVocabulary()
        let today = asOf.today
        var report = CheckReport()
        let found = try files.find()
        let library = try files.library(found, vocabulary: vocabulary)
        for file in found {
            try report.check(file.name, kind: "policy") {
                let policy = try library.policy(at: file.name)
                let findings = policy.treeFindings()
                if findings.contains(where: { $0.severity == .error }) { throw InvalidSource(diagnostics: findings) }
                return (policy, policy.summary, policy.warnings + findings + policy.reviewWarning(on: today))
            }
        }
        try report.finish(output)
    }
}

extension Policy {
    fileprivate var summary: String {
        "\(id) \(version), \(stamp.status): \(sets.count) criteria sets, \(tests.cases.count) examples"
    }

    fileprivate func reviewWarning(on today: CivilDate) -> [Diagnostic] {
        guard today > reviewBy else { return [] }
        return [
            Diagnostic(
                .warning, at: location,
                "the review was due on \(reviewBy); compare it with the payer's policy and set last_checked")
        ]
    }
}
