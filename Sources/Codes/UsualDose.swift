/// A dose that the label gives.
public struct UsualDose: Hashable, Sendable {
    public enum Basis: String, Sendable, CaseIterable {
        case fixed
        /// By bands of the body weight, one amount a band.
        case weightBand = "band"
        case perKilogram = "kg"
        case perSquareMeter = "m2"
    }

    /// Ids of the indications that it belongs to.
    public let indications: [String]
    public let phase: String
    /// One without bounds where the amount is the same for every weight; else one a weight band.
    public let bands: [DoseBand]
    /// The upper end where the label gives a range; in the measure of the amounts.
    public let maximumAmount: Dose?
    /// The most that one dose may be, whatever the weight.
    public let cap: Dose?
    public let basis: Basis
    public let everyDays: Int?
    public let everyMonths: Int?
    public let atWeeks: [Int]
    /// The shortest interval that the label allows, where it is shorter than the usual one.
    public let minimumIntervalInDays: Int?
    public let route: Route?
    public let isVerified: Bool
    public let sources: [String]

    /// The amount, or that of the lightest band.
    public var dose: Dose { bands[0].dose }

    /// The dose follows from neither weight nor surface.
    public var isFixed: Bool { basis == .fixed }
}

/// What a dose is within bounds of the body weight.
public struct DoseBand: Hashable, Sendable {
    public let dose: Dose
    /// Inclusive and exclusive bounds in kilograms.
    public let from: Amount?
    public let over: Amount?
    public let through: Amount?
    public let below: Amount?

    init(_ dose: Dose, from: Amount? = nil, over: Amount? = nil, through: Amount? = nil, below: Amount? = nil) {
        self.dose = dose
        self.from = from
        self.over = over
        self.through = through
        self.below = below
    }

    func holds(_ weight: Amount) -> Bool {
        from.map { weight >= $0 } ?? true && over.map { weight > $0 } ?? true && through.map { weight <= $0 } ?? true
            && below.map { weight < $0 } ?? true
    }
}
