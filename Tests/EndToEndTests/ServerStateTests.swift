import Foundation
import Glibc
import PostgresClient
import PrivateCluster
import Testing

@Suite("Servers that cannot serve")
struct ServerStateTests {
    @Test("A server that is down answers 69 and says what to do", arguments: [["list"], ["new", "order.yaml"]])
    func down(_ command: [String]) async throws {
        let practice = try await Practice.open()
        let answer = try await practice.precert(
            command, with: ["DATABASE_URL": "host=\(practice.folder) dbname=precert connect_timeout=5"])
        #expect(answer.status == 69)
        #expect(answer.out.isEmpty)
        #expect(answer.err.contains("error:"))
        #expect(answer.err.contains("precert doctor"))
    }

    @Test("A server that only reads lets reading through and refuses writing with 69")
    func readOnly() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order-second.yaml")
        try await practice.administer(
            "ALTER DATABASE \(practice.database) SET default_transaction_read_only = on")
        let before = try await practice.digest()
        #expect(try await practice.precert("show", reference).status == 0)
        #expect(try await practice.precert("list").status == 0)
        for command in [
            ["new", "order.yaml", "--as-of", Practice.monday], ["withdraw", reference, "--yes"],
            ["evidence", "add", reference, "--from", "evidence-continuation.yaml", "--as-of", Practice.monday],
            ["worker", "--once"],
        ] {
            let answer = try await practice.precert(command)
            #expect(answer.status == 69, "\(command)")
            #expect(answer.err.contains("read-only"), "\(command)")
        }
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("A database that takes no more connections answers 69")
    func outOfConnections() async throws {
        let practice = try await Practice.open()
        try await practice.administer("ALTER DATABASE \(practice.database) CONNECTION LIMIT 0")
        // A superuser is not held by the limit, so the login here is an ordinary one.
        let login = "clerk_\(practice.database)"
        try await practice.administer("CREATE ROLE \(login) LOGIN IN ROLE precert_app")
        let url = try practice.cluster.connectionString(database: practice.database, user: login)
        let full = try await practice.precert(["list"], with: ["DATABASE_URL": url])
        #expect(full.status == 69)
        #expect(full.err.contains("precert doctor"))
        try await practice.administer("ALTER DATABASE \(practice.database) CONNECTION LIMIT -1")
        #expect(try await practice.precert(["list"], with: ["DATABASE_URL": url]).status == 0)
    }

    @Test("A server killed under a waiting worker is waited for, and the outbox is delivered when it is back")
    func restart() async throws {
        let cluster = try DisposableCluster(environment: ProcessInfo.processInfo.environment)
        defer { cluster.stop() }
        let practice = try await Practice.open(on: cluster, named: "restart")
        try await practice.must("db", "migrate")
        let reference = try await practice.open("order-second.yaml")
        try await practice.must(
            "evidence", "add", reference, "--from", "evidence-continuation.yaml", "--as-of", Practice.monday)
        try await practice.must("submit", reference, "--as-of", Practice.monday)
        try cluster.kill()
        let gone = try await practice.precert("list")
        #expect(gone.status == 69)

        let worker = try practice.start(["worker", "--pause", "1", "--as-of", Practice.monday])
        #expect(await worker.waitForError("waiting for the server"))
        try cluster.restart()
        #expect(await worker.waitForError("delivered"))
        worker.signal(SIGTERM)
        #expect(await worker.wait().status == 0)
        #expect(try await practice.state(reference) == "sent")
        #expect(try await practice.precert("audit", "verify").status == 0)
    }

    @Test("A database that was never prepared answers 78 and names the command that does it")
    func notMigrated() async throws {
        let practice = try await Practice.open(isEmpty: true)
        for command in [["list"], ["new", "order.yaml", "--as-of", Practice.monday], ["worker", "--once"]] {
            let answer = try await practice.precert(command)
            #expect(answer.status == 78, "\(command)")
            #expect(answer.err.contains("precert db migrate"), "\(command)")
        }
        #expect(try await practice.precert("doctor").status == 1)
        #expect(try await practice.precert("db", "status").status == 1)
    }

    @Test("A database that is newer than the program is refused")
    func newer() async throws {
        let practice = try await Practice.open()
        try await practice.administerHere(
            """
            insert into precert.schema_migration (number, name, checksum) values (9999, 'later', 'of another program')
            """)
        let answer = try await practice.precert("db", "migrate")
        #expect(answer.status == 78)
        #expect(answer.err.contains("9999"))
        let status = try await practice.precert("db", "status")
        #expect(status.status == 1)
        #expect(status.out.contains("newer than this program"))
        #expect(try await practice.precert("doctor").status == 1)
    }

    /// A function as an older program had it, put in by hand.
    private static let olderFunction = """
        create or replace function precert.local_text(p_at timestamptz, p_zone text) returns text
            language sql stable parallel safe as $$ select 'as an older program has it' $$;
        """

    @Test("On a server of somebody's, an older function stops every command and names the remedy, which mends it")
    func olderFunction() async throws {
        let practice = try await Practice.open()
        let reference = try await practice.open("order.yaml")
        try await practice.administerHere(Self.olderFunction)
        for command in [["show", reference], ["list"], ["worker", "--once"], ["withdraw", reference, "--yes"]] {
            let answer = try await practice.precert(command)
            #expect(answer.status == 78, "\(command)")
            #expect(answer.out.isEmpty)
            #expect(answer.err.contains("precert db migrate"), "\(command): \(answer.err)")
        }
        #expect(try await practice.precert("db", "status").status == 1)
        #expect(try await practice.precert("doctor").status == 1)
        try await practice.must("db", "migrate")
        let listed = try await practice.must("list")
        #expect(!listed.out.contains("older program") && listed.err.isEmpty)
        #expect(try await practice.precert("db", "status").status == 0)
    }

    /// An installation of the repository's files, to be changed by the test.
    private func installation(_ name: String, in practice: Practice) throws -> [String: String] {
        let home = "\(practice.folder)/\(name)"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
        for name in ["SQL", "Workflows"] {
            try FileManager.default.copyItem(atPath: repositoryFile(name), toPath: "\(home)/\(name)")
        }
        return ["PRECERT_HOME": home]
    }

    @Test("A program whose functions were replaced by a newer one's refuses to work, and goes back only when told to")
    func supersededProgram() async throws {
        let practice = try await Practice.open()
        let newer = try installation("newer", in: practice)
        let file = "newer/SQL/functions/010_now.sql"
        try practice.write(file, try practice.read(file) + "\n-- a later thought\n")
        let early = try await practice.precert(["list"], with: newer)
        #expect(early.status == 78, "the newer program waits for db migrate")
        #expect(early.err.contains("precert db migrate brings it up to date"))
        #expect(try await practice.precert(["db", "migrate"], with: newer).status == 0)
        #expect(try await practice.precert(["list"], with: newer).status == 0)

        for command in [["list"], ["worker", "--once"], ["db", "migrate"]] {
            let answer = try await practice.precert(command)
            #expect(answer.status == 78, "\(command)")
            #expect(answer.err.contains("newer than this program"), "\(command): \(answer.err)")
        }
        #expect(try await practice.precert("db", "status").status == 1)
        try await practice.must("db", "migrate", "--back")
        try await practice.must("list")
        #expect(try await practice.precert(["list"], with: newer).status == 78)
    }

    @Test("A database that a later version brought up to date is refused by every command")
    func laterVersion() async throws {
        let practice = try await Practice.open()
        try await practice.administerHere(
            "insert into precert.schema_state (program, version, functions) values ('another', '0.10.0', '')")
        let answer = try await practice.precert("list")
        #expect(answer.status == 78)
        #expect(answer.err.contains("version 0.10.0"))
        #expect(try await practice.precert("db", "migrate").status == 78)
    }

    @Test("An applied migration that was changed is refused by its name")
    func changed() async throws {
        let practice = try await Practice.open()
        let home = try installation("installation", in: practice)
        let file = "installation/SQL/migrations/0003_engine.sql"
        try practice.write(file, try practice.read(file) + "\n-- a later thought\n")
        let before = try await practice.digest()
        let answer = try await practice.precert(["db", "migrate"], with: home)
        #expect(answer.status == 78)
        #expect(answer.err.contains("0003_engine"))
        #expect(try await practice.changes(since: before).isEmpty)
    }

    @Test("Several that migrate at once end with one schema and no error")
    func together() async throws {
        let practice = try await Practice.open(isEmpty: true)
        let children = try (0..<3).map { _ in try practice.start(["db", "migrate"]) }
        for child in children {
            let answer = await child.wait()
            #expect(answer.status == 0, "\(answer.err)")
        }
        #expect(try await practice.precert("db", "status").status == 0)
        #expect(try await practice.precert("list").status == 0)
    }

    @Test("doctor and db status say that all is well when it is, and each fault when not")
    func doctor() async throws {
        let practice = try await Practice.open()
        let well = try await practice.precert("doctor", "--format", "json")
        #expect(well.status == 0)
        #expect(well.rows.allSatisfy { $0["result"] as? String == "well" })
        #expect(try await practice.precert("db", "status").out.contains("up to date"))

        let unreachable = ["DATABASE_URL": "host=\(practice.folder) password=hush-hush"]
        let ill = try await practice.precert(["doctor", "--format", "json"], with: unreachable)
        #expect(ill.status == 1)
        #expect(ill.rows.contains { $0["result"] as? String == "FAULT" })
        #expect(!ill.everything.contains("hush-hush"), "no password is shown")
        let nowhere = try await practice.precert(["doctor"], with: ["PRECERT_HOME": practice.folder])
        #expect(nowhere.status == 1)
        for command in ["start", "stop"] {
            let answer = try await practice.precert("db", command)
            #expect(answer.status == 78, "a server that is not ours is neither started nor stopped")
        }
    }
}

@Suite("Nothing configured")
struct EmbeddedTests {
    @Test("The first command makes a private database, and stop and start keep what is in it")
    func privateCluster() async throws {
        let folder = try Scratch.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let environment = Scratch.environment(home: folder).merging(["PRECERT_DATA_DIR": folder + "/data"]) { $1 }
        func precert(_ words: String...) async throws -> Answer {
            try await Program.start(Program.path, words, in: folder, environment: environment).wait()
        }
        try FileManager.default.copyItem(atPath: repositoryFile("Examples/order.yaml"), toPath: folder + "/order.yaml")
        let before = try await precert("db", "status")
        #expect(before.out.contains("not made yet"))
        let opened = try await precert("new", "order.yaml", "--format", "json", "--as-of", Practice.monday)
        #expect(opened.status == 0)
        #expect(opened.err.contains("preparing a private database (once)"))
        #expect(try await precert("doctor").status == 0)
        #expect(try await precert("db", "status").out.contains("up to date"))
        #expect(try await precert("db", "stop").status == 0)
        #expect(try await precert("db", "stop").out.contains("it was not running"))
        let listed = try await precert("list", "--format", "json")
        #expect(listed.rows.first?["request"] as? String == opened.object["request"] as? String)
        #expect(listed.err.isEmpty)

        // An older function, as a program before this one left it: mended by the next command, which says so.
        let pool = PostgresPool(
            PostgresConfiguration(connectionString: try PrivateCluster.standard(environment: environment).start()))
        try await pool.withSession {
            try $0.runScript(
                """
                create or replace function precert.local_text(p_at timestamptz, p_zone text) returns text
                    language sql stable parallel safe as $$ select 'as an older program has it' $$;
                """)
        }
        await pool.closeAndWait()
        let mended = try await precert("list")
        #expect(mended.status == 0)
        #expect(mended.err.contains("bringing the private database up to date: its functions are not those"))
        #expect(!mended.out.contains("older program"))
        #expect(try await precert("list").err.isEmpty)
        #expect(try await precert("db", "stop").status == 0)
    }
}
