import Glibc

/// Where the data directories `SQL/` and `Workflows/` are, which an installed `precert` reads, and
/// writes only when a release of a code table is loaded.
struct Installation: Sendable, Equatable {
    /// The directory that holds both.
    let root: String

    var sqlDirectory: String { "\(root)/SQL" }
    var workflowsDirectory: String { "\(root)/Workflows" }

    /// Finds the data directories of this very program.
    ///
    /// - Throws: `CLIFailure` with `.configuration` when there are none.
    static func locate() throws(CLIFailure) -> Installation {
        try locate(environment: Environment.current, executable: executablePath)
    }

    /// `PRECERT_HOME`; else `../share/precert` beside the executable's directory; else the nearest directory above the
    /// executable that holds both (a checkout).
    static func locate(environment: [String: String], executable: String?) throws(CLIFailure) -> Installation {
        if let home = environment["PRECERT_HOME"], !home.isEmpty {
            guard holdsData(home) else {
                throw CLIFailure(
                    .configuration, "PRECERT_HOME is \(home), which does not hold SQL/migrations and Workflows",
                    hint: "set PRECERT_HOME to the directory that holds both, or unset it")
            }
            return Installation(root: home)
        }
        if let executable {
            var directory = parent(of: executable)
            let shared = "\(parent(of: directory))/share/precert"
            if holdsData(shared) { return Installation(root: shared) }
            while !directory.isEmpty {
                if holdsData(directory) { return Installation(root: directory) }
                directory = parent(of: directory)
            }
        }
        throw CLIFailure(
            .configuration, "precert does not find its data directories SQL and Workflows",
            hint: "set PRECERT_HOME to the directory that holds both")
    }

    /// The bytes of a file of the installation.
    ///
    /// - Parameter path: from the root: `Workflows/vocabulary.yaml`.
    func read(_ path: String, limit: Int = InputFile.defaultLimit) throws(CLIFailure) -> [UInt8] {
        try InputFile.read("\(root)/\(path)", limit: limit)
    }

    /// The files below a folder of the installation, as paths that `InputFile.read` takes.
    func files(under folder: String, endingIn suffix: String) throws(CLIFailure) -> [String] {
        try InputFile.list("\(root)/\(folder)", endingIn: suffix)
    }

    private static func holdsData(_ directory: String) -> Bool {
        isDirectory("\(directory)/SQL/migrations") && isDirectory("\(directory)/Workflows")
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Without the last part; empty above the root.
    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }

    private static var executablePath: String? {
        guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
