public import CivilTime

/// One ICD-10-CM code as a release lists it.
public struct Diagnosis: Hashable, Sendable {
    /// With its dot: `G35.A`.
    public let code: String
    public let isBillable: Bool
    public let description: String
}

/// What the diagnosis table says of a code on a date of service.
public struct DiagnosisAnswer: Hashable, Sendable {
    public enum Standing: Hashable, Sendable {
        case billable(Diagnosis)
        /// A heading only. `lastBillable` is the last day on which the code itself could be billed, where known.
        case notBillable(Diagnosis, lastBillable: CivilDate?)
        /// The code did not exist yet; it came on the day after `through`.
        case notYet(Diagnosis, through: CivilDate)
        /// In no loaded release. The nearest code above it that exists, if any.
        case unknown(ancestor: Diagnosis?)
        /// Not written as an ICD-10-CM code is.
        case malformed
    }

    /// As the table writes it (`G35.A`), or as asked when malformed.
    public let code: String
    public let standing: Standing
    public let coverage: Coverage

    /// The table's entry, on whichever date.
    public var entry: Diagnosis? {
        switch standing {
        case .billable(let entry), .notBillable(let entry, _), .notYet(let entry, _): entry
        case .unknown, .malformed: nil
        }
    }
}
