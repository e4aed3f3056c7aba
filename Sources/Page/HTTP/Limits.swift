package import NIOCore

/// What a client may cost. All of it is held by one thread, and none of it by the bridge.
package struct PageLimits: Sendable {
  package var connections = 128
  /// Through the socket in the state directory; one more takes the place of the oldest.
  package var localConnections = 8
  /// Of one address; those of the machine itself, a proxy perhaps, have only the limit above.
  package var connectionsPerPeer = 64
  package var streams = 96
  /// Bytes of a request line with its headers, and of what follows them.
  package var header = 8 << 10
  package var body = 16 << 10
  /// From the first byte of a request, or the connection, to its last.
  package var request: TimeAmount = .seconds(5)
  /// From there until the answer has been taken.
  package var answer: TimeAmount = .seconds(20)
  /// Requests of a connection; its last answer says that it ends.
  package var requests = 1000
  /// Between two requests of a connection.
  package var idle: TimeAmount = .seconds(30)
  /// How long a stream may not take what it is sent.
  package var stall: TimeAmount = .seconds(10)
  /// How often a stream without news is sent something, so that what is between can tell it from a dead one.
  package var heartbeat: TimeAmount = .seconds(15)
  /// Least time between two pushes to the streams.
  package var push: TimeAmount = .milliseconds(100)
  /// Answers that are worked out elsewhere at one time.
  package var pending = 8

  package init() {}
}
