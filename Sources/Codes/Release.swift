public import CivilTime

/// One loaded release of a code table and the dates of service that it can answer for.
public struct Release: Hashable, Sendable {
    public let name: String
    public let released: CivilDate
    public let validFrom: CivilDate
    /// The last date of service that the release speaks of, inclusive.
    public let validThrough: CivilDate
    public let source: String

    public init(name: String, released: CivilDate, validFrom: CivilDate, validThrough: CivilDate, source: String) {
        self.name = name
        self.released = released
        self.validFrom = validFrom
        self.validThrough = validThrough
        self.source = source
    }

    func coverage(of date: CivilDate) -> Coverage {
        if date < validFrom { return .before(self) }
        if date > validThrough { return .after(self) }
        return .loaded
    }
}

/// Whether the loaded releases speak of a date of service at all. Outside of them the tables answer with what they
/// last knew, and this says so: never "valid".
public enum Coverage: Hashable, Sendable {
    case loaded
    /// The date lies before the first day that this release answers for.
    case before(Release)
    /// The date lies after the last day that this release answers for.
    case after(Release)

    /// `not loaded after 2026-06-30 (HCPCS Level II, …)`, or nothing when loaded.
    public var remark: String? {
        switch self {
        case .loaded: nil
        case .before(let release): "not loaded before \(release.validFrom) (\(release.name))"
        case .after(let release): "not loaded after \(release.validThrough) (\(release.name))"
        }
    }
}
