/// A command could not do what it was asked: an exit code, what is wrong, and what to do about it.
struct CLIFailure: Error, Equatable, CustomStringConvertible {
    let status: ExitStatus
    /// What is wrong, in one sentence, without patient data.
    let message: String
    /// What to do next.
    let hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    var description: String { message }
}
