import Glibc

/// A directory with PostgreSQL's server programs, and their version.
public struct ServerBinaries: Hashable, Sendable {
    /// The oldest major version that Precert's SQL runs on.
    public static let oldestMajorVersion = 15

    public let directory: String
    /// As the server says it, for example "15.18".
    public let version: String
    public let majorVersion: Int

    /// Looks in `PRECERT_PG_BIN`, then where `pg_config` points, then in `/usr/lib/postgresql/*/bin` from the newest
    /// down (Debian keeps `initdb` off the PATH), then along `PATH`.
    ///
    /// `PRECERT_PG_BIN` is an order: when it is set and does not serve, that is an error and nothing else is tried.
    /// - Parameter majorVersion: the version that existing data need; preferred when it is installed.
    public static func locate(
        environment: [String: String], preferring majorVersion: Int? = nil
    ) throws(ClusterError) -> ServerBinaries {
        if let ordered = environment["PRECERT_PG_BIN"], !ordered.isEmpty { return try verified(ordered) }

        var tooOld: [ServerBinaries] = []
        var usable: [ServerBinaries] = []
        for directory in candidates(environment: environment) {
            guard let binaries = probe(directory) else { continue }
            guard binaries.majorVersion >= oldestMajorVersion else {
                tooOld.append(binaries)
                continue
            }
            if majorVersion == nil || binaries.majorVersion == majorVersion { return binaries }
            usable.append(binaries)
        }
        if let first = usable.first { return first }
        throw missing(tooOld: tooOld)
    }

    func program(_ name: String) -> String { directory + "/" + name }

    // MARK: - Looking

    private static func verified(_ directory: String) throws(ClusterError) -> ServerBinaries {
        guard let binaries = probe(directory) else {
            throw ClusterError(
                .binaries,
                "PRECERT_PG_BIN is \(directory), but initdb, pg_ctl and postgres do not run from there; "
                    + "point it at a server's bin directory, or unset it to have one looked for")
        }
        guard binaries.majorVersion >= oldestMajorVersion else {
            throw ClusterError(
                .binaries,
                "PRECERT_PG_BIN is \(directory), which is PostgreSQL \(binaries.version); "
                    + "Precert needs version \(oldestMajorVersion) or newer")
        }
        return binaries
    }

    private static func candidates(environment: [String: String]) -> [String] {
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        var directories: [String] = []
        for program in path.map({ $0 + "/pg_config" }) where access(program, X_OK) == 0 {
            // A pg_config that does not run is no reason to stop looking.
            guard let said = try? ChildProcess.run(program, ["--bindir"], environment: ServerAccount.environment),
                said.succeeded
            else { continue }
            directories.append(String(said.output.prefix { $0 != "\n" }))
            break
        }
        let installed = namesInDirectory("/usr/lib/postgresql").compactMap(Int.init).sorted(by: >)
        directories += installed.map { "/usr/lib/postgresql/\($0)/bin" }
        return directories + path
    }

    private static func probe(_ directory: String) -> ServerBinaries? {
        let programs = ["initdb", "pg_ctl", "postgres"].map { directory + "/" + $0 }
        guard programs.allSatisfy({ access($0, X_OK) == 0 }),
            let said = try? ChildProcess.run(
                directory + "/postgres", ["--version"], environment: ServerAccount.environment),
            said.succeeded, let version = version(in: said.output),
            let major = Int(version.prefix { $0.isNumber })
        else { return nil }
        return ServerBinaries(directory: directory, version: version, majorVersion: major)
    }

    /// The version in "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
    static func version(in line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 3, words[1] == "(PostgreSQL)" else { return nil }
        return String(words[2])
    }

    // MARK: - Saying what to install

    static func missing(tooOld: [ServerBinaries]) -> ClusterError {
        let found = tooOld.first.map { "only PostgreSQL \($0.version) in \($0.directory) was found" }
        return ClusterError(
            .binaries,
            "Precert's private cluster needs the server programs of PostgreSQL \(oldestMajorVersion) or newer; "
                + "\(found ?? "none were found"). Install them with: sudo apt-get install \(aptPackage()). "
                + "If they are elsewhere, set PRECERT_PG_BIN to their bin directory; "
                + "to use a server that already runs, set DATABASE_URL")
    }

    /// The package that holds the server programs on this system.
    static func aptPackage(osRelease: String? = nil) -> String {
        let text = osRelease ?? (try? readText("/etc/os-release")) ?? ""
        let lines = text.split(separator: "\n").map { $0.filter { $0 != "\"" } }
        if lines.contains("ID=debian") {
            if lines.contains("VERSION_ID=12") { return "postgresql-15" }
            if lines.contains("VERSION_ID=13") { return "postgresql-17" }
        }
        if lines.contains("ID=ubuntu"), lines.contains("VERSION_ID=24.04") { return "postgresql-16" }
        return "postgresql"
    }
}
