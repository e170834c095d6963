import Foundation
import PostgresClient

extension PostgresJSON {
    /// Encodes for a SQL function: keys sorted, so that the same value is the same text.
    init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.init(text: String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
