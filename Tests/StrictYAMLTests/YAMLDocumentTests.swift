import Diagnostics
import StrictYAML
import Testing

@Suite("Strict YAML") struct YAMLDocumentTests {
    private func failure(_ text: String) -> String {
        do {
            _ = try YAMLDocument.parse(text.utf8, file: "f.yaml")
            return "accepted"
        } catch { return error.diagnostics[0].description }
    }

    @Test("keeps the place of every node")
    func locations() throws {
        let root = try YAMLDocument.parse("a: 1\nb:\n  - x\n  - y: z\n".utf8, file: "f.yaml")
        var problems = DiagnosticList()
        let fields = try #require(root.fields(required: ["a", "b"], in: &problems))
        let items = try #require(fields["b"]?.items(in: &problems))
        #expect(items[1].location == SourceLocation(file: "f.yaml", line: 4, column: 5))
        #expect(!problems.hasErrors)
    }

    @Test(
        "refuses what is not strict, and says where",
        arguments: [
            ("a: &x 1\nb: *x\n", "f.yaml:1:4: error: anchors"),
            ("a: 1\na: 2\n", "f.yaml:1:1: error: the key \"a\" stands twice"),
            ("1: a\n\"1\": b\n", "f.yaml:1:1: error: the key \"1\" stands twice"),
            ("a: [1\n", "f.yaml:2:1: error: not YAML"),
            ("", "f.yaml:1:1: error: the file is empty"),
            ("<<: {a: 1}\n", "f.yaml:1:1: error: merge keys"),
            ("? [1]\n: 2\n", "f.yaml:1:3: error: a key must be a word"),
        ])
    func refusals(text: String, message: String) {
        #expect(failure(text).hasPrefix(message), "\(failure(text))")
    }

    @Test("nesting that would exhaust the stack is refused")
    func depth() {
        #expect(failure(String(repeating: "[", count: 100_000)).hasPrefix("f.yaml:1:65: error: lists and mappings"))
        #expect(failure(String(repeating: "- ", count: 100_000)).contains("nesting level"))
    }

    @Test("quotes and comments may hold & and *")
    func harmlessAmpersands() throws {
        _ = try YAMLDocument.parse("a: 'x *y &z' # *note\nb: R&D *2\nc: \"*\"\n".utf8, file: "f.yaml")
    }

    @Test("says where the bytes stop being UTF-8")
    func encoding() {
        let bytes: [UInt8] = Array("a: 1\nb: ".utf8) + [0xE9] + Array("\n".utf8)
        #expect(throws: InvalidSource.self) { try YAMLDocument.parse(bytes, file: "f.yaml") }
        do { _ = try YAMLDocument.parse(bytes, file: "f.yaml") } catch {
            #expect(error.diagnostics[0].location == SourceLocation(file: "f.yaml", line: 2, column: 4))
        }
    }

    @Test("unknown and missing keys are found in one reading")
    func keys() throws {
        let root = try YAMLDocument.parse("stat: 1\n".utf8, file: "f.yaml")
        var problems = DiagnosticList()
        _ = root.fields(required: ["state"], optional: ["title"], in: &problems)
        #expect(
            problems.sorted.map(\.message) == [
                "unknown key \"stat\"; did you mean \"state\"?", "the key \"state\" is missing",
            ])
    }
}
