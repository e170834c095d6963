import Diagnostics

/// An NPI that cannot be one.
enum NPICheckDigit: CodeRule {
    static let id = "npi-check-digit"
    static let summary = "an NPI has a wrong form or a wrong check digit"

    static func findings(in review: ServiceReview) -> [CodeFinding] {
        let written: [(CodeFinding.Field, String, String?)] = [
            (.billingNPI, "site's", review.service.billingNPI),
            (.renderingNPI, "prescriber's", review.service.renderingNPI),
        ]
        return written.compactMap { field, whose, text -> CodeFinding? in
            guard let text = text?.trimmingBlanks else { return nil }
            do throws(NPI.Failure) {
                _ = try NPI(text)
                return nil
            } catch {
                let problem =
                    switch error {
                    case .notTenDigits: "is not ten digits"
                    case .firstDigit: "does not begin with 1 or 2"
                    case .checkDigit: "has a check digit that does not fit: a digit is wrong or two are swapped"
                    }
                return CodeFinding(
                    id, .error, field, found: text, message: "the \(whose) NPI \(text) \(problem)",
                    source: Citation("45 CFR 162.406, Luhn with prefix 80840"))
            }
        }
    }
}
