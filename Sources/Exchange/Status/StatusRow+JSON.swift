import CivilTime

extension StatusRow {
    /// A JSON array of objects for the database (`jsonb`), one a row.
    ///
    /// Keys: `row_no`, `line`, `raw`, `trace`, `reference`, `authorization_number`, `member_id`, `born`, `hcpcs`,
    /// `status_word`, `kind`, `reason_code`, `reason_text`, `from`, `to`, `units`, `units_basis`, `due`, `as_of`; a
    /// fault has `row_no`, `line`, `raw`, `fault`, `fault_column`, `fault_message`. A key without a value is left out.
    /// All values but `row_no` and `line` are texts.
    public static func jsonArray(_ rows: some Collection<StatusRow>) -> [UInt8] {
        var json = JSONText(capacity: rows.count * 400)
        json.beginArray()
        for row in rows { row.write(to: &json) }
        json.endArray()
        return json.bytes
    }

    /// One object of `jsonArray`.
    public var jsonObject: [UInt8] {
        var json = JSONText(capacity: 400)
        write(to: &json)
        return json.bytes
    }

    private func write(to json: inout JSONText) {
        json.beginObject()
        switch self {
        case .record(let record): write(record, to: &json)
        case .fault(let fault):
            json.member("row_no", fault.rowNumber)
            json.member("line", fault.line)
            json.member("raw", fault.raw.value)
            json.member("fault", fault.reason.rawValue)
            json.member("fault_column", fault.column)
            json.member("fault_message", fault.message)
        }
        json.endObject()
    }

    private func write(_ record: StatusRecord, to json: inout JSONText) {
        json.member("row_no", record.rowNumber)
        json.member("line", record.line)
        json.member("raw", record.raw.value)
        json.member("trace", record.trace)
        json.member("reference", record.payerReference)
        json.member("authorization_number", record.authorizationNumber)
        json.member("member_id", record.memberID?.value)
        json.member("born", record.born?.value.description)
        json.member("hcpcs", record.hcpcs)
        json.member("status_word", record.statusWord)
        json.member("kind", record.kind.rawValue)
        json.member("reason_code", record.reasonCode)
        json.member("reason_text", record.reasonText?.value)
        json.member("from", record.from?.description)
        json.member("to", record.to?.description)
        json.member("units", record.unitsApproved)
        json.member("units_basis", record.unitsBasis?.rawValue)
        json.member("due", record.informationDue?.description)
        json.member("as_of", record.asOf?.description)
    }
}
