import ContentHash

/// Rows of a payer's file on their way to the database: a chunk of a `COPY` into `precert.status_row`.
public struct StagedStatuses: Sendable {
    /// The columns after a row's number, line and fingerprint, in the type's order.
    public enum Column: String, Sendable, CaseIterable {
        case trace, reference
        case authorizationNumber = "authorization_number"
        case memberID = "member_id"
        case born, hcpcs
        case statusWord = "status_word"
        case kind
        case reasonCode = "reason_code"
        case reasonText = "reason_text"
        case from, to, units
        case unitsBasis = "units_basis"
        case due
        case asOf = "as_of"
        case fault
        case faultColumn = "fault_column"
        case faultMessage = "fault_message"
        case raw
    }

    /// 1 is the file's first row.
    public let firstRow: Int
    public private(set) var count = 0
    private(set) var bytes: [UInt8] = []
    private var said: [UInt8] = []

    var lastRow: Int { firstRow + count - 1 }

    public init(from firstRow: Int) { self.firstRow = firstRow }

    /// Adds the next row.
    ///
    /// - Parameters:
    ///   - line: the line of the file, from 1, on which the row begins.
    ///   - values: one for each `Column`, in its order.
    public mutating func append(line: Int, _ values: [String?]) {
        precondition(values.count == Column.allCases.count)
        bytes += String(firstRow + count).utf8
        bytes.append(UInt8(ascii: "\t"))
        bytes += String(line).utf8
        bytes.append(UInt8(ascii: "\t"))
        appendFingerprint(of: values)
        for value in values {
            bytes.append(UInt8(ascii: "\t"))
            if let value { appendEscaped(value) } else { bytes += [UInt8(ascii: "\\"), UInt8(ascii: "N")] }
        }
        bytes.append(UInt8(ascii: "\n"))
        count += 1
    }

    /// Half of the SHA-256 of what the payer said, as a UUID: without when and where, so that the same word of another day
    /// has the same. What a faulty row says is not known, so it is its own text.
    private mutating func appendFingerprint(of values: [String?]) {
        said.removeAll(keepingCapacity: true)
        let isFaulty = values[Self.fault] != nil
        for value in isFaulty ? values[Self.fault...] : values[..<Self.asOf] {
            // What is not there differs from what is empty.
            if let value { said += value.utf8 } else { said.append(0) }
            said.append(0x1F)
        }
        for byte in sha256(said).prefix(16) {
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 0xF)])
        }
    }

    private mutating func appendEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\t"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            default: bytes.append(byte)
            }
        }
    }

    private static let asOf = Column.allCases.firstIndex(of: .asOf) ?? 0
    private static let fault = Column.allCases.firstIndex(of: .fault) ?? 0
    private static let digits = Array("0123456789abcdef".utf8)
}

/// Gives the rows of a file chunk by chunk, in their order and without holding them all.
public protocol StatusSource: Sendable {
    /// Rows of the whole file.
    var rowCount: Int { get }
    /// The SHA-256 of the file's bytes, by which it is known.
    var sha256: [UInt8] { get }

    /// The next rows, nothing at the end.
    /// - Parameter limit: how many rows at most.
    mutating func next(limit: Int) throws -> StagedStatuses?
}

/// Rows that are all here.
public struct StatusList: StatusSource {
    public let sha256: [UInt8]
    private let rows: [(line: Int, values: [String?])]
    private var position = 0

    /// - Parameter content: what is taken for the file's bytes.
    public init(_ rows: [(line: Int, values: [String?])], content: [UInt8]) {
        self.rows = rows
        sha256 = ContentHash.sha256(content)
    }

    public var rowCount: Int { rows.count }

    public mutating func next(limit: Int) -> StagedStatuses? {
        guard position < rows.count else { return nil }
        var chunk = StagedStatuses(from: position + 1)
        for row in rows[position..<min(position + limit, rows.count)] { chunk.append(line: row.line, row.values) }
        position += chunk.count
        return chunk
    }
}
