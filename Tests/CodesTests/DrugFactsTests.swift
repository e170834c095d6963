import Codes
import Diagnostics
import Testing

@Suite("The drug facts")
struct DrugFactsTests {
    let facts = LoadedCodes.book.drugs

    @Test("carry 30 drugs and 69 products, each product's code in the HCPCS table")
    func content() {
        #expect(facts.drugs.count == 30)
        let products = facts.drugs.flatMap(\.products)
        #expect(products.count == 69)
        for product in products {
            let entry = LoadedCodes.book.hcpcs.lookup(product.hcpcs, on: day("2026-05-01")).entry
            #expect(entry != nil, "\(product.hcpcs)")
            // The descriptor of Q9996 is too short to show its unit.
            #expect(entry?.unit != nil || product.hcpcs == "Q9996", "\(product.hcpcs)")
        }
    }

    @Test("name diagnoses that the diagnosis table has")
    func diagnoses() {
        for indication in facts.drugs.flatMap(\.indications) {
            for code in indication.diagnoses + indication.notEnoughAlone + indication.contradictedBy {
                #expect(LoadedCodes.book.diagnoses[code] != nil, "\(code)")
            }
        }
    }

    @Test(
        "are found by ingredient, suffixed name and brand",
        arguments: [
            ("natalizumab", "natalizumab", 2), ("Tysabri", "natalizumab", 1), ("TYRUKO", "natalizumab", 1),
            ("natalizumab-sztn", "natalizumab", 1), (" Tysabri (natalizumab) ", "natalizumab", 1),
            ("infliximab-dyyb", "infliximab", 2), ("Stelara", "ustekinumab", 2), ("Ocrevus  Zunovo", "ocrelizumab", 1),
            ("Xgeva", "denosumab", 1), ("ivig", "ivig", 5), ("ublituximab-xiiy", "ublituximab", 1),
        ])
    func names(name: String, drug: String, products: Int) {
        let match = facts.match(name)
        #expect(match?.drug.id == drug)
        #expect(match?.products.count == products)
    }

    @Test(
        "are not found by a wrong name, or by two drugs' names at once",
        arguments: ["natalizumb", "", "mab", "Tysabri / Ocrevus", "Tysabri (ocrelizumab)"])
    func noName(name: String) { #expect(facts.match(name) == nil) }

    @Test(
        "offer the nearest name",
        arguments: [("natalizumb", "natalizumab"), ("Ocrevis", "Ocrevus"), ("tysabry", "Tysabri")])
    func nearest(name: String, expected: String) { #expect(facts.nearestName(to: name) == expected) }

    @Test(
        "know who owns a code",
        arguments: [("J2329", "ublituximab"), ("J2357", "omalizumab"), ("J3262", "tocilizumab")])
    func owner(code: String, drug: String) { #expect(facts.owner(of: code)?.drug.id == drug) }

    @Test("hold natalizumab's dose and its REMS gate with their trust")
    func natalizumab() throws {
        let drug = try #require(facts.match("natalizumab")?.drug)
        #expect(drug.doses.map(\.dose.description) == ["300 mg"])
        #expect(drug.doses.map(\.everyDays) == [28])
        #expect(drug.gates.map(\.name) == ["TOUCH Prescribing Program", "Tyruko REMS"])
        #expect(drug.gates.map(\.isVerified) == [true, false])
        #expect(
            drug.products.map { drug.gates(for: $0).map(\.name) } == [["TOUCH Prescribing Program"], ["Tyruko REMS"]])
        #expect(drug.indications.flatMap(\.diagnoses) == ["G35.A", "G35.C1", "K50"])
    }

    @Test("keep interferon beta-1a and -1b apart, by name, brand and code")
    func interferons() throws {
        let first = try #require(facts.match("Rebif"))
        let second = try #require(facts.match("Betaseron"))
        #expect(first.drug.id == "interferon_beta_1a")
        #expect(second.drug.id == "interferon_beta_1b")
        #expect(facts.match("interferon beta-1a")?.drug.id == "interferon_beta_1a")
        #expect(facts.match("interferon beta") == nil)
        #expect(facts.owner(of: "J1830")?.drug.id == "interferon_beta_1b")
        #expect(facts.owner(of: "Q3028")?.product.brands == ["Rebif"])
        #expect(Set(first.drug.products.map(\.hcpcs)).isDisjoint(with: second.drug.products.map(\.hcpcs)))
    }

    @Test("know the brand that is written, with the ingredient beside it or without")
    func brand() {
        #expect(facts.match("Prolia")?.brands == ["Prolia"])
        #expect(facts.match("denosumab (xgeva)")?.brands == ["Xgeva"])
        #expect(facts.match("denosumab")?.brands == [])
        #expect(facts.match("natalizumab-sztn")?.brands == [])
    }

    @Test("have no container of a brand that the code does not bill, but for what is sold without one")
    func containerBrands() {
        for product in facts.drugs.flatMap(\.products) {
            for brand in product.containers.compactMap(\.brand) {
                #expect(product.brands.contains(brand) || brand.hasPrefix("unbranded "), "\(product.hcpcs): \(brand)")
            }
        }
    }

    @Test("say a source for every verified label fact")
    func sources() {
        for drug in facts.drugs {
            for fact in drug.indications where fact.isVerified { #expect(!fact.sources.isEmpty, "\(drug.id)") }
            for fact in drug.doses where fact.isVerified { #expect(!fact.sources.isEmpty, "\(drug.id)") }
            for fact in drug.gates where fact.isVerified { #expect(!fact.sources.isEmpty, "\(drug.id)") }
            for fact in drug.products.flatMap(\.containers) where fact.isNDCVerified {
                #expect(!fact.sources.isEmpty && fact.ndc != nil, "\(drug.id)")
            }
        }
    }

    static let product =
        "{hcpcs: J2323, brands: [Tysabri], name: n, role: reference, routes: [IV], verified: true, route_verified: true}"

    /// What is wrong, the rest of a drug's entry, and what the error says.
    static let wrong: [String: (entry: String, message: String)] = [
        "unknown key": ("products: [\(product)]\n    indication: []", "did you mean \"indications\""),
        "code twice": ("products: [\(product), \(product)]", "belongs to two products"),
        "unknown role": (
            "products: [\(product.replacing("reference", with: "refrence"))]", "did you mean \"reference\""
        ),
        "unknown source": (
            "products: []\n    gates: [{id: x, name: x, kind: REMS, verified: true, sources: [labl]}]",
            "did you mean \"label\""
        ),
        "no dose": (
            "products: []\n    doses: [{for: [], phase: x, amount: lots, verified: true}]", "is not a dose such as"
        ),
        "diagnosis in small letters": (
            "products: []\n    indications: [{id: x, name: x, diagnoses: [g35], verified: true}]", "written as G35.A"
        ),
    ]

    @Test("are refused with the place of what is wrong", arguments: wrong.keys.sorted())
    func bad(kind: String) throws {
        let (entry, message) = try #require(Self.wrong[kind])
        let text = "sources: {label: the label}\ndrugs:\n  - drug: n\n    names: [n]\n    " + entry
        let error = #expect(throws: InvalidSource.self) { try DrugFacts(yaml: Array(text.utf8), file: "d.yaml") }
        #expect(error?.description.contains(message) == true)
    }
}
