internal import CLibpq

/// How far a transaction is kept apart from others.
public enum IsolationLevel: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

/// What a transaction begins with.
struct TransactionOpening: Sendable {
    var settings: [String: String] = [:]
    var isReadOnly = false
    var isolation = IsolationLevel.readCommitted

    /// Never READ WRITE: a standby would refuse that with another error than the write itself, and a server that is
    /// read-only by default would be overruled.
    var begin: String { "BEGIN ISOLATION LEVEL \(isolation.rawValue)" + (isReadOnly ? " READ ONLY" : "") }
}

extension PostgresSession {
    /// Runs `body` in a transaction. COMMIT is sent only when `body` returned, nothing failed inside, and the task was
    /// not cancelled; from then on cancelling has no effect.
    func transaction<Result>(
        _ opening: TransactionOpening, _ body: (PostgresSession) throws -> Result
    ) throws -> Result {
        let value: Result
        do {
            try runScript(([opening.begin] + settingStatements(opening.settings)).joined(separator: "; "))
            value = try body(self)
            try endBody()
        } catch {
            rollBack()
            throw error
        }
        try commit(isReadOnly: opening.isReadOnly)
        return value
    }

    /// Commits a transaction whose statements were sent one by one.
    func endTransaction(isReadOnly: Bool) throws(PostgresError) {
        do {
            try endBody()
        } catch {
            rollBack()
            throw error
        }
        try commit(isReadOnly: isReadOnly)
    }

    /// `SET LOCAL` for each setting. It reaches the workers of a distributed database, which `set_config` does not.
    func settingStatements(_ settings: [String: String]) throws(PostgresError) -> [String] {
        var statements: [String] = []
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            let isPlain = name.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") || $0 == 46 }
            guard isPlain, !name.isEmpty else {
                throw PostgresError(.usage, "a setting's name may hold a to z, _ and . only")
            }
            statements.append("SET LOCAL \(name) = \(try literal(value))")
        }
        return statements
    }

    /// From here on the transaction can no longer be cancelled. Throws when it must not be committed.
    private func endBody() throws(PostgresError) {
        canceller.disarm()
        if canceller.isCancelled { throw PostgresError.cancelledByTask }
        switch PQtransactionStatus(raw) {
        case PQTRANS_INTRANS: return
        case PQTRANS_INERROR: throw PostgresError.swallowed
        case PQTRANS_IDLE: throw PostgresError(.usage, "the transaction was ended inside its own body")
        default: throw failureToSend()
        }
    }

    private func commit(isReadOnly: Bool) throws(PostgresError) {
        let warnings = notices.warningCount
        let pointer = PQexec(raw, "COMMIT")
        try checkCommit(pointer.map { PostgresResult($0) }, warningsBefore: warnings, isReadOnly: isReadOnly)
    }

    /// Reads the answer to a COMMIT that was sent.
    ///
    /// The server's ERROR is a rollback, and so is the tag ROLLBACK. A lost connection leaves it open whether the server
    /// got that far. A warning means that the server gave up waiting for a standby: stored here, perhaps not there.
    func checkCommit(
        _ result: PostgresResult?, warningsBefore: Int, isReadOnly: Bool
    ) throws(PostgresError) {
        guard let result else {
            isBroken = true
            throw isReadOnly ? PostgresError.lost : PostgresError.unknownOutcome
        }
        do {
            try check(result)
        } catch {
            throw isBroken && !isReadOnly ? PostgresError.unknownOutcome : error
        }
        guard result.commandTag == "COMMIT" else { throw PostgresError.swallowed }
        if notices.warningCount != warningsBefore, !isReadOnly { throw PostgresError.unknownOutcome }
    }

    /// Best effort: when it fails, the connection is thrown away, which rolls back as well.
    func rollBack() {
        canceller.disarm()
        guard PQstatus(raw) == CONNECTION_OK, !isBroken, PQtransactionStatus(raw) != PQTRANS_IDLE else { return }
        let result = PQexec(raw, "ROLLBACK")
        if PQresultStatus(result) != PGRES_COMMAND_OK { isBroken = true }
        PQclear(result)
    }
}

// MARK: - One statement in a transaction

extension PostgresSession {
    /// BEGIN, the settings, one statement and COMMIT as a pipeline.
    ///
    /// When it may be cancelled, COMMIT waits until the statement has answered, because a cancel request must not meet a
    /// COMMIT: two round trips. Otherwise all of it is one.
    func call(
        _ sql: SQL, _ opening: TransactionOpening, isCancellable: Bool
    ) throws(PostgresError) -> [PostgresRow] {
        if let failure = sql.failure { throw failure }
        let key = StatementCache.Key(text: sql.text, types: sql.parameters.map(\.oid))
        do {
            return try callOnce(sql, key, opening, isCancellable)
        } catch {
            guard error.isStalePlan, error.code == .server else { throw error }
            return try callOnce(sql, key, opening, isCancellable)
        }
    }

    private func callOnce(
        _ sql: SQL, _ key: StatementCache.Key, _ opening: TransactionOpening, _ isCancellable: Bool
    ) throws(PostgresError) -> [PostgresRow] {
        try checkReady()
        let settings = try settingStatements(opening.settings)
        let beginKey = StatementCache.Key(text: opening.begin, types: [])
        let commitKey = StatementCache.Key(text: "COMMIT", types: [])
        let begin = try preparedName(for: beginKey)
        let commit = try preparedName(for: commitKey)
        let name = try preparedName(for: key)
        if !isCancellable {
            canceller.disarm()
            try checkReady()
        }
        do {
            return try runPipelined(
                sql, name, begin, settings, commit, isReadOnly: opening.isReadOnly, isCancellable)
        } catch {
            if error.isStalePlan { for stale in [beginKey, commitKey, key] { statements.remove(stale) } }
            rollBack()
            throw error
        }
    }

    private func runPipelined(
        _ sql: SQL, _ name: String, _ begin: String, _ settings: [String], _ commit: String, isReadOnly: Bool,
        _ isCancellable: Bool
    ) throws(PostgresError) -> [PostgresRow] {
        guard PQenterPipelineMode(raw) == 1 else { throw failureToSend() }
        defer { leavePipeline() }
        guard PQsendQueryPrepared(raw, begin, 0, nil, nil, nil, 1) == 1 else { throw failureToSend() }
        for setting in settings {
            guard PQsendQueryParams(raw, setting, 0, nil, nil, nil, nil, 1) == 1 else { throw failureToSend() }
        }
        try send(sql, name: name)
        if isCancellable {
            guard PQsendFlushRequest(raw) == 1, PQflush(raw) == 0 else { throw failureToSend() }
        } else {
            try sendCommit(commit, isReadOnly: isReadOnly)
        }

        var failure: PostgresError?
        var rows: [PostgresRow] = []
        var warnings = notices.warningCount
        for step in 0..<settings.count + 2 {
            do {
                let result = try nextPipelineResult { warnings = notices.warningCount }
                if step == settings.count + 1 { rows = result.rows }
            } catch {
                failure = failure ?? error
                if isBroken { throw isCancellable || isReadOnly ? failure ?? error : lostAfterCommit(failure ?? error) }
            }
        }
        if isCancellable {
            canceller.disarm()
            if failure == nil, canceller.isCancelled { failure = .cancelledByTask }
            guard failure == nil else {
                try syncAfterFailure()
                throw failure ?? .lost
            }
            try sendCommit(commit, isReadOnly: isReadOnly)
        } else if let failure {
            try syncAfterFailure(isSent: true)
            throw failure
        }
        guard let pointer = PQgetResult(raw) else {
            isBroken = true
            throw isReadOnly ? PostgresError.lost : PostgresError.unknownOutcome
        }
        let answer = PostgresResult(pointer)
        do {
            try checkCommit(answer, warningsBefore: warnings, isReadOnly: isReadOnly)
        } catch {
            if !isBroken { try? drainToSync() }  // `error` is what matters; a failed drain marks the connection broken
            throw error
        }
        do { try drainToSync() } catch { isBroken = true }  // COMMIT was confirmed; only the connection is of no use
        return rows
    }

    private func sendCommit(_ name: String, isReadOnly: Bool) throws(PostgresError) {
        let isSent = PQsendQueryPrepared(raw, name, 0, nil, nil, nil, 1) == 1 && PQpipelineSync(raw) == 1
        guard isSent else {
            isBroken = true
            // Part of it may have left already.
            throw isReadOnly ? PostgresError.lost : PostgresError.unknownOutcome
        }
    }

    /// After an error the server skips everything up to the sync.
    private func syncAfterFailure(isSent: Bool = false) throws(PostgresError) {
        if !isSent { guard PQpipelineSync(raw) == 1 else { throw failureToSend() } }
        do { try drainToSync() } catch  where !isBroken {
            // The statements that were skipped report just that.
        }
    }

    /// The connection was lost after COMMIT had been sent along. A statement's own ERROR, read before, rules COMMIT out.
    private func lostAfterCommit(_ failure: PostgresError) -> PostgresError {
        failure.code == .server ? failure : .unknownOutcome
    }
}

extension PostgresError {
    static let unknownOutcome = PostgresError(
        .outcomeUnknown,
        "COMMIT was sent, but the server did not confirm it: the outcome is unknown; repeating is safe")
    static let swallowed = PostgresError(
        .rolledBack, "a statement of the transaction had failed, so the server rolled it back; nothing was stored")
}
