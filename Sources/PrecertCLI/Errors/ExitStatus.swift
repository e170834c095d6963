/// The exit codes of `precert`; `docs/exit-codes.md` explains them to those who write scripts.
///
/// Throwing one ends the command with that code and without a message: for an answer that is already printed.
enum ExitStatus: Int32, CaseIterable, Error {
    case fine = 0
    /// The command worked, and its answer is no: not met, not clear, not confirmed.
    case negative = 1
    case notFound = 3
    /// Somebody else was faster, or the move is illegal in the state that the request is in.
    case conflict = 4
    /// What was given was refused, wholly or in part.
    case refusedInput = 5
    case usage = 64
    case unreachable = 69
    case internalError = 70
    /// It may or may not have happened; repeating the command is safe.
    case unknownOutcome = 75
    case configuration = 78

    /// The line for the table of exit codes.
    var meaning: String {
        switch self {
        case .fine: "fine"
        case .negative: "the answer is no: not met, not clear, not confirmed"
        case .notFound: "what was named does not exist"
        case .conflict: "conflict, or a move that is illegal in the present state"
        case .refusedInput: "the input was refused, wholly or in part"
        case .usage: "the command line is wrong"
        case .unreachable: "the server cannot be reached"
        case .internalError: "a fault inside precert"
        case .unknownOutcome: "the outcome is unknown; repeating is safe"
        case .configuration: "the configuration or the installation is wrong"
        }
    }
}
