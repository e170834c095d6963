internal import CLibpq

extension PostgresSession {
    /// Runs a statement and returns its rows.
    ///
    /// The statement is prepared once a connection and kept.
    public func query(_ sql: SQL) throws(PostgresError) -> [PostgresRow] { try run(sql).rows }

    /// Runs a statement that yields at most one row.
    ///
    /// - Throws: `PostgresError` with code `usage` when there are more.
    public func queryOne(_ sql: SQL) throws(PostgresError) -> PostgresRow? {
        let result = try run(sql)
        guard result.rowCount <= 1 else {
            throw PostgresError(.usage, "the statement yielded \(result.rowCount) rows where at most one was expected")
        }
        return result.rows.first
    }

    /// Runs a statement and returns how many rows it touched.
    @discardableResult
    public func execute(_ sql: SQL) throws(PostgresError) -> Int { try run(sql).affectedRows }

    /// Runs a text of several statements, without parameters and without rows. Outside a transaction they form one.
    public func runScript(_ text: String) throws(PostgresError) {
        try checkReady()
        guard !text.utf8.contains(0) else { throw PostgresError(.usage, "a script holds the character U+0000") }
        guard PQsendQuery(raw, text) == 1 else { throw failureToSend() }
        try takeAnswer()
    }

    private func endUnexpectedCopy(_ status: ExecStatusType) {
        guard status == PGRES_COPY_OUT else {
            _ = PQputCopyEnd(raw, "not possible here")
            return
        }
        var row: UnsafeMutablePointer<CChar>?
        while PQgetCopyData(raw, &row, 0) > 0 { PQfreemem(row) }
    }

    // MARK: - One statement

    func run(_ sql: SQL) throws(PostgresError) -> PostgresResult {
        if let failure = sql.failure { throw failure }
        let key = StatementCache.Key(text: sql.text, types: sql.parameters.map(\.oid))
        let isAlone = PQtransactionStatus(raw) == PQTRANS_IDLE
        do {
            return try runPrepared(sql, key)
        } catch {
            // The plan went stale, because the schema changed or somebody deallocated it. The entry is gone now; outside
            // a transaction nothing was stored yet, so the statement may be tried anew.
            guard isAlone, error.isStalePlan else { throw error }
            return try runPrepared(sql, key)
        }
    }

    private func runPrepared(_ sql: SQL, _ key: StatementCache.Key) throws(PostgresError) -> PostgresResult {
        try checkReady()
        let name = try preparedName(for: key)
        try send(sql, name: name)
        do {
            return try takeAnswer()
        } catch {
            if error.isStalePlan { statements.remove(key) }
            throw error
        }
    }

    /// Prepares a statement unless the connection has it already.
    func preparedName(for key: StatementCache.Key) throws(PostgresError) -> String {
        if let name = statements.name(for: key) { return name }
        // DEALLOCATE is refused in a failed transaction, and must not be lost then.
        if PQtransactionStatus(raw) == PQTRANS_IDLE, let script = statements.takeDiscarded() {
            PQclear(PQexec(raw, script))
        }
        let name = statements.newName()
        guard PQsendPrepare(raw, name, key.text, Int32(key.types.count), key.types) == 1 else { throw failureToSend() }
        try takeAnswer()
        statements.insert(name, for: key)
        return name
    }

    // MARK: - Results

    /// Waits for the answer to a statement that was sent. The first error counts: a server that goes away says why, and
    /// what libpq says afterwards is only that it is gone.
    @discardableResult
    func takeAnswer() throws(PostgresError) -> PostgresResult {
        var answer: PostgresResult?
        var failure: PostgresError?
        while let pointer = PQgetResult(raw) {
            let result = PostgresResult(pointer)
            switch PQresultStatus(pointer) {
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                endUnexpectedCopy(PQresultStatus(pointer))
                failure = failure ?? PostgresError(.usage, "COPY to or from the client needs copyIn or copyOut")
            default:
                do { try check(result) } catch { failure = failure ?? error }
            }
            answer = result
        }
        if let failure { throw failure }
        guard let answer else { throw failureToSend() }
        return answer
    }

    /// Throws when a result is an error.
    func check(_ result: PostgresResult) throws(PostgresError) {
        switch PQresultStatus(result.raw) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE, PGRES_PIPELINE_SYNC,
            PGRES_COPY_IN, PGRES_COPY_OUT:
            return
        case PGRES_PIPELINE_ABORTED:
            throw PostgresError(.server, "not run, because an earlier statement failed")
        default:
            throw error(from: result)
        }
    }

    private func error(from result: PostgresResult) -> PostgresError {
        var error = PostgresError(result: result.raw)
        // A server's error always has a SQLSTATE; without one it is libpq's own, which it may make before it calls the
        // connection bad.
        if error.endsConnection || error.sqlState == nil || PQstatus(raw) == CONNECTION_BAD {
            isBroken = true
            // A server that was told to stop says so before it closes; a network does not.
            if error.sqlState == nil { return .lost }
            if error.code == .server { error.code = .connectionLost }
            return error
        }
        if error.sqlState == "57014", canceller.isCancelled { return .cancelledByTask }
        return error
    }

    func failureToSend() -> PostgresError {
        isBroken = true
        return .lost
    }
}

extension PostgresSession {
    /// Lends libpq the parameters: one buffer of bytes, and a pointer into it for each value. Every value is followed by a
    /// zero byte, so that an empty one has an address, too: a null pointer would be NULL.
    func withParameters<Result>(
        _ parameters: [PostgresParameter],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        guard !parameters.isEmpty else { return body(nil, nil, nil) }
        var bytes: [UInt8] = []
        var offsets: [Int?] = []
        for parameter in parameters {
            offsets.append(parameter.bytes == nil ? nil : bytes.count)
            if let value = parameter.bytes {
                bytes += value
                bytes.append(0)
            }
        }
        let lengths = parameters.map { Int32($0.bytes?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: parameters.count)
        return bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = offsets.map { offset in offset.flatMap { start?.advanced(by: $0) } }
            return body(values, lengths, formats)
        }
    }
}
