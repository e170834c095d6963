import Diagnostics

/// Every drug that facts are on file for.
public struct DrugFacts: Sendable {
    public let drugs: [Drug]
    private let byName: [String: [Match]]
    private let byCode: [String: (drug: Drug, product: DrugProduct)]
    private let byNDC: [NDC: (drug: Drug, product: DrugProduct, container: DrugContainer)]

    /// A drug as written, and the products that the writing can mean: all for an ingredient, those of a brand for a
    /// brand.
    public struct Match: Hashable, Sendable {
        public let drug: Drug
        public let products: [DrugProduct]
        /// A brand or a suffixed name was written, so that only its own code will do.
        public let isSpecific: Bool
        /// The brand that was written, as it is spelled on file; nothing for an ingredient or a suffixed name.
        public var brands: [String] = []
    }

    init(drugs: [Drug]) {
        self.drugs = drugs
        var byName: [String: [Match]] = [:]
        var byCode: [String: (drug: Drug, product: DrugProduct)] = [:]
        var byNDC: [NDC: (drug: Drug, product: DrugProduct, container: DrugContainer)] = [:]
        for drug in drugs {
            for name in drug.names {
                byName[DrugFacts.key(name), default: []].append(
                    Match(drug: drug, products: drug.products, isSpecific: false))
            }
            let specificNames = Set(drug.products.flatMap { $0.brands + [$0.name] }.map(DrugFacts.key))
            for name in specificNames where byName[name] == nil {
                let products = drug.products.filter { ($0.brands + [$0.name]).map(DrugFacts.key).contains(name) }
                let brands = products.flatMap(\.brands).filter { DrugFacts.key($0) == name }
                byName[name] = [
                    Match(drug: drug, products: products, isSpecific: true, brands: Array(brands.prefix(1)))
                ]
            }
            for product in drug.products {
                byCode[product.hcpcs] = (drug, product)
                for container in product.containers {
                    if let ndc = container.ndc { byNDC[ndc] = (drug, product, container) }
                }
            }
        }
        self.byName = byName
        self.byCode = byCode
        self.byNDC = byNDC
    }

    /// Finds a drug by ingredient, suffixed name or brand, in any case; `Tysabri (natalizumab)` and
    /// `natalizumab, Tysabri` are found by the narrower of their names. `nil` when nothing or two drugs are named.
    public func match(_ name: String) -> Match? {
        if let whole = byName[DrugFacts.key(name)]?.first { return whole }
        let parts = name.split { "(),/;[]".contains($0) }.compactMap { byName[DrugFacts.key(String($0))]?.first }
        guard let first = parts.first, parts.allSatisfy({ $0.drug.id == first.drug.id }) else { return nil }
        return parts.min { left, right in
            left.products.count != right.products.count
                ? left.products.count < right.products.count : left.brands.count > right.brands.count
        }
    }

    /// The drug and product that a code bills.
    public func owner(of code: String) -> (drug: Drug, product: DrugProduct)? { byCode[code] }

    /// Whose NDC it is; `nil` for one that is not on file, which says nothing against it.
    public func owner(of ndc: NDC) -> (drug: Drug, product: DrugProduct, container: DrugContainer)? { byNDC[ndc] }

    /// The name on file that a mistyped one most likely meant.
    public func nearestName(to name: String) -> String? {
        let names = drugs.flatMap { $0.names + $0.products.flatMap { $0.brands + [$0.name] } }
        return nearestMatch(to: name.trimmingBlanks, among: Set(names))
    }

    private static func key(_ name: String) -> String {
        name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension String {
    var trimmingBlanks: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
