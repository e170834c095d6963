public import Diagnostics

/// Why the database was not brought up to date. Whatever the reason, it is as it was before.
public struct MigrationError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ name: String) { description = name }

        /// A file that was applied has another text now.
        public static let changed = Code("changed")
        /// The database has migrations that the program does not know.
        public static let newerDatabase = Code("newerDatabase")
        /// The server refused the SQL of a file.
        public static let failed = Code("failed")
    }

    public let code: Code
    /// The file, where one is to blame; line and column of the statement when the server named its place.
    public let location: SourceLocation?
    /// What is wrong and what to do.
    public let message: String
    public let underlying: PostgresError?

    init(_ code: Code, at location: SourceLocation?, _ message: String, underlying: PostgresError? = nil) {
        self.code = code
        self.location = location
        self.message = message
        self.underlying = underlying
    }

    /// The server's error in a file. Its own words are shown: a migration is the program's text and holds nobody's data.
    init(_ error: PostgresError, in file: SQLFile) {
        let location = SourceLocation(file: file.path, offset: (error.position ?? 1) - 1, in: file.text)
        let state = error.sqlState.map { " (SQLSTATE \($0))" } ?? ""
        let place = error.position == nil ? "; the server did not say in which line" : ""
        self.init(
            .failed, at: location, (error.serverMessage ?? error.message) + state + place, underlying: error)
    }

    public var description: String { location.map { "\($0): error: \(message)" } ?? "error: \(message)" }
}

extension SourceLocation {
    /// The place of a character, counted in Unicode scalars from 0.
    fileprivate init(file: String, offset: Int, in text: String) {
        var line = 1
        var column = 1
        for scalar in text.unicodeScalars.prefix(max(0, offset)) {
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        self.init(file: file, line: line, column: column)
    }
}
