public import CivilTime
public import Foundation
public import PostgresClient

/// One observed fact on its way into a request.
public struct NewEvidence: Sendable {
    public var fact: String
    /// The service line of which it is said; nothing when it is said of the request.
    public var line: Int?
    /// The value as JSON; the vocabulary says of which type.
    public var value: PostgresJSON
    public var observedOn: CivilDate?
    /// `chart`, `lab`, `claim` or `attestation`.
    public var source: String
    /// The document that proves it, by its SHA-256 in hexadecimal.
    public var documentSHA256: String?
    public var note: String?

    public init(
        fact: String, line: Int? = nil, value: PostgresJSON, observedOn: CivilDate?, source: String,
        documentSHA256: String?,
        note: String?
    ) {
        self.fact = fact
        self.line = line
        self.value = value
        self.observedOn = observedOn
        self.source = source
        self.documentSHA256 = documentSHA256
        self.note = note
    }

    /// The row as JSON, with the value spliced in digit by digit.
    func json() throws -> PostgresJSON {
        var members = ["fact": fact, "source": source]
        members["line_no"] = line.map(String.init)
        members["observed_on"] = observedOn?.description
        members["document_sha256"] = documentSHA256
        members["note"] = note
        return PostgresJSON(
            bytes: Array("{\"value\":".utf8) + value.bytes + Array(",".utf8)
                + (try PostgresJSON(encoding: members)).bytes.dropFirst())
    }
}

extension Engine {
    /// Records facts. What is on file already, word for word, is not recorded again: when all of it is, the outcome is
    /// `duplicate`.
    public func record(_ items: [NewEvidence], for request: UUID) async throws -> EventResult {
        let items = PostgresJSON(array: try items.map { try $0.json() })
        return try await transaction { [actor] session in
            try session.one(
                """
                select outcome, seq, from_state, to_state
                from precert.record_evidence(\(request), \(items), \(actor))
                """
            ).eventResult()
        }
    }

    public func evidence(of request: UUID) async throws -> [RequestCase.EvidenceRow] {
        try await transaction(readOnly: true) { session in try session.evidence(request) }
    }

    /// Stores a document's bytes and ties them to the request.
    ///
    /// - Returns: the SHA-256 in hexadecimal, and whether it was tied already (`duplicate`) or now (`applied`).
    public func addDocument(
        _ content: [UInt8], mediaType: String, title: String, to request: UUID
    ) async throws -> (sha256: String, outcome: String) {
        try await transaction { [actor] session in
            try session.one(
                """
                select encode(sha256, 'hex'), outcome
                from precert.add_document(\(request), \(content), \(mediaType), \(title), \(actor))
                """
            ).decode(String.self, String.self)
        }
    }

    /// A document's bytes, by the beginning of its SHA-256. Writes an access-log row.
    public func document(
        _ typed: String, of request: UUID
    ) async throws -> (content: [UInt8], title: String, mediaType: String) {
        let prefix = typed.lowercased()
        guard prefix.count >= 4, prefix.allSatisfy(\.isHexDigit) else {
            throw EngineError(.notFound, "give at least four hexadecimal digits of the document's SHA-256")
        }
        return try await transaction { [actor] session in
            let rows = try session.query(
                """
                select d.content, rd.title, d.media_type
                from precert.request_document rd
                join precert.document d using (organization_id, sha256)
                where rd.organization_id = precert.organization() and rd.request_id = \(request)
                    and encode(rd.sha256, 'hex') like \(prefix + "%")
                limit 2
                """)
            guard let row = rows.first else {
                throw EngineError(.notFound, "this request has no document \(prefix)")
            }
            guard rows.count == 1 else { throw EngineError(.ambiguous, "\(prefix) fits several documents") }
            _ = try session.query(
                "select precert.log_access(\(request), \(actor), 'document get', array['document'])")
            return try row.decode([UInt8].self, String.self, String.self)
        }
    }
}
