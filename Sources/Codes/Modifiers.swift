public import CivilTime
public import Diagnostics

/// A two-character claim modifier.
public struct Modifier: Hashable, Sendable {
    public let code: String
    public let meaning: String
    public let firstDate: CivilDate?
    public let lastDate: CivilDate?
}

/// HCPCS Level II modifiers, and the few CPT numbers that drug orders meet.
public struct Modifiers: Sendable {
    public let release: Release
    private let modifiers: [String: Modifier]

    public init(csv bytes: [UInt8], file: String, release: Release) throws(InvalidSource) {
        var modifiers: [String: Modifier] = [:]
        var problems = DiagnosticList()
        for row in try readCSV(bytes, file: file, header: ["code", "first_date", "last_date", "meaning"]) {
            let fields = row.fields
            guard Modifiers.isWellFormed(fields[0]) else {
                problems.error(at: row.location, "\"\(fields[0])\" is not a modifier (two capitals or digits)")
                continue
            }
            let first = CivilDate(iso: fields[1])
            let last = CivilDate(iso: fields[2])
            guard first != nil || fields[1].isEmpty, last != nil || fields[2].isEmpty else {
                problems.error(at: row.location, "a date must be written as 2023-01-01")
                continue
            }
            modifiers[fields[0]] = Modifier(code: fields[0], meaning: fields[3], firstDate: first, lastDate: last)
        }
        try problems.throwIfErrors()
        self.release = release
        self.modifiers = modifiers
    }

    public subscript(code: String) -> Modifier? { modifiers[code] }

    /// Sorted by code.
    public var all: [Modifier] { modifiers.values.sorted { $0.code < $1.code } }

    static func normalized(_ text: String) -> String {
        let code = text.uppercased().filter { !$0.isWhitespace }
        return code.hasPrefix("-") ? String(code.dropFirst()) : code
    }

    static func isWellFormed(_ code: String) -> Bool {
        code.utf8.count == 2 && code.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    }
}
