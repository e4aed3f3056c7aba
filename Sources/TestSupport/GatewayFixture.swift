package import RegisterIO

/// What a scripted gateway does with one request.
package enum GatewayFault: Sendable, Hashable {
  /// Serves it.
  case pass
  /// Answers with an exception; the request is not carried out.
  case exception(ModbusException)
  /// Never answers; the request is not carried out.
  case silence
  /// Answers with the transaction id of another request.
  case wrongTransaction
  /// Closes the connection half-way through its answer.
  case cutMidFrame
  /// Carries the request out and closes the connection without an answer.
  case lostReply
  /// Changes registers, then serves the request.
  case change([Int: UInt16])
  /// Answers a read with these words instead of its own.
  case words([UInt16])
}

/// A request as a scripted gateway got it.
package enum GatewayRequest: Sendable, Hashable {
  case read(RegisterRange)
  case write([UInt16], at: Int)
}

/// What a gateway has counted.
package struct GatewayCounts: Sendable, Hashable {
  package var connections = 0
  /// Reads and writes, whatever became of them.
  package var requests = 0
  /// Registers asked for in reads.
  package var registers = 0
  /// Writes that were carried out.
  package var writes = 0

  package init() {}
}

/// A gateway to test a ``RegisterConnection`` against, and the connection to it.
package protocol GatewayFixture: Sendable {
  var connection: any RegisterConnection { get }
  /// Registers that can be read, at least 20, with their words at the start.
  var readable: (range: RegisterRange, words: [UInt16]) { get }
  /// Registers, at least 2, that may be written and then read back.
  var writable: RegisterRange { get }
  var counts: GatewayCounts { get }
  /// Says what becomes of the next requests, one fault each.
  func script(_ faults: [GatewayFault])
  func close() async
}
