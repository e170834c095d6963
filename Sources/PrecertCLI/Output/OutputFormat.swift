import ArgumentParser

/// How an answer is written to standard output.
enum OutputFormat: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// For people: fits the terminal; the layout is no promise.
    case table
    /// For programs: field names are a promise.
    case json
    /// For spreadsheets: the same field names, RFC 4180.
    case csv
}
