internal import CLibpq

extension PostgresSession {
    /// Sends bytes to a `COPY … FROM STDIN`, in the format that the statement names, and returns how many rows arrived.
    ///
    /// - Throws: whatever `chunks` cannot: only `PostgresError`. After an error nothing of the COPY remains.
    @discardableResult
    public func copyIn(_ sql: SQL, chunks: some Sequence<[UInt8]>) throws(PostgresError) -> Int {
        try startCopy(sql, expecting: PGRES_COPY_IN)
        var buffer = CopyBuffer()
        for chunk in chunks {
            if let full = buffer.append(chunk) { try sendCopy(full) }
        }
        return try endCopy(remaining: buffer.bytes)
    }

    /// Sends rows to a `COPY … FROM STDIN` in its text format, which is its default; nothing is NULL.
    @discardableResult
    public func copyIn(_ sql: SQL, rows: some Sequence<[String?]>) throws(PostgresError) -> Int {
        try copyIn(sql, chunks: rows.lazy.map { CopyText.line($0) })
    }

    /// Receives the bytes of a `COPY … TO STDOUT` in pieces of about 64 KiB.
    public func copyOut(_ sql: SQL, _ receive: ([UInt8]) throws -> Void) throws {
        try startCopy(sql, expecting: PGRES_COPY_OUT)
        do {
            while let piece = try nextCopyPiece() { try receive(piece) }
        } catch {
            // Reading on to the end could take for ever; the connection is dropped with what is still in it.
            isBroken = true
            throw error
        }
    }

    // MARK: - Steps

    func startCopy(_ sql: SQL, expecting status: ExecStatusType) throws(PostgresError) {
        if let failure = sql.failure { throw failure }
        guard sql.parameters.isEmpty else { throw PostgresError(.usage, "COPY takes no parameters") }
        try checkReady()
        copyIsOver = false
        guard let pointer = PQexec(raw, sql.text) else { throw failureToSend() }
        let result = PostgresResult(pointer)
        try check(result)
        guard PQresultStatus(result.raw) == status else {
            let direction = status == PGRES_COPY_IN ? "COPY … FROM STDIN" : "COPY … TO STDOUT"
            if PQresultStatus(result.raw) == PGRES_COPY_IN || PQresultStatus(result.raw) == PGRES_COPY_OUT {
                isBroken = true
            }
            throw PostgresError(.usage, "the statement is not a \(direction)")
        }
    }

    func sendCopy(_ bytes: [UInt8]) throws(PostgresError) {
        let status = bytes.withUnsafeBytes {
            PQputCopyData(raw, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
        }
        guard status == 1 else {
            // The server may have said why.
            try finishCopy()
            throw failureToSend()
        }
    }

    /// Sends what is left, ends the COPY and returns the number of rows.
    func endCopy(remaining: [UInt8]) throws(PostgresError) -> Int {
        if !remaining.isEmpty { try sendCopy(remaining) }
        if canceller.isCancelled {
            abortCopy("cancelled")
            throw PostgresError.cancelledByTask
        }
        guard PQputCopyEnd(raw, nil) == 1 else { throw failureToSend() }
        return try finishCopy()
    }

    /// Makes the server forget a COPY that cannot go on.
    func abortCopy(_ reason: String) {
        guard PQstatus(raw) == CONNECTION_OK, PQputCopyEnd(raw, reason) == 1 else {
            isBroken = true
            return
        }
        while let pointer = PQgetResult(raw) { PQclear(pointer) }
    }

    @discardableResult
    private func finishCopy() throws(PostgresError) -> Int {
        var failure: PostgresError?
        var count = 0
        while let pointer = PQgetResult(raw) {
            let result = PostgresResult(pointer)
            guard PQresultStatus(pointer) != PGRES_COPY_IN else { throw failureToSend() }
            do {
                try check(result)
                count = result.affectedRows
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return count
    }

    /// The next 64 KiB or so, or nothing at the end.
    func nextCopyPiece() throws(PostgresError) -> [UInt8]? {
        guard !copyIsOver else { return nil }
        var piece: [UInt8] = []
        while piece.count < CopyBuffer.size {
            var row: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(raw, &row, 0)
            if length > 0, let row {
                piece.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
                PQfreemem(row)
                continue
            }
            // -1 is the end, whether good or bad; the last result says which.
            guard length == -1 else { throw failureToSend() }
            try finishCopy()
            copyIsOver = true
            return piece.isEmpty ? nil : piece
        }
        return piece
    }
}

/// Gathers small chunks, so that the server gets few large messages.
struct CopyBuffer {
    static let size = 64 * 1024
    private(set) var bytes: [UInt8] = []

    /// Adds a chunk; returns what is to be sent now.
    mutating func append(_ chunk: [UInt8]) -> [UInt8]? {
        bytes += chunk
        guard bytes.count >= CopyBuffer.size else { return nil }
        defer { bytes = [] }
        return bytes
    }
}

/// The text format of COPY: columns between tabs, `\N` for NULL (PostgreSQL documentation, COPY, "Text Format").
enum CopyText {
    static func line(_ columns: [String?]) -> [UInt8] {
        var line: [UInt8] = []
        for (index, column) in columns.enumerated() {
            if index > 0 { line.append(UInt8(ascii: "\t")) }
            guard let column else {
                line += Array("\\N".utf8)
                continue
            }
            for byte in column.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): line += Array("\\\\".utf8)
                case UInt8(ascii: "\t"): line += Array("\\t".utf8)
                case UInt8(ascii: "\n"): line += Array("\\n".utf8)
                case UInt8(ascii: "\r"): line += Array("\\r".utf8)
                default: line.append(byte)
                }
            }
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }
}
