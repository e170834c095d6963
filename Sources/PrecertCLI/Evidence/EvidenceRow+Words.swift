import Engine
import Foundation
import PostgresClient

extension RequestCase.EvidenceRow {
    /// A list of records in words: `ingredient azathioprine, duration 4 months, outcome intolerance`.
    var records: String? {
        struct Listed: Decodable {
            let records: [[String: Value]]
        }
        enum Value: Decodable {
            case text(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else if let flag = try? container.decode(Bool.self) {
                    self = .text(flag ? "yes" : "no")
                } else {
                    self = .text(try container.decode(Decimal.self).description)
                }
            }
        }
        let decoder = JSONDecoder()
        let bytes = Data(value.bytes)
        guard
            let records = (try? decoder.decode(Listed.self, from: bytes))?.records
                ?? (try? decoder.decode([[String: Value]].self, from: bytes))
        else { return nil }
        guard !records.isEmpty else { return "none" }
        let first = ["ingredient", "product", "drug_class"]
        return records.map { record in
            let names = record.keys.sorted {
                (first.firstIndex(of: $0) ?? first.count, $0) < (first.firstIndex(of: $1) ?? first.count, $1)
            }
            return names.compactMap { name in
                guard case .text(let text)? = record[name] else { return nil }
                return "\(name) \(text)".replacing("_", with: " ")
            }.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    /// The same for those who keep the record: with what it says of the list itself.
    var listInWords: String? {
        struct Closed: Decodable {
            let complete: Bool?
        }
        guard let records else { return nil }
        let isComplete = (try? JSONDecoder().decode(Closed.self, from: Data(value.bytes)))?.complete ?? false
        return records + (isComplete ? " (complete)" : " (there may be more)")
    }
}
