import ArgumentParser
import CivilTime
import Codes

struct CodesLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load a newer release of a code table.",
        discussion: """
            Merges a file that CMS publishes into the installation's Workflows/codes: new codes, ended codes, changed \
            ones; what was known of older dates stays. It takes effect at once and as a whole. Loading the same \
            again changes nothing. A wrong file is refused with its place (exit code 5), and so are an older release \
            and a gap between two.

            Tables and files:
              hcpcs      the text file HCPC2026_JUL_ANWEB.txt, or as CSV its workbook or OPPS Addendum B
              icd10cm    icd10cm_order_2027.txt, or icd10cm_codes_2027.txt (billable codes alone)
              modifiers  the same files, or a CSV of code,first_date,last_date,meaning

            Example:
              precert codes load hcpcs HCPC2026_JUL_ANWEB.txt --released 2026-06-15 \\
                --valid-from 2026-07-01 --valid-through 2026-09-30 --source "CMS alphanumeric file, July 2026"
            """)

    @Argument(help: "Which table.")
    var table: LoadableTable

    @Argument(help: "The file of the release.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("When the release was published.", valueName: "date"))
    var released: DateArgument

    @Option(help: ArgumentHelp("The first date of service that the release is for.", valueName: "date"))
    var validFrom: DateArgument

    @Option(help: ArgumentHelp("The last date of service that it can answer for.", valueName: "date"))
    var validThrough: DateArgument

    @Option(help: ArgumentHelp("Where the file is from, as it shall be cited.", valueName: "text"))
    var source: String

    @Option(help: ArgumentHelp("The release's name (default: made of table and day).", valueName: "text"))
    var name: String?

    @Flag(name: .customLong("check-only"), help: "Say what would change and write nothing.")
    var checkOnly = false

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try output.refuseCSV()
        guard !source.allSatisfy(\.isWhitespace) else { throw ValidationError("--source needs a text.") }
    }

    func run() throws {
        let today = asOf.today
        let label = CodeLoad.Label(
            released: released.date(from: today), validFrom: validFrom.date(from: today),
            validThrough: validThrough.date(from: today), source: source, name: name)
        let bytes = try InputFile.read(file, limit: 64 << 20)
        let folder = CodesFolder(installation: try Installation.locate())
        let load = try folder.load(table.table, bytes: bytes, file: file, label: label, store: !checkOnly)
        for remark in load.changes.remarks { Console.err("look at: \(TextLayout.printable(remark))") }
        let document = LoadDocument(load, table: table.table, isStored: !checkOnly && !load.isUnchanged)
        if output.format == .json {
            try output.render(json: document)
        } else {
            output.render(document.screen)
        }
    }
}

/// A table as it is named on the command line.
struct LoadableTable: ExpressibleByArgument {
    let table: CodeLoad.Table

    init?(argument: String) {
        guard let table = CodeLoad.Table(rawValue: argument) else { return nil }
        self.table = table
    }

    static var allValueStrings: [String] { CodeLoad.Table.allCases.map(\.rawValue) }
}

/// What loading came to.
struct LoadDocument: Encodable {
    let table: String
    let release: String
    let released: CivilDate
    let validFrom: CivilDate
    let validThrough: CivilDate
    let layout: String
    let isUnchanged: Bool
    let isStored: Bool
    let added: [String]
    let ended: [String]
    let changed: [String]
    let skipped: Int
    let remarks: [String]
    let files: [String]

    init(_ load: CodeLoad, table: CodeLoad.Table, isStored: Bool) {
        self.table = table.rawValue
        release = load.release.name
        released = load.release.released
        validFrom = load.release.validFrom
        validThrough = load.release.validThrough
        layout = load.layout
        isUnchanged = load.isUnchanged
        self.isStored = isStored
        added = load.changes.added
        ended = load.changes.ended
        changed = load.changes.changed
        skipped = load.changes.skipped
        remarks = load.changes.remarks
        files = load.files.map(\.name)
    }

    var screen: KeyValues {
        var screen = KeyValues()
        screen.add("Table", key: "table", .text(table))
        screen.add("Release", key: "release", .text("\(release), released \(released)"))
        screen.add("Answers for", key: "answers_for", .text("\(validFrom) through \(validThrough)"))
        screen.add("Read as", key: "layout", .text(layout))
        screen.add("New", key: "added", .text(LoadDocument.list(added)))
        screen.add("Ended", key: "ended", .text(LoadDocument.list(ended)))
        screen.add("Changed", key: "changed", .text(LoadDocument.list(changed)))
        if skipped > 0 { screen.add("Not carried", key: "skipped", .text("\(skipped) codes of other letters")) }
        let outcome: Cell =
            if isUnchanged {
                .text("nothing changed: this release is loaded already")
            } else if isStored {
                Cell.text("loaded; \(files.isEmpty ? "the tables are the same" : files.joined(separator: ", "))")
                    .styled(.good)
            } else {
                .text("nothing was written (--check-only)")
            }
        screen.add("Outcome", key: "outcome", outcome)
        return screen
    }

    private static func list(_ codes: [String]) -> String {
        let shown = codes.prefix(12).joined(separator: ", ")
        return codes.isEmpty ? "none" : "\(codes.count): \(shown)\(codes.count > 12 ? ", …" : "")"
    }
}
