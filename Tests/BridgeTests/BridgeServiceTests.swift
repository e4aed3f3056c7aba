import Foundation
import Logging
import MessageIO
import Registry
import TestSupport
import Testing
import Topics

@testable import Bridge

@Suite struct BridgeServiceTests {
  /// A bridge without a gateway on a scripted broker.
  private func service(_ broker: ScriptedBroker) throws -> BridgeService {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3")),
      program: ProgramInfo(version: "0", instance: "i", startedAt: Date(), settings: { [:] }), broker: broker,
      logger: logger)
    let connection = ReplayConnection([:])
    let gateway = GatewayService(
      settings: PollSettings(), registry: try Registry.embedded(), connection: connection, publisher: publisher,
      logger: logger)
    return BridgeService(
      connection: connection, broker: broker, publisher: publisher, gateway: gateway, instance: "i", logger: logger)
  }

  @Test func aTakenOverClientIDEndsTheBridgeWithItsSentence() async throws {
    let broker = ScriptedBroker()
    let service = try service(broker)
    let running = Task { try await service.run() }
    try await eventually("the start") { broker.hasStarted }
    broker.disconnect(reason: "another client has this client id", willRetry: false)
    await #expect {
      try await within(.seconds(10), "the end") { try await running.value }
    } throws: { "\($0)".contains("another client has this client id") }
    #expect(broker.hasStopped)
  }

  @Test func aLostConnectionDoesNotEndIt() async throws {
    let broker = ScriptedBroker()
    let service = try service(broker)
    let running = Task { try await service.run() }
    try await eventually("the start") { broker.hasStarted }
    broker.disconnect(reason: "gone", willRetry: true)
    broker.connect()
    try await eventually("the subscriptions") { !broker.filters.isEmpty }
    #expect(!broker.hasStopped)
    running.cancel()
    try await within(.seconds(10), "the end") { try await running.value }
    #expect(broker.hasStopped)
  }
}
