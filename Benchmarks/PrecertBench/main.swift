import Foundation

/// What `Benchmarks/run` hands over, all by environment.
struct Setting {
    let connectionString: String
    let pgbench: String
    let psql: String
    let precert: String
    let scripts: String
    let reference: String
    let requests: Int
    let rounds: Int
    let seconds: Int
    let starts: Int
    let results: String

    init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        func text(_ name: String) -> String { environment["BENCH_\(name)"] ?? "" }
        func number(_ name: String) -> Int { Int(text(name)) ?? 1 }
        connectionString = text("CONNECTION")
        pgbench = text("PGBENCH")
        psql = text("PSQL")
        precert = text("PRECERT")
        scripts = text("SCRIPTS")
        reference = text("REFERENCE")
        requests = number("REQUESTS")
        rounds = number("ROUNDS")
        seconds = number("SECONDS")
        starts = number("STARTS")
        results = text("RESULTS")
    }
}

struct Report: Codable {
    let requests: Int
    let startUp: StartUp.Result
    let queries: [ServerQueries.Result]
    let events: [EventRate.Result]
}

func line(_ name: String, _ value: String, _ goal: String) {
    let padded = name + String(repeating: " ", count: max(1, 44 - name.count))
    FileHandle.standardOutput.write(Data("\(padded)\(value)   (\(goal))\n".utf8))
}

func rounded(_ number: Double, _ places: Int = 2) -> String {
    String(format: "%.\(places)f", number)
}

let setting = Setting()
let startUp = try StartUp(setting: setting).run()
line(
    "precert --version against psql", rounded(startUp.versionRatio),
    "goal 1.50 or less; \(rounded(startUp.versionMilliseconds, 1)) ms and \(rounded(startUp.psqlMilliseconds, 1)) ms")
line(
    "precert show against psql", rounded(startUp.showRatio),
    "goal 1.50 or less; \(rounded(startUp.showMilliseconds, 1)) ms")

let queries = try await ServerQueries(setting: setting).run()
for query in queries {
    line(
        query.name, "\(rounded(query.medianMilliseconds, 3)) ms",
        "goal 5 ms; \(query.scansWholeTable ? "SCANS A WHOLE TABLE" : "bounded index scans"); \(query.rows) rows")
}

var events: [EventRate.Result] = []
for connections in [1, 4, 8] {
    let result = try await EventRate(setting: setting, connections: connections).run()
    line(
        "events, \(connections) connection\(connections == 1 ? "" : "s"), against pgbench", rounded(result.ratio),
        "goal 0.90 or more; \(Int(result.swiftPerSecond))/s and \(Int(result.pgbenchPerSecond))/s; against pgbench in a pipeline \(rounded(result.ratioToPipelined)); CPU \(rounded(result.swiftCPUMicroseconds, 0)) us an event"
    )
    events.append(result)
}

let encoder = JSONEncoder()
encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
let report = Report(requests: setting.requests, startUp: startUp, queries: queries, events: events)
try encoder.encode(report).write(to: URL(fileURLWithPath: setting.results))
FileHandle.standardOutput.write(Data("written to \(setting.results)\n".utf8))
