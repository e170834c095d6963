extension CodesManifest {
    /// The manifest as `init(yaml:)` reads it.
    static func text(_ entries: [Table: Entry]) -> [UInt8] {
        var text = """
            # The code tables that are loaded: one entry a table, each with the dates of service that it can answer for.
            # A date after valid_through is "not loaded", never "valid". docs/codes.md tells how to load a newer release.
            tables:

            """
        for table in Table.allCases {
            guard let entry = entries[table] else { continue }
            let release = entry.release
            text += "  - table: \(table.rawValue)\n    file: \(entry.file)\n"
            if let bytes = entry.bytes { text += "    bytes: \(bytes)\n" }
            text += """
                    release: \(quoted(release.name))
                    released: \(release.released)
                    valid_from: \(release.validFrom)
                    valid_through: \(release.validThrough)
                    source: \(quoted(release.source))


                """
        }
        return Array(text.dropLast().utf8)
    }

    /// In double quotes, on one line.
    private static func quoted(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").trimmingBlanks
        return "\"\(line.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
