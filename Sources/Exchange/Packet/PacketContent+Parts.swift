public import CivilTime

extension PacketContent {
    public struct Diagnosis: Sendable {
        /// ICD-10-CM.
        public var code: String
        public var title: String?

        public init(code: String, title: String? = nil) {
            self.code = code
            self.title = title
        }
    }

    public struct Prescriber: Sendable {
        public var name: String
        public var npi: String
        public var specialty: String?

        public init(name: String, npi: String, specialty: String? = nil) {
            self.name = name
            self.npi = npi
            self.specialty = specialty
        }
    }

    public struct Site: Sendable {
        public var name: String
        public var npi: String
        /// Two digits.
        public var placeOfService: String

        public init(name: String, npi: String, placeOfService: String) {
            self.name = name
            self.npi = npi
            self.placeOfService = placeOfService
        }
    }

    /// The payer's policy that the criteria below were taken from.
    public struct Policy: Sendable {
        public var title: String
        public var number: String?
        public var effective: CivilDate?

        public init(title: String, number: String? = nil, effective: CivilDate? = nil) {
            self.title = title
            self.number = number
            self.effective = effective
        }
    }

    /// What the practice says of a criterion: never a judgement against its own request.
    public enum Verdict: String, Sendable, CaseIterable {
        case met
        /// The facts stated do not meet it, and the practice asks for it to be waived.
        case exception = "exception_asked"
        /// The facts stated are what is on record; they settle nothing yet.
        case onRecord = "on_record"
    }

    /// One of the policy's criteria, answered.
    public struct Criterion: Sendable {
        public var title: String
        public var verdict: Verdict
        /// Where the policy says so.
        public var citation: String?
        public var evidence: [EvidenceLine]

        public init(title: String, verdict: Verdict, citation: String? = nil, evidence: [EvidenceLine] = []) {
            self.title = title
            self.verdict = verdict
            self.citation = citation
            self.evidence = evidence
        }
    }

    /// What answers a criterion.
    public struct EvidenceLine: Sendable {
        public var text: Sensitive<String>
        /// Nothing for what the order itself says.
        public var observedOn: CivilDate?
        public var source: Evidence.Source?
        /// The name of an attached document.
        public var document: String?

        public init(
            text: Sensitive<String>, observedOn: CivilDate? = nil, source: Evidence.Source? = nil,
            document: String? = nil
        ) {
            self.text = text
            self.observedOn = observedOn
            self.source = source
            self.document = document
        }
    }

    /// An attached document.
    public struct Document: Sendable {
        public var name: String
        /// 64 hexadecimal digits.
        public var sha256: String
        public var byteCount: Int

        public init(name: String, sha256: String, byteCount: Int) {
            self.name = name
            self.sha256 = sha256
            self.byteCount = byteCount
        }
    }
}
