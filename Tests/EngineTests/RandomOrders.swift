import CivilTime
import Codes
import Criteria
import Engine
import Foundation
import Payers
import PostgresClient
import TestSupport

/// A request to be opened, what is recorded about it before it is sent, and what afterwards.
struct RandomOrder: Sendable {
    let request: NewRequest
    let drug: RequestedDrug
    let evidence: [NewEvidence]
    let lateEvidence: [NewEvidence]
    /// Days from the opening to the submission.
    let daysOpen: Int

    /// The day of `Practice.opening`.
    static let opening = CivilDate(dayNumber: 20_781)

    static func day(_ number: Int) -> Date { Practice.opening.addingTimeInterval(Double(number) * 86_400) }
}

/// Orders and evidence near the examples of a payer's policies: facts left out, taken from other examples, older or newer,
/// recorded twice.
struct RandomOrders {
    private let payer: String
    private let policies: [Policy]
    /// By fact: the values that the examples have.
    private let values: [String: [FactValue]]
    private var random: SeededRandom

    init(payer: String, policies: [Policy], seed: UInt64) {
        self.payer = payer
        self.policies = policies.filter { !$0.product.hcpcs.isEmpty && !$0.product.drugs.isEmpty }
        var values: [String: [FactValue]] = [:]
        for (fact, recorded) in policies.flatMap(\.tests.cases).flatMap(\.facts).sorted(by: { $0.key < $1.key }) {
            guard case .known(let value) = recorded.state, !(values[fact] ?? []).contains(value) else { continue }
            values[fact, default: []].append(value)
        }
        self.values = values.mapValues { $0.sorted { $0.description < $1.description } }
        random = SeededRandom(seed: seed)
    }

    mutating func next(person: Int) -> RandomOrder {
        let policy = pick(policies)
        let example = pick(policy.tests.cases)
        let phase = policy.sets.first { $0.id == example.criteriaSet }?.phase ?? .initial
        let planned = RandomOrder.opening.adding(days: Int.random(in: 0...60, using: &random))
        var request = NewRequest.synthetic(person: person, payer: payer)
        let age = example.facts["age"]?.text.flatMap(Int.init) ?? pick([9, 18, 40, 66])
        request.patient.born = planned.adding(months: -12 * age).adding(days: -Int.random(in: 0...300, using: &random))
        request.coverage.funding = pick(["unknown", "self_funded", "fully_insured"])
        request.kind = chance(18) ? phase.rawValue : pick(CriteriaSet.Phase.allCases).rawValue
        request.drugID = pick(policy.product.drugs)
        request.drug = request.drugID
        var diagnoses = [example.facts["diagnosis"]?.text ?? code()]
        if chance(6) { diagnoses.insert(code(), at: Int.random(in: 0...1, using: &random)) }
        request.diagnoses = diagnoses
        request.prescriber.specialty =
            chance(10) ? pick(values["prescriber_specialty"] ?? [.word("neurology")]).description : nil
        request.site.placeOfService = pick(["11", "12", "19", "22"])
        request.plannedOn = planned
        let hcpcs = pick(policy.product.hcpcs)
        request.lines = (1...(chance(4) ? 2 : 1)).map { _ in line(hcpcs) }
        let facts = recorded(example.facts)
        return RandomOrder(
            request: request, drug: RequestedDrug(ingredient: request.drugID, hcpcs: hcpcs), evidence: facts,
            lateEvidence: chance(10) ? recorded(example.facts) : [], daysOpen: Int.random(in: 0...5, using: &random))
    }

    private mutating func line(_ hcpcs: String) -> NewRequest.Line {
        let amount = pick(["120", "300", "600"])
        return NewRequest.Line(
            hcpcs: hcpcs, units: amount, doseAmount: amount, doseUnit: "mg", everyDays: pick([28, 56, nil]),
            doses: pick([1, 7, nil]), route: "iv", modifiers: [])
    }

    /// Most facts of an example, some of others; now and then one a second time, with another value or day.
    private mutating func recorded(_ facts: Facts) -> [NewEvidence] {
        var items: [NewEvidence] = []
        for fact in values.keys.sorted() where !RequestCase.factsOfEveryOrder.contains(fact) {
            guard let known = values[fact], chance(facts[fact] == nil ? 2 : 18) else { continue }
            let own: FactValue? = if case .known(let value)? = facts[fact]?.state { value } else { nil }
            for _ in 1...(chance(3) ? 2 : 1) {
                items.append(evidence(fact, chance(18) ? own ?? pick(known) : pick(known)))
            }
        }
        return items.shuffled(using: &random)
    }

    private mutating func evidence(_ fact: String, _ value: FactValue) -> NewEvidence {
        let age = chance(16) ? Int.random(in: 0...40, using: &random) : Int.random(in: 0...800, using: &random)
        return NewEvidence(
            fact: fact, value: PostgresJSON(value.json),
            observedOn: chance(18) ? RandomOrder.opening.adding(days: -age) : nil,
            source: pick(["chart", "chart", "claim", "lab", "attestation"]), documentSHA256: nil, note: nil)
    }

    private mutating func code() -> String { pick(values["diagnosis"] ?? [.code("G35.A")]).description }

    /// Of twenty times so many.
    private mutating func chance(_ part: Int) -> Bool { random.chance(part, in: 20) }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }
}

extension Fact {
    fileprivate var text: String? { if case .known(let value) = state { value.description } else { nil } }
}

extension FactValue {
    fileprivate var json: String {
        switch self {
        case .boolean, .number: description
        case .word, .date, .code: "\"\(description)\""
        case .records(let list):
            "{\"complete\": \(list.isComplete), \"records\": ["
                + list.records.map { record in
                    "{"
                        + record.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value.json)" }.joined(
                            separator: ", ")
                        + "}"
                }.joined(separator: ", ") + "]}"
        }
    }
}

/// The rules as the repository ships them, and rules by which the opposite is wanted of every yes-or-no fact.
enum ShippedRules {
    static func of(_ payer: String, isChanged: Bool = false) throws -> CriteriaRules {
        let vocabulary = try Rules.vocabulary()
        let files = try FileManager.default.subpathsOfDirectory(atPath: Rules.root + "payers")
            .filter { $0.hasSuffix(".yaml") }.sorted()
            .map { path in
                let bytes = try Rules.read("payers/\(path)")
                return PayerFile(path: path, bytes: isChanged && path.hasPrefix(payer + "/") ? changed(bytes) : bytes)
            }
        let catalog = try PayerCatalog.load(
            files, vocabulary: vocabulary, practiceClocks: Rules.practiceClocks(), policiesOf: payer)
        return CriteriaRules(vocabulary: vocabulary, catalog: catalog, codes: try codes.get())
    }

    private static func changed(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let other = text.replacing("{is: true}", with: "{is: @}").replacing("{is: false}", with: "{is: true}")
            .replacing("{is: @}", with: "{is: false}")
        return Array(other.utf8)
    }

    /// Read once for all tests.
    private static let codes = Result {
        try CodeBook(manifest: Rules.read("codes/codes.yaml"), file: "codes.yaml") { try Rules.read("codes/\($0)") }
    }
}
