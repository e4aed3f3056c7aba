/// What a simulated gateway was asked since its start.
package struct GatewayCounters: Hashable, Sendable, Codable {
  /// A write that was taken on the wire.
  package struct Write: Hashable, Sendable, Codable {
    /// Number of the request, from 1.
    package var request: Int
    /// Address of the first register written.
    package var address: Int
    /// The words as they were sent.
    package var words: [UInt16]
  }

  /// Connections accepted.
  package var connections = 0
  /// Connections open now.
  package var open = 0
  /// Connections refused because another one was open.
  package var refused = 0
  /// Requests of any kind, also those answered with an exception or not at all.
  package var requests = 0
  /// Registers read.
  package var registers = 0
  /// Writes taken on the wire, also those that the gateway then refused inside.
  package var writes = 0
  /// Requests answered with an exception.
  package var exceptions = 0
  /// The last writes, at most 50, oldest first.
  package var lastWrites: [Write] = []

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
