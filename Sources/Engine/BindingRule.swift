/// The rule by which a deadline was counted, as it stood when the deadline began to run.
public struct BindingRule: Sendable, Hashable {
    public let clock: String
    /// Nothing when it is the practice's own default.
    public let payerName: String?
    /// `hours`, `calendar_days`, `business_days` or `months`, and how many.
    public let unit: String
    public let amount: Int
    /// An address, a rule's name, or `practice default`.
    public let source: String
    public let isVerified: Bool
    public let note: String?

    /// `15 calendar days`.
    public var length: String {
        let name = unit.replacing("_", with: " ")
        return "\(amount) \(amount == 1 ? String(name.dropLast()) : name)"
    }
}
