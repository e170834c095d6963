import Codes
import Foundation
import Testing

@Suite("docs/codes.md")
struct DocumentationTests {
    @Test("lists every rule, in the order in which they speak, and no other")
    func rules() throws {
        let page = LoadedCodes.folder.appending(path: "../../docs/codes.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let rules = try #require(lines.firstIndex(of: "| rule | severity | finds |"))
        let listed = lines[rules...].dropFirst(2).prefix { $0.hasPrefix("| `") }.map { line in
            String(line.dropFirst(3).prefix { $0 != "`" })
        }
        #expect(listed == CodeGuard.rules.map(\.id))
    }

    @Test("names the last day of each table")
    func releases() throws {
        let page = try String(
            contentsOf: LoadedCodes.folder.appending(path: "../../docs/codes.md"), encoding: .utf8)
        #expect(page.contains("through \(LoadedCodes.book.hcpcs.release.validThrough) |"))
        #expect(page.contains("through \(LoadedCodes.book.diagnoses.release.validThrough) |"))
    }
}
