import Criteria
import Payers
import Testing

/// One HCPCS code may be sold under several brands, and a policy may name a brand only.
@Suite("A code with several brands") struct BrandLookupTests {
    private static let denosumab = RequestedDrug(
        ingredient: "denosumab", hcpcs: "J0897", possibleBrands: ["Prolia", "Xgeva"])

    /// The catalog with UnitedHealthcare's policy for ublituximab turned into one for each of these products.
    private func answer(_ drug: RequestedDrug, products: [String]) throws -> String {
        var files = try Shipped.payerFiles()
        let original = try #require(files.first { $0.path == "unitedhealthcare/ublituximab.yaml" })
        for (number, product) in products.enumerated() {
            let text = String(decoding: original.bytes, as: UTF8.self)
                .replacing(
                    "product: {drug: ublituximab, name: Briumvi, hcpcs: [J2329]}",
                    with: "product: {\(product), name: X}"
                )
                .replacing("policy: unitedhealthcare/ublituximab", with: "policy: unitedhealthcare/drug\(number)")
            try #require(text.contains("name: X"))
            files.append(PayerFile(path: "unitedhealthcare/drug\(number).yaml", bytes: text.utf8))
        }
        let catalog = try PayerCatalog.load(
            files, vocabulary: Shipped.vocabulary(), practiceClocks: ClockTable(rules: []))
        switch catalog.policy(
            payer: "unitedhealthcare", drug: drug, on: GoverningDates(service: try day("2026-12-01")))
        {
        case .found(let policy): return policy.id
        case .notLoaded(let reason): return reason
        case .ambiguous(let policies, _, _): return "ambiguous between \(policies.count)"
        }
    }

    @Test("asks for the brand where one has a policy and the other has none, and names both")
    func one() throws {
        let reason = try answer(Self.denosumab, products: ["brands: [Prolia]"])
        #expect(
            reason
                == "UnitedHealthcare: which policy answers for denosumab J0897 depends on the brand, and the order names "
                + "none of them: Prolia (unitedhealthcare/drug0), Xgeva (none on file); write the brand as the order's drug, "
                + "for example \"Prolia\"")
    }

    @Test("asks for the brand too where the policy names the ingredient beside it")
    func ingredient() throws {
        let reason = try answer(Self.denosumab, products: ["drug: denosumab, brands: [Xgeva]"])
        #expect(reason.contains("Prolia (none on file), Xgeva (unitedhealthcare/drug0)"))
    }

    @Test("asks for the brand between two policies")
    func two() throws {
        let reason = try answer(Self.denosumab, products: ["brands: [Prolia]", "brands: [Xgeva]"])
        #expect(reason.contains("Prolia (unitedhealthcare/drug0), Xgeva (unitedhealthcare/drug1)"))
    }

    @Test(
        "does not ask where the brand makes no difference",
        arguments: ["brands: [Prolia, Xgeva]", "drug: denosumab", "hcpcs: [J0897]", "drug: denosumab, hcpcs: [J0897]"])
    func same(product: String) throws {
        #expect(try answer(Self.denosumab, products: [product]) == "unitedhealthcare/drug0")
    }

    @Test("finds the brand's own policy once it is named, and none for the other")
    func named() throws {
        let prolia = RequestedDrug(ingredient: "denosumab", brand: "Prolia", hcpcs: "J0897")
        #expect(try answer(prolia, products: ["brands: [Prolia]", "brands: [Xgeva]"]) == "unitedhealthcare/drug0")
        #expect(try answer(prolia, products: ["brands: [Xgeva]"]).hasSuffix("no policy for denosumab J0897 is on file"))
    }

    @Test("a policy of another code, or none at all, is still said to be missing")
    func missing() throws {
        #expect(try answer(Self.denosumab, products: []).hasSuffix("no policy for denosumab J0897 is on file"))
        #expect(
            try answer(Self.denosumab, products: ["drug: denosumab, hcpcs: [Q5136]"])
                .hasSuffix("the policy for denosumab names Q5136 (X), not J0897"))
    }
}
