import CivilTime
import Diagnostics
import StrictYAML

/// `codes.yaml`: which file holds which table, of which release.
struct CodesManifest {
    enum Table: String, CaseIterable {
        case hcpcs
        case diagnoses = "icd10cm"
        case diagnosisHistory = "icd10cm-history"
        case modifiers
        case placesOfService = "places-of-service"
        case drugs
    }

    struct Entry {
        let file: String
        /// The file's exact size, so that half a file is not taken for a table.
        let bytes: Int?
        let release: Release
        let location: SourceLocation
    }

    let entries: [Table: Entry]

    init(yaml bytes: [UInt8], file: String) throws(InvalidSource) {
        let root = try YAMLDocument.parse(bytes, file: file)
        var problems = DiagnosticList()
        let top = root.fields(required: ["tables"], in: &problems)
        var entries: [Table: Entry] = [:]
        for node in top?["tables"]?.items(in: &problems) ?? [] {
            guard let (table, entry) = CodesManifest.read(node, in: &problems) else { continue }
            if entries.updateValue(entry, forKey: table) != nil {
                problems.error(at: node.location, "the table \"\(table.rawValue)\" stands twice")
            }
        }
        try problems.throwIfErrors()
        self.entries = entries
    }

    private static func read(_ node: YAMLNode, in problems: inout DiagnosticList) -> (Table, Entry)? {
        guard
            let fields = node.fields(
                required: ["table", "file", "release", "released", "valid_from", "valid_through", "source"],
                optional: ["bytes"], in: &problems),
            let table = fields["table"]?.word(among: Table.allCases.map(\.rawValue), in: &problems)
                .flatMap({ Table(rawValue: $0) }),
            let file = fields["file"]?.string(in: &problems), let name = fields["release"]?.string(in: &problems),
            let released = fields["released"]?.date(in: &problems),
            let from = fields["valid_from"]?.date(in: &problems),
            let through = fields["valid_through"]?.date(in: &problems),
            let source = fields["source"]?.string(in: &problems)
        else { return nil }
        if through < from {
            problems.error(at: node.location, "valid_through \(through) lies before valid_from \(from)")
        }
        if file.contains("/") {
            problems.error(at: node.location, "\"\(file)\" must be a file beside the manifest")
        }
        let bytes = fields["bytes"]?.integer(in: &problems)
        let release = Release(name: name, released: released, validFrom: from, validThrough: through, source: source)
        return (table, Entry(file: file, bytes: bytes, release: release, location: node.location))
    }
}
