/// Whether the facts on record satisfy a criterion. `unknown` means that the record is incomplete, never that the
/// criterion fails.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    case met
    case unmet
    case unknown
}

// Strong Kleene logic: an unknown part decides nothing, and what the known parts decide stands.
extension Verdict {
    /// `not`: unknown stays unknown.
    public var negated: Verdict {
        switch self {
        case .met: .unmet
        case .unmet: .met
        case .unknown: .unknown
        }
    }

    /// Every one of them; met when there are none.
    public static func all(_ parts: some Sequence<Verdict>) -> Verdict {
        var result = Verdict.met
        for part in parts {
            if part == .unmet { return .unmet }
            if part == .unknown { result = .unknown }
        }
        return result
    }

    /// One of them at least; unmet when there are none.
    public static func any(_ parts: some Sequence<Verdict>) -> Verdict { all(parts.map(\.negated)).negated }

    /// So many of them at least.
    public static func atLeast(_ count: Int, _ parts: some Sequence<Verdict>) -> Verdict {
        var met = 0
        var possible = 0
        for part in parts {
            if part == .met { met += 1 }
            if part != .unmet { possible += 1 }
        }
        if met >= count { return .met }
        return possible < count ? .unmet : .unknown
    }

    /// What all readings of a text agree on, else unknown.
    public static func agreed(_ readings: some Sequence<Verdict>) -> Verdict {
        var common: Verdict?
        for reading in readings {
            if reading == .unknown || (common ?? reading) != reading { return .unknown }
            common = reading
        }
        return common ?? .unknown
    }
}
