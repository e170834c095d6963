import Diagnostics

/// What checking rules came to.
struct CheckReport: FileReport {
    struct File: Encodable {
        let file: String
        let kind: String
        /// What the file holds, when it could be read.
        let summary: String?
        let errors: Int
        let warnings: Int
    }

    struct Finding: Encodable {
        let severity: String
        let file: String
        let line: Int
        let column: Int
        let message: String
    }

    private(set) var files: [File] = []
    private(set) var diagnostics: [Finding] = []
    private(set) var lines: [Diagnostic] = []

    private enum CodingKeys: CodingKey {
        case files
        case diagnostics
    }

    /// Without the warnings.
    var errors: [Diagnostic] { lines.filter { $0.severity == .error }.sorted { $0.location < $1.location } }

    /// Reads one file and keeps what is wrong with it.
    ///
    /// - Parameter read: gives what was read, a summary of it, and warnings.
    /// - Returns: what was read, or nothing when the file was refused.
    /// - Throws: what `read` throws beside `InvalidSource`.
    @discardableResult
    mutating func check<Content>(
        _ file: String, kind: String, read: () throws -> (content: Content, summary: String, warnings: [Diagnostic])
    ) throws -> Content? {
        do {
            let (content, summary, warnings) = try read()
            add(warnings, to: file, kind: kind, summary: summary)
            return content
        } catch let invalid as InvalidSource {
            add(invalid.diagnostics, to: file, kind: kind, summary: nil)
            return nil
        }
    }

    /// Adds what was found by comparing files, outside of any one of them.
    mutating func add(_ found: [Diagnostic]) {
        lines += found
        diagnostics += found.map { finding in
            Finding(
                severity: finding.severity.rawValue, file: finding.location.file, line: finding.location.line,
                column: finding.location.column, message: finding.message)
        }
    }

    private mutating func add(_ found: [Diagnostic], to file: String, kind: String, summary: String?) {
        let errors = found.count { $0.severity == .error }
        files.append(
            File(file: file, kind: kind, summary: summary, errors: errors, warnings: found.count - errors))
        add(found)
    }

    var table: Table {
        var table = Table(
            [
                Table.Column("file", "File", minimumWidth: 20, wraps: true),
                Table.Column("kind", "Kind", priority: .essential),
                Table.Column("summary", "Holds", minimumWidth: 20, wraps: true),
                Table.Column("errors", "Errors", alignment: .right, priority: .essential),
                Table.Column("warnings", "Warnings", alignment: .right, priority: .essential),
            ], whenEmpty: "There is no file to check.")
        for file in files {
            table.append(
                .text(file.file), .text(file.kind),
                .text(file.summary ?? "refused").styled(file.summary == nil ? .bad : nil),
                .number(file.errors), .number(file.warnings))
        }
        return table
    }
}
