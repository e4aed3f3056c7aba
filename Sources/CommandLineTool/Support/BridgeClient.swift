import ArgumentParser
import Bridge
import Configuration
import Foundation
import MQTTTransport
import Mate3
import MessageIO
import Topics

/// The broker of a running bridge, to go through instead of the gateway, which serves one client at a time.
struct BrokerOptions: ParsableArguments {
  @Option(help: "Go through the bridge that runs at this broker: mqtt://[user@]host[:port], or mqtts://….")
  var broker: String?

  @Option(help: "The bridge's base topic; mate3 unless given.")
  var base: String?

  @Option(help: "File with the broker's password; MATE3_BROKER_PASSWORD otherwise.", completion: .file())
  var brokerPasswordFile: String?

  @Option(help: "Certificates of the authorities to trust, with mqtts.", completion: .file())
  var brokerCaFile: String?

  @Option(help: "This program's own certificate (PEM), with mqtts.", completion: .file())
  var brokerCertificateFile: String?

  @Option(help: "The key of that certificate (PEM).", completion: .file())
  var brokerKeyFile: String?

  @Option(help: "How often the broker hears of it at least; 30s unless given.")
  var brokerKeepalive: String?

  var isGiven: Bool { broker != nil }

  /// What leads another verb to the same bridge.
  var target: [(flag: String, value: String)] { VerbSettings.given(flags) }

  private var flags: [(String, String?)] {
    [
      ("--broker", broker), ("--base", base), ("--broker-password-file", brokerPasswordFile),
      ("--broker-ca-file", brokerCaFile), ("--broker-certificate-file", brokerCertificateFile),
      ("--broker-key-file", brokerKeyFile), ("--broker-keepalive", brokerKeepalive),
    ]
  }

  var words: [String] { VerbSettings.words(flags) }
}

/// A running bridge, as its broker lets it be known.
final class BridgeClient {
  private let client: MosquittoClient
  let scheme: TopicScheme
  private let place: String
  private var events: AsyncStream<BrokerEvent>.AsyncIterator
  /// Ends what takes too long.
  private var limit: Task<Void, any Error>?

  private init(_ configuration: BridgeConfiguration) throws {
    var mosquitto = configuration.mosquittoOptions(
      clientID: "mate3-cli-\(String(UInt32.random(in: .min ... .max), radix: 16))")
    // Everything retained comes in one go.
    mosquitto.inboundLimit = 20_000
    mosquitto.tellsRefusals = true
    if let missing = configuration.missingCredentials { mosquitto.refusalAdvice = missing }
    place = "\(mosquitto.host):\(mosquitto.port)"
    scheme = TopicScheme(base: configuration.topics.base)
    client = try MosquittoClient(mosquitto)
    events = client.events.makeAsyncIterator()
  }

  /// Connects, runs `body` and disconnects.
  static func with<Result>(
    _ configuration: BridgeConfiguration, _ body: (BridgeClient) async throws -> Result
  ) async throws -> Result {
    let bridge = try BridgeClient(configuration)
    // The events end when the client is stopped, and with them every wait.
    let client = bridge.client
    let limit = Task {
      try await Task.sleep(for: .seconds(45))
      await client.stop(farewell: [], within: .seconds(1))
    }
    bridge.limit = limit
    defer { limit.cancel() }
    do {
      try await bridge.client.start()
      let result = try await body(bridge)
      await client.stop(farewell: [], within: .seconds(2))
      return result
    } catch {
      await client.stop(farewell: [], within: .seconds(1))
      throw error
    }
  }

  // MARK: Following

  /// Keeps what the bridge publishes, as it comes, until the task is cancelled.
  /// - Throws: ``Failure`` when no bridge runs there any more or the broker is lost.
  static func follow(_ configuration: BridgeConfiguration, into followed: BridgeTopics) async throws {
    try await with(configuration) { bridge in
      let scheme = bridge.scheme
      followed.begin(
        scheme,
        try await bridge.retained([
          scheme.bridgeState, scheme.bridgeDevices, scheme.bridgeAlerts, scheme.everyState,
        ]))
      bridge.limit?.cancel()
      try await bridge.subscribe([scheme.everyResult], qos: .atMostOnce)
      while let message = try await bridge.nextMessage() {
        followed.receive(message)
        if message.topic == scheme.bridgeState, message.payload != Array("online".utf8) { throw bridge.absent }
      }
    }
  }

  // MARK: Reading

  /// Everything retained below the filters, of which one is that of the bridge's state.
  /// - Throws: ``Failure`` when no bridge is online there.
  func retained(_ filters: [String]) async throws -> [String: [UInt8]] {
    // Nothing is published to find the end: not every user may. What a second subscription brings comes behind all of
    // the first, and without acknowledgements nothing is held back.
    try await subscribe(filters, qos: .atMostOnce)
    try await subscribe([scheme.bridgeState], qos: .atMostOnce)
    // Where even that brings nothing, a third makes sure that it had its time.
    if !early.contains(where: { $0.topic == scheme.bridgeState }) {
      try await subscribe([scheme.bridgeState], qos: .atMostOnce)
    }
    var topics: [String: [UInt8]] = [:]
    var states = 0
    while states < 2, !early.isEmpty || states > 0 {
      // Less than everything must not pass for it.
      guard let message = try await nextMessage() else { throw unanswered }
      if message.topic == scheme.bridgeState { states += 1 }
      topics[message.topic] = message.payload
    }
    guard topics[scheme.bridgeState].map({ String(decoding: $0, as: UTF8.self) }) == "online" else {
      throw absent
    }
    return topics
  }

  private var absent: Failure {
    Failure(
      .noConnection,
      "no bridge is running with the base topic \(scheme.base) at \(place); start it, or ask the gateway itself with --host"
    )
  }

  // MARK: Writing

  /// The result of a command, as published.
  struct Result: Decodable {
    var status: String
    var code: String
    var reason: String
    var written: [UInt16]
    var read: [UInt16]
    var value: String?
    var id: String?
    var evidence: [String]
    /// Of several settings each.
    var fields: [Part]?

    private enum CodingKeys: String, CodingKey {
      case status, code, reason, value, id, evidence, fields
      case written = "registers_written"
      case read = "registers_read"
    }
  }

  /// Has the bridge write, and waits for what became of it.
  func write(
    _ value: String, field: String, of device: DeviceKey, isDryRun: Bool, isRounded: Bool = false
  ) async throws -> Result {
    // A schedule is an object, not the text of one.
    let json: JSONText = Schedule.named(field) == nil ? .string(value) : .number(value)
    return try await command(
      scheme.command(device, field),
      [("value", json), ("dry_run", .bool(isDryRun)), ("round", .bool(isRounded))])
  }

  func command(_ topic: String, _ members: [(String, JSONText)]) async throws -> Result {
    try await subscribe([topic + "/result"], qos: .atLeastOnce)
    let id = UUID().uuidString
    let payload = JSONText.object(members + [("id", .string(id))])
    let message = OutboundMessage(topic: topic, text: payload.compact, qos: .atLeastOnce)
    guard case .sent = client.send(message) else {
      throw Failure(.noConnection, "the broker at \(place) was lost before the command was sent; nothing was written")
    }
    while let message = try await nextMessage() {
      guard let result = try? JSONDecoder().decode(Result.self, from: Data(message.payload)), result.id == id else {
        continue
      }
      return result
    }
    throw Failure(
      .unconfirmed,
      "the bridge did not answer within 45 s; whether it was written is not known: look at \(topic.dropLast(4))")
  }

  // MARK: Trusting

  /// Has the bridge trust a device again.
  /// - Returns: what the bridge says.
  func trust(_ device: DeviceKey) async throws -> String {
    try await request("trust", [("device", .string(device.name)), ("port", .integer(device.port))])
  }

  /// Has the bridge give up the devices that the gateway does not show.
  /// - Returns: what the bridge says.
  func forget() async throws -> String { try await request("forget", []) }

  private func request(_ verb: String, _ members: [(String, JSONText)]) async throws -> String {
    let topic = scheme.response(verb)
    try await subscribe([topic], qos: .atLeastOnce)
    let id = UUID().uuidString
    let message = OutboundMessage(
      topic: "\(scheme.base)/bridge/request/\(verb)", text: JSONText.object(members + [("id", .string(id))]).compact,
      qos: .atLeastOnce)
    guard case .sent = client.send(message) else {
      throw Failure(.noConnection, "the broker at \(place) was lost before the request was sent")
    }
    while let message = try await nextMessage() {
      guard let response = try? JSONDecoder().decode(Response.self, from: Data(message.payload)), response.id == id
      else {
        continue
      }
      guard response.status == "ok" else { throw Failure(.unknownName, response.message) }
      return response.message
    }
    throw Failure(.noConnection, "no bridge answered within 45 s; is it running on this broker and base topic?")
  }

  private struct Response: Decodable {
    var id: String?
    var status: String
    var message: String
  }

  // MARK: -

  private func subscribe(_ filters: [String], qos: QoS) async throws {
    if client.subscribe(filters, qos: qos) != .sent {
      while let event = await events.next(isolation: #isolation) {
        if case .connected = event {
          _ = client.subscribe(filters, qos: qos)
          break
        }
        if case .disconnected(let reason, _) = event { throw lost(reason) }
      }
    }
    while let event = await events.next(isolation: #isolation) {
      switch event {
      case .subscribed(let refused) where refused.isEmpty: return
      case .subscribed(let refused):
        throw Failure(.noConnection, "the broker refuses \(refused.joined(separator: ", ")); check its access rules")
      case .disconnected(let reason, _): throw lost(reason)
      case .message(let message): early.append(message)
      case .publishRefused(let topic): throw refused(topic)
      case .connected, .fault, .drained, .dropped: break
      }
    }
    throw unanswered
  }

  private var early: [InboundMessage] = []

  private func nextMessage() async throws -> InboundMessage? {
    if !early.isEmpty { return early.removeFirst() }
    while let event = await events.next(isolation: #isolation) {
      switch event {
      case .message(let message): return message
      case .disconnected(let reason, _): throw lost(reason)
      case .publishRefused(let topic): throw refused(topic)
      default: break
      }
    }
    return nil
  }

  private func refused(_ topic: String) -> Failure {
    Failure(
      .refused,
      "the broker at \(place) does not take \(topic) from this user; its access rules must let the user write there")
  }

  private func lost(_ reason: String) -> Failure { Failure(.noConnection, reason) }

  private var unanswered: Failure { lost("the broker \(place) did not answer within 45 s; does it hang?") }
}
