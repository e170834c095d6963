import ArgumentParser
import Codes
import Engine
import Foundation
import Payers
import PostgresClient
import PrivateCluster
import Workflow

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say which server and which rules are used, and whether all is well.",
        discussion: "Exit code 0 when everything is well, 1 when something needs your hand.")

    @OptionGroup var output: OutputOptions

    func run() async throws {
        var table = Table(
            [
                Table.Column("check", "Check", priority: .essential),
                Table.Column("result", "Result", priority: .essential),
                Table.Column("detail", "Detail", wraps: true),
            ], whenEmpty: "nothing to check")
        var isWell = true
        func note(_ check: String, _ result: Result<String, any Error>) {
            switch result {
            case .success(let detail):
                table.append(.text(check), Cell.text("well").styled(.good), .text(detail))
            case .failure(let error):
                isWell = false
                let report = ErrorReport(error, translators: ErrorTranslators.all)
                let text = report.text(on: Terminal(isTerminal: false)).joined(separator: " ")
                table.append(.text(check), Cell.text("FAULT").styled(.bad), .text(text))
            }
        }
        note("installation", Result { try Installation.locate().root })
        note(
            "workflow", Result { try rules().workflow() }.map { "\($0.name) \($0.version), \($0.states.count) states" })
        note(
            "payers",
            Result { try rules().payers() }.map { catalog in
                catalog.modules.map {
                    "\($0.id) (\($0.policies.count == 1 ? "1 policy" : "\($0.policies.count) policies"))"
                }.joined(separator: ", ")
            })
        note(
            "codes",
            Result { try rules().codes() }.map {
                $0.releases.map { "\($0.name), through \($0.validThrough)" }.joined(separator: "; ")
            })
        note("server", Result { try Server.choose() }.map(\.description))
        // A private cluster that is new is made ready here, as by every other command.
        note("connection", await prepared(connection))
        note("schema", await schema())
        note("replication", await replication())
        output.render(table)
        if !isWell { throw ExitStatus.negative }
    }

    private func rules() throws -> RuleLibrary { RuleLibrary(installation: try Installation.locate()) }

    private func prepared(_ check: () async -> Result<String, any Error>) async -> Result<String, any Error> {
        do {
            try await Schema.prepareIfPrivate(Server.choose())
            return await check()
        } catch {
            return .failure(error)
        }
    }

    private func connection() async -> Result<String, any Error> {
        await query(
            "select 'PostgreSQL ' || current_setting('server_version') || ', encoding ' || getdatabaseencoding()")
    }

    /// Whether a commit waits for a standby now: with none, one disk holds the only copy.
    private func replication() async -> Result<String, any Error> {
        await query(
            """
            select case when current_setting('synchronous_standby_names') = '' then
                    'no synchronous standby: this server holds the only copy'
                else 'synchronous standbys configured; at work now: '
                    || (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')) end
            """)
    }

    private func query(_ sql: SQL) async -> Result<String, any Error> {
        do {
            return .success(
                try await Server.choose().withPool(as: nil) { pool in
                    try await pool.transaction(readOnly: true) { session in
                        try session.queryOne(sql)?.decode(String.self) ?? "no answer"
                    }
                })
        } catch {
            return .failure(error)
        }
    }

    private func schema() async -> Result<String, any Error> {
        do {
            let source = try MigrationSource.load(directory: Installation.locate().sqlDirectory)
            let status = try await Schema.migrator(Server.choose(), source).status()
            guard status.isUpToDate else {
                throw CLIFailure(.configuration, status.inWords, hint: "precert db migrate")
            }
            return .success(status.inWords)
        } catch {
            return .failure(error)
        }
    }
}
