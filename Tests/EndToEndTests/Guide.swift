import Foundation
import TestSupport

/// A page of the documentation as somebody follows it: its blocks in their order, with nothing left out.
struct Guide {
    struct Step {
        enum Kind: Equatable {
            /// Commands for a shell, and the code with which the last one ends.
            case commands(exit: Int32)
            /// Lines that the commands before it print.
            case output
            /// A file; its first line is a remark with its path.
            case file
            /// Changes: the file, then what goes and what comes.
            case change
        }

        let kind: Kind
        let lines: [Substring]
        /// Of its first line, counted from 1.
        let line: Int
    }

    let steps: [Step]

    init(_ page: String) throws {
        let text = try String(contentsOfFile: "\(TestServer.repositoryRoot)/\(page)", encoding: .utf8)
        var steps: [Step] = []
        var open: (kind: Step.Kind, start: Int)?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.hasPrefix("```") {
            if let (kind, start) = open {
                steps.append(Step(kind: kind, lines: Array(lines[start..<index]), line: start + 1))
                open = nil
                continue
            }
            open = (try Guide.kind(line.dropFirst(3)), index + 1)
        }
        self.steps = steps
    }

    private static func kind(_ info: Substring) throws -> Step.Kind {
        let words = info.split(separator: " ")
        switch words.first {
        case "sh":
            let exit = words.dropFirst().first { $0.hasPrefix("exit=") }?.dropFirst("exit=".count)
            return .commands(exit: exit.flatMap { Int32($0) } ?? 0)
        case "text": return .output
        case "yaml": return .file
        case "diff": return .change
        default: throw NotThere(text: "a known kind of block, not \"\(info)\"", file: "the guide")
        }
    }
}
