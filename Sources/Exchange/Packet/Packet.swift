/// A request as it goes to a payer: one document that a nurse reads, and the same as JSON. The same content gives the
/// same bytes, always.
public struct Packet: Sendable {
    /// Plain text in UTF-8, at most 80 columns wide.
    public let document: [UInt8]
    /// See `Packet.schema`; keys sorted.
    public let json: [UInt8]

    /// The value of the JSON's `schema`; raised when a key changes its meaning or goes.
    public static let schema = "precert.packet/3"

    public init(_ content: PacketContent) {
        document = Array(Packet.text(content).utf8)
        json = Packet.json(content).prettyBytes
    }
}
