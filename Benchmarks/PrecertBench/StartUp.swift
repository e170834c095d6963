import Foundation

/// How long a person waits for the smallest commands, beside psql's `select 1` on the same socket.
struct StartUp {
    let setting: Setting

    struct Result: Codable {
        let psqlMilliseconds: Double
        let versionMilliseconds: Double
        let showMilliseconds: Double
        /// The goal for both is 1.5 or less.
        let versionRatio: Double
        let showRatio: Double
    }

    func run() throws -> Result {
        var psql: [Double] = []
        var version: [Double] = []
        var show: [Double] = []
        for _ in 0..<setting.starts {
            psql.append(try Child.milliseconds(setting.psql, ["-qXAt", "-c", "select 1", setting.connectionString]))
            version.append(try Child.milliseconds(setting.precert, ["--version"]))
            show.append(try Child.milliseconds(setting.precert, ["show", setting.reference]))
        }
        return Result(
            psqlMilliseconds: median(psql), versionMilliseconds: median(version), showMilliseconds: median(show),
            versionRatio: median(zip(version, psql).map { $0 / $1 }),
            showRatio: median(zip(show, psql).map { $0 / $1 }))
    }
}
