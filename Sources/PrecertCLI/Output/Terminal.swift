import Glibc

/// What one of the standard descriptors leads to.
struct Terminal: Sendable, Equatable {
    /// The width when nobody says one: a pipe or a file.
    static let defaultWidth = 100
    /// Narrower is laid out as if it were this wide.
    static let minimumWidth = 20

    let isTerminal: Bool
    /// In columns.
    let width: Int
    let allowsColour: Bool

    /// - Parameters:
    ///   - windowWidth: what the terminal itself says, when it does.
    ///   - environment: `COLUMNS` is used when the terminal says nothing. `NO_COLOR` (any value but the empty one, as
    ///     no-color.org has it), `CLICOLOR=0` and `TERM=dumb` each turn colour off; nothing turns it on in a pipe.
    init(isTerminal: Bool, windowWidth: Int? = nil, environment: [String: String] = [:]) {
        self.isTerminal = isTerminal
        let columns = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        width = max(Terminal.minimumWidth, windowWidth ?? columns ?? Terminal.defaultWidth)
        allowsColour =
            isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["CLICOLOR"] != "0"
            && environment["TERM"] != "dumb"
    }

    /// Asks the descriptor anew each time, since a window changes its size.
    init(descriptor: Int32, environment: [String: String] = Environment.current) {
        let isTerminal = isatty(descriptor) == 1
        var size = winsize()
        var windowWidth: Int?
        if isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            windowWidth = Int(size.ws_col)
        }
        self.init(isTerminal: isTerminal, windowWidth: windowWidth, environment: environment)
    }

    static var standardOutput: Terminal { Terminal(descriptor: STDOUT_FILENO) }
    static var standardError: Terminal { Terminal(descriptor: STDERR_FILENO) }
    static var standardInputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
