public import CivilTime
public import Diagnostics

/// ICD-10-CM, searched where it lies.
///
/// The file is lines of `code<TAB>billable (0 or 1)<TAB>description`, sorted by the bytes of the code, each ended by a
/// line feed, under a header line. Opening it reads no line but the header: 98,000 codes cost nothing until asked for.
public struct DiagnosisTable: Sendable {
    public let release: Release
    public let history: DiagnosisHistory
    private let bytes: [UInt8]
    private let file: String

    static let header = "code\tbillable\tdescription\n"

    /// - Throws: when the header is another one, or the last line is not ended (a file half-written).
    public init(
        tsv bytes: [UInt8], file: String, release: Release, history: DiagnosisHistory = DiagnosisHistory()
    ) throws(InvalidSource) {
        guard bytes.starts(with: DiagnosisTable.header.utf8) else {
            throw InvalidSource(
                at: SourceLocation(file: file, line: 1, column: 1),
                "the first line must be \"code<TAB>billable<TAB>description\"; is this another table?")
        }
        guard bytes.last == lineFeed else {
            throw InvalidSource(
                at: SourceLocation(file: file, line: 1, column: 1),
                "the last line is not ended: the file is cut short; copy it again")
        }
        self.bytes = bytes
        self.file = file
        self.release = release
        self.history = history
    }

    /// The entry, whatever the date. Accepts the code with or without its dot, in any case.
    public subscript(code: String) -> Diagnosis? {
        guard let key = DiagnosisTable.normalized(code) else { return nil }
        return entry(exactly: key)
    }

    /// Whether a code could be billed on a date of service, and if not, why.
    public func billability(_ code: String, on date: CivilDate) -> DiagnosisAnswer {
        guard let key = DiagnosisTable.normalized(code) else {
            return DiagnosisAnswer(code: code, standing: .malformed, coverage: .loaded)
        }
        let coverage = release.coverage(of: date)
        guard let entry = entry(exactly: key) else {
            return DiagnosisAnswer(code: key, standing: .unknown(ancestor: ancestor(of: key)), coverage: coverage)
        }
        if let past = history.standing(of: key, on: date) {
            let standing: DiagnosisAnswer.Standing =
                switch past.kind {
                case .billable: .billable(entry)
                case .heading: .notBillable(entry, lastBillable: nil)
                case .absent: .notYet(entry, through: past.through)
                }
            return DiagnosisAnswer(code: key, standing: standing, coverage: .loaded)
        }
        guard entry.isBillable else {
            let last = history.lastBillable(key)
            return DiagnosisAnswer(code: key, standing: .notBillable(entry, lastBillable: last), coverage: coverage)
        }
        return DiagnosisAnswer(code: key, standing: .billable(entry), coverage: coverage)
    }

    /// Every code, in the table's order.
    var all: [Diagnosis] {
        var found: [Diagnosis] = []
        var start = DiagnosisTable.header.utf8.count
        while start < bytes.count {
            let end = endOfLine(from: start)
            if let entry = entry(in: start..<end) { found.append(entry) }
            start = end + 1
        }
        return found
    }

    /// The codes directly below one, in the table's order. ICD-10-CM skips levels (S02.0 has S02.0XXA below it).
    public func children(of code: String) -> [Diagnosis] {
        var children: [Diagnosis] = []
        for entry in descendants(of: code) where children.last.map({ !entry.code.hasPrefix($0.code) }) ?? true {
            children.append(entry)
        }
        return children
    }

    /// Every code below one, at any depth, in the table's order.
    public func descendants(of code: String) -> [Diagnosis] {
        guard let key = DiagnosisTable.normalized(code) else { return [] }
        let prefix = Array(key.utf8)
        var found: [Diagnosis] = []
        var start = lowerBound(of: prefix)
        while start < bytes.count, bytes[start...].starts(with: prefix) {
            let end = endOfLine(from: start)
            if let entry = entry(in: start..<end), entry.code != key { found.append(entry) }
            start = end + 1
        }
        return found
    }

    /// Reads every line and says what is out of order. Opening does not; loading a new release should.
    public func check() throws(InvalidSource) {
        var problems = DiagnosticList()
        var previous: [UInt8] = []
        var line = 1
        var start = DiagnosisTable.header.utf8.count
        while start < bytes.count, problems.all.count < 20 {
            line += 1
            let end = endOfLine(from: start)
            let location = SourceLocation(file: file, line: line, column: 1)
            let code = Array(bytes[start..<end].prefix { $0 != tab })
            if entry(in: start..<end) == nil {
                problems.error(at: location, "expected code<TAB>0 or 1<TAB>description in UTF-8")
            } else if !previous.lexicographicallyPrecedes(code) {
                problems.error(at: location, "not sorted by the bytes of the code, or a code twice")
            }
            previous = code
            start = end + 1
        }
        try problems.throwIfErrors()
    }

    /// `g35a`, `G35A`, `G35.A` are all `G35.A`; `nil` for what no ICD-10-CM code looks like.
    ///
    /// A letter, a letter or digit, a letter or digit, then at most four more: FY2026 has codes such as QA0.010, so the
    /// older rule of a digit in second place no longer holds.
    public static func normalized(_ text: String) -> String? {
        var characters = Array(text.uppercased().filter { !$0.isWhitespace }.utf8)
        if characters.count > 4, characters[3] == UInt8(ascii: ".") { characters.remove(at: 3) }
        guard (3...7).contains(characters.count), (65...90).contains(characters[0]),
            characters.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
        else { return nil }
        if characters.count > 3 { characters.insert(UInt8(ascii: "."), at: 3) }
        return String(decoding: characters, as: UTF8.self)
    }

    private func ancestor(of key: String) -> Diagnosis? {
        var shorter = key.dropLast()
        while shorter.count >= 3 {
            if let entry = entry(exactly: String(shorter)) { return entry }
            shorter = shorter.dropLast()
        }
        return nil
    }

    private func entry(exactly key: String) -> Diagnosis? {
        let start = lowerBound(of: Array(key.utf8))
        guard start < bytes.count else { return nil }
        guard let entry = entry(in: start..<endOfLine(from: start)), entry.code == key else { return nil }
        return entry
    }

    /// Where the first line begins whose code is not less than the key; the end of the table when there is none.
    private func lowerBound(of key: [UInt8]) -> Int {
        var low = DiagnosisTable.header.utf8.count
        var high = bytes.count
        while low < high {
            var lineStart = low + (high - low) / 2
            while lineStart > low, bytes[lineStart - 1] != lineFeed { lineStart -= 1 }
            let code = bytes[lineStart...].prefix { $0 != tab && $0 != lineFeed }
            if code.lexicographicallyPrecedes(key) {
                low = endOfLine(from: lineStart) + 1
            } else {
                high = lineStart
            }
        }
        return low
    }

    private func endOfLine(from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != lineFeed { end += 1 }
        return end
    }

    private func entry(in line: Range<Int>) -> Diagnosis? {
        let fields = bytes[line].split(separator: tab, maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let code = String(validating: fields[0], as: UTF8.self),
            let description = String(validating: fields[2], as: UTF8.self),
            fields[1].elementsEqual("1".utf8) || fields[1].elementsEqual("0".utf8)
        else { return nil }
        return Diagnosis(code: code, isBillable: fields[1].first == UInt8(ascii: "1"), description: description)
    }
}

private let lineFeed = UInt8(ascii: "\n")
private let tab = UInt8(ascii: "\t")
