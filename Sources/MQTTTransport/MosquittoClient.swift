package import MessageIO
internal import Threads

/// A client's connection to an MQTT broker through libmosquitto.
///
/// Messages are written by the thread that sends them, as long as the network takes them; a thread of the client's own
/// reads, writes the rest, keeps the connection alive and makes it anew.
package final class MosquittoClient: BrokerConnection {
  package let events: AsyncStream<BrokerEvent>
  private let core: ClientCore

  /// Prepares a client; nothing is sent before ``start()``.
  /// - Parameter commands: which of the messages that arrive are commands, and which of those must get through.
  package init(_ options: MosquittoOptions, commands: InboundCommands = .none) throws {
    let core = try ClientCore(options, commands)
    self.core = core
    let queue = core.events
    events = AsyncStream { await queue.next() }
  }

  deinit {
    // The thread holds the core, never the client.
    core.requestStop(within: .zero)
  }

  /// - Throws: ``BrokerError`` when an option is not taken, or when it was called before. A broker that does not answer
  ///   is an event, not an error.
  package func start() async throws {
    try core.prepare()
    let core = core
    startThread("mqtt") {
      var loop = NetworkLoop(core)
      loop.run()
    }
  }

  package func subscribe(_ filters: [String], qos: QoS) -> SendOutcome {
    core.withConnection(.notConnected) { handle, _ in handle.subscribe(filters, qos: qos, counting: core.box) }
  }

  package func unsubscribe(_ filters: [String]) -> SendOutcome {
    core.withConnection(.notConnected) { handle, _ in handle.unsubscribe(filters) }
  }

  package func send(_ message: OutboundMessage) -> SendOutcome {
    core.send([message]).outcome
  }

  package func send(_ messages: ArraySlice<OutboundMessage>) -> (taken: Int, outcome: SendOutcome) {
    core.send(messages)
  }

  package var outstanding: Int { core.box.outstanding }
  package var outstandingLimit: Int { core.options.outstandingLimit }
  package var droppedInbound: Int { core.events.dropped }

  /// What is still queued in front of the farewell goes out first. A broker that does not take it in time is left
  /// without a clean goodbye, so that it publishes the last will.
  package func stop(farewell: [OutboundMessage], within limit: Duration) async {
    core.requestStop(farewell: farewell, within: limit)
    await core.waitForEnd(atMost: limit)
  }
}
