import Foundation
public import PostgresClient

extension PostgresJSON {
    /// Encodes for a SQL function: keys sorted, so that the same value is the same text.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.init(bytes: Array(try encoder.encode(value)))
    }
}

extension PostgresJSON {
    /// The value as the vocabulary reads it: a JSON string without its quotes, everything else as it stands.
    public var vocabularyText: String {
        (try? JSONDecoder().decode(String.self, from: Data(bytes))) ?? text  // Not a string: itself.
    }
}
