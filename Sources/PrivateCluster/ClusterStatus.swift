/// What can be said about a private cluster without changing anything.
public struct ClusterStatus: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case notInitialised
        case stopped
        /// Starting, recovering from a crash, or stopping.
        case changing(pid: Int32)
        case running(pid: Int32)
    }

    public let state: State
    /// Major version of the data, such as "15"; nothing when not initialised.
    public let version: String?
    public let dataDirectory: String
    /// Where the running server listens.
    public let socketDirectory: String?
    public let logFile: String
}
