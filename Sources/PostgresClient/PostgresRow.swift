internal import CLibpq

/// A result of libpq. It never changes once it is here, and libpq allows such results to be read from any thread
/// (manual, 34.21), hence `@unchecked Sendable`.
final class PostgresResult: @unchecked Sendable {
    let raw: OpaquePointer

    init(_ raw: OpaquePointer) { self.raw = raw }
    deinit { PQclear(raw) }

    var rowCount: Int { Int(PQntuples(raw)) }
    var columnCount: Int { Int(PQnfields(raw)) }
    var rows: [PostgresRow] { (0..<rowCount).map { PostgresRow(result: self, index: $0) } }
    /// Rows that an INSERT, UPDATE, DELETE, MERGE, COPY or SELECT touched; 0 for other commands.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }
    var commandTag: String { String(cString: PQcmdStatus(raw)) }

    func columnName(_ column: Int) -> String { PQfname(raw, Int32(column)).map { String(cString: $0) } ?? "?" }
    func columnIndex(named name: String) -> Int? { (0..<columnCount).first { columnName($0) == name } }
}

/// One row of an answer. It may outlive its session.
public struct PostgresRow: Sendable {
    let result: PostgresResult
    let index: Int

    /// The columns' names, in order.
    public var columns: [String] { (0..<result.columnCount).map { result.columnName($0) } }

    /// Reads all columns by position: `let (id, units) = try row.decode(UUID.self, Int?.self)`.
    ///
    /// - Throws: `PostgresError` with code `decoding` when a column does not hold its type, or the row has another number
    ///   of columns than there are types.
    public func decode<each Value: PostgresDecodable>(
        _ types: repeat (each Value).Type
    ) throws(PostgresError) -> (repeat each Value) {
        var count = 0
        for _ in repeat each types { count += 1 }
        guard count == result.columnCount else {
            throw PostgresError(.decoding, "the row has \(result.columnCount) columns where \(count) were expected")
        }
        var column = -1
        func next<Next: PostgresDecodable>(_ type: Next.Type) throws(PostgresError) -> Next {
            column += 1
            return try value(at: column, as: type)
        }
        return (repeat try next(each types))
    }

    /// Reads the only column.
    public func decode<Value: PostgresDecodable>(_ type: Value.Type) throws(PostgresError) -> Value {
        guard result.columnCount == 1 else {
            throw PostgresError(.decoding, "the row has \(result.columnCount) columns where 1 was expected")
        }
        return try value(at: 0, as: type)
    }

    /// Reads one column by name.
    ///
    /// - Throws: `PostgresError` with code `decoding` when there is no such column or it does not hold the type.
    public func get<Value: PostgresDecodable>(
        _ column: String, as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let index = result.columnIndex(named: column) else {
            var error = PostgresError(.decoding, "the answer has no such column")
            error.column = column
            throw error
        }
        return try value(at: index, as: type)
    }

    private func value<Value: PostgresDecodable>(
        at column: Int, as type: Value.Type
    ) throws(PostgresError) -> Value {
        let raw = result.raw
        let (row, position) = (Int32(index), Int32(column))
        guard PQgetisnull(raw, row, position) == 0, let start = PQgetvalue(raw, row, position) else {
            if let null = Value.postgresNull { return null }
            var error = PostgresError(.decoding, "NULL where a \(Value.self) was expected")
            error.column = result.columnName(column)
            throw error
        }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(raw, row, position)))
        return try Value(
            postgres: PostgresField(result: result, column: column, oid: PQftype(raw, position), bytes: bytes))
    }
}

/// One field of a row that is not NULL, in the server's binary form.
public struct PostgresField {
    /// Keeps `bytes` alive.
    let result: PostgresResult
    let column: Int
    let oid: UInt32
    let bytes: UnsafeRawBufferPointer

    /// The error for a field that does not hold what was expected. It names the column, its type and the expectation.
    public func mismatch(_ expected: String) -> PostgresError {
        var error = PostgresError(
            .decoding, "a value of type \(PostgresType.name(oid: oid)) cannot be read as \(expected)")
        error.column = result.columnName(column)
        return error
    }

    func load<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type, at offset: Int = 0, expected: String
    ) throws(PostgresError) -> Number {
        guard offset >= 0, offset + MemoryLayout<Number>.size <= bytes.count else { throw mismatch(expected) }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// A part of this field, as a field of another type: an element of an array.
    func part(_ range: Range<Int>, oid: UInt32) -> PostgresField {
        PostgresField(result: result, column: column, oid: oid, bytes: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
}
