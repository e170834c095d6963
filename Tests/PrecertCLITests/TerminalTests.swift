import Glibc
import Testing

@testable import PrecertCLI

@Suite("Terminal") struct TerminalTests {
    @Test(
        "allows colour on a terminal only, and only where nobody objects",
        arguments: [
            (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
            (true, ["CLICOLOR": "0"], false), (true, ["CLICOLOR": "1"], true), (true, ["TERM": "dumb"], false),
            (true, ["TERM": "xterm-256color"], true), (false, ["CLICOLOR_FORCE": "1"], false),
        ] as [(Bool, [String: String], Bool)])
    func colour(isTerminal: Bool, environment: [String: String], expected: Bool) {
        let terminal = Terminal(isTerminal: isTerminal, environment: environment)
        #expect(terminal.allowsColour == expected)
        #expect(Style.good.applied(to: "CLEAR", on: terminal).contains("\u{1B}") == expected)
    }

    @Test(
        "takes the window's width, then COLUMNS, then 100",
        arguments: [
            (120, [:], 120), (120, ["COLUMNS": "60"], 120), (nil, ["COLUMNS": "60"], 60), (nil, [:], 100),
            (nil, ["COLUMNS": "wide"], 100), (nil, ["COLUMNS": "0"], 100), (5, [:], 20),
        ] as [(Int?, [String: String], Int)])
    func width(window: Int?, environment: [String: String], expected: Int) {
        #expect(Terminal(isTerminal: true, windowWidth: window, environment: environment).width == expected)
    }

    @Test("sees that a pipe is no terminal") func pipe() throws {
        try withPipe { reading, writing in
            let terminal = Terminal(descriptor: writing, environment: [:])
            #expect(terminal == Terminal(isTerminal: false))
            close(writing)
            close(reading)
        }
    }

    @Test("piped tables hold no escape bytes, whatever their styles") func pipedStyles() {
        var table = Table([.init("a", "A")], whenEmpty: "")
        for style in Style.allCases { table.append(Cell.text("x").styled(style)) }
        #expect(!table.text(on: Terminal(isTerminal: false)).contains("\u{1B}"))
        #expect(table.text(on: Terminal(isTerminal: true)).contains("\u{1B}[31mx\u{1B}[0m"))
        #expect(!(table.json() + table.csv(raw: true)).contains("\u{1B}"))
    }
}

@Suite("Writing to descriptors") struct DescriptorWriterTests {
    @Test("ends each line once") func lines() throws {
        try withPipe { reading, writing in
            let writer = DescriptorWriter(descriptor: writing)
            writer.write(line: "one")
            writer.write(line: "two\n")
            writer.write("three")
            close(writing)
            #expect(readAll(reading) == "one\ntwo\nthree")
            #expect(writer.failure == nil)
        }
    }

    @Test("drops what nobody reads any more, and calls it no failure") func readerGone() throws {
        signal(SIGPIPE, SIG_IGN)
        try withPipe { reading, writing in
            close(reading)
            let writer = DescriptorWriter(descriptor: writing)
            writer.write(line: "one")
            writer.write(line: "two")
            #expect(writer.failure == nil)
            close(writing)
        }
    }

    @Test("waits where a descriptor does not block, and loses nothing") func nonBlocking() async throws {
        var descriptors: [Int32] = [0, 0]
        try #require(pipe(&descriptors) == 0)
        let (reading, writing) = (descriptors[0], descriptors[1])
        try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
        let text = String(repeating: "0123456789abcdef", count: 20_000)
        let reader = Task.detached { readAll(reading) }
        let writer = DescriptorWriter(descriptor: writing)
        writer.write(text)
        close(writing)
        #expect(await reader.value == text)
        close(reading)
    }

    @Test("remembers that a full disk took nothing") func fullDisk() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        let writer = DescriptorWriter(descriptor: descriptor)
        writer.write(line: "lost")
        #expect(writer.failure?.isEmpty == false)
        close(descriptor)
    }
}

private func withPipe(_ body: (_ reading: Int32, _ writing: Int32) throws -> Void) throws {
    var descriptors: [Int32] = [0, 0]
    try #require(pipe(&descriptors) == 0)
    try body(descriptors[0], descriptors[1])
}

private func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk[..<count]
    }
}
