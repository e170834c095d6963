import Foundation

@testable import Exchange

/// Files of the repository, found from this file's own place.
enum Fixture {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: repository.appendingPathComponent(path)))
    }

    static func exchange(_ name: String) throws -> [UInt8] { try bytes("Tests/Fixtures/exchange/\(name)") }

    static func mapping(_ payer: String) throws -> StatusMapping {
        let path = "Workflows/payers/\(payer)/imports/portal.yaml"
        return try StatusMapping.parse(try bytes(path), file: path)
    }
}

/// Random numbers that come the same with every run (Steele, Lea, Flood: SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
