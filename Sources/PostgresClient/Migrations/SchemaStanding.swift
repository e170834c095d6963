/// How a database's schema stands against the program that is about to use it.
public enum SchemaStanding: Hashable, Sendable {
    case fits
    /// The program's files were never applied here, or the functions are not those that were applied. Says which.
    case behind(String)
    /// A newer program has been here. Says how that is known.
    case ahead(String)
}

extension MigrationSource {
    /// Sixteen hexadecimal digits over all files, their names and their texts: FNV-1a, which tells two programs' files
    /// apart and costs a start nothing to speak of. It is no proof against somebody who means harm.
    public var fingerprint: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for file in migrations.map(\.file) + functions + roles {
            for byte in file.path.utf8 { take(byte) }
            take(0)
            for byte in file.text.utf8 { take(byte) }
            take(0)
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension PostgresSession {
    /// Compares what was recorded when the schema was last brought up to date, and the functions that stand there now,
    /// with what the program has: one query.
    ///
    /// - Parameter version: the program's, such as `0.1.0`.
    /// - Throws: `PostgresError`; with SQLSTATE 42P01 where nothing was ever recorded.
    public func schemaStanding(of source: MigrationSource, version: String) throws -> SchemaStanding {
        let fingerprint = source.fingerprint
        let row = try queryOne(
            """
            SELECT s.program, s.version, s.functions = (\(fragment: Self.functionsDigest)),
                EXISTS (SELECT FROM precert.schema_state k WHERE k.program = \(fingerprint)),
                (SELECT max(m.number) FROM precert.schema_migration m)
            FROM precert.schema_state s ORDER BY s.state_no DESC LIMIT 1
            """)
        guard let row else { return .behind("nothing is recorded about its schema") }
        let (program, recorded, isIntact, isKnown, migration) = try row.decode(
            String.self, String.self, Bool.self, Bool.self, Int?.self)
        let newest = source.migrations.last?.number ?? 0
        if let migration, migration > newest {
            return .ahead(
                "it is at migration \(MigrationSource.padded(migration)), this program knows "
                    + "\(MigrationSource.padded(newest)) at most")
        }
        if program != fingerprint {
            if SchemaStanding.isNewer(recorded, than: version) {
                return .ahead("version \(recorded) has brought it up to date, this is \(version)")
            }
            // The same files were here before, and others have taken their place since.
            return isKnown
                ? .ahead("another program has taken it further since this one brought it up to date")
                : .behind("this program's files are not applied yet")
        }
        return isIntact ? .fits : .behind("its functions are not those that were applied")
    }

    /// Names and texts of the schema's functions, in an order that a dump and a restore keep.
    static let functionsDigest: SQL = """
        SELECT md5(coalesce(string_agg(p.proname || E'\\n' || p.prosrc, E'\\n'
            ORDER BY p.proname::text COLLATE "C", p.prosrc COLLATE "C"), ''))
        FROM pg_catalog.pg_proc p WHERE p.pronamespace = to_regnamespace('precert')
        """

    /// Writes down that the schema is now this program's.
    func recordState(of source: MigrationSource, version: String) throws {
        try execute(
            """
            INSERT INTO precert.schema_state (program, version, functions)
            VALUES (\(source.fingerprint), \(version), (\(fragment: Self.functionsDigest)))
            """)
    }
}

extension SchemaStanding {
    /// Whether one version, such as `0.10.0`, comes after another; what is no number counts as 0.
    static func isNewer(_ version: String, than other: String) -> Bool {
        func numbers(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
        let (left, right) = (numbers(version), numbers(other))
        for place in 0..<max(left.count, right.count) {
            let (a, b) = (place < left.count ? left[place] : 0, place < right.count ? right[place] : 0)
            if a != b { return a > b }
        }
        return false
    }
}
