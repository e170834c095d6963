import CivilTime
import Criteria
import Diagnostics
import Foundation

// Run by Scripts/fuzz under libFuzzer: whatever the bytes, a policy file is refused with its place or read, and then
// evaluation, checks and printing come to an end, and the printed form reads back as the same policy.

private let vocabulary: Vocabulary = {
    guard let path = ProcessInfo.processInfo.environment["PRECERT_FUZZ_VOCABULARY"],
        let bytes = FileManager.default.contents(atPath: path),
        let vocabulary = try? Vocabulary.parse(bytes, file: path)
    else { fatalError("PRECERT_FUZZ_VOCABULARY names no vocabulary") }
    return vocabulary
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let library = PolicyLibrary([(path: "input.yaml", bytes: bytes)], vocabulary: vocabulary)
    guard let policy = try? library.policy(at: "input.yaml") else { return 0 }
    let day = policy.lastChecked
    for phase in CriteriaSet.Phase.allCases {
        let whole = policy.evaluate([:], phase: phase, asOf: day)
        guard whole.verdict == policy.verdict([:], phase: phase, asOf: day) else { fatalError("two verdicts") }
    }
    _ = policy.treeFindings()
    _ = policy.runTests()
    let text = policy.canonicalText
    let example = "tests: {as_of: 2026-11-24, cases: [{title: t, set: \(policy.sets[0].id), expect: unknown}]}\n"
    guard let again = try? Policy.parse((text + example).utf8, file: "printed.yaml", vocabulary: vocabulary),
        again.canonicalText == text
    else { fatalError("the printed form is another policy:\n\(text)") }
    return 0
}

/// libFuzzer's own entry, so that the program keeps the `main` that the package manager gives it.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private var argumentCount = CommandLine.argc
private var arguments = CommandLine.unsafeArgv
exit(runDriver(&argumentCount, &arguments, testOneInput))
