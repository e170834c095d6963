#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Named places at which a test makes the program die, so that what must survive can be proven to survive.
///
/// Only in debug builds. `PRECERT_FAILPOINT=import.after_chunk:2:kill` kills the process when it passes that place for
/// the second time. Actions: `kill` (SIGKILL, as the kernel or a power cut would), `exit` (exit code 99), `hang`.
public enum Failpoint {
    /// Marks a place. Costs nothing in a release build.
    public static func hit(_ name: StaticString) {
        #if DEBUG
            armed?.pass(name.description)
        #endif
    }

    #if DEBUG
        private static let armed = ArmedFailpoint(getenv("PRECERT_FAILPOINT").map { String(cString: $0) })
    #endif
}

#if DEBUG
    import Synchronization

    private final class ArmedFailpoint: Sendable {
        private enum Action: String { case kill, exit, hang }

        private let name: String
        private let action: Action
        private let remaining: Mutex<Int>

        init?(_ text: String?) {
            guard let parts = text?.split(separator: ":"), parts.count == 3, let count = Int(parts[1]),
                let action = Action(rawValue: String(parts[2]))
            else { return nil }
            name = String(parts[0])
            self.action = action
            remaining = Mutex(count)
        }

        func pass(_ place: String) {
            guard place == name else { return }
            let isNow = remaining.withLock { left in
                left -= 1
                return left == 0
            }
            guard isNow else { return }
            switch action {
            case .kill: kill(getpid(), SIGKILL)
            case .exit: exit(99)
            case .hang: while true { pause() }
            }
        }
    }
#endif
