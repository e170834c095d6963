public import CivilTime

/// What one row of a payer's status file says, in our words. Nothing in it was guessed: what the mapping does not
/// explain is a `RowFault` instead.
public struct StatusRecord: Sendable, Equatable, Codable {
    /// 1 is the first row below the header.
    public let rowNumber: Int
    /// The line of the file, from 1, on which the row begins.
    public let line: Int
    /// The row as it stands in the file.
    public let raw: Sensitive<String>
    /// Our own number, given back by the payer.
    public let trace: String?
    public let payerReference: String?
    /// As the file has it. Only an approval makes it an authorization; beside a pend it is one more reference.
    public let authorizationNumber: String?
    public let memberID: Sensitive<String>?
    public let born: Sensitive<CivilDate>?
    /// Upper-cased: `J2323`.
    public let hcpcs: String?
    /// The payer's own word.
    public let statusWord: String
    public let kind: StatusKind
    public let reasonCode: String?
    public let reasonText: Sensitive<String>?
    public let from: CivilDate?
    public let to: CivilDate?
    /// A decimal number as text, without needless zeros: `300`, `0.5`.
    public let unitsApproved: String?
    public let unitsBasis: UnitsBasis?
    public let informationDue: CivilDate?
    /// When the payer decided or last changed the status.
    public let asOf: StatusTime?
}

/// How one row was read.
public enum StatusRow: Sendable, Equatable {
    case record(StatusRecord)
    case fault(RowFault)

    public var rowNumber: Int {
        switch self {
        case .record(let record): record.rowNumber
        case .fault(let fault): fault.rowNumber
        }
    }
}
