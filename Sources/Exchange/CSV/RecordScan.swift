/// The state of reading one record, kept over chunks so that no byte is looked at twice.
struct RecordScan: Sendable {
    enum Outcome {
        /// The chunk ended inside the record.
        case needsMore
        /// The record's content ends before this position; `position` is behind its line end.
        case record(end: Int)
        /// The file ended inside quotes that were opened on this line.
        case unclosedQuote(line: Int)
        case tooManyColumns
    }

    private enum State {
        case cellStart, unquoted, quoted
        /// Behind a quote inside a quoted cell: it closes the cell, or the next one makes it a doubled quote.
        case quoteInQuoted
    }

    /// The line on which the record begins.
    private(set) var line: Int
    private(set) var lineOfPosition: Int
    private(set) var recordStart = 0
    private(set) var position = 0
    private(set) var cells: [CSVCell] = []
    private(set) var defect: CSVDefect?
    /// How many bytes of the text were dropped in front of the buffer.
    private(set) var bytesBeforeBuffer = 0
    private var state = State.cellStart
    private var cellStart = 0
    private var cellLine: Int
    private var closingQuote: Int?
    private var hasEscapedQuotes = false

    init(line: Int) {
        self.line = line
        lineOfPosition = line
        cellLine = line
    }

    mutating func begin(at start: Int, line: Int) {
        self.line = line
        lineOfPosition = line
        cellLine = line
        recordStart = start
        position = start
        cells.removeAll(keepingCapacity: true)
        defect = nil
        beginCell(at: start)
    }

    mutating func bufferLost(_ count: Int) {
        recordStart -= count
        position -= count
        cellStart -= count
        closingQuote = closingQuote.map { $0 - count }
        bytesBeforeBuffer += count
    }

    /// The line of a place at or behind `position`.
    func line(at place: Int, of buffer: [UInt8]) -> Int {
        lineOfPosition + buffer[min(position, place)..<place].count { $0 == UInt8(ascii: "\n") }
    }

    mutating func advance(over buffer: [UInt8], delimiter: UInt8, maximumColumns: Int, isLast: Bool) -> Outcome {
        buffer.withUnsafeBufferPointer {
            advance(over: $0, delimiter: delimiter, maximumColumns: maximumColumns, isLast: isLast)
        }
    }

    private mutating func advance(
        over bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, maximumColumns: Int, isLast: Bool
    ) -> Outcome {
        while position < bytes.count {
            let byte = bytes[position]
            switch state {
            case .cellStart where byte == UInt8(ascii: "\""):
                state = .quoted
                position += 1
            case .quoted:
                if byte == UInt8(ascii: "\"") {
                    state = .quoteInQuoted
                } else if byte == UInt8(ascii: "\n") {
                    lineOfPosition += 1
                }
                position += 1
            case .quoteInQuoted where byte == UInt8(ascii: "\"") && closingQuote == nil:
                hasEscapedQuotes = true
                state = .quoted
                position += 1
            case .cellStart, .unquoted, .quoteInQuoted:
                if state == .quoteInQuoted, closingQuote == nil { closingQuote = position - 1 }
                if byte == delimiter {
                    if position > cellStart, bytes[position - 1] == UInt8(ascii: "\r") {
                        noteDefect(.strayCarriageReturn)
                    }
                    guard cells.count + 1 < maximumColumns else { return .tooManyColumns }
                    endCell(at: position)
                    position += 1
                    beginCell(at: position)
                } else if byte == UInt8(ascii: "\n") {
                    position += 1
                    lineOfPosition += 1
                    return endRecord(lineFeed: position - 1, bytes)
                } else {
                    note(byte, in: bytes)
                    position += 1
                }
            }
        }
        guard isLast else { return .needsMore }
        if state == .quoted { return .unclosedQuote(line: cellLine) }
        if state == .quoteInQuoted, closingQuote == nil { closingQuote = position - 1 }
        guard recordStart < bytes.count else { return .needsMore }
        return endRecord(lineFeed: position, bytes)
    }

    /// Looks at a byte outside quotes that ends nothing.
    private mutating func note(_ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) {
        // A carriage return is right only before a line feed; that the next byte is none shows when it comes.
        if position > recordStart, bytes[position - 1] == UInt8(ascii: "\r"), position - 1 >= cellStart {
            noteDefect(.strayCarriageReturn)
        }
        if state == .quoteInQuoted {
            if byte != UInt8(ascii: "\r") {
                noteDefect(.strayQuote)
                state = .unquoted
            }
            return
        }
        state = .unquoted
        if byte == UInt8(ascii: "\""), bytes[cellStart] != UInt8(ascii: "=") { noteDefect(.strayQuote) }
    }

    /// The first defect of a record is the one that is told.
    private mutating func noteDefect(_ found: CSVDefect) { defect = defect ?? found }

    private mutating func endRecord(lineFeed: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
        var end = lineFeed
        if end > recordStart, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        endCell(at: max(end, cellStart))
        return .record(end: end)
    }

    private mutating func beginCell(at start: Int) {
        state = .cellStart
        cellStart = start
        cellLine = lineOfPosition
        closingQuote = nil
        hasEscapedQuotes = false
    }

    private mutating func endCell(at end: Int) {
        // A cell that a stray quote made doubtful is kept as it stands.
        let isQuoted = closingQuote == end - 1 && defect == nil
        let start = cellStart - recordStart
        let stop = end - recordStart
        cells.append(
            CSVCell(
                range: start..<stop, content: isQuoted ? (start + 1)..<(stop - 1) : start..<stop,
                line: cellLine, hasEscapedQuotes: isQuoted && hasEscapedQuotes))
    }
}
