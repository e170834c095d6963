import ArgumentParser
import Glibc

/// `--as NAME`: who does it, for the history.
struct ActorOption: ParsableArguments {
    private static let maximumLength = 200

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who does it, for the history (default: PRECERT_ACTOR, else your login name).", valueName: "name"))
    var given: String?

    /// The name that history shows.
    ///
    /// - Throws: `CLIFailure` when nobody says a name and the system has none.
    var name: String {
        get throws { try resolved(environment: Environment.current, loginName: ActorOption.loginName) }
    }

    func validate() throws {
        if let given, !ActorOption.isName(given) {
            throw ValidationError("--as needs a name of 1 to \(ActorOption.maximumLength) printable characters.")
        }
    }

    func resolved(environment: [String: String], loginName: @autoclosure () -> String?) throws -> String {
        if let given { return given }
        if let name = environment["PRECERT_ACTOR"], !name.isEmpty {
            guard ActorOption.isName(name) else {
                throw CLIFailure(
                    .configuration,
                    "PRECERT_ACTOR is not a name of 1 to \(ActorOption.maximumLength) printable characters")
            }
            return name
        }
        guard let name = loginName(), ActorOption.isName(name) else {
            throw CLIFailure(
                .configuration, "your account has no login name, so the history would not say who did this",
                hint: "say it with --as NAME, or set PRECERT_ACTOR")
        }
        return name
    }

    private static func isName(_ text: String) -> Bool {
        !text.allSatisfy(\.isWhitespace) && text.count <= maximumLength
            && TextLayout.printable(text) == text && !text.contains("\n")
    }

    private static var loginName: String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        // The entry's strings lie in the buffer.
        return withExtendedLifetime(buffer) { entry.pw_name.map { String(cString: $0) } }
    }
}
