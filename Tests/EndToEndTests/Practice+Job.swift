import Foundation

/// The steps of the main job that many tests begin with.
extension Practice {
    /// Opens a request and returns its id.
    func open(_ order: String, asOf day: String = monday) async throws -> String {
        let answer = try await precert("new", order, "--format", "json", "--as-of", day)
        guard answer.status == 0, let reference = answer.object["request"] as? String else {
            throw Unexpected(answer: answer, doing: "new")
        }
        return reference
    }

    /// A request with its criteria met, asked to be sent, and delivered.
    func send(_ order: String, evidence: String = "evidence-continuation.yaml") async throws -> String {
        let reference = try await open(order)
        try await must("evidence", "add", reference, "--from", evidence, "--as-of", Self.monday)
        try await must("submit", reference, "--as-of", Self.monday)
        try await must("worker", "--once", "--as-of", Self.monday)
        return reference
    }

    @discardableResult
    func must(_ arguments: String...) async throws -> Answer {
        let answer = try await precert(arguments)
        guard answer.status == 0 else { throw Unexpected(answer: answer, doing: arguments.first ?? "") }
        return answer
    }

    func shown(_ reference: String) async throws -> [String: Any] {
        try await must("show", reference, "--format", "json").object
    }

    func state(_ reference: String) async throws -> String {
        try await shown(reference)["state"] as? String ?? ""
    }

    /// UnitedHealthcare's file of the examples, with our references put in.
    @discardableResult
    func writeStatusFile(_ references: [String], as name: String = "status.csv") throws -> String {
        var text = try String(
            contentsOfFile: repositoryFile("Examples/unitedhealthcare-status.csv.in"), encoding: .utf8)
        for (index, reference) in references.enumerated() {
            text = text.replacingOccurrences(of: "@TRACE\(index + 1)@", with: reference)
        }
        return try write(name, text)
    }
}

/// A step that had to succeed did not; says what the command wrote.
struct Unexpected: Error, CustomStringConvertible {
    let answer: Answer
    let doing: String

    var description: String { "\(doing) ended with \(answer.status): \(answer.err)" }
}

/// An order as a file; each test says only what differs. All people are invented.
struct OrderText {
    var payer = "unitedhealthcare"
    var kind = "continuation"
    var urgency = "standard"
    var family = "Testperson"
    var given = "Willow"
    var born = "1987-02-14"
    var memberID = "900000777"
    var npi = "1999999901"
    var drug = "natalizumab"
    var diagnosis = "G35.A"
    var hcpcs = "J2323"
    var units = "300"
    var dose = "300 mg"
    var firstDose = "2026-12-08"
    /// Lines at the end, at the margin.
    var more = ""

    var yaml: String {
        """
        payer: \(payer)
        kind: \(kind)
        urgency: \(urgency)
        patient:
          family: \(family)
          given: \(given)
          born: \(born)
          member_id: "\(memberID)"
        plan:
          funding: fully_insured
          state: MN
        prescriber:
          name: Dr. Example Neurologist
          npi: "\(npi)"
          specialty: neurology
        site:
          name: Example Infusion Center
          npi: "1999999919"
          place_of_service: "11"
        drug: \(drug)
        diagnoses: [\(diagnosis)]
        service:
          hcpcs: \(hcpcs)
          units: \(units)
          dose: \(dose)
          every: 28 days
          route: intravenous
          doses: 7
        planned_first_dose: \(firstDose)
        \(more)
        """
    }
}
