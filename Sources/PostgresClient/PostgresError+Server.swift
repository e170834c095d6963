internal import CLibpq

extension PostgresError {
    /// Reads the error that a result carries.
    init(result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        // The letters are PG_DIAG_* of postgres_ext.h, which Swift cannot import.
        let state = field("C")
        let text = field("M")
        self.init(.server, PostgresError.message(sqlState: state, serverMessage: text), sqlState: state)
        table = field("t")
        column = field("c")
        constraint = field("n")
        position = field("P").flatMap { Int($0) }
        serverMessage = text
        endsConnection = field("V") == "FATAL" || field("V") == "PANIC"
        if isServerRestarting { code = .serverUnavailable }
    }

    /// What may be printed for a server error: the server's own words only where they cannot quote a value.
    static func message(sqlState: String?, serverMessage: String?) -> String {
        guard let sqlState else { return "the server reported an error without a code" }
        if mayQuoteServer(sqlState), let serverMessage { return serverMessage }
        if let sentence = sentences[sqlState] { return sentence }
        return sentences[String(sqlState.prefix(2))] ?? "the server refused the statement"
    }

    /// SQLSTATEs whose primary message names objects of the schema, settings or limits, never data. Ours, class PC, are
    /// raised by functions that keep that rule.
    private static func mayQuoteServer(_ sqlState: String) -> Bool {
        if ["PC", "08", "28", "53", "57"].contains(sqlState.prefix(2)) { return true }
        return quotable.contains(sqlState)
    }

    private static let quotable: Set<String> = [
        "0A000", "25006", "25P02", "25P03", "26000", "3D000", "3F000", "40001", "40P01", "42501", "42601", "42602",
        "42622", "42701", "42702", "42703", "42704", "42710", "42723", "42725", "42803", "42809", "42846", "42883",
        "42939", "42P01", "42P02", "42P06", "42P07", "42P10", "42P13", "42P16", "42P17", "42P18", "42P21", "42P22",
        "55000", "55006", "55P03", "55P04",
    ]

    /// Fixed sentences by SQLSTATE or class (PostgreSQL documentation, appendix A).
    private static let sentences: [String: String] = [
        "22": "a value does not fit what the server expects",
        "22P02": "a text is not valid for its type",
        "22001": "a text is longer than its column allows",
        "22003": "a number is outside the range of its type",
        "22007": "a date or time is malformed",
        "22008": "a date or time is outside the range of its type",
        "22012": "division by zero",
        "22021": "a text holds a character that the server cannot store",
        "23": "a rule of the database was violated",
        "23502": "a required value is missing",
        "23503": "a row that is referred to does not exist, or is still referred to",
        "23505": "a row with this key exists already",
        "23514": "a value violates a check",
        "23P01": "a row conflicts with an existing one",
        "21": "a statement that must yield one row yielded another number",
        "25": "the transaction is in a state that does not allow this statement",
        "38": "a function of the database failed",
        "39": "a function of the database failed",
        "42": "the statement does not fit the schema",
        "42804": "a value has another type than its place requires",
        "44": "a row violates the condition of its view",
        "54": "a limit of the server was exceeded",
        "58": "the server had an error of its operating system",
        "P0": "a function of the database raised an error",
        "XX": "the server had an internal error",
    ]
}
