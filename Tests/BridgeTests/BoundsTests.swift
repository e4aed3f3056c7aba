import Foundation
import Logging
import Mate3
import MessageIO
import Registry
import Synchronization
import TestSupport
import Testing
import Topics

@testable import Bridge

/// What is bounded, in bytes and in time.
@Suite(.timeLimit(.minutes(1))) struct BoundsTests {
  /// Results for a broker that is away: few large ones are as much as many small ones.
  @Test func waitingResultsAreBoundedInBytes() {
    let broker = ScriptedBroker(connectsAtStart: false)
    let publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3")),
      program: ProgramInfo(version: "0", instance: "i", startedAt: Date(), settings: { [:] }), broker: broker,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let payload = [UInt8](repeating: 65, count: 100_000)
    for number in 0..<40 { publisher.enqueue(OutboundMessage(topic: "a/\(number)/set/result", payload: payload)) }
    // Ten and a half fit into a mebibyte.
    #expect(publisher.dropped == 30)
  }

  /// Also where the value stands already, so that no write would find the other's registers.
  @Test func aTimedCommandThatFindsItsValueLeavesTheOtherOnesRegisters() async throws {
    let gateway = try await SettledGateway(policy: CommandPolicy(classes: [.operational, .setpoint]))
    let service = gateway.service(WriteGuard())
    let time = "mate3/gateway/0/grid_use_interval_1_weekday_start_time/set"
    let first = try await gateway.send(
      [#"{"value": "06:45", "for_s": 600, "then": "07:00"}"#], to: service, topic: time)
    #expect(first.map(\.code) == ["ok"], "\(first)")
    let hour = "mate3/gateway/0/grid_use_interval_1_weekday_start_hour/set"
    let second = try await gateway.send([#"{"value": "6", "for_s": 600, "then": "7"}"#], to: service, topic: hour)
    #expect(second.map(\.code) == ["busy"], "\(second)")
    let plain = try await gateway.send(["6"], to: service, topic: hour)
    #expect(plain.map(\.code) == ["already_so"], "\(plain)")
    await gateway.stop()
  }

  /// What polls have added to the counters is on disk every ten minutes.
  @Test func countersOfPollsAreKeptEveryTenMinutes() async throws {
    let saves = Mutex(0)
    let system = try await SettledGateway(identity: IdentityState(save: { _ in saves.withLock { $0 += 1 } }))
    let gateway = system.gateway
    try await eventually("the pins on disk") { await gateway.isKept }
    let before = saves.withLock { $0 }
    await gateway.raiseCounters()
    let now = ContinuousClock.now
    await gateway.savePins(at: now)
    #expect(await gateway.saving == nil)
    await gateway.savePins(at: now + .seconds(601))
    try await eventually("another save") { saves.withLock { $0 } == before + 1 }
    try await eventually("all that there is on disk") { await gateway.isKept }
    // And not in every cycle from then on.
    await gateway.raiseCounters()
    await gateway.savePins(at: now + .seconds(700))
    #expect(await gateway.saving == nil)
    await system.stop()
  }
}

extension GatewayService {
  fileprivate var isKept: Bool { saving == nil && pins.pins == keptPins }

  /// As polls do.
  fileprivate func raiseCounters() {
    var raised = pins.pins
    for key in raised.keys where raised[key]?.counters.isEmpty == false {
      for name in raised[key]?.counters.keys.sorted() ?? [] { raised[key]?.counters[name, default: 0] += 1 }
    }
    pins = PinBook(pins: Array(raised.values))
  }
}
