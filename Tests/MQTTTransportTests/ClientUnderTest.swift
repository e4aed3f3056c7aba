import MQTTTransport
import MessageIO
import TestSupport

/// A client, with its events taken one by one.
final class ClientUnderTest: Sendable {
  let client: MosquittoClient
  private let events: EventLog

  /// - Parameter connects: whether to wait until it is connected.
  init(_ options: MosquittoOptions, connects: Bool = true) async throws {
    client = try MosquittoClient(options)
    events = EventLog(client.events)
    try await client.start()
    if connects { try await connected() }
  }

  static func options(_ broker: MosquittoBroker) -> MosquittoOptions {
    options(port: broker.port)
  }

  static func options(port: UInt16) -> MosquittoOptions {
    var options = MosquittoOptions(host: "127.0.0.1", port: port)
    options.retryDelay = .milliseconds(20)
    options.longestRetryDelay = .milliseconds(50)
    return options
  }

  /// The next event that `pick` takes; what comes before is left out.
  func next<Result: Sendable>(
    _ what: String, within limit: Duration = .seconds(10), _ pick: @escaping @Sendable (BrokerEvent) -> Result?
  ) async throws -> Result {
    try await events.next(what, within: limit, pick)
  }

  @discardableResult
  func connected() async throws -> BrokerSession {
    try await next("connecting") { if case .connected(let session) = $0 { session } else { nil } }
  }

  func disconnected() async throws -> (reason: String, willRetry: Bool) {
    try await next("the end of the connection") {
      if case .disconnected(let reason, let willRetry) = $0 { (reason, willRetry) } else { nil }
    }
  }

  func message(on topic: String) async throws -> InboundMessage {
    try await next("a message on \(topic)") {
      if case .message(let message) = $0, message.topic == topic { message } else { nil }
    }
  }

  func subscribe(_ filters: [String], qos: QoS = .atLeastOnce) async throws -> [String] {
    guard client.subscribe(filters, qos: qos) == .sent else { throw TimedOut("subscribing") }
    return try await next("the subscription") { if case .subscribed(let refused) = $0 { refused } else { nil } }
  }

  /// Waits for the end of the events.
  func ended(within limit: Duration = .seconds(5)) async throws {
    try await events.ended(within: limit)
  }

  func stop(farewell: [OutboundMessage] = [], within limit: Duration = .seconds(2)) async -> Duration {
    await ContinuousClock().measure { await client.stop(farewell: farewell, within: limit) }
  }
}

/// Takes the events off the stream, so that waiting for one can be given up.
private final class EventLog: Sendable {
  private let stream: AsyncStream<BrokerEvent>
  private let reader: Task<Void, Never>

  init(_ events: AsyncStream<BrokerEvent>) {
    let (stream, continuation) = AsyncStream.makeStream(of: BrokerEvent.self)
    self.stream = stream
    reader = Task {
      for await event in events { continuation.yield(event) }
      continuation.finish()
    }
  }

  deinit { reader.cancel() }

  func next<Result: Sendable>(
    _ what: String, within limit: Duration, _ pick: @escaping @Sendable (BrokerEvent) -> Result?
  ) async throws -> Result {
    let stream = stream
    return try await TestSupport.within(limit, what) {
      for await event in stream {
        if let result = pick(event) { return result }
      }
      throw TimedOut("\(what): the events ended")
    }
  }

  func ended(within limit: Duration) async throws {
    let reader = reader
    try await TestSupport.within(limit, "the end of the events") { await reader.value }
  }
}
