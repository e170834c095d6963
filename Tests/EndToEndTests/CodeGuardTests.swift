import Foundation
import TestSupport
import Testing

/// A new release of a code table, and what it does to orders and to requests that are stored already.
@Suite("Codes, from the file to the refusal") struct CodeGuardTests {
    /// An installation of the test's own, whose code tables may be changed.
    private func installation(in practice: Practice) throws -> [String: String] {
        let home = practice.folder + "/installation"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        for part in ["SQL", "Workflows"] {
            try FileManager.default.copyItem(
                atPath: TestServer.repositoryRoot + "/\(part)", toPath: "\(home)/\(part)")
        }
        return ["PRECERT_HOME": home]
    }

    /// Addendum B as it would be if natalizumab's code had gone.
    private func addendumWithout(_ code: String) throws -> String {
        let table = try String(contentsOfFile: repositoryFile("Workflows/codes/hcpcs-2026-04.csv"), encoding: .utf8)
        let rows = table.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let codes = rows.filter { $0[3].isEmpty && $0[0] != code }.map { "\($0[0]),short,K" }
        return "Addendum B,,\nHCPCS Code,Short Descriptor,SI\n" + codes.joined(separator: "\n") + "\n"
    }

    @Test("a request is not sent under a code that a newer release has ended, unless somebody says why")
    func endedCode() async throws {
        let practice = try await Practice.open()
        let home = try installation(in: practice)
        let reference = try await practice.open("order-second.yaml")
        try await practice.must(
            "evidence", "add", reference, "--from", "evidence-continuation.yaml", "--as-of", Practice.monday)
        try practice.write("addendum.csv", try addendumWithout("J2323"))
        let arguments = [
            "codes", "load", "hcpcs", "addendum.csv", "--released", "2026-07-01", "--valid-from", "2026-07-01",
            "--valid-through", "2026-12-31", "--source", "a test", "--format", "json",
        ]
        let before = try await practice.precert(["lint", "order-second.yaml"], with: home)
        #expect(before.status == 0)
        let load = try await practice.precert(arguments, with: home)
        #expect(load.status == 0, "\(load.err)")
        #expect(load.object["ended"] as? [String] == ["J2323 by 2026-06-30"])
        #expect(load.object["is_stored"] as? Bool == true)
        let again = try await practice.precert(arguments, with: home)
        #expect(again.object["is_unchanged"] as? Bool == true)

        let lint = try await practice.precert(["lint", "order-second.yaml"], with: home)
        #expect(lint.status == 5)
        #expect(lint.err.contains("J2323 ended, no later than 2026-06-30"))
        let new = try await practice.precert(["new", "order-third.yaml", "--as-of", Practice.monday], with: home)
        #expect(new.status == 5)
        let check = try await practice.precert(["check", reference, "--as-of", Practice.monday], with: home)
        #expect(check.err.contains("[code-not-in-force]"))
        let state = try await practice.state(reference)
        let submit = try await practice.precert(["submit", reference, "--as-of", Practice.monday], with: home)
        #expect(submit.status == 5)
        #expect(submit.err.contains("was not sent: J2323 ended"))
        #expect(try await practice.state(reference) == state)
        let all = ["submit", reference, "--override", "the payer still takes it", "--as-of", Practice.monday]
        #expect(try await practice.precert(all, with: home).status == 0)
    }

    @Test("a file that is no release is refused with its place, and the tables stay")
    func wrongFile() async throws {
        let practice = try await Practice.open()
        let home = try installation(in: practice)
        try practice.write("wrong.csv", "HCPCS Code,Short Descriptor\nJ29,x\n")
        let answer = try await practice.precert(
            [
                "codes", "load", "hcpcs", "wrong.csv", "--released", "2026-07-01", "--valid-from", "2026-07-01",
                "--valid-through", "2026-09-30", "--source", "a test",
            ], with: home)
        #expect(answer.status == 5)
        #expect(answer.err.contains("wrong.csv:2:1: error: not a HCPCS code"))
        #expect(answer.out.isEmpty)
        #expect(try await practice.precert(["lint", "order.yaml"], with: home).status == 0)
    }
}
