import MessageIO

/// A broker connection that takes everything and keeps nothing.
struct NullBroker: BrokerConnection {
  let events = AsyncStream<BrokerEvent> { $0.finish() }
  let outstanding = 0
  let outstandingLimit = 2000
  let droppedInbound = 0

  func start() async throws {}
  func subscribe(_ filters: [String], qos: QoS) -> SendOutcome { .sent }
  func unsubscribe(_ filters: [String]) -> SendOutcome { .sent }
  func send(_ message: OutboundMessage) -> SendOutcome { .sent }
  func send(_ messages: ArraySlice<OutboundMessage>) -> (taken: Int, outcome: SendOutcome) { (messages.count, .sent) }
  func stop(farewell: [OutboundMessage], within limit: Duration) async {}
}
