import Diagnostics

/// How one layout of one payer's status file is to be read. A file under `Workflows/payers/<payer>/imports/`, never a
/// list of column names in the program: payers do not publish their layouts, and change them.
public struct StatusMapping: Sendable {
    /// `unitedhealthcare/portal`
    public let name: String
    public let payer: String
    /// Raised with every change, and stored with every import.
    public let version: Int
    /// What may be tried when there is no byte order mark.
    public let encodings: [TextEncoding]
    /// Nothing to have it found in the header.
    public let delimiter: UInt8?
    /// Title lines above the header.
    public let skipLines: Int
    /// A file whose last line has no line end is refused as cut off.
    public let requiresFinalNewline: Bool
    /// Whose wall clock the file's times are on, as in the IANA database: `America/Chicago`.
    public let timeZone: String
    public let columns: [StatusColumn: ColumnRule]
    /// A date that two of these read differently is a fault of its row.
    public let dateFormats: [StatusDateFormat]
    /// What the payer writes for "no date".
    public let sentinelDates: Set<String>
    /// What the payer writes for "nothing", in any column; folded.
    public let blankValues: Set<String>
    /// By folded word.
    public let statuses: [String: StatusKind]
    /// What the sender column may say; folded.
    public let senderNames: Set<String>
    /// What units count when no column says so.
    public let unitsBasis: UnitsBasis?
    /// By folded word.
    public let unitsBasisWords: [String: UnitsBasis]
    /// This payer decides under the number that it gave at receipt: in an approved row the reference is the
    /// authorization number, when there is no other.
    public let authorizationIsReference: Bool
    public let trailer: TrailerRule?

    /// The names that a column's header may have, compared folded.
    public struct ColumnRule: Sendable, Equatable {
        public let names: [String]
        /// The file is refused without it.
        public let isRequired: Bool
        /// How many digits a value made of digits has. Fewer mean that a spreadsheet ate leading zeros.
        public let digits: ClosedRange<Int>?
    }

    /// A last line such as `TOTAL,120` that tells how many rows the file should have.
    public struct TrailerRule: Sendable, Equatable {
        /// What stands in the first cell; folded.
        public let word: String
        /// The cell with the number of rows, from 1.
        public let countCell: Int
    }
}

/// A word as it is compared: ends trimmed, lower-cased, inner white space one blank.
func folded(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
