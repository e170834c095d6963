import PostgresClient

extension PostgresJSON {
    /// An array of values that are JSON already.
    init(array items: some Collection<PostgresJSON>) {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for item in items {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += item.bytes
        }
        bytes.append(UInt8(ascii: "]"))
        self.init(bytes: bytes)
    }
}
