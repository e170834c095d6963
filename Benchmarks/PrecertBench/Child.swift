import Foundation

/// Runs another program to its end.
enum Child {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// What it printed. Throws when it failed.
    static func output(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(program) ended with \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Milliseconds from start to end.
    static func milliseconds(_ program: String, _ arguments: [String]) throws -> Double {
        let clock = ContinuousClock()
        let time = try clock.measure { _ = try output(program, arguments) }
        return time / .milliseconds(1)
    }
}

func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
}
