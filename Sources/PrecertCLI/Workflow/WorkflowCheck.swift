import ArgumentParser

struct WorkflowCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a workflow file, or all rules of the installation.",
        discussion: """
            With a file, that file is checked. Without one, everything under Workflows/ is: the workflow, the \
            vocabulary, code tables, calendars, clocks, payers, policies with their example patients, and import \
            mappings, and whether they fit each other. Nothing is written, and no database is needed.

            Findings go to standard error as file:line:column; with --format json they are in the document. The exit \
            code is 5 when there is an error among them.

            Examples:
              precert workflow check
              precert workflow check drafts/prior-authorization.yaml
              precert workflow check --format json
            """)

    @Argument(help: "A workflow definition (YAML).", completion: .file(extensions: ["yaml"]))
    var file: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        var report = CheckReport()
        if let file {
            let bytes = try InputFile.read(file)
            try report.checkWorkflow(bytes, file: file)
        } else {
            try report.checkInstallation(RuleLibrary(installation: Installation.locate()))
        }
        try report.finish(output)
    }
}
