import Foundation
import PostgresClient

/// Durable events a second, one function call each, through Swift and through pgbench with as many connections.
struct EventRate {
    let setting: Setting
    let connections: Int

    struct Result: Codable {
        let connections: Int
        let swiftPerSecond: Double
        let pgbenchPerSecond: Double
        let pgbenchPipelinedPerSecond: Double
        /// Swift against plain pgbench; the goal is 0.9.
        let ratio: Double
        let ratioToPipelined: Double
        let swiftCPUMicroseconds: Double
    }

    /// Interleaved rounds, medians: on a machine that others use, only neighbours in time compare.
    func run() async throws -> Result {
        var swift: [Double] = []
        var plain: [Double] = []
        var pipelined: [Double] = []
        var cpu: [Double] = []
        for _ in 0..<setting.rounds {
            plain.append(try pgbench("event.pgbench"))
            let (rate, microseconds) = try await ours()
            swift.append(rate)
            cpu.append(microseconds)
            pipelined.append(try pgbench("event-pipelined.pgbench"))
        }
        return Result(
            connections: connections, swiftPerSecond: median(swift), pgbenchPerSecond: median(plain),
            pgbenchPipelinedPerSecond: median(pipelined), ratio: median(zip(swift, plain).map { $0 / $1 }),
            ratioToPipelined: median(zip(swift, pipelined).map { $0 / $1 }), swiftCPUMicroseconds: median(cpu))
    }

    private func pgbench(_ script: String) throws -> Double {
        let text = try Child.output(
            setting.pgbench,
            [
                "-n", "-M", "prepared", "-c", "\(connections)", "-j", "\(min(connections, 2))", "-T",
                "\(setting.seconds)", "-D", "n=\(setting.requests)", "-f", "\(setting.scripts)/\(script)",
                setting.connectionString,
            ], environment: ["PGOPTIONS": "-c role=precert_app"])
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
            let rate = Double(line.dropFirst(6).prefix { $0 != " " })
        else { throw Child.Failure(description: "pgbench printed no tps") }
        return rate
    }

    private func ours() async throws -> (perSecond: Double, cpuMicroseconds: Double) {
        var configuration = PostgresConfiguration(connectionString: setting.connectionString)
        configuration.role = "precert_app"
        configuration.poolSize = connections
        let pool = PostgresPool(configuration)
        let organization = ["precert.organization": "00000000-0000-7000-8000-000000000001"]
        let requests = setting.requests
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(setting.seconds)
        let before = cpuSeconds()
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<connections {
                group.addTask {
                    var count = 0
                    while clock.now < end {
                        let id = requestID(Int.random(in: 1...requests))
                        let key = UUID().uuidString
                        _ = try await pool.call(
                            "select outcome from precert.apply_event(\(id), 'note.recorded', \(key), 'bench')",
                            settings: organization, cancellable: false)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        let elapsed = (clock.now - start) / .seconds(1)
        let cpu = cpuSeconds() - before
        await pool.closeAndWait()
        return (Double(total) / elapsed, cpu / Double(total) * 1e6)
    }
}

func requestID(_ number: Int) -> UUID {
    let digits = String(number, radix: 16)
    let padded = String(repeating: "0", count: 12 - digits.count) + digits
    return UUID(uuidString: "00000000-0000-7000-8000-\(padded)") ?? UUID()
}

private func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
