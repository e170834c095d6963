public import Criteria
public import Diagnostics

/// What is on file about one payer: a folder with `payer.yaml` and one file for each policy.
public struct PayerModule: Sendable {
    /// The folder's name, for example `bcbs_north_dakota`.
    public let id: String
    public let name: String
    /// The company it belongs to.
    public let parent: String?
    public let ediIDs: [EDIIdentifier]
    /// In which its days end, an IANA name such as `America/Chicago`.
    public let timeZone: String
    /// The holiday calendar by which its business days are counted.
    public let calendar: String
    /// How Precert itself hands a request over.
    public let delivery: Channel.Kind
    /// Every way the payer takes requests, for people.
    public let channels: [Channel]
    public let clocks: ClockTable
    public let documents: [CitedNote]
    /// Peer-to-peer, appeals and whatever else a coordinator must know.
    public let rules: [CitedNote]
    /// Who decides in the payer's name, for which drugs.
    public let delegates: [Delegate]
    public let policies: [Policy]
    public let location: SourceLocation
    /// What the checks found that is no error, of this file and of the policies.
    public let warnings: [Diagnostic]

    public struct EDIIdentifier: Hashable, Sendable {
        public let id: String
        public let use: String
        public let source: String
        public let isVerified: Bool
    }

    public struct Channel: Hashable, Sendable {
        public enum Kind: String, Sendable, CaseIterable {
            case fileDrop = "file_drop"
            case portal
            case phone
            case fax
            case mail
            case x12 = "x12_278"
            case fhir = "fhir_pas"
        }

        public let kind: Kind
        public let name: String
        /// A number or an address to reach it by.
        public let reach: String?
        public let note: String?
        public let source: String
        public let isVerified: Bool
    }

    /// Another payer on file whose policies are applied for some drugs, where this one has none of its own.
    public struct Delegate: Hashable, Sendable {
        public let payer: String
        /// Ingredients.
        public let drugs: [String]
        public let note: String?
        public let source: String
        public let isVerified: Bool
        public let location: SourceLocation
    }

    /// A statement with its source.
    public struct CitedNote: Hashable, Sendable {
        /// `peer_to_peer`, `appeal`, `submission`, …
        public let topic: String
        public let text: String
        public let source: String
        public let isVerified: Bool
    }
}
