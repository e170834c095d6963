public import Diagnostics

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A file of SQL text.
public struct SQLFile: Hashable, Sendable {
    /// The path by which people know it: `functions/apply_event.sql`.
    public let path: String
    public let text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// The last part of the path.
    var name: String { String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]) }

    /// Whether the first line says that the file runs as the role that logged in, not as the owner.
    var runsAsLogin: Bool {
        let first = text.prefix { !$0.isNewline }
        return first.split(separator: " ").joined(separator: " ") == "-- run-as: login"
    }
}

/// A migration: a file with a number.
public struct Migration: Hashable, Sendable {
    /// The first four digits of the file's name, counted from 1.
    public let number: Int
    public let file: SQLFile
}

/// The database that a program wants: migrations, which run once and in order, and functions and roles, which are
/// applied again whenever their text changes.
public struct MigrationSource: Sendable {
    public let migrations: [Migration]
    /// Sorted by path.
    public let functions: [SQLFile]
    /// Grants and policies, sorted by path. Applied again also after any migration or function, because what is made
    /// anew has no grants.
    public let roles: [SQLFile]

    /// - Throws: every name that is not `NNNN_name.sql`, every number that is missing or there twice.
    public init(migrations files: [SQLFile], functions: [SQLFile] = [], roles: [SQLFile] = []) throws(InvalidSource) {
        var problems = DiagnosticList()
        var migrations: [Migration] = []
        for file in files.sorted(by: { $0.path < $1.path }) {
            let place = SourceLocation(file: file.path, line: 1, column: 1)
            let digits = file.name.prefix(4)
            guard digits.utf8.count == 4, digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits),
                file.name.dropFirst(4).first == "_", file.name.hasSuffix(".sql"), file.name.utf8.count > 9
            else {
                problems.error(at: place, "a migration's file is named 0001_what_it_does.sql; rename it")
                continue
            }
            if let last = migrations.last, last.number == number {
                problems.error(
                    at: place, "number \(digits) is taken by \(last.file.path); give one of them the next free number")
            } else if number != (migrations.last?.number ?? 0) + 1 {
                let expected = MigrationSource.padded((migrations.last?.number ?? 0) + 1)
                problems.error(at: place, "number \(expected) is missing before it; numbers have no gaps")
            }
            migrations.append(Migration(number: number, file: file))
        }
        try problems.throwIfErrors()
        self.migrations = migrations
        self.functions = functions.sorted { $0.path < $1.path }
        self.roles = roles.sorted { $0.path < $1.path }
    }

    /// Reads `migrations/`, `functions/` and `roles/` under a directory; each may be absent.
    ///
    /// - Throws: `InvalidSource` for a file that cannot be read, is not UTF-8, or is numbered wrongly.
    public static func load(directory: String) throws(InvalidSource) -> MigrationSource {
        var problems = DiagnosticList()
        guard isDirectory(directory) else {
            throw InvalidSource(
                at: SourceLocation(file: directory, line: 1, column: 1), "there is no such directory of SQL files")
        }
        let migrations = files(in: "migrations", of: directory, problems: &problems)
        let functions = files(in: "functions", of: directory, problems: &problems)
        let roles = files(in: "roles", of: directory, problems: &problems)
        try problems.throwIfErrors()
        return try MigrationSource(migrations: migrations, functions: functions, roles: roles)
    }

    private static func files(in folder: String, of directory: String, problems: inout DiagnosticList) -> [SQLFile] {
        let root = "\(directory)/\(folder)"
        guard isDirectory(root) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []  // absent meanwhile: no files
        var files: [SQLFile] = []
        for name in names.sorted() where name.hasSuffix(".sql") && !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            let place = SourceLocation(file: path, line: 1, column: 1)
            guard let data = FileManager.default.contents(atPath: "\(root)/\(name)") else {
                problems.error(at: place, "the file cannot be read")
                continue
            }
            guard let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0) else {
                problems.error(at: place, "the file is not UTF-8 text; save it as UTF-8")
                continue
            }
            guard !text.unicodeScalars.starts(with: ["\u{FEFF}"]) else {
                problems.error(at: place, "the file begins with a byte order mark; save it without")
                continue
            }
            files.append(SQLFile(path: path, text: text))
        }
        return files
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: Bool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
