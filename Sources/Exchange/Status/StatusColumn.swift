/// What a column of a status file can hold; the raw values are the keys under `columns:` in a mapping.
public enum StatusColumn: String, Sendable, Codable, CaseIterable {
    /// Our own number, sent with the request and given back by the payer.
    case trace
    /// The payer's number for the case, given at receipt; no authorization by itself.
    case reference
    case authorization
    case memberID = "member_id"
    case born
    case hcpcs
    case status
    case reasonCode = "reason_code"
    case reasonText = "reason_text"
    case from
    case to
    case units
    case unitsBasis = "units_basis"
    /// The day by which the payer wants information.
    case due
    /// When the payer decided, or last changed the status.
    case asOf = "as_of"
    /// Who the file says is speaking; must be the mapping's payer.
    case sender

    /// One of these must be in a row, or nothing could be found by it.
    static let keys: [StatusColumn] = [.trace, .reference, .authorization, .memberID]
}
