public import CivilTime
public import Diagnostics

/// One HCPCS Level II code.
public struct HCPCSCode: Hashable, Sendable {
    public let code: String
    public let descriptor: String
    /// What one unit bills, read from the descriptor (`10 mg`); `nil` where the descriptor names none.
    public let unit: Dose?
    public let firstDate: CivilDate
    /// The first date is the first quarter in which the code was seen: it may be older.
    public let firstDateIsUpperBound: Bool
    /// The last date of service, or `nil` while the last loaded release still has the code.
    public let lastDate: CivilDate?
    /// The last date is the end of the last quarter in which the code was seen: it may have ended earlier.
    public let lastDateIsUpperBound: Bool
    /// The first and the last quarterly release in which the code was seen, as `2023-07`.
    public let firstRelease: String
    public let lastRelease: String
}

/// What the HCPCS table says of a code on a date of service.
public struct HCPCSAnswer: Hashable, Sendable {
    public enum Standing: Hashable, Sendable {
        case inForce(HCPCSCode)
        case notYetInForce(HCPCSCode)
        /// Before the quarter in which the code was first seen; whether it was in force is not known.
        case perhapsNotYetInForce(HCPCSCode)
        case noLongerInForce(HCPCSCode)
        /// In no loaded release, although the table carries codes of this kind.
        case unknown
        /// Of a kind that the table does not carry: a CPT number, or another letter than the table has.
        case notCarried
        /// No HCPCS code at all: not a letter and four digits, nor five digits.
        case malformed
    }

    /// As asked, in capitals and without blanks around it.
    public let code: String
    public let standing: Standing
    public let coverage: Coverage

    /// The table's entry, on whichever date.
    public var entry: HCPCSCode? {
        switch standing {
        case .inForce(let code), .notYetInForce(let code), .perhapsNotYetInForce(let code), .noLongerInForce(let code):
            code
        case .unknown, .notCarried, .malformed: nil
        }
    }
}

/// HCPCS Level II drug codes with their billing units and dates.
public struct HCPCSTable: Sendable {
    public let release: Release
    private let codes: [String: HCPCSCode]
    let letters: Set<Character>

    static let header = ["code", "unit", "first_date", "last_date", "first_release", "last_release", "descriptor"]

    /// Reads the table: one code a row; `unit` as `10 mg` or empty, dates as `2008-01-01` or `<=2023-07-01` (no later
    /// than), `last_date` empty while the last release has the code.
    /// - Throws: every row that cannot be read, with its line.
    public init(csv bytes: [UInt8], file: String, release: Release) throws(InvalidSource) {
        var codes: [String: HCPCSCode] = [:]
        var problems = DiagnosticList()
        for row in try readCSV(bytes, file: file, header: HCPCSTable.header) {
            guard let code = HCPCSTable.read(row, in: &problems) else { continue }
            if codes.updateValue(code, forKey: code.code) != nil {
                problems.error(at: row.location, "the code \(code.code) stands twice")
            }
        }
        try problems.throwIfErrors()
        self.release = release
        self.codes = codes
        letters = Set(codes.keys.compactMap(\.first))
    }

    /// Every code, in no order.
    public var all: some Collection<HCPCSCode> & Sendable { codes.values }

    public func lookup(_ text: String, on date: CivilDate) -> HCPCSAnswer {
        let code = HCPCSTable.normalized(text)
        let coverage = release.coverage(of: date)
        guard let entry = codes[code] else {
            let standing: HCPCSAnswer.Standing =
                switch HCPCSTable.shape(of: code) {
                case .levelTwo(let letter): letters.contains(letter) ? .unknown : .notCarried
                case .number: .notCarried
                case .neither: .malformed
                }
            return HCPCSAnswer(code: code, standing: standing, coverage: coverage)
        }
        // The entry's own dates reach back further than the release; only the days after it are not known.
        let known: Coverage = date > release.validThrough ? coverage : .loaded
        if let last = entry.lastDate, date > last {
            return HCPCSAnswer(code: code, standing: .noLongerInForce(entry), coverage: .loaded)
        }
        guard date >= entry.firstDate else {
            let standing: HCPCSAnswer.Standing =
                entry.firstDateIsUpperBound ? .perhapsNotYetInForce(entry) : .notYetInForce(entry)
            return HCPCSAnswer(code: code, standing: standing, coverage: .loaded)
        }
        return HCPCSAnswer(code: code, standing: .inForce(entry), coverage: known)
    }

    /// Codes that a mistyped one may have meant: one character differs, or two neighbours are swapped. Sorted, at most
    /// `limit`; codes of the last release only.
    public func near(_ text: String, limit: Int = 3) -> [HCPCSCode] {
        let written = Array(HCPCSTable.normalized(text).utf8)
        let close = codes.values.filter { $0.lastDate == nil && isOneSlip(from: written, to: Array($0.code.utf8)) }
        return Array(close.sorted { $0.code < $1.code }.prefix(limit))
    }

    /// Codes of the last release whose descriptor names a drug, sorted.
    public func codes(naming drug: String) -> [HCPCSCode] {
        let words = Set(letterRuns(in: drug).filter { $0.count > 4 })
        guard !words.isEmpty else { return [] }
        return codes.values.filter { $0.lastDate == nil && !words.isDisjoint(with: letterRuns(in: $0.descriptor)) }
            .sorted { $0.code < $1.code }
    }

    static func normalized(_ text: String) -> String {
        text.uppercased().filter { !$0.isWhitespace }
    }

    private enum Shape {
        case levelTwo(Character)
        case number
        case neither
    }

    private static func shape(of code: String) -> Shape {
        guard code.utf8.count == 5, let first = code.first,
            code.dropFirst().dropLast().utf8.allSatisfy({ (48...57).contains($0) }), let last = code.utf8.last
        else { return .neither }
        let endsInDigit = (48...57).contains(last)
        if first.isASCII, first.isUppercase, endsInDigit { return .levelTwo(first) }
        // CPT: five digits, or four and a letter (category II, III and proprietary tests).
        return (48...57).contains(first.asciiValue ?? 0) && (endsInDigit || (65...90).contains(last))
            ? .number : .neither
    }

    private static func read(_ row: CSVRow, in problems: inout DiagnosticList) -> HCPCSCode? {
        let fields = row.fields
        guard case .levelTwo = shape(of: fields[0]) else {
            problems.error(at: row.location, "\"\(fields[0])\" is not a HCPCS code (a letter and four digits)")
            return nil
        }
        let unit = fields[1].isEmpty ? nil : Dose(fields[1])
        if unit == nil, !fields[1].isEmpty {
            problems.error(at: row.location, "\"\(fields[1])\" is not a unit such as \"10 mg\"")
            return nil
        }
        guard let first = bound(fields[2]), let last = fields[3].isEmpty ? (nil, false) : bound(fields[3]) else {
            problems.error(at: row.location, "a date must be written as 2026-04-01 or <=2026-04-01")
            return nil
        }
        guard let firstDate = first.date else { return nil }
        return HCPCSCode(
            code: fields[0], descriptor: fields[6], unit: unit, firstDate: firstDate,
            firstDateIsUpperBound: first.isUpperBound, lastDate: last.0, lastDateIsUpperBound: last.1,
            firstRelease: fields[4], lastRelease: fields[5])
    }

    private static func bound(_ text: String) -> (date: CivilDate?, isUpperBound: Bool)? {
        let isUpperBound = text.hasPrefix("<=")
        guard let date = CivilDate(iso: isUpperBound ? text.dropFirst(2) : text[...]) else { return nil }
        return (date, isUpperBound)
    }
}

private func isOneSlip(from written: [UInt8], to code: [UInt8]) -> Bool {
    guard written.count == code.count else { return false }
    let wrong = written.indices.filter { written[$0] != code[$0] }
    if wrong.count == 2, wrong[1] == wrong[0] + 1 {
        return written[wrong[0]] == code[wrong[1]] && written[wrong[1]] == code[wrong[0]]
    }
    return wrong.count == 1
}

/// The words of a text in small letters: `Injection, bevacizumab-awwb` is injection, bevacizumab, awwb.
func letterRuns(in text: String) -> [String] {
    text.lowercased().split { !$0.isLetter }.map(String.init)
}
