internal import CLibpq

extension PostgresSession {
    /// Runs many statements with few round trips and returns the rows of each, in order.
    ///
    /// Outside a transaction they form one: all take effect or none. After an error none of the later ones is run, and the
    /// first error is thrown. Answers are fetched after every hundred statements, so that neither end waits for the other
    /// with full buffers.
    @discardableResult
    public func pipeline(_ statements: [SQL]) throws(PostgresError) -> [[PostgresRow]] {
        guard !statements.isEmpty else { return [] }
        for sql in statements { if let failure = sql.failure { throw failure } }
        try checkReady()
        // Preparing first keeps the pipeline itself simple: it holds executions only.
        var names: [String] = []
        let keys = statements.map { StatementCache.Key(text: $0.text, types: $0.parameters.map(\.oid)) }
        guard Set(keys).count <= StatementCache.limit / 2 else {
            throw PostgresError(.usage, "a pipeline may hold \(StatementCache.limit / 2) different statements at most")
        }
        for key in keys { names.append(try preparedName(for: key)) }

        guard PQenterPipelineMode(raw) == 1 else { throw failureToSend() }
        defer { leavePipeline() }
        var rows: [[PostgresRow]] = []
        var failure: PostgresError?
        for start in stride(from: 0, to: statements.count, by: 100) where failure == nil {
            let batch = start..<min(start + 100, statements.count)
            for index in batch { try send(statements[index], name: names[index]) }
            guard PQsendFlushRequest(raw) == 1, PQflush(raw) == 0 else { throw failureToSend() }
            for index in batch {
                do {
                    rows.append(try nextPipelineResult().rows)
                } catch {
                    if failure == nil {
                        if error.isStalePlan { self.statements.remove(keys[index]) }
                        failure = error
                    }
                    if isBroken { throw failure ?? error }
                }
            }
        }
        do { try syncPipeline() } catch { failure = failure ?? error }
        if let failure { throw failure }
        return rows
    }

    func send(_ sql: SQL, name: String) throws(PostgresError) {
        let status = withParameters(sql.parameters) { values, lengths, formats in
            PQsendQueryPrepared(raw, name, Int32(sql.parameters.count), values, lengths, formats, 1)
        }
        guard status == 1 else { throw failureToSend() }
    }

    /// The result of the next statement in the pipeline. libpq ends each with a null, which is read, too.
    func nextPipelineResult(beforeEnd: () -> Void = {}) throws(PostgresError) -> PostgresResult {
        guard let pointer = PQgetResult(raw) else { throw failureToSend() }
        let result = PostgresResult(pointer)
        beforeEnd()
        while let extra = PQgetResult(raw) { PQclear(extra) }
        try check(result)
        return result
    }

    /// Ends the pipeline's implicit transaction and waits for the server to say so.
    func syncPipeline() throws(PostgresError) {
        guard PQpipelineSync(raw) == 1 else { throw failureToSend() }
        try drainToSync()
    }

    func drainToSync() throws(PostgresError) {
        var failure: PostgresError?
        while true {
            guard let pointer = PQgetResult(raw) else {
                guard PQstatus(raw) == CONNECTION_OK, PQpipelineStatus(raw) != PQ_PIPELINE_OFF else {
                    throw failure ?? failureToSend()
                }
                continue
            }
            let result = PostgresResult(pointer)
            if PQresultStatus(pointer) == PGRES_PIPELINE_SYNC { break }
            do { try check(result) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    func leavePipeline() {
        if PQexitPipelineMode(raw) != 1 { isBroken = true }
    }
}
