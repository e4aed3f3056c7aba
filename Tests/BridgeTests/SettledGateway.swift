import Foundation
import Logging
import Mate3
import MessageIO
import Registry
import Simulator
import TestSupport
import Testing
import Topics

@testable import Bridge

/// A described house behind a connection in memory, read and settled, so that commands are taken.
struct SettledGateway {
  static let device = DeviceKey(name: "radian_inverter_configuration", port: 1)
  static let topic = "mate3/\(device)/aux_control/set"

  let connection: ReplayConnection
  let gateway: GatewayService
  let broker = ScriptedBroker()
  let publisher: StatePublisher
  private let reading: Task<Void, Never>
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  /// Read once for all.
  private static let registry = Result { try Registry.embedded() }

  init(
    live: Duration = .seconds(3600), policy: CommandPolicy = CommandPolicy(), system: String = "home",
    identity: IdentityState = IdentityState()
  ) async throws {
    let registry = try Self.registry.get()
    let file = ProcessRunner.packageDirectory.appending(path: "examples/systems/\(system).yaml")
    let loaded = try RegisterImage.load(file: file.path(percentEncoded: false), registry: registry)
    let connection = ReplayConnection(
      Dictionary(uniqueKeysWithValues: loaded.registers.map { ($0.address, $0.word) }))
    let publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3")),
      program: ProgramInfo(version: "0", instance: "i", startedAt: Date(), settings: { [:] }),
      broker: broker, logger: logger)
    let gateway = GatewayService(
      settings: PollSettings(live: live), registry: registry, policy: policy, identity: identity,
      connection: connection, publisher: publisher, logger: logger)
    self.connection = connection
    self.gateway = gateway
    self.publisher = publisher
    try await broker.start()
    publisher.brokerConnected()
    reading = Task { await gateway.run() }
    try await eventually("a gateway that is read") { await gateway.isSettled }
  }

  /// A service that carries out commands, with the bookkeeping of `writes`.
  func service(_ writes: WriteGuard, ledger: [LedgerEntry] = []) -> CommandService {
    CommandService(
      gateway: gateway, publisher: publisher, scheme: TopicScheme(base: "mate3"),
      writes: writes, ledger: ledger, logger: logger)
  }

  /// What a command was answered.
  struct Answer: Decodable, Hashable {
    let status: String
    let code: String
    let reason: String
    let id: String?
    let value: String?
  }

  var answers: [Answer] {
    get throws {
      try broker.sent.filter { $0.topic.hasSuffix("/set/result") }
        .map { try JSONDecoder().decode(Answer.self, from: Data($0.payload)) }
    }
  }

  /// Sends commands to a service, and waits until each is answered.
  func send(
    _ payloads: [String], to service: CommandService, topic: String = topic
  ) async throws -> [Answer] {
    let before = try answers.count
    for payload in payloads { service.submit(InboundMessage(topic: topic, payload: Array(payload.utf8))) }
    let running = Task { await service.run() }
    try await eventually(within: .seconds(20), "answers to \(payloads)") {
      try answers.count >= before + payloads.count
    }
    running.cancel()
    return Array(try answers[before...])
  }

  func command(_ value: String, _ writes: WriteGuard, forSeconds: Double? = nil) async throws -> Answer {
    let payload = forSeconds.map { "{\"value\": \"\(value)\", \"for_s\": \($0)}" } ?? value
    let service = service(writes)
    let running = Task { await service.run() }
    let before = try answers.count
    service.submit(InboundMessage(topic: Self.topic, payload: Array(payload.utf8)))
    try await eventually(within: .seconds(20), "an answer to \(value)") { try answers.count > before }
    let answer = try answers[before]
    await service.stop()
    await running.value
    return answer
  }

  func stop() async {
    reading.cancel()
    await reading.value
  }
}

extension GatewayService {
  /// Whether commands would be taken.
  fileprivate var isSettled: Bool {
    guard isRead, let layout = image?.layout else { return false }
    return !pins.wantsAnotherScan
      && layout.blocks.allSatisfy { pins.refusal(for: $0, in: layout) == nil } && isAnswering()
  }
}

extension GatewayService {
  /// As after a trust in what came into the device's place.
  func takeForAnother(_ key: PinKey) {
    pins = PinBook(
      pins: pins.pins.values.map { pin in
        var pin = pin
        if pin.key == key { pin.generation = 1 }
        return pin
      })
  }
}
