import CivilTime

/// A service with every code in it looked up once, for the rules to read.
struct ServiceReview {
    let service: ProposedService
    let book: CodeBook
    let code: HCPCSAnswer
    /// The drug as written, when facts on it are on file.
    let drug: DrugFacts.Match?
    /// Whose code it is, when facts on it are on file.
    let codeOwner: (drug: Drug, product: DrugProduct)?
    let diagnoses: [DiagnosisAnswer]

    init(_ service: ProposedService, in book: CodeBook) {
        self.service = service
        self.book = book
        code = book.hcpcs.lookup(service.hcpcs, on: service.dateOfService)
        drug = book.drugs.match(service.drug)
        codeOwner = book.drugs.owner(of: code.code)
        diagnoses = service.diagnoses.map { book.diagnoses.billability($0, on: service.dateOfService) }
    }

    /// The codes that the drug as written could be billed with: those in force on the date where there are such, and
    /// of the route written where there are such.
    var rightCodes: [(product: DrugProduct, code: HCPCSCode)] {
        guard let drug else { return [] }
        let all = drug.products.compactMap { product in
            let answer = book.hcpcs.lookup(product.hcpcs, on: service.dateOfService)
            return answer.entry.map { (product: product, code: $0, answer: answer) }
        }
        let inForce = all.filter { if case .inForce = $0.answer.standing { true } else { false } }
        let candidates = inForce.isEmpty ? all : inForce
        let ofRoute = candidates.filter { candidate in
            service.route.map { candidate.product.routes.contains($0) } ?? true
        }
        return (ofRoute.isEmpty ? candidates : ofRoute).map { ($0.product, $0.code) }
    }

    /// An unclassified code (C9399, J3490, J3590, J9999) on a date when no code of the drug as written is in force:
    /// how a product is billed before it has a code.
    var isUnclassifiedForWantOfCode: Bool {
        guard let drug, ["C9399", "J3490", "J3590", "J9999"].contains(code.code) else { return false }
        return drug.products.allSatisfy { product in
            let answer = book.hcpcs.lookup(product.hcpcs, on: service.dateOfService)
            return if case .inForce = answer.standing { false } else { true }
        }
    }

    /// Whether the code written bills the drug written (as far as the brand goes, when one was written).
    var codeFitsDrug: Bool { drug?.products.contains { $0.hcpcs == code.code } ?? false }

    /// The code whose unit counts: the one written when it bills the drug, else the drug's own, else the one written
    /// when nothing is on file about the drug.
    var countingCode: HCPCSCode? {
        if drug == nil || codeFitsDrug || isUnclassifiedForWantOfCode { return code.entry }
        return rightCodes.first?.code
    }

    /// `J2323 (Tysabri, 1 mg) or Q5134 (Tyruko, 1 mg)`, and the codes alone.
    var rightCodesInWords: (long: String, short: String) {
        let long = rightCodes.map { right in
            let unit = right.code.unit.map { ", \($0)" } ?? ""
            return "\(right.code.code) (\(right.product.label)\(unit))"
        }
        return (long.joined(separator: " or "), rightCodes.map(\.code.code).joined(separator: " or "))
    }

    /// The name of the drug for a sentence: as on file, else as written.
    var drugName: String {
        guard let drug else { return service.drug.trimmingBlanks }
        return drug.isSpecific ? service.drug.trimmingBlanks : drug.drug.name
    }
}
