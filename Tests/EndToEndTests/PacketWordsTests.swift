import Testing

@Suite("What a packet tells the payer") struct PacketWordsTests {
    @Test("the payer is told nothing about what our copy of its policy lacks")
    func gaps() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-ublituximab.yaml")
        try await practice.must(
            "evidence", "add", reference, "--from", "evidence-ublituximab.yaml", "--as-of", Practice.monday)
        try await practice.must("submit", reference, "--override", "read at the payer", "--as-of", Practice.monday)
        try await practice.must("worker", "--once", "--as-of", Practice.monday)
        let text = try practice.packetFile("packet.txt", to: "bcbs_north_dakota")
        #expect(text.contains("[MET] Treated with Briumvi within the last 210 days"))
        #expect(!text.contains("NOT KNOWN"))
    }

    @Test("what is so is said in words, and nothing of guides, of our own names, or of what nobody answered")
    func words() async throws {
        let practice = try await Practice.open()
        try practice.write("o.yaml", OrderText(payer: "aetna", kind: "initial", memberID: "900000713").yaml)
        let reference = try await practice.open("o.yaml")
        try await practice.must(
            "evidence", "add", reference, "anti_jcv_test_date=2026-11-02", "disease_activity_documented=true",
            "prior_therapies={records: [{ingredient: glatiramer, duration: 4 months, outcome: intolerance, indication: ms}]}",
            "--observed", "2026-11-20", "--as-of", Practice.monday)
        try await practice.must("submit", reference, "--override", "a test", "--as-of", Practice.monday)
        try await practice.must("worker", "--once", "--as-of", Practice.monday)
        let packet = try practice.packetFile("packet.txt", to: "aetna")
        let json = try practice.packetFile("packet.json", to: "aetna")
        for words in ["guide", "Guide", "bulletin", "records:", "complete", "NOT KNOWN", "Policy: icd10"] {
            #expect(!packet.contains(words) && !json.contains(words), "\(words)")
        }
        let text = packet.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("ingredient glatiramer, duration 4 months, indication ms, outcome intolerance"))
        #expect(text.contains("[MET] Prescribed by or with a neurologist: The prescriber is one"))
        #expect(text.contains("Policy: first point, third criterion"))
    }
}
