import PostgresClient
import TestSupport
import Testing

@Suite("Errors name rules and places, never values")
struct ErrorTextTests {
    private static let schema = """
        CREATE TYPE state AS ENUM ('a');
        CREATE TABLE member (
            id int PRIMARY KEY, name text NOT NULL CONSTRAINT short CHECK (length(name) < 40), born date, ref int
        );
        CREATE TABLE claim (member int CONSTRAINT known REFERENCES member);
        CREATE FUNCTION refuse(p text) RETURNS void LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no %', p USING DETAIL = p, HINT = p; END $$;
        CREATE FUNCTION illegal() RETURNS void LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'illegal transition' USING ERRCODE = 'PC001', DETAIL = 'Canary'; END $$;
        INSERT INTO member VALUES (777001, 'Canary', '1901-02-03', 1);
        """

    private static let statements: [(SQL, String)] = [
        ("INSERT INTO member VALUES (777001, 'Canary')", "23505"),
        ("INSERT INTO member VALUES (777002, \(String?.none))", "23502"),
        ("INSERT INTO member VALUES (777002, \(String(repeating: "Canary", count: 10)))", "23514"),
        ("INSERT INTO claim VALUES (777009)", "23503"),
        ("SELECT \("Canary")::int", "22P02"), ("SELECT \("Canary")::date", "22007"),
        ("SELECT \("Canary")::state", "22P02"), ("SELECT \("Canary")::uuid", "22P02"),
        ("SELECT \("Canary{")::jsonb", "22P02"), ("SELECT \("777001777001777001")::int", "22003"),
        ("SELECT \("Canary")::numeric", "22P02"), ("SELECT \("1901-02-31")::date", "22008"),
        ("SELECT refuse(\("Canary"))", "P0001"), ("SELECT illegal()", "PC001"),
        ("SELECT \("Canary")::varchar(3)::int", "22P02"), ("SELECT \(["Canary"])::int[]", "22P02"),
    ]

    @Test("no server error shows a value", arguments: statements.indices) func noValues(index: Int) async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.run(Self.schema)
            let (sql, state) = Self.statements[index]
            let error = try await postgresError { _ = try await database.ownerPool.call(sql) }
            #expect(error.sqlState == state)
            for text in [error.description, error.message, String(reflecting: error), "\(error)"] {
                for value in ["Canary", "777001", "777002", "777009", "1901"] {
                    #expect(!text.contains(value))
                }
            }
        }
    }

    @Test("what is named is enough to find the rule") func names() async throws {
        try await withTestDatabase(isEmpty: true) { database in
            try await database.ownerPool.run(Self.schema)
            let error = try await postgresError {
                _ = try await database.ownerPool.call("INSERT INTO claim VALUES (5)")
            }
            #expect(
                error.description == "a row that is referred to does not exist, or is still referred to "
                    + "(SQLSTATE 23503, table claim, constraint known)")
            let ours = try await postgresError { _ = try await database.ownerPool.call("SELECT illegal()") }
            #expect(ours.description == "illegal transition (SQLSTATE PC001)")
            let missing = try await postgresError { _ = try await database.ownerPool.call("SELECT * FROM absent") }
            #expect(missing.description == "relation \"absent\" does not exist (SQLSTATE 42P01)")
        }
    }
}
