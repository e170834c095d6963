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
        let parts = path.split(separator: "/")
        return parts.count >= 2 ? String(parts[parts.count - 2]) : nil
    }

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
