import Glibc
import Mate3
import MessageIO
import RegisterIO
import Registry
import Synchronization
import TestSupport
import Testing

@testable import Bridge

/// Ends of timed commands while other commands to the device are being verified.
@Suite(.timeLimit(.minutes(1))) struct EndBesideOthersTests {
  private let system: SettledGateway
  private let writes = WriteGuard(caps: WriteCaps(.init(fieldInterval: .zero)))

  init() async throws {
    system = try await SettledGateway(policy: CommandPolicy(classes: [.operational, .setpoint]))
  }

  private func topic(_ field: String) -> String { "mate3/\(SettledGateway.device)/\(field)/set" }

  private func address(_ field: String, ofInverter port: Int = 1) async throws -> Int {
    let device = DeviceKey(name: SettledGateway.device.name, port: port)
    let block = try #require(await system.gateway.image?.layout.block(device))
    return try #require(block.definition.field(field).flatMap { block.range(of: $0)?.start })
  }

  private var hasEnded: Bool {
    system.broker.sent.contains {
      $0.topic == "mate3/bridge/event" && String(decoding: $0.payload, as: UTF8.self).contains("timed_command_ended")
    }
  }

  /// Has a command of the device accepted.
  private func send(_ field: String, _ payload: String, to service: CommandService) async throws {
    let before = try system.answers.count
    service.submit(InboundMessage(topic: topic(field), payload: Array(payload.utf8)))
    try await eventually("an answer") { try system.answers.count > before }
    let answers = try system.answers
    #expect(answers.last?.status == "accepted", "\(answers)")
  }

  /// From now on the device answers writes of a register as good, and keeps what it has.
  private func hold(_ address: Int) throws {
    let word = try #require(system.connection.memory.registers[address])
    system.connection.memory.onRequest { _ in .change([address: word]) }
  }

  /// Has a timed command accepted, and then a setting not taken by the device, as `body` goes on.
  private func run(
    _ field: String, _ payload: String, _ body: (CommandService) async throws -> Void
  ) async throws {
    let service = system.service(writes)
    let running = Task { await service.run() }
    service.submit(InboundMessage(topic: topic(field), payload: Array(payload.utf8)))
    try await eventually("the timed command") { try system.answers.map(\.status) == ["accepted"] }
    try hold(try await address("float_volts"))
    service.submit(InboundMessage(topic: topic("float_volts"), payload: Array("54.8".utf8)))
    try await body(service)
    await service.stop()
    running.cancel()
    await running.value
    await system.stop()
  }

  /// A command that the device does not take is looked at for seconds; an end that has nothing to do with it is written
  /// meanwhile.
  @Test func anEndDoesNotWaitForWhatDoesNotConcernIt() async throws {
    try await run("aux_control", #"{"value": "on", "for_s": 1, "then": "auto"}"#) { _ in
      try await eventually("the end") { hasEnded }
      let answers = try system.answers
      #expect(answers.count == 1, "the other command was answered before: \(answers)")
    }
  }

  /// One that a rule judges by what is being verified waits until that is known, and nothing goes before it then.
  @Test func anEndThatWaitsIsNext() async throws {
    try await run("absorb_volts", #"{"value": 58, "for_s": 1, "then": "57.6"}"#) { service in
      // Again and again, as several clients would.
      let others = Task {
        while !Task.isCancelled {
          service.submit(InboundMessage(topic: topic("float_volts"), payload: Array("55.2".utf8)))
          try? await Task.sleep(for: .milliseconds(20))
        }
      }
      try await eventually(within: .seconds(30), "the end") { hasEnded }
      others.cancel()
      let answers = try system.answers
      #expect(answers.filter { $0.code == "not_taken" }.count == 1)
      #expect(answers.contains { $0.code == "busy" && $0.reason.contains("its end goes first") })
    }
  }

  /// A timer that is cancelled while its end waits holds up nothing afterwards.
  @Test func aCancelledTimerHoldsUpNothing() async throws {
    try await run("absorb_volts", #"{"value": 58, "for_s": 1, "then": "57.6"}"#) { service in
      try await eventually("an end that waits") { await service.ends.values.contains { $0.waiting != nil } }
      #expect(writes.drop(try #require(writes.timers.first)))
      system.connection.memory.onRequest(nil)
      system.connection.memory.set([try await address("float_volts"): 548])
      try await eventually(within: .seconds(20), "the float") { try system.answers.count == 2 }
      service.submit(InboundMessage(topic: topic("absorb_volts"), payload: Array("57.6".utf8)))
      try await eventually("an answer") { try system.answers.count == 3 }
      let last = try system.answers.last
      #expect(last?.status == "accepted", "\(String(describing: last))")
    }
  }

  /// Raised for a time in the only order that the rules allow, and both back: the one that is in the way goes first,
  /// also when the device does not take it the first time.
  @Test(arguments: [false, true]) func endsAtTheSameMomentMakeRoomForEachOther(isRefusedOnce: Bool) async throws {
    let service = system.service(writes)
    let running = Task { await service.run() }
    for (field, payload) in [
      ("absorb_volts", #"{"value": 58, "for_s": 2}"#), ("float_volts", #"{"value": 58, "for_s": 2}"#),
    ] {
      try await send(field, payload, to: service)
    }
    if isRefusedOnce {
      let address = try await address("float_volts")
      let refusals = Mutex(1)
      system.connection.memory.onRequest { request in
        guard case .write(_, address) = request, refusals.withLock({ $0 > 0 }) else { return nil }
        refusals.withLock { $0 -= 1 }
        return .exception(.illegalDataAddress)
      }
    }
    await service.startTimers()
    try await eventually(within: .seconds(30), "the ends") { writes.timers.isEmpty }
    let registers = system.connection.memory.registers
    #expect(registers[try await address("absorb_volts")] == 576)
    #expect(registers[try await address("float_volts")] == 544)
    await service.stop()
    running.cancel()
    await running.value
    await system.stop()
  }

  /// An end that makes the system safer, and could not be written just now, goes before any other all the same.
  @Test func aReleaseThatWasRefusedGoesBeforeOtherEnds() async throws {
    let service = system.service(writes)
    let running = Task { await service.run() }
    for (field, payload) in [
      ("aux_control", #"{"value": "on", "for_s": 2, "then": "off"}"#), ("absorb_volts", #"{"value": 58, "for_s": 4}"#),
    ] {
      try await send(field, payload, to: service)
    }
    let (aux, absorb) = (try await address("aux_control"), try await address("absorb_volts"))
    let refusals = Mutex(1)
    let written = Mutex<[Int]>([])
    system.connection.memory.onRequest { request in
      guard case .write(_, let address) = request else { return nil }
      if address == aux, refusals.withLock({ $0 > 0 }) {
        refusals.withLock { $0 -= 1 }
        return .exception(.illegalDataAddress)
      }
      written.withLock { $0.append(address) }
      return nil
    }
    await service.startTimers()
    try await eventually(within: .seconds(30), "the ends") { writes.timers.isEmpty }
    #expect(written.withLock(\.self) == [aux, absorb])
    await service.stop()
    running.cancel()
    await running.value
    await system.stop()
  }

  /// An end that could only come near what it was to set is told by an alert, until another command has its field.
  @Test func theAlertOfAnEndGoesWithTheNextCommand() async throws {
    let service = system.service(writes)
    let running = Task { await service.run() }
    try await send("absorb_volts", #"{"value": 58, "for_s": 2, "then": "57.6"}"#, to: service)
    try await send("float_volts", "58", to: service)
    try await eventually(within: .seconds(20), "the end") { writes.timers.isEmpty }
    try await eventually("the alert") { await system.gateway.alerts[.timer]?.count == 1 }
    try await send("absorb_volts", "58.4", to: service)
    #expect(await system.gateway.alerts[.timer]?.isEmpty ?? true)
    await service.stop()
    running.cancel()
    await running.value
    await system.stop()
  }

  /// What goes on by itself has nothing to go back to.
  @Test func theClockIsNotSetForATime() async throws {
    let answers = try await system.send(
      [#"{"value": 5, "for_s": 60}"#], to: system.service(writes), topic: "mate3/gateway/0/hour/set")
    #expect(answers.map(\.code) == ["bad_payload"] && answers[0].reason.contains("goes on by itself"), "\(answers)")
    await system.stop()
  }

  /// What makes the system safer goes between two ends, however many are due, and all of it that waits.
  @Test func anOffGoesBetweenEndsThatAreDue() async throws {
    let service = system.service(writes)
    let running = Task { await service.run() }
    let devices = [
      "radian_inverter_configuration/1", "radian_inverter_configuration/2", "charge_controller_configuration/3",
      "charge_controller_configuration/4",
    ]
    let topics = devices.map { "mate3/\($0)/aux_control/set" }
    for (index, topic) in topics.enumerated() {
      service.submit(
        InboundMessage(topic: topic, payload: Array(#"{"value": "on", "for_s": 2, "then": "auto"}"#.utf8)))
      try await eventually("an answer") { try system.answers.count > index }
    }
    let answers = try system.answers
    #expect(answers.allSatisfy { $0.status == "accepted" }, "\(answers)")
    let writesBefore = system.connection.memory.counts.writes
    system.connection.memory.onRequest { _ in
      usleep(20_000)
      return nil
    }
    await service.startTimers()
    try await eventually(within: .seconds(20), "the first end") {
      system.connection.memory.counts.writes > writesBefore
    }
    for port in 1...2 {
      service.submit(
        InboundMessage(
          topic: "mate3/radian_inverter_configuration/\(port)/charger_operating_mode/set", payload: Array("off".utf8)))
    }
    try await eventually(within: .seconds(20), "all of it") {
      try writes.timers.isEmpty && system.answers.count == devices.count + 2
    }
    let offs = [
      try await address("charger_operating_mode"), try await address("charger_operating_mode", ofInverter: 2),
    ]
    let order = system.connection.memory.log.compactMap { request -> Int? in
      if case .write(_, let address) = request { address } else { nil }
    }.dropFirst(writesBefore)
    #expect(order.count == devices.count + 2)
    let first = try #require(order.firstIndex(of: offs[0]))
    #expect(first - order.startIndex <= 2, "\(order)")
    #expect(order.firstIndex(of: offs[1]) == first + 1, "\(order)")
    await service.stop()
    running.cancel()
    await running.value
    await system.stop()
  }
}
