import ArgumentParser

/// `--yes`, for what cannot be undone.
struct ConfirmOption: ParsableArguments {
    @Flag(help: "Do it without asking.")
    var yes = false

    /// Returns when the person agrees.
    ///
    /// - Parameter question: what will happen, ending in a question mark.
    /// - Throws: `CLIFailure`: `.negative` when the person says no; `.usage` when there is nobody to ask.
    func confirm(_ question: String) throws {
        let canAsk = Terminal.standardInputIsTerminal && Terminal.standardError.isTerminal
        try confirm(question, canAsk: canAsk, answer: { readLine() })
    }

    func confirm(_ question: String, canAsk: Bool, answer: () -> String?) throws {
        if yes { return }
        guard canAsk else {
            throw CLIFailure(
                .usage, "this cannot be undone and there is no terminal to ask at: \(question)",
                hint: "repeat with --yes if it is meant")
        }
        Console.prompt("\(TextLayout.printable(question)) [y/N] ")
        switch answer()?.lowercased() {
        case "y", "yes": return
        default: throw CLIFailure(.negative, "not confirmed; nothing was changed")
        }
    }
}
