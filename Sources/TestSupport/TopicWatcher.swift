package import MQTTTransport
package import MessageIO
internal import Synchronization

/// A client that collects what is published, and that a test can publish with.
package final class TopicWatcher: Sendable {
  private struct State {
    var messages: [InboundMessage] = []
    var waiters: [AsyncStream<Void>.Continuation] = []
  }

  /// The client that watches, connected and subscribed.
  package let client: MosquittoClient
  private let state: SharedState
  private let reader: Task<Void, Never>

  private final class SharedState: Sendable {
    let state = Mutex(State())
  }

  /// Connects and waits until the subscriptions are granted.
  package static func start(
    _ broker: MosquittoBroker, _ filters: [String] = ["#"], user: String? = nil, password: String? = nil
  ) async throws -> TopicWatcher {
    var options = MosquittoOptions(host: "127.0.0.1", port: broker.port, username: user, password: password)
    if let authority = broker.authorityFile {
      options.host = "localhost"
      options.tls = MosquittoOptions.TLS(authorityFile: authority)
    }
    options.inboundLimit = 1_000_000
    options.inboundByteLimit = 1 << 30
    options.retryDelay = .milliseconds(20)
    return try await TopicWatcher(options, filters)
  }

  private init(_ options: MosquittoOptions, _ filters: [String]) async throws {
    let client = try MosquittoClient(options)
    let state = SharedState()
    self.client = client
    self.state = state
    let (subscriptions, subscribed) = AsyncStream.makeStream(of: [String].self)
    reader = Task {
      for await event in client.events {
        switch event {
        case .connected: _ = client.subscribe(filters, qos: .atLeastOnce)
        case .subscribed(let refused): subscribed.yield(refused)
        case .message(let message):
          let waiters = state.state.withLock { state in
            state.messages.append(message)
            return state.waiters
          }
          for waiter in waiters { waiter.yield() }
        case .disconnected, .fault, .drained, .dropped, .publishRefused: break
        }
      }
    }
    try await client.start()
    try await within(.seconds(10), "subscribing to \(filters)") {
      for await refused in subscriptions {
        guard refused.isEmpty else { throw TimedOut("the broker refused \(refused)") }
        return
      }
    }
  }

  deinit {
    reader.cancel()
  }

  /// Everything that arrived so far, in order.
  package var messages: [InboundMessage] { state.state.withLock { $0.messages } }

  /// The last payload on every topic, as text.
  package var texts: [String: String] {
    Dictionary(messages.map { ($0.topic, $0.text) }) { $1 }
  }

  package func clear() {
    state.state.withLock { $0.messages = [] }
  }

  /// Publishes, for the program under test.
  @discardableResult
  package func publish(
    _ topic: String, _ text: String, qos: QoS = .atLeastOnce, retain: Bool = false
  ) -> SendOutcome {
    client.send(OutboundMessage(topic: topic, text: text, qos: qos, retain: retain))
  }

  /// The first message on `topic`, or on any topic, for which `matches` holds, be it here already or yet to come.
  @discardableResult
  package func next(
    _ topic: String? = nil, where matches: @escaping @Sendable (InboundMessage) -> Bool = { _ in true },
    within limit: Duration = .seconds(20)
  ) async throws -> InboundMessage {
    let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    state.state.withLock { $0.waiters.append(continuation) }
    continuation.yield()
    let state = state
    return try await TestSupport.within(limit, "a message on \(topic ?? "any topic")") {
      for await _ in changes {
        let messages = state.state.withLock { $0.messages }
        if let message = messages.first(where: { (topic == nil || $0.topic == topic) && matches($0) }) {
          return message
        }
      }
      throw CancellationError()
    }
  }

  package func stop() async {
    await client.stop(farewell: [], within: .seconds(2))
  }
}

extension InboundMessage {
  /// The payload as text.
  package var text: String { String(decoding: payload, as: UTF8.self) }
}
