/// What happens on a broker connection, in order.
package enum BrokerEvent: Sendable, Hashable {
  /// The broker accepted the connection; nothing is subscribed yet.
  case connected(BrokerSession)
  /// The connection ended, or an attempt to connect failed; a new one follows by itself unless `willRetry` is false.
  /// Attempts that fail for the same reason as the one before are not repeated here.
  case disconnected(reason: String, willRetry: Bool)
  /// Just before `disconnected`: somebody has to mend something before there can be a connection, such as a file or a
  /// password.
  case fault(String)
  case message(InboundMessage)
  /// The broker granted the subscriptions, or refused some, which are named.
  case subscribed(refused: [String])
  /// The broker did not take a message of this topic: its access rules forbid it, as MQTT 5 lets it say.
  case publishRefused(topic: String)
  /// `outstanding` has fallen below half of ``BrokerConnection/outstandingLimit`` after a send was refused: sending
  /// goes on. Also when the end of a connection emptied it.
  case drained
  /// So many messages found no room since this was last said, or were larger than they may be.
  case dropped(Int)
}

/// Which of the messages that arrive are commands: many of them at once take no room from what else arrives, and among
/// them some must get through.
package struct InboundCommands: Sendable {
  package var isCommand: @Sendable (_ topic: String) -> Bool
  /// Asked of a command when others wait: whether it goes before all of them.
  package var isRelease: @Sendable (InboundMessage) -> Bool

  package init(
    isCommand: @escaping @Sendable (_ topic: String) -> Bool, isRelease: @escaping @Sendable (InboundMessage) -> Bool
  ) {
    self.isCommand = isCommand
    self.isRelease = isRelease
  }

  package static let none = InboundCommands(isCommand: { _ in false }, isRelease: { _ in false })
}

/// What the broker granted.
package struct BrokerSession: Sendable, Hashable {
  /// True when the session is MQTT 5; false when it had to fall back to 3.1.1, which has no response topics, no
  /// message expiry and no retain-as-published.
  package var isVersion5: Bool

  package init(isVersion5: Bool) { self.isVersion5 = isVersion5 }
}

/// What became of a message handed over with `send`.
package enum SendOutcome: Sendable, Hashable {
  /// Handed to the client library.
  case sent
  /// Not connected. Nothing was kept.
  case notConnected
  /// Too much is handed over and not yet written to the network. Nothing was kept; ``BrokerEvent/drained`` follows.
  case full
  /// The message can't be sent at all (topic or size not allowed); the sentence says why.
  case invalid(String)
}

/// A client's connection to an MQTT broker that reconnects by itself.
package protocol BrokerConnection: Sendable {
  /// Events from the first `start` on; for one consumer. Bounded: inbound messages beyond its bound are dropped and
  /// counted in ``droppedInbound``; connection events are never dropped.
  var events: AsyncStream<BrokerEvent> { get }

  /// Begins to connect, and to reconnect, until `stop`.
  func start() async throws

  /// Asks for the given topic filters; on every connect the caller asks again.
  func subscribe(_ filters: [String], qos: QoS) -> SendOutcome

  /// Gives up filters.
  func unsubscribe(_ filters: [String]) -> SendOutcome

  /// Hands one message over. Never blocks on the network.
  func send(_ message: OutboundMessage) -> SendOutcome

  /// Hands messages over in order until one is refused.
  /// - Returns: how many were taken, and the outcome that stopped it (`sent` when all were).
  func send(_ messages: ArraySlice<OutboundMessage>) -> (taken: Int, outcome: SendOutcome)

  /// Messages handed over and not yet reported as written (QoS 0) or acknowledged (QoS 1 and 2). The end of a
  /// connection loses the former; the latter are sent again on the next one, before anything else.
  var outstanding: Int { get }
  /// At this many outstanding messages `send` answers `full`. 2,000 unless set.
  var outstandingLimit: Int { get }
  /// Inbound messages dropped because the consumer did not keep up.
  var droppedInbound: Int { get }

  /// Publishes `farewell` after what is outstanding, disconnects cleanly and ends `events`. Takes at most `limit`,
  /// whatever the broker does.
  func stop(farewell: [OutboundMessage], within limit: Duration) async
}
