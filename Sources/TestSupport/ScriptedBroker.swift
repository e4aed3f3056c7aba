package import MessageIO
internal import Synchronization

/// A broker connection that exists only in memory: records what is sent, and takes orders from the test.
package final class ScriptedBroker: BrokerConnection {
  fileprivate struct State {
    var isConnected = false
    var isFull = false
    var hasStarted = false
    var hasStopped = false
    var sent: [OutboundMessage] = []
    var retained: [String: OutboundMessage] = [:]
    var filters: [String] = []
    var refused: Set<String> = []
    var outstanding = 0
    var sends = 0
  }

  package let events: AsyncStream<BrokerEvent>
  package let outstandingLimit: Int
  private let continuation: AsyncStream<BrokerEvent>.Continuation
  private let connectsAtStart: Bool
  private let state = Mutex(State())

  /// - Parameter connectsAtStart: whether `start` connects at once, as MQTT 5.
  package init(connectsAtStart: Bool = true, outstandingLimit: Int = 2000) {
    (events, continuation) = AsyncStream.makeStream()
    self.connectsAtStart = connectsAtStart
    self.outstandingLimit = outstandingLimit
  }

  package func start() async throws {
    state.withLock { $0.hasStarted = true }
    if connectsAtStart { connect() }
  }

  package func subscribe(_ filters: [String], qos: QoS) -> SendOutcome {
    let refused = state.withLock { state -> [String]? in
      guard state.isConnected else { return nil }
      let refused = filters.filter { state.refused.contains($0) }
      state.filters += filters.filter { !state.refused.contains($0) && !state.filters.contains($0) }
      return refused
    }
    guard let refused else { return .notConnected }
    continuation.yield(.subscribed(refused: refused))
    return .sent
  }

  package func unsubscribe(_ filters: [String]) -> SendOutcome {
    state.withLock { state in
      guard state.isConnected else { return .notConnected }
      state.filters.removeAll { filters.contains($0) }
      return .sent
    }
  }

  package func send(_ message: OutboundMessage) -> SendOutcome {
    send([message]).outcome
  }

  package func send(_ messages: ArraySlice<OutboundMessage>) -> (taken: Int, outcome: SendOutcome) {
    state.withLock { state in
      state.sends += 1
      for (index, message) in messages.enumerated() {
        guard state.isConnected else { return (index, .notConnected) }
        guard !state.isFull, state.outstanding < outstandingLimit else { return (index, .full) }
        if message.topic.isEmpty || message.topic.utf8.contains(where: { [0, 0x23, 0x2B].contains($0) }) {
          return (index, .invalid("the topic \(message.topic.debugDescription) is not allowed"))
        }
        state.record(message)
      }
      return (messages.count, .sent)
    }
  }

  /// How often messages were handed over.
  package var sends: Int { state.withLock { $0.sends } }

  package var outstanding: Int { state.withLock { $0.outstanding } }
  package var droppedInbound: Int { 0 }

  package func stop(farewell: [OutboundMessage], within limit: Duration) async {
    state.withLock { state in
      if state.isConnected { for message in farewell { state.record(message) } }
      state.isConnected = false
      state.hasStopped = true
    }
    continuation.finish()
  }
}

extension ScriptedBroker.State {
  fileprivate mutating func record(_ message: OutboundMessage) {
    sent.append(message)
    guard message.retain else { return }
    retained[message.topic] = message.payload.isEmpty ? nil : message
  }
}

extension ScriptedBroker {
  /// Everything that was sent, in order.
  package var sent: [OutboundMessage] { state.withLock { $0.sent } }
  /// What the broker keeps, by topic.
  package var retained: [String: OutboundMessage] { state.withLock { $0.retained } }
  /// The kept payloads as text.
  package var retainedTexts: [String: String] {
    retained.mapValues { String(decoding: $0.payload, as: UTF8.self) }
  }
  /// What is subscribed to.
  package var filters: [String] { state.withLock { $0.filters } }
  package var hasStarted: Bool { state.withLock { $0.hasStarted } }
  package var hasStopped: Bool { state.withLock { $0.hasStopped } }

  package func clearSent() { state.withLock { $0.sent = [] } }

  /// Accepts the connection; nothing is subscribed.
  package func connect(isVersion5: Bool = true) {
    state.withLock { state in
      state.isConnected = true
      state.filters = []
    }
    continuation.yield(.connected(BrokerSession(isVersion5: isVersion5)))
  }

  /// Breaks the connection.
  /// - Parameter emptied: whether the broker loses what it keeps, as one without persistence does.
  package func disconnect(reason: String = "scripted", willRetry: Bool = true, emptied: Bool = false) {
    state.withLock { state in
      state.isConnected = false
      state.outstanding = 0
      if emptied { state.retained = [:] }
    }
    continuation.yield(.disconnected(reason: reason, willRetry: willRetry))
  }

  /// Lets every `send` answer `full`, until it is called with false, which emits `drained`.
  package func setFull(_ isFull: Bool) {
    state.withLock { $0.isFull = isFull }
    if !isFull { continuation.yield(.drained) }
  }

  /// What `outstanding` answers.
  package func setOutstanding(_ count: Int) { state.withLock { $0.outstanding = count } }

  /// Filters that the broker refuses to grant.
  package func refuse(_ filters: Set<String>) { state.withLock { $0.refused = filters } }

  /// Lets a message arrive, whatever is subscribed to.
  package func deliver(_ message: InboundMessage) {
    continuation.yield(.message(message))
  }

  package func deliver(_ topic: String, _ text: String, isRetained: Bool = false) {
    deliver(InboundMessage(topic: topic, payload: Array(text.utf8), qos: .atLeastOnce, isRetained: isRetained))
  }
}
