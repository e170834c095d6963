import ArgumentParser
import CivilTime
import Exchange

struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Hold order files against the code tables and the label.",
        discussion: """
            Says what a payer would deny for the way it is written: drug, code, units, dose, route, NDC, diagnosis, \
            modifiers, dates. Each finding names its place, its rule, what would be right and what that rests on; \
            `precert codes rules` lists the rules. Nothing is stored and no database is needed.

            Of a folder the files that are orders are looked at. Exit code 0 with nothing but warnings, 5 with an error.

            Examples:
              precert lint order.yaml
              precert lint orders/ --format json
            """)

    @Argument(
        help: "Orders in YAML or JSON, or folders of them.", completion: .file(extensions: ["yaml", "yml", "json"]))
    var orders: [String]

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func run() throws {
        let codes = try RuleLibrary(installation: Installation.locate()).codes()
        let today = asOf.today
        var report = LintReport()
        for path in try files() {
            let bytes = try InputFile.read(path)
            // A folder holds evidence and other files beside the orders; a file that was named is an order.
            if !orders.contains(path), !OrderFile.looksLikeOrder(bytes) {
                Console.err("\(path): no order, left out")
                continue
            }
            report.check(bytes, file: path, codes: codes, today: today)
        }
        try report.finish(output)
    }

    private func files() throws(CLIFailure) -> [String] {
        var files: [String] = []
        for path in orders {
            for ending in [".yaml", ".yml", ".json"] {
                for file in try InputFile.list(path, endingIn: ending) where !files.contains(file) {
                    files.append(file)
                }
            }
        }
        guard !files.isEmpty else {
            throw CLIFailure(
                .notFound, "no file ends in .yaml, .yml or .json under \(orders.joined(separator: ", "))")
        }
        return files.sorted()
    }
}
