/// What a payer's status word means to us. A mapping file says which word is which; nothing is guessed from the word.
public enum StatusKind: String, Sendable, Codable, CaseIterable {
    /// The payer has it and has decided nothing.
    case received
    /// The payer reviews, or waits for information.
    case pended
    case approved
    /// Approved with fewer units, a shorter period, or some lines only.
    case approvedInPart = "approved_in_part"
    case denied
    case notRequired = "not_required"
    case cancelled
    /// The answer is to be had by telephone.
    case contactPayer = "contact_payer"
    /// Closed without saying how: it may follow any decision.
    case closed
}

/// What an approved or requested quantity counts. Unlike bases are never converted.
public enum UnitsBasis: String, Sendable, Codable, CaseIterable {
    /// Billing units of the HCPCS code.
    case hcpcsUnits = "hcpcs_units"
    case visits
    case doses
    case days
    case milligrams
    case dollars
}
