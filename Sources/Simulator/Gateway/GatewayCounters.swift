/// What a simulated gateway was asked since its start.
public struct GatewayCounters: Hashable, Sendable, Codable {
  /// A write that was taken on the wire.
  public struct Write: Hashable, Sendable, Codable {
    /// Number of the request, from 1.
    public var request: Int
    /// Address of the first register written.
    public var address: Int
    /// The words as they were sent.
    public var words: [UInt16]
  }

  /// Connections accepted.
  public var connections = 0
  /// Connections open now.
  public var open = 0
  /// Connections refused because another one was open.
  public var refused = 0
  /// Requests of any kind, also those answered with an exception or not at all.
  public var requests = 0
  /// Registers read.
  public var registers = 0
  /// Writes taken on the wire, also those that the gateway then refused inside.
  public var writes = 0
  /// Requests answered with an exception.
  public var exceptions = 0
  /// The last writes, at most 50, oldest first.
  public var lastWrites: [Write] = []

  enum CodingKeys: String, CodingKey {
    case connections, open, refused, requests, registers, writes, exceptions
    case lastWrites = "last_writes"
  }

  mutating func count(_ write: Write) {
    writes += 1
    lastWrites.append(write)
    if lastWrites.count > 50 { lastWrites.removeFirst() }
  }
}
