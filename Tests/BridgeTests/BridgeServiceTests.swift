import Dispatch
import Foundation
import Glibc
import Logging
import MessageIO
import Registry
import Synchronization
import TestSupport
import Testing
import Threads
import Topics

@testable import Bridge

@Suite struct BridgeServiceTests {
  /// A bridge without a gateway on a scripted broker.
  private func service(
    _ broker: ScriptedBroker, connection: ReplayConnection = ReplayConnection([:]),
    settings: PollSettings = PollSettings()
  ) throws -> BridgeService {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3")),
      program: ProgramInfo(version: "0", instance: "i", startedAt: Date(), settings: { [:] }), broker: broker,
      logger: logger)
    let gateway = GatewayService(
      settings: settings, registry: try Registry.embedded(), connection: connection, publisher: publisher,
      logger: logger)
    return BridgeService(
      connection: connection, broker: broker, publisher: publisher, gateway: gateway, instance: "i", logger: logger)
  }

  /// Two blocks of a charge controller, nearly all zero.
  private static func registers(_ registry: Registry) throws -> [Int: UInt16] {
    var words: [UInt16] = [0x5375, 0x6E53]
    for id: UInt16 in [64111, 64112] {
      let definition = try #require(registry.block(id: id))
      let length = (definition.fields.map(\.endOffset).max() ?? 3) - 3
      var block = [id, UInt16(length)] + Array(repeating: UInt16(0), count: length)
      block[try #require(definition.portField).offset - 1] = 3
      // One that shows nothing at all is not pinned.
      block[block.count - 1] = 1
      words += block
    }
    words += [0xFFFF, 0]
    return Dictionary(uniqueKeysWithValues: words.enumerated().map { (40000 + $0, $1) })
  }

  private final class HangingDisk: Sendable {
    private let count = Atomic(0)
    private let semaphore = DispatchSemaphore(value: 0)

    var saves: Int { count.load(ordering: .relaxed) }

    func save() {
      count.add(1, ordering: .relaxed)
      semaphore.wait()
      semaphore.signal()
    }

    func goOn() { semaphore.signal() }
  }

  /// A disk that takes nothing, for however long: the gateway is read and its values are published all the same.
  @Test(.timeLimit(.minutes(1))) func aHangingDiskHoldsUpNoReading() async throws {
    let registry = try Registry.embedded()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let broker = ScriptedBroker()
    let publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3")),
      program: ProgramInfo(version: "0", instance: "i", startedAt: Date(), settings: { [:] }), broker: broker,
      logger: logger)
    let connection = ReplayConnection(try Self.registers(registry))
    let disk = HangingDisk()
    let gateway = GatewayService(
      settings: PollSettings(live: .milliseconds(10)), registry: registry,
      identity: IdentityState { _ in disk.save() }, connection: connection, publisher: publisher, logger: logger)
    let reading = Task { await gateway.run() }
    try await eventually("a save of the pins") { disk.saves == 1 }
    let requests = connection.memory.counts.requests
    try await eventually("ten more requests") { connection.memory.counts.requests > requests + 10 }
    #expect(disk.saves == 1)
    disk.goOn()
    reading.cancel()
    await reading.value
  }

  /// Whatever holds up Swift's own threads, a gateway that has fallen silent takes its devices offline. In a process of
  /// its own, whose threads nobody else needs.
  @Test(.timeLimit(.minutes(1))) func aBlockedPoolDelaysNoWatchOverTheReadings() async throws {
    await #expect(processExitsWith: .success) {
      let broker = ScriptedBroker(connectsAtStart: true)
      let connection = ReplayConnection(try Self.registers(Registry.embedded()), responseTimeout: .seconds(3600))
      var service = try BridgeServiceTests().service(
        broker, connection: connection, settings: PollSettings(live: .milliseconds(200)))
      service.watch = ThreadExecutor(name: "watch")
      let running = Task { [service] in try await service.run() }
      let topic = "mate3/charge_controller/3/availability"
      try await eventually(within: .seconds(20), "a reading") { broker.retainedTexts[topic] == "online" }
      let pool = DispatchSemaphore(value: 0)
      let count = ProcessInfo.processInfo.activeProcessorCount
      for _ in 0..<count { Task.detached { Self.block(pool) } }
      connection.memory.onRequest { _ in .silence }
      #expect(Self.isSeen { broker.retainedTexts[topic] == "offline" })
      for _ in 0..<count { pool.signal() }
      running.cancel()
      try await running.value
    }
  }

  private static func block(_ semaphore: DispatchSemaphore) { semaphore.wait() }

  /// Waits on the caller's own thread, which so belongs to those that are held up.
  private static func isSeen(_ condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while !condition(), .now < deadline { usleep(5000) }
    return condition()
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
