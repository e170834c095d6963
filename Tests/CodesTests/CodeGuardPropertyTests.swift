import CivilTime
import Codes
import Diagnostics
import Testing

@Suite("The code guard, for every drug on file")
struct CodeGuardPropertyTests {
    /// Within the last loaded releases of both HCPCS and ICD-10-CM.
    static let date = day("2026-05-04")

    @Test("finds no error in an order that is right", arguments: LoadedCodes.book.drugs.drugs.map(\.id))
    func rightOrders(id: String) throws {
        let drug = try #require(LoadedCodes.book.drugs.drugs.first { $0.id == id })
        for product in drug.products {
            let answer = LoadedCodes.book.hcpcs.lookup(product.hcpcs, on: Self.date)
            guard case .inForce(let code) = answer.standing, let unit = code.unit else { continue }
            let dose = try #require(Amount(whole: unit.amount.millionths * 120 / 1_000_000))
            for name in drug.names + product.brands + [product.name] {
                let service = ProposedService(
                    drug: name, hcpcs: product.hcpcs, units: 120, dose: Dose(dose, unit.unit),
                    route: product.routes.first, dateOfService: Self.date)
                let errors = LoadedCodes.codeGuard.findings(for: service).filter { $0.severity == .error }
                #expect(errors.map(\.message) == [], "\(name) \(product.hcpcs)")
            }
        }
    }

    @Test(
        "finds each code of another drug, and each tenth of the units",
        arguments: LoadedCodes.book.drugs.drugs.map(\.id))
    func wrongOrders(id: String) throws {
        let drug = try #require(LoadedCodes.book.drugs.drugs.first { $0.id == id })
        for other in LoadedCodes.book.drugs.drugs where other.id != id {
            let service = ProposedService(
                drug: drug.name, hcpcs: try #require(other.products.first?.hcpcs), units: 1, dateOfService: Self.date)
            #expect(!findings("drug-code-mismatch", service).isEmpty, "\(other.id)")
        }
        for product in drug.products {
            guard let unit = LoadedCodes.book.hcpcs.lookup(product.hcpcs, on: Self.date).entry?.unit else { continue }
            let dose = try #require(Amount(whole: unit.amount.millionths * 300 / 1_000_000))
            let service = ProposedService(
                drug: drug.name, hcpcs: product.hcpcs, units: 30, dose: Dose(dose, unit.unit), dateOfService: Self.date)
            #expect(findings("unit-dose-tenfold", service).map(\.expected) == ["300"], "\(product.hcpcs)")
        }
    }

    @Test("never makes an error of a fact that is not verified")
    func unverifiedFacts() {
        for drug in LoadedCodes.book.drugs.drugs {
            for product in drug.products {
                for route in Route.allCases {
                    for diagnosis in ["G35.B0", "G35.A", "K50.00", "J45.50", "A00.0"] {
                        var service = ProposedService(
                            drug: drug.name, hcpcs: product.hcpcs, units: 1, dose: Dose("1 mg"), everyDays: 1,
                            route: route, diagnoses: [diagnosis], modifiers: ["JZ", "JA", "JG", "KX"],
                            placeOfService: "11", dateOfService: Self.date, patientAge: 0)
                        service.administration = ["96413", "96372"]
                        service.ndc = "73150-150-06"
                        service.discardedUnits = 7
                        service.weight = Amount("83")
                        service.height = Amount("178")
                        service.doses = 99
                        for finding in LoadedCodes.codeGuard.findings(for: service) {
                            #expect(!(finding.severity == .error && finding.message.contains("unverified")))
                            #expect(finding.isVerified || finding.severity == .warning, "\(finding.ruleID)")
                            #expect(finding.isVerified || finding.message.contains("unverified"), "\(finding.ruleID)")
                        }
                    }
                }
            }
        }
    }

    @Test("holds against any text and any number", arguments: [1, 2, 3] as [UInt64])
    func anyInput(seed: UInt64) {
        var random = Seeded(state: seed)
        let pieces = [
            "natalizumab", "J2329", "G35", "POS", "11", "JW", "-", " ", ".", "\u{0}", "é", "٣", "💉", "(", ",", "/",
            "1234567893",
            "ß", "ﬁ", "\u{301}",
        ]
        func text() -> String {
            (0..<Int.random(in: 0...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
        for _ in 0..<300 {
            let service = ProposedService(
                drug: text(), hcpcs: text(), units: [0, -1, 30, .max, .min].randomElement(using: &random) ?? 0,
                dose: Dose(
                    ["300 mg", "999999999 g", "0 mg", "0.000001 mcg", "1 ml"].randomElement(using: &random) ?? ""),
                everyDays: [-1, 0, .max].randomElement(using: &random), diagnoses: [text(), text()],
                modifiers: [text(), text()], placeOfService: text(),
                dateOfService: CivilDate(dayNumber: Int.random(in: -700_000...2_900_000, using: &random)),
                billingNPI: text(), renderingNPI: text(), patientAge: [-1, 0, .max].randomElement(using: &random))
            var more = service
            more.weight = Amount(["0", "0.000001", "999999999", "83"].randomElement(using: &random) ?? "")
            more.height = Amount(["0", "999999999", "178"].randomElement(using: &random) ?? "")
            more.everyMonths = [-1, 0, 1, .max].randomElement(using: &random)
            more.doses = [-1, 0, 1000, .max].randomElement(using: &random)
            more.discardedUnits = [-1, 0, .max, .min].randomElement(using: &random)
            more.ndc = text()
            more.administration = [text(), "96413"]
            more.gates = [text()]
            more.otherLines = [.init(hcpcs: text(), modifiers: [text()])]
            more.begins = Bool.random(using: &random)
            for finding in LoadedCodes.codeGuard.findings(for: more) { #expect(!finding.message.isEmpty) }
            _ = LoadedCodes.codeGuard.billing(of: more)
            for finding in LoadedCodes.codeGuard.findings(for: service) { #expect(!finding.message.isEmpty) }
        }
    }
}
