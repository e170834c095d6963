import CivilTime
import Criteria
import Diagnostics
import Foundation
import Payers
import Testing

/// The files that ship in `Workflows/`, read where they lie in the repository.
enum Shipped {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Workflows")

    static func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: path))) }

    static func vocabulary() throws -> Vocabulary {
        try Vocabulary.parse(bytes("vocabulary.yaml"), file: "Workflows/vocabulary.yaml")
    }

    static func payerFiles() throws -> [PayerFile] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.appending(path: "payers").path())
            .filter { $0.hasSuffix(".yaml") }.sorted()
            .map { PayerFile(path: $0, bytes: try bytes("payers/\($0)")) }
    }

    static func catalog() throws -> PayerCatalog {
        try PayerCatalog.load(
            payerFiles(), vocabulary: vocabulary(),
            practiceClocks: ClockTable.parsePracticeDefaults(bytes("clocks.yaml"), file: "Workflows/clocks.yaml"))
    }

    static func holidays() throws -> HolidayCalendar {
        try HolidayCalendar.parse(bytes("calendars/us-federal.yaml"), file: "us-federal.yaml")
    }
}

func day(_ text: String) throws -> CivilDate { try #require(CivilDate(iso: text)) }

@Suite("Shipped policies") struct ShippedPolicyTests {
    static let names = [
        "unitedhealthcare/natalizumab", "unitedhealthcare/ublituximab", "bcbs_north_dakota/natalizumab",
        "bcbs_north_dakota/ublituximab",
    ]

    private func policy(_ id: String) throws -> Policy {
        try #require(try Shipped.catalog().modules.flatMap(\.policies).first { $0.id == id })
    }

    @Test("every example comes out as written, and every leaf is shown to matter", arguments: names)
    func examples(id: String) throws {
        let report = try policy(id).runTests()
        #expect(report.caseCount >= 10)
        for problem in report.failures + report.uncovered { Issue.record("\(problem)") }
    }

    @Test("carries its trust marks", arguments: names)
    func stamps(id: String) throws {
        let policy = try policy(id)
        #expect(policy.lastChecked == (try day("2026-11-24")))
        #expect(policy.reviewBy > policy.lastChecked)
        #expect(policy.stamp.url.hasPrefix("https://"))
        #expect(policy.stamp.evidence == "primary_excerpt" || policy.stamp.evidence == "summary")
        #expect(!policy.standingWarnings.isEmpty)
    }

    @Test("the old natalizumab policy says on a met verdict that it is superseded")
    func superseded() throws {
        let facts: Facts = try [
            "diagnosis": Fact(.known(.code("G35.A"))),
            "other_ms_therapy": Fact(.known(.boolean(false)), observedOn: day("2026-11-01")),
            "dose_within_label": Fact(.known(.boolean(true))),
        ]
        let evaluation = try policy("unitedhealthcare/natalizumab")
            .evaluate(facts, phase: .initial, asOf: day("2026-11-24"))
        #expect(evaluation.verdict == .met)
        #expect(evaluation.criteriaSet == "rms.initial")
        #expect(evaluation.warnings.contains { $0.hasPrefix("superseded: ") })
        #expect(evaluation.policy.number == "2021D0026M")
        #expect(evaluation.approval == "at most 6 months")
    }

    @Test("what the excerpt does not show is never met", arguments: [CriteriaSet.Phase.initial, .continuation])
    func gaps(phase: CriteriaSet.Phase) throws {
        let facts: Facts = try [
            "diagnosis": Fact(.known(.code("G35.A"))), "last_dose_date": Fact(.known(.date(day("2026-11-01")))),
        ]
        let evaluation = try policy("bcbs_north_dakota/ublituximab").evaluate(
            facts, phase: phase, asOf: day("2026-11-24"))
        #expect(evaluation.verdict == .unknown)
        #expect(evaluation.missing.isEmpty)
        #expect(evaluation.missingSets.isEmpty)
        #expect(evaluation.gaps.count == 1)
    }
}

@Suite("Shipped policies, as the program chooses among their criteria") struct ShippedChoiceTests {
    @Test("who is met by one set of criteria is met when nobody names the set")
    func chosen() throws {
        for policy in try Shipped.catalog().modules.flatMap(\.policies) {
            for example in policy.tests.cases where example.expected == .met {
                guard let set = policy.sets.first(where: { $0.id == example.criteriaSet }),
                    policy.membership(example.facts, asOf: example.asOf) == .met
                else { continue }
                let found = policy.evaluate(
                    example.facts, phase: set.phase, asOf: min(example.asOf, policy.reviewBy),
                    governingDate: policy.effectiveFrom ?? policy.effectiveTo)
                #expect(found.verdict == .met, "\(policy.location.file): \(example.title): \(found.reasons)")
            }
        }
    }
}

@Suite("Shipped policies, printed") struct PrintedPolicyTests {
    @Test("each reads back from its printed form as the same policy")
    func printed() throws {
        let vocabulary = try Shipped.vocabulary()
        let policies = try Shipped.catalog().modules.flatMap(\.policies)
        // All together, for some take over others' criteria.
        let library = PolicyLibrary(
            policies.map { ($0.location.file, Array(($0.canonicalText + example(for: $0)).utf8)) },
            vocabulary: vocabulary)
        for policy in policies {
            let again = try library.policy(at: policy.location.file)
            #expect(again.canonicalText == policy.canonicalText, "\(policy.location.file)")
        }
    }

    private func example(for policy: Policy) -> String {
        "tests: {as_of: 2026-11-24, cases: [{title: t, set: \(policy.sets[0].id), expect: unknown}]}"
    }
}

@Suite("Payer catalog") struct PayerCatalogTests {
    private func answer(_ payer: String, drug: String? = nil, hcpcs: String? = nil, on date: String) throws -> String {
        switch try Shipped.catalog().policy(
            payer: payer, drug: RequestedDrug(ingredient: drug, hcpcs: hcpcs), on: GoverningDates(service: day(date)))
        {
        case .found(let policy): "found \(policy.id)"
        case .notLoaded(let reason): "not loaded: \(reason)"
        case .ambiguous(_, let reason, _): "ambiguous: \(reason)"
        }
    }

    @Test("finds a policy by payer id, name or EDI id, and by drug or code")
    func found() throws {
        for payer in ["unitedhealthcare", "UnitedHealthcare", "87726"] {
            #expect(
                try answer(payer, drug: "Natalizumab", on: "2026-12-01") == "found unitedhealthcare/natalizumab")
        }
        #expect(
            try answer("bcbs_north_dakota", hcpcs: "j2329", on: "2026-12-01") == "found bcbs_north_dakota/ublituximab")
    }

    @Test("what is not on file is said, never guessed")
    func notLoaded() throws {
        #expect(try answer("unitedhealthcar", drug: "natalizumab", on: "2026-12-01").contains("did you mean"))
        #expect(
            try answer("bcbs_north_dakota", drug: "ocrelizumab", on: "2026-12-01")
                == "not loaded: Blue Cross Blue Shield of North Dakota: no policy for ocrelizumab is on file")
        #expect(
            try answer("unitedhealthcare", drug: "natalizumab", hcpcs: "Q5134", on: "2026-12-01").hasSuffix(
                "names J2323 (Tysabri), not Q5134"))
        #expect(try answer("unitedhealthcare", hcpcs: "Q5134", on: "2026-12-01").hasPrefix("not loaded"))
        #expect(
            try answer("unitedhealthcare", drug: "ublituximab", on: "2025-09-30").hasSuffix(
                "holds from 2025-10-01, not on 2025-09-30"))
    }

    @Test("two files that hold on one day are ambiguous, and only on that day")
    func ambiguous() throws {
        var files = try Shipped.payerFiles()
        let original = try #require(files.first { $0.path == "unitedhealthcare/ublituximab.yaml" })
        let text = String(decoding: original.bytes, as: UTF8.self)
            .replacing("effective: {from: 2025-10-01}", with: "effective: {from: 2024-01-01, to: 2025-12-31}")
        files.append(PayerFile(path: "unitedhealthcare/ublituximab-2024.yaml", bytes: text.utf8))
        let catalog = try PayerCatalog.load(
            files, vocabulary: Shipped.vocabulary(), practiceClocks: ClockTable(rules: []))
        guard
            case .ambiguous(let policies, _, _) = catalog.policy(
                payer: "unitedhealthcare", drug: RequestedDrug(ingredient: "ublituximab"),
                on: GoverningDates(service: try day("2025-11-01")))
        else {
            Issue.record("not ambiguous")
            return
        }
        #expect(policies.count == 2)
        #expect(catalog.payer("unitedhealthcare")?.warnings.contains { $0.message.contains("ambiguous") } == true)
        guard
            case .found = catalog.policy(
                payer: "unitedhealthcare", drug: RequestedDrug(ingredient: "ublituximab"),
                on: GoverningDates(service: try day("2026-01-01")))
        else {
            Issue.record("still ambiguous after the older file ends")
            return
        }
    }

    @Test("every wrong file of every payer is named in one reading")
    func wrongFiles() throws {
        let files = [
            PayerFile(path: "acme/payer.yaml", bytes: "payer: {id: acme}\ntime_zone: Chicago\n".utf8),
            PayerFile(path: "acme/drug.yaml", bytes: "policy: acme\n".utf8),
            PayerFile(path: "empty/notes.txt", bytes: [] as [UInt8]),
            PayerFile(path: "stray.yaml", bytes: [] as [UInt8]),
        ]
        let error = #expect(throws: InvalidSource.self) {
            try PayerCatalog.load(files, vocabulary: Shipped.vocabulary(), practiceClocks: ClockTable(rules: []))
        }
        let text = error?.description ?? ""
        #expect(text.contains("acme/drug.yaml:1:9: error: a policy is called payer/drug"))
        #expect(text.contains("acme/payer.yaml:2:12: error: expected a zone such as America/Chicago"))
        #expect(text.contains("error: the folder has no payer.yaml"))
        #expect(text.contains("stray.yaml:1:1: error: a payer's files lie in a folder of its own"))
    }

    @Test("the second decisions of whom a payer leaves a drug to are judged too")
    func delegatedDecisions() throws {
        var files = try Shipped.payerFiles()
        let natalizumab = RequestedDrug(ingredient: "natalizumab", hcpcs: "J2323")
        let site = String(decoding: try Shipped.bytes("payers/aetna/site_of_care.yaml"), as: UTF8.self)
            .replacing("policy: aetna/site_of_care", with: "policy: evernorth_evicore/site_of_care")
        files.append(PayerFile(path: "evernorth_evicore/site_of_care.yaml", bytes: Array(site.utf8)))
        let catalog = try PayerCatalog.load(
            files, vocabulary: Shipped.vocabulary(), practiceClocks: ClockTable(rules: []))
        #expect(catalog.otherDecisions(payer: "cigna", drug: natalizumab) == [.siteOfCare])
        let ublituximab = RequestedDrug(ingredient: "ublituximab")
        #expect(catalog.otherDecisions(payer: "cigna", drug: ublituximab).isEmpty, "not left to anybody")
    }

    @Test("a policy in another payer's folder is refused")
    func wrongFolder() throws {
        let files = try Shipped.payerFiles().map { file in
            file.path == "unitedhealthcare/natalizumab.yaml"
                ? PayerFile(path: "bcbs_north_dakota/uhc.yaml", bytes: file.bytes) : file
        }
        let error = #expect(throws: InvalidSource.self) {
            try PayerCatalog.load(files, vocabulary: Shipped.vocabulary(), practiceClocks: ClockTable(rules: []))
        }
        #expect(error?.description.contains("lies in the folder of \"bcbs_north_dakota\"") == true)
    }
}
