/// What a private cluster's server is started with.
///
/// The settings stand on the command line at each start: an older cluster, or an edit of `postgresql.conf`, cannot
/// lose them. What is not named here may be tuned there.
struct ServerSettings: Sendable {
    var values: [String: String]
    /// Whether `initdb` waits until the new files are on disk.
    var initialisesDurably: Bool

    /// For data that matter: nothing acknowledged is lost in a crash, nothing about a patient is logged.
    static let safe = ServerSettings(
        values: [
            "listen_addresses": "",
            // Together with the directory's 0700: nobody but the owner (and root) reaches the server.
            "unix_socket_permissions": "0700",
            "port": "5432",
            "max_connections": "50",
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
            // Statements, parameters, and DETAIL lines hold patient data; and so may the message of an ERROR
            // (invalid input syntax for type date: "..."). The client is told; the log keeps what is above ERROR, which
            // for the log is LOG, FATAL and PANIC.
            "log_min_messages": "log",
            "log_statement": "none",
            "log_min_duration_statement": "-1",
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            "log_checkpoints": "off",
            "logging_collector": "off",
            "log_destination": "stderr",
        ],
        initialisesDurably: true)

    /// As the options of the `postgres` program.
    func options(socketDirectory: String) -> [String] {
        var all = values
        all["unix_socket_directories"] = socketDirectory
        return all.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }
}
