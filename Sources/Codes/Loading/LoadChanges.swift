/// What loading a release changed, for a person to look over.
public struct LoadChanges: Hashable, Sendable, Encodable {
    public internal(set) var added: [String] = []
    public internal(set) var ended: [String] = []
    public internal(set) var changed: [String] = []
    /// Codes of the file that the table does not carry (CPT, other letters).
    public internal(set) var skipped = 0
    /// Worth a look: a unit that could not be read, or that reads otherwise than before.
    public internal(set) var remarks: [String] = []
}
