import CivilTime
import Foundation
import PostgresClient
import TestSupport
import Testing

@Suite("Values travel to the server and back unchanged")
struct TypeRoundTripTests {
    /// Binds a value, casts it to text on the server, and reads the value itself back.
    private func check<Value: PostgresEncodable & PostgresDecodable & Equatable>(
        _ cases: [(Value, String?)], sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            for (value, text) in cases {
                let rows = try await database.ownerPool.withSession {
                    try $0.query("SELECT \(value), \(value)::text, \(Value?.none), \(Value?.some(value))")
                }
                let row = try #require(rows.first)
                let (back, shown, null, optional) = try row.decode(Value.self, String?.self, Value?.self, Value?.self)
                #expect(back == value, sourceLocation: sourceLocation)
                if let text { #expect(shown == text, sourceLocation: sourceLocation) }
                #expect(null == nil, sourceLocation: sourceLocation)
                #expect(optional == value, sourceLocation: sourceLocation)
                #expect(throws: PostgresError.self, sourceLocation: sourceLocation) {
                    try row.decode(Value.self, String?.self, Value.self, Value?.self)
                }
            }
        }
    }

    @Test("booleans") func booleans() async throws { try await check([(true, "true"), (false, "false")]) }

    @Test("integers of every width, to their ends") func integers() async throws {
        try await check([(Int16.min, "-32768"), (0, "0"), (Int16.max, "32767")])
        try await check([(Int32.min, "-2147483648"), (-1, "-1"), (Int32.max, "2147483647")])
        try await check([(Int64.min, "-9223372036854775808"), (Int64.max, "9223372036854775807")])
        try await check([(Int.min, nil), (Int.max, nil), (42, "42")])
    }

    @Test("floating point numbers, infinities included") func doubles() async throws {
        try await check([
            (0.1, "0.1"), (-0.0, nil), (.infinity, "Infinity"), (-.infinity, "-Infinity"),
            (.leastNonzeroMagnitude, nil), (.greatestFiniteMagnitude, nil),
        ])
    }

    @Test("texts, empty, long and beyond the basic plane") func texts() async throws {
        try await check([
            ("", ""), ("it's \\ \"quoted\" $1", "it's \\ \"quoted\" $1"), ("żółć 𝄞 👩‍⚕️", "żółć 𝄞 👩‍⚕️"),
            (String(repeating: "x", count: 300_000), nil), ("line\nfeed\ttab", "line\nfeed\ttab"),
        ])
    }

    @Test("UUIDs") func uuids() async throws {
        let one = try #require(UUID(uuidString: "0190A5C1-7B3E-7000-8000-FEDCBA987654"))
        try await check([(one, "0190a5c1-7b3e-7000-8000-fedcba987654")])
    }

    @Test("dates from the first to the last") func dates() async throws {
        let texts = ["0001-01-01", "1999-12-31", "2000-01-01", "2024-02-29", "9999-12-31"]
        try await check(texts.map { (try #require(CivilDate(iso: $0)), $0) })
    }

    @Test("instants to the microsecond") func instants() async throws {
        try await check([
            (Date(timeIntervalSinceReferenceDate: 0), nil), (Date(timeIntervalSince1970: 1_795_508_714.123456), nil),
            (Date(timeIntervalSince1970: -1.5), nil), (Date(timeIntervalSince1970: -62_135_596_800), nil),
            (Date(timeIntervalSince1970: 253_402_300_799), nil),
        ])
        try await withTestDatabase(isEmpty: true) { database in
            let rows = try await database.ownerPool.withSession {
                try $0.query(
                    """
                    SELECT '2026-12-01 10:20:30.654321+00'::timestamptz,
                        \(Date(timeIntervalSince1970: 1_796_120_430.654321)) = '2026-12-01 10:20:30.654321+00'
                    """)
            }
            let (date, isEqual) = try #require(rows.first).decode(Date.self, Bool.self)
            #expect(abs(date.timeIntervalSince1970 - 1_796_120_430.654321) < 0.000_000_5)
            #expect(isEqual)
        }
    }

    @Test("decimals, digit for digit") func numerics() async throws {
        let texts = [
            "0", "1", "-1", "10000", "12345.6789", "-0.00001", "1.50", "0.000", "9999", "100000000", "0.1234",
            "1000000000000000000000000000000.000000000000000000000001", "-99999999.99999999", "0.00010000", "NaN",
            "Infinity", "-Infinity",
        ]
        try await check(texts.map { (try #require(PostgresNumeric($0)), $0) })
        let long = String(repeating: "9", count: 5000) + "." + String(repeating: "7", count: 3000)
        try await check([(try #require(PostgresNumeric(long)), long)])
    }

    @Test("numerics that are not decimals are refused", arguments: ["", ".", "1e5", "1,5", " 1", "--1", "1.2.3", "+"])
    func refusedNumerics(text: String) { #expect(PostgresNumeric(text) == nil) }

    @Test(
        "a decimal has one spelling", arguments: [("007", "7"), (".5", "0.5"), ("-0", "0"), ("5.", "5"), ("+1", "1")])
    func canonicalNumerics(text: String, canonical: String) {
        #expect(PostgresNumeric(text)?.description == canonical)
    }

    @Test("JSON") func json() async throws {
        try await check([(PostgresJSON(#"{"a": [1, null, "é"]}"#), #"{"a": [1, null, "é"]}"#)])
        try await check([(PostgresJSON("null"), "null")])
    }

    @Test("bytes, as array and as data") func bytes() async throws {
        try await check([([UInt8](), "\\x"), ((0...255).map { UInt8($0) }, nil)])
        try await check([(Data(), "\\x"), (Data([0, 255, 92]), "\\x00ff5c")])
    }

    @Test("arrays, empty and with NULL inside") func arrays() async throws {
        try await check([(["a", "", "NULL", "{,}"], "{a,\"\",\"NULL\",\"{,}\"}"), ([String](), "{}")])
        try await check([([Int.max, 0, Int.min], nil), ([Int](), "{}")])
        try await check([([Int?.none, 5], "{NULL,5}")])
        try await check([([UUID(), UUID()], nil)])
        try await check([([true, false], "{t,f}")])
        try await check([([1.5, -2], "{1.5,-2}")])
        try await check([([try #require(PostgresNumeric("1.50")), PostgresNumeric(7)], "{1.50,7}")])
        try await check([([try #require(CivilDate(iso: "2026-12-01"))], "{2026-12-01}")])
        try await check([([Date(timeIntervalSince1970: 1)], nil)])
        try await check([([PostgresJSON("1")], "{1}")])
        try await check([([Data([1]), Data()], nil)])
    }

    private enum State: String, PostgresEncodable, PostgresDecodable { case pended, approved }

    @Test("enumerations, of Swift and of the database") func enumerations() async throws {
        try await check([(State.pended, "pended")])
        try await withTestDatabase(isEmpty: true) { database in
            let rows = try await database.ownerPool.withSession { session in
                try session.runScript("CREATE TYPE state AS ENUM ('pended', 'denied')")
                return try session.query("SELECT \(State.pended)::state AS known, 'denied'::state AS other")
            }
            let row = try #require(rows.first)
            #expect(try row.get("known", as: State.self) == .pended)
            let error = try #require(throws: PostgresError.self) { try row.get("other", as: State.self) }
            #expect(error.code == .decoding)
            #expect(error.column == "other")
            #expect(!"\(error)".contains("denied"))
        }
    }

    @Test("a column that holds something else is named, its value is not") func mismatch() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            let rows = try await database.ownerPool.withSession {
                try $0.query(
                    "SELECT 'Canary'::text AS member, 70000 AS units, 'infinity'::date AS until, ROW(1, 2) AS pair")
            }
            let row = try #require(rows.first)
            #expect(throws: PostgresError.self) { try row.get("member", as: Int.self) }
            #expect(throws: PostgresError.self) { try row.get("units", as: Int16.self) }
            #expect(throws: PostgresError.self) { try row.get("until", as: CivilDate.self) }
            #expect(throws: PostgresError.self) { try row.get("pair", as: String.self) }
            #expect(throws: PostgresError.self) { try row.get("absent", as: String.self) }
            #expect(throws: PostgresError.self) { try row.decode(String.self, Int.self) }
            let error = try #require(throws: PostgresError.self) { try row.get("member", as: UUID.self) }
            #expect(error.description == "a value of type text cannot be read as UUID (column member)")
        }
    }

    @Test("what the server cannot hold is refused before it is sent") func unencodable() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            for sql: SQL in ["SELECT \("a\u{0}b")", "SELECT \(Date(timeIntervalSinceReferenceDate: .infinity))"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await database.ownerPool.withSession { try $0.query(sql) }
                }
                #expect(error?.code == .usage)
            }
        }
    }
}
