/// A row of a status file that could not be read, and why. It goes to quarantine; the rest of the file goes on.
public struct RowFault: Sendable, Equatable, Codable {
    /// The words are stable: they are stored, counted and branched on.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case raggedRow = "ragged-row"
        case strayQuote = "stray-quote"
        case strayCarriageReturn = "stray-carriage-return"
        case emptyRow = "empty-row"
        case wrongPayer = "wrong-payer"
        case missingKey = "missing-key"
        case missingStatus = "missing-status"
        case unmappedStatus = "unmapped-status"
        case damagedNumber = "damaged-number"
        case badNumber = "bad-number"
        case badDate = "bad-date"
        case ambiguousDate = "ambiguous-date"
        case impossibleDate = "impossible-date"
        case fromAfterTo = "from-after-to"
        case badUnits = "bad-units"
        case unmappedUnitsBasis = "unmapped-units-basis"
        case badCode = "bad-code"
    }

    /// 1 is the first row below the header.
    public let rowNumber: Int
    /// The line of the file, from 1, on which the row begins.
    public let line: Int
    /// The column's name as the file's header has it, when one column is to blame.
    public let column: String?
    public let reason: Reason
    /// What is wrong and what to do, without any value from the row: values may be a patient's.
    public let message: String
    /// The row as it stands in the file.
    public let raw: Sensitive<String>
}
