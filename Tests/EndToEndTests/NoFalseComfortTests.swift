import Foundation
import Testing

/// Screens that a coordinator acts on: what could be believed wrongly is said.
@Suite("No false comfort")
struct NoFalseComfortTests {
    private func open(_ practice: Practice, _ order: OrderText, replacing old: String = "", by new: String = "")
        async throws -> String
    {
        try practice.write("o.yaml", order.yaml.replacingOccurrences(of: old, with: new))
        return try await practice.open("o.yaml")
    }

    private func check(_ practice: Practice, _ reference: String) async throws -> Answer {
        try await practice.precert(["check", reference, "--as-of", Practice.monday], with: ["COLUMNS": "200"])
    }

    @Test("The labelled milligrams by another route are not the labelled dose")
    func route() async throws {
        let practice = try await Practice.open()
        let vein = try await open(practice, OrderText(memberID: "900000701"))
        #expect(try await check(practice, vein).out.contains("met      Dosed as the FDA label says"))
        // Where the route was seen in the label, the other one is not even taken.
        try practice.write(
            "skin.yaml",
            OrderText(memberID: "900000702").yaml.replacing("route: intravenous", with: "route: subcutaneous"))
        let refused = try await practice.precert("new", "skin.yaml")
        #expect(refused.status == 5 && refused.err.contains("J2323 is Tysabri given IV, the order says SC"))
        let other = OrderText(
            payer: "hcsc", memberID: "900000703", drug: "ublituximab", hcpcs: "J2329", units: "450", dose: "450 mg")
        let title = "150 mg, 450 mg after two weeks, then 450 mg every 24 weeks"
        let yaml = other.yaml.replacing("every: 28 days", with: "every: 24 weeks")
        for (route, verdict, member) in [("intravenous", "met", "703"), ("subcutaneous", "unknown", "704")] {
            try practice.write(
                "other.yaml",
                yaml.replacing("route: intravenous", with: "route: \(route)").replacing(
                    "900000703", with: "900000\(member)"))
            #expect(try await verdicts(practice, practice.open("other.yaml"), title) == [verdict], "\(route)")
        }
    }

    @Test("A dose by weight is the labelled one for a weight of late, and for no other")
    func weight() async throws {
        let practice = try await Practice.open()
        var member = 900_000_710
        func verdict(_ dose: String, _ diagnosis: String, weighed: String?, every: String = "56 days") async throws
            -> [String]
        {
            member += 1
            let order = OrderText(
                payer: "hcsc", kind: "initial", memberID: "\(member)", drug: "infliximab",
                diagnosis: diagnosis, hcpcs: "J1745", units: "42", dose: dose)
            let patient = weighed.map { "  weight_kg: 83\n  weighed_on: \($0)\nplan:" } ?? "plan:"
            try practice.write(
                "weight.yaml",
                order.yaml.replacing("plan:", with: patient).replacing("every: 28 days", with: "every: \(every)"))
            return try await verdicts(
                practice, practice.open("weight.yaml"), "Dose, interval and duration as the label")
        }
        #expect(try await verdict("415 mg", "K51.90", weighed: "2026-11-20") == ["met"])
        #expect(try await verdict("415 mg", "K51.90", weighed: nil) == ["unknown"])
        #expect(try await verdict("415 mg", "K51.90", weighed: "2026-05-20") == ["unknown"])
        #expect(try await verdict("415 mg", "K51.90", weighed: "2026-11-20", every: "42 days") == ["unknown"])
        #expect(try await verdict("412 mg", "K51.90", weighed: "2026-11-20") == ["unknown"])
    }

    /// What `check` says of a criterion, at the head of each line that names it.
    private func verdicts(_ practice: Practice, _ reference: String, _ title: String) async throws -> [String] {
        try await check(practice, reference).out.split(separator: "\n").filter { $0.contains(title) }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test("The labelled milligrams at another interval, or those of another disease, are not the labelled dose")
    func interval() async throws {
        let practice = try await Practice.open()
        var order = OrderText(
            payer: "aetna", kind: "initial", memberID: "900000704", drug: "ocrelizumab", hcpcs: "J2350",
            units: "600", dose: "600 mg")
        let labelled = try await open(practice, order, replacing: "every: 28 days", by: "every: 6 months")
        #expect(try await check(practice, labelled).out.contains("  met        Ocrevus 300 mg twice"))
        order.memberID = "900000705"
        let monthly = try await open(practice, order, replacing: "every: 28 days", by: "every: 1 month")
        #expect(try await check(practice, monthly).out.contains("  unknown    Ocrevus 300 mg twice"))

        let other = try await open(practice, OrderText(memberID: "900000706", diagnosis: "H46.9"))
        #expect(!(try await check(practice, other).out.contains("met      Dosed as the FDA label says")))
    }

    @Test("What the order asks for cannot be talked away: it is judged as ordered")
    func ordered() async throws {
        let practice = try await Practice.open()
        let reference = try await open(practice, OrderText(memberID: "900000707"))
        for fact in ["requested_hcpcs=Q5134", "age=3", "place_of_service=12", "requested_drug=ocrelizumab"] {
            let refused = try await practice.precert(
                "evidence", "add", reference, fact, "--observed", "2026-11-20", "--as-of", Practice.monday)
            #expect(refused.status == 5 && refused.err.contains("is what the order says"), "\(fact)")
        }
        try await practice.must(
            "evidence", "add", reference, "dose_interval=7", "--observed", "2026-11-20", "--as-of", Practice.monday)
        let document = try await practice.precert("check", reference, "--format", "json", "--as-of", Practice.monday)
        #expect(!document.out.contains("\"value\" : \"7\"") && !document.out.contains("\"value\":\"7\""))
    }

    @Test("The command under a question records the answer, as it is printed")
    func hint() async throws {
        let practice = try await Practice.open()
        let reference = try await open(practice, OrderText(memberID: "900000708", diagnosis: "G35.D"))
        let screen = try await check(practice, reference).out.split(separator: "\n").map(String.init)
        let start = "     record it with: precert "
        let commands = screen.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
        #expect(!commands.isEmpty)
        for command in commands where command.contains("=…") {
            let fact = try #require(command.split(separator: " ").first { $0.hasSuffix("=…") }?.dropLast(2))
            let place = try #require(screen.firstIndex(of: start + command))
            let answers = screen[place + 1]
            let answer = try #require(answers.split(separator: " ").last.map(String.init))
            let words = command.replacing("\(fact)=…", with: "\(fact)=\(answer)")
                .replacing("--observed …", with: "--observed 2026-11-20").split(separator: " ").map(String.init)
            #expect(try await practice.precert(words + ["--as-of", Practice.monday]).status == 0, "\(words)")
        }
    }

    @Test(
        "A mistyped year or sign is refused, not judged",
        arguments: ["last_dose_date=2027-11-01", "last_dose_date=2026-11-21", "relapses_in_last_year=-1", "edss=42"])
    func mistypedFact(fact: String) async throws {
        let practice = try await Practice.open()
        let reference = try await open(practice, OrderText(memberID: "900000710"))
        let refused = try await practice.precert(
            "evidence", "add", reference, fact, "--observed", "2026-11-20", "--as-of", Practice.monday)
        #expect(refused.status == 5)
        #expect(try await practice.must("evidence", "list", reference).out.contains("no evidence on record"))
    }

    @Test("That nothing was tried before can be said")
    func nothingTried() async throws {
        let practice = try await Practice.open()
        let reference = try await open(practice, OrderText(memberID: "900000711"))
        try practice.write(
            "e.yaml",
            "[{fact: prior_therapies, observed_on: 2026-11-20, source: chart, value: {records: [], complete: true}}]")
        try await practice.must("evidence", "add", reference, "--from", "e.yaml", "--as-of", Practice.monday)
        let again = try await practice.must(
            "evidence", "add", reference, "prior_therapies={records: [], complete: true}", "--observed", "2026-11-20",
            "--as-of", Practice.monday)
        #expect(again.out.contains("nothing new"))
    }

    @Test("A list of records can be given on the command line, as in a file")
    func records() async throws {
        let practice = try await Practice.open()
        let reference = try await open(practice, OrderText(memberID: "900000709"))
        try await practice.must(
            "evidence", "add", reference,
            "prior_therapies={records: [{ingredient: glatiramer, duration: 4 months}], complete: true}", "--observed",
            "2026-11-20", "--as-of", Practice.monday)
        #expect(try await practice.must("evidence", "list", reference).out.contains("glatiramer"))
        let refused = try await practice.precert(
            "evidence", "add", reference, "prior_therapies=[{ingredient: [", "--observed", "2026-11-20", "--as-of",
            Practice.monday)
        #expect(refused.status == 5)
    }

    @Test("A code that must not be is not shown as wanted where all is well")
    func denied() async throws {
        let practice = try await Practice.open()
        let screen = try await check(practice, try await open(practice, OrderText(kind: "initial")))
        #expect(screen.out.contains("met      The code does not contradict it"))
        #expect(!screen.out.contains("wanted: is one of G35.B"))
    }

    @Test("Where no facts will help, nobody is asked for any: no criteria, or a policy past its review")
    func noFactsHelp() async throws {
        let practice = try await Practice.open()
        let other = try await check(
            practice,
            try await open(
                practice,
                OrderText(
                    payer: "cigna", memberID: "900000714", drug: "infliximab", diagnosis: "L40.1", hcpcs: "Q5121",
                    units: "30")))
        #expect(other.out.contains("POLICY NOT LOADED"))
        #expect(!other.out.contains("INCOMPLETE") && !other.out.contains("NOT MET"))
        // Nobody asks for the form of multiple sclerosis in ulcerative colitis.
        let bowel = try await check(
            practice, try await open(practice, OrderText(memberID: "900000716", diagnosis: "K51.90")))
        #expect(bowel.out.contains("POLICY NOT LOADED") && !bowel.out.contains("ms_form"))
        let late = try await open(practice, OrderText(memberID: "900000715"))
        try await practice.must(
            "evidence", "add", late, "other_ms_therapy=false", "positive_clinical_response=true",
            "received_drug_before=true", "--observed",
            "2026-11-20", "--as-of", Practice.monday)
        let screen = try await practice.precert("check", late, "--as-of", "2027-03-15")
        #expect(screen.out.contains("NOT CLEAR: the policy on file cannot answer"), "\(screen.out)")
    }

    @Test("Where the policy is not all on file, nobody is sent to look for more facts")
    func gap() async throws {
        let practice = try await Practice.open()
        let screen = try await check(
            practice, try await open(practice, OrderText(kind: "initial", diagnosis: "K50.013")))
        #expect(screen.status == 1)
        #expect(screen.out.contains("NOT CLEAR: the payer's policy is not all on file"))
        #expect(!screen.out.contains("more facts are needed"))

        // Here both are lacking: no fact alone will bring it to met.
        let both = try await open(
            practice,
            OrderText(kind: "initial", memberID: "900000712", drug: "vedolizumab", diagnosis: "K51.90", hcpcs: "J3380"))
        try await practice.must(
            "evidence", "add", both, "plan_line=commercial", "--observed", "2026-11-20", "--as-of", Practice.monday)
        #expect(
            try await check(practice, both).out.contains(
                "INCOMPLETE: facts are missing, and the policy is not all on file"))

        let tyruko = try await open(
            practice, OrderText(memberID: "900000703", drug: "Tyruko", hcpcs: "Q5134"))
        let refused = try await practice.precert("submit", tyruko, "--as-of", Practice.monday)
        #expect(refused.status == 1)
        #expect(refused.err.contains("was not sent: policy not loaded"))
    }

    @Test("A decision from before the request is refused: its windows would seem to have closed")
    func mistypedYear() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        let before = try await practice.digest()
        let refused = try await practice.precert(
            "decide", reference, "denied", "--on", "2025-11-27", "--as-of", "2026-11-28")
        #expect(refused.status == 5)
        #expect(refused.err.contains("before the request was opened"))
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("What a payer asks for on the telephone can be written down")
    func reason() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        try await practice.must(
            "decide", reference, "pended", "--due", "2026-12-10", "--reason", "the last MRI report", "--as-of",
            "2026-11-28")
        let screen = try await practice.must("show", reference, "--as-of", "2026-11-28")
        #expect(screen.out.contains("the last MRI report"))
    }

    @Test("A case in review keeps the clock of the decision")
    func inReview() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        try practice.write(
            "review.csv",
            """
            Payer,Service Reference Number,Provider Reference,Status,Status Date,Information Due
            UHC,B1,\(reference),In Review,11/27/2026,

            """)
        try await practice.must("import", "review.csv", "--payer", "unitedhealthcare", "--as-of", "2026-11-28")
        #expect(try await practice.state(reference) == "in_review")
        #expect(try await practice.must("show", reference, "--as-of", "2026-11-28").out.contains("decision-overdue"))
        try practice.write(
            "asked.csv",
            """
            Payer,Service Reference Number,Provider Reference,Status,Status Date,Information Due
            UHC,B1,\(reference),In Review,11/28/2026,12/10/2026

            """)
        try await practice.must("import", "asked.csv", "--payer", "unitedhealthcare", "--as-of", "2026-11-28")
        #expect(try await practice.state(reference) == "pended", "a day by which information is due")
    }

    @Test("An older observation that takes the place of a newer one is pointed out, without its value")
    func olderEvidence() async throws {
        let practice = try await Practice.open()
        let reference = try await open(practice, OrderText())
        let first = try await practice.must(
            "evidence", "add", reference, "ms_form=ppms", "--observed", "2026-11-20", "--as-of", Practice.monday)
        #expect(first.err.isEmpty)
        let second = try await practice.must(
            "evidence", "add", reference, "ms_form=rrms", "--observed", "2026-11-10", "--as-of", Practice.monday)
        #expect(second.err.contains("warning: ms_form as observed on 2026-11-10"))
        #expect(!second.err.contains("ppms"))
    }

    @Test("Where no worker has run, listings and the request say that they are out of date")
    func noWorker() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        try await practice.must(
            "decide", reference, "approved", "--number", "A1", "--from", "2026-12-08", "--to", "2027-05-31", "--as-of",
            "2026-11-28")
        for listing in [["list"], ["worklist"], ["expiring"]] {
            let fresh = try await practice.precert(listing + ["--as-of", "2026-12-01"])
            #expect(fresh.err.isEmpty, "\(listing)")
            let stale = try await practice.precert(listing + ["--as-of", "2027-06-05"])
            #expect(stale.status == 0)
            #expect(stale.err.contains("nothing has acted on it"), "\(listing)")
        }
        let screen = try await practice.must("show", reference, "--as-of", "2027-06-05")
        #expect(screen.out.contains("Out of date"))
        try await practice.must("worker", "--once", "--as-of", "2027-06-05")
        #expect(!(try await practice.must("show", reference, "--as-of", "2027-06-05").out.contains("Out of date")))
    }

    @Test(
        "A first dose in the past or far away is doubted",
        arguments: [("2026-11-20", "before today"), ("2062-12-01", "more than a year away")])
    func doubtfulDate(firstDose: String, words: String) async throws {
        let practice = try await Practice.open()
        try practice.write("o.yaml", OrderText(firstDose: firstDose).yaml)
        let answer = try await practice.precert("new", "o.yaml", "--check-only", "--as-of", Practice.monday)
        #expect(answer.status == 0)
        #expect(answer.err.contains(words))
    }

    @Test("A look at an earlier day says that it shows the present")
    func earlierDay() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.send("order-second.yaml")
        let earlier = try await practice.must("show", reference, "--as-of", "2026-11-01")
        #expect(earlier.err.contains("things have happened since 2026-11-01"))
        #expect(try await practice.must("show", reference, "--as-of", Practice.monday).err.isEmpty)
    }
}
