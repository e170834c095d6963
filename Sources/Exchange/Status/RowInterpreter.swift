import CivilTime

/// Turns one CSV row into a `StatusRecord`, or says why it cannot.
struct RowInterpreter: Sendable {
    let mapping: StatusMapping
    let layout: StatusLayout

    struct Problem: Error {
        let reason: RowFault.Reason
        let column: StatusColumn?
        let message: String
    }

    func read(_ row: CSVRow) -> StatusRow {
        do {
            return .record(try record(row))
        } catch {
            return .fault(
                RowFault(
                    rowNumber: row.number, line: row.line, column: error.column.map(layout.name(of:)),
                    reason: error.reason, message: error.message, raw: Sensitive(row.rawText)))
        }
    }

    private func record(_ row: CSVRow) throws(Problem) -> StatusRecord {
        if let defect = row.defect { throw problem(defect) }
        guard !row.isEmpty else {
            throw Problem(reason: .emptyRow, column: nil, message: "no cell of the row has anything in it")
        }
        try checkSender(row)
        let (word, kind) = try status(row)
        let trace = try identifier(.trace, row)
        let reference = try identifier(.reference, row)
        let authorization = try identifier(.authorization, row)
        let member = try identifier(.memberID, row)
        guard trace != nil || reference != nil || authorization != nil || member != nil else {
            throw Problem(reason: .missingKey, column: nil, message: "nothing in the row to find a request by")
        }
        let from = try date(.from, row)
        let to = try date(.to, row)
        if let from, let to, from > to {
            throw Problem(reason: .fromAfterTo, column: .from, message: "the period begins after it ends")
        }
        let due = try date(.due, row)
        // Whatever the word: with a day by which it wants something, the payer waits for us.
        let said = kind == .received && due != nil ? .pended : kind
        let units = try decimal(.units, row)
        let isApproval = kind == .approved || kind == .approvedInPart
        return StatusRecord(
            rowNumber: row.number, line: row.line, raw: Sensitive(row.rawText), trace: trace,
            payerReference: reference,
            authorizationNumber: authorization ?? (isApproval && mapping.authorizationIsReference ? reference : nil),
            memberID: member.map { Sensitive($0) }, born: try date(.born, row).map { Sensitive($0) },
            hcpcs: try code(row), statusWord: word, kind: said, reasonCode: text(.reasonCode, row),
            reasonText: text(.reasonText, row).map { Sensitive($0) }, from: from, to: to, unitsApproved: units,
            unitsBasis: units == nil ? nil : try basis(row), informationDue: due,
            asOf: try moment(.asOf, row))
    }

    /// A cell without blanks at its ends; `="00123"` without its wrapping; nothing for what the payer calls nothing.
    private func text(_ column: StatusColumn, _ row: CSVRow) -> String? {
        guard let place = layout.place(of: column), var value = row.trimmedText(place) else { return nil }
        if value.hasPrefix("=\""), value.hasSuffix("\""), value.utf8.count >= 3 {
            value = trimmed(String(value.dropFirst(2).dropLast()))
        }
        if value.isEmpty || (!mapping.blankValues.isEmpty && mapping.blankValues.contains(folded(value))) { return nil }
        return value
    }

    private func problem(_ defect: CSVDefect) -> Problem {
        switch defect {
        case .ragged(let expected, let found):
            Problem(
                reason: .raggedRow, column: nil, message: "the row has \(found) cells, the header \(expected)")
        case .strayQuote:
            Problem(reason: .strayQuote, column: nil, message: "a quote stands inside a cell; quotes must be doubled")
        case .strayCarriageReturn:
            Problem(
                reason: .strayCarriageReturn, column: nil, message: "a carriage return without a line feed in a cell")
        }
    }

    // MARK: - Words

    private func checkSender(_ row: CSVRow) throws(Problem) {
        guard layout.place(of: .sender) != nil else { return }
        guard let sender = text(.sender, row), mapping.senderNames.contains(folded(sender)) else {
            throw Problem(reason: .wrongPayer, column: .sender, message: "the row does not name \(mapping.payer)")
        }
    }

    private func status(_ row: CSVRow) throws(Problem) -> (String, StatusKind) {
        guard let word = text(.status, row) else {
            throw Problem(reason: .missingStatus, column: .status, message: "the row has no status")
        }
        guard let kind = mapping.statuses[folded(word)] else {
            throw Problem(
                reason: .unmappedStatus, column: .status,
                message: "the status word is not in the mapping; add it under statuses in \(mapping.name)")
        }
        return (word, kind)
    }

    private func basis(_ row: CSVRow) throws(Problem) -> UnitsBasis {
        if let word = text(.unitsBasis, row) {
            guard let basis = mapping.unitsBasisWords[folded(word)] else {
                throw Problem(
                    reason: .unmappedUnitsBasis, column: .unitsBasis,
                    message: "what the units count is not in the mapping; add the word under units_basis_words")
            }
            return basis
        }
        guard let basis = mapping.unitsBasis else {
            throw Problem(
                reason: .unmappedUnitsBasis, column: .unitsBasis, message: "the row does not say what its units count")
        }
        return basis
    }

    // MARK: - Numbers

    private func identifier(_ column: StatusColumn, _ row: CSVRow) throws(Problem) -> String? {
        guard let value = text(column, row) else { return nil }
        if let damage = spreadsheetDamage(value) {
            throw Problem(
                reason: .damagedNumber, column: column,
                message: "\(damage); export the file anew without a spreadsheet in between")
        }
        guard let digits = mapping.columns[column]?.digits, isDigits(value) else { return value }
        let count = value.utf8.count
        if count < digits.lowerBound {
            throw Problem(
                reason: .damagedNumber, column: column,
                message: "\(count) digits where at least \(digits.lowerBound) are usual: leading zeros were lost, "
                    + "and are not guessed back")
        }
        if count > digits.upperBound {
            throw Problem(
                reason: .badNumber, column: column,
                message: "\(count) digits where at most \(digits.upperBound) are usual")
        }
        return value
    }

    /// HCPCS level II (`J2323`) or CPT (`96365`, `0001U`): five characters, one code a row.
    private func code(_ row: CSVRow) throws(Problem) -> String? {
        guard let value = text(.hcpcs, row)?.uppercased() else { return nil }
        let bytes = Array(value.utf8)
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) }
        guard bytes.count == 5, bytes[1..<4].allSatisfy(isDigit), isDigit(bytes[0]) || isLetter(bytes[0]),
            isDigit(bytes[4]) || (isDigit(bytes[0]) && isLetter(bytes[4]))
        else { throw Problem(reason: .badCode, column: .hcpcs, message: "not one HCPCS code such as J2323") }
        return value
    }

    private func decimal(_ column: StatusColumn, _ row: CSVRow) throws(Problem) -> String? {
        guard let value = text(column, row) else { return nil }
        if isScientific(value) {
            throw Problem(
                reason: .damagedNumber, column: column, message: "scientific notation: a spreadsheet dropped digits")
        }
        guard let number = canonicalDecimal(value) else {
            throw Problem(
                reason: .badUnits, column: column, message: "not a number of units such as 300 or 0.5")
        }
        return number
    }

    // MARK: - Dates

    private func date(_ column: StatusColumn, _ row: CSVRow) throws(Problem) -> CivilDate? {
        guard let moment = try moment(column, row) else { return nil }
        // A midnight is how databases export a day; any other time would make the day a matter of zones.
        guard moment.offset == nil, moment.time == nil || moment.time == "00:00:00" else {
            throw Problem(reason: .badDate, column: column, message: "a time of day where only a day can be meant")
        }
        return moment.date
    }

    private func moment(_ column: StatusColumn, _ row: CSVRow) throws(Problem) -> StatusTime? {
        guard let value = text(column, row), !mapping.sentinelDates.contains(value) else { return nil }
        guard let (day, time, offset) = splitTime(value) else {
            throw Problem(reason: .badDate, column: column, message: "not a date in a format of the mapping")
        }
        if mapping.sentinelDates.contains(day) { return nil }
        var dates: Set<CivilDate> = []
        var isImpossible = false
        for format in mapping.dateFormats {
            switch format.read(day) {
            case .date(let date): dates.insert(date)
            case .impossible: isImpossible = true
            case .otherShape: break
            }
        }
        guard dates.count <= 1 else {
            throw Problem(
                reason: .ambiguousDate, column: column,
                message: "two of the mapping's formats read this date differently")
        }
        guard let date = dates.first else {
            throw isImpossible
                ? Problem(reason: .impossibleDate, column: column, message: "no calendar has this date")
                : Problem(reason: .badDate, column: column, message: "not a date in a format of the mapping")
        }
        return StatusTime(date: date, time: time, offset: offset)
    }
}
