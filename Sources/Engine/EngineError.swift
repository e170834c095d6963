public import PostgresClient

/// What went wrong, in words for the person at the keyboard. Holds no patient data.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        private enum Base {
            case notFound, ambiguous, illegalMove, conflict, refused, notPublished, noOrganization, unavailable
            case outcomeUnknown, internalFault
        }
        private let base: Base

        /// No such request, alert or batch in this organization.
        public static let notFound = Code(base: .notFound)
        /// A shortened id fits several.
        public static let ambiguous = Code(base: .ambiguous)
        /// The workflow has no such move from where the request stands.
        public static let illegalMove = Code(base: .illegalMove)
        /// Somebody else was faster, or the same thing is there already.
        public static let conflict = Code(base: .conflict)
        /// The input was refused.
        public static let refused = Code(base: .refused)
        /// A workflow, payer or policy is not published here.
        public static let notPublished = Code(base: .notPublished)
        public static let noOrganization = Code(base: .noOrganization)
        /// The server cannot be reached or does not take writes now.
        public static let unavailable = Code(base: .unavailable)
        /// The connection broke while the answer was on its way. Repeating is safe.
        public static let outcomeUnknown = Code(base: .outcomeUnknown)
        public static let internalFault = Code(base: .internalFault)
    }

    public let code: Code
    public let message: String
    public let underlying: PostgresError?

    public init(_ code: Code, _ message: String, underlying: PostgresError? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    public var description: String { message }
}

extension EngineError {
    /// Translates the client's error: our own SQLSTATEs carry a message that is meant to be read, the rest do not.
    init(_ error: PostgresError) {
        if error.code == .outcomeUnknown {
            self.init(
                .outcomeUnknown,
                "the connection broke before the server's answer came; what was asked may or may not be stored: repeating is safe",
                underlying: error)
            return
        }
        guard let state = error.sqlState, state.hasPrefix("PC") else {
            self.init(error.isUnavailable ? .unavailable : .internalFault, error.description, underlying: error)
            return
        }
        let code: Code =
            switch state {
            case "PC001": .illegalMove
            case "PC002", "PC003", "PC004", "PC005", "PC010", "PC040": .conflict
            case "PC011": .noOrganization
            case "PC012", "PC015": .notFound
            case "PC013", "PC014", "PC020", "PC021": .notPublished
            default: .refused
            }
        self.init(code, error.message, underlying: error)
    }
}
