/// One file of the payers' folder, as bytes: this target opens no files itself.
public struct PayerFile: Sendable {
    /// Relative to the payers' folder, for example `bcbs_north_dakota/payer.yaml`.
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: some Sequence<UInt8>) {
        self.path = path
        self.bytes = Array(bytes)
    }

    /// The payer's folder; nothing for a file that lies in none.
    var folder: String? {
        let parts = path.split(separator: "/").filter { $0 != "imports" }
        return parts.count >= 2 ? String(parts[parts.count - 2]) : nil
    }

    /// How the payer's status files are read; that is not a policy and another reader's business.
    var isImportMapping: Bool { Self.isImportMapping(path) }

    /// The same of a path, whatever leads to it: what lies in a folder `imports`.
    public static func isImportMapping(_ path: String) -> Bool {
        path.split(separator: "/").dropLast().last == "imports"
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension [PayerFile] {
    /// The policy files among them.
    var policies: [(path: String, bytes: [UInt8])] {
        filter { !$0.isImportMapping && $0.name != "payer.yaml" && $0.name.hasSuffix(".yaml") }
            .map { ($0.path, $0.bytes) }
    }
}
