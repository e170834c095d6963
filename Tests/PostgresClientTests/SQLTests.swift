import PostgresClient
import Testing

@Suite("A statement is text with values bound to it")
struct SQLTests {
    @Test("values become numbered parameters, never text") func parameters() {
        let name = "x'; DROP TABLE request; --"
        let sql: SQL = "SELECT * FROM request WHERE name = \(name) AND units > \(5)"
        #expect(sql.text == "SELECT * FROM request WHERE name = $1 AND units > $2")
    }

    @Test("a fragment brings its values along") func fragments() {
        let filter: SQL = "a = \(1) AND b = \("x")"
        let sql: SQL = "SELECT \(0) WHERE \(fragment: filter) LIMIT \(9)"
        #expect(sql.text == "SELECT $1 WHERE a = $2 AND b = $3 LIMIT $4")
    }

    @Test("constant identifiers are quoted") func identifiers() {
        #expect(("SELECT * FROM \(identifier: "precert")" as SQL).text == "SELECT * FROM \"precert\"")
    }
}
