import Diagnostics
import Payers
import Workflow

/// The installation's rules after every check of `precert workflow check` found no error in them: what was checked is
/// what is published, even if a file changes meanwhile.
struct CheckedRules: Sendable {
    let workflow: CompiledWorkflow
    let catalog: PayerCatalog
    let calendar: HolidayCalendar

    /// - Throws: `InvalidSource` with everything that is wrong in all files.
    static func check(_ rules: RuleLibrary) throws -> CheckedRules {
        var report = CheckReport()
        guard let checked = try report.checkInstallation(rules) else {
            throw InvalidSource(diagnostics: report.errors)
        }
        return checked
    }
}
