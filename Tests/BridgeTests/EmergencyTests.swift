import Foundation
import MessageIO
import RegisterIO
import Registry
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import Bridge
@testable import Mate3

/// What makes the system safer gets through, whatever the disk, the gateway and other commands do.
@Suite(.timeLimit(.minutes(1))) struct EmergencyTests {
  private struct Full: Error, CustomStringConvertible { let description = "no space left on device" }

  private final class FullDisk: WriteLedger {
    func begin(_ intent: WriteIntent) throws -> Int { throw Full() }
    func end(_ end: WriteEnd) throws { throw Full() }
  }

  /// A disk that takes nothing, for ever.
  private final class HangingDisk: WriteLedger {
    let isReleased = Mutex(false)
    func begin(_ intent: WriteIntent) throws -> Int {
      while !isReleased.withLock({ $0 }) { usleep(1000) }
      return 1
    }
    func end(_ end: WriteEnd) throws {}
  }

  private func alerts(_ system: SettledGateway) -> String {
    system.broker.sent.filter { $0.topic == "mate3/bridge/alerts" }
      .map { String(decoding: $0.payload, as: UTF8.self) }.joined()
  }

  @Test func aFullDiskHoldsBackNoOff() async throws {
    let system = try await SettledGateway()
    let writes = WriteGuard(ledger: FullDisk(), saveTimers: { _ in throw Full() })
    #expect(try await system.command("on", WriteGuard()).status == "accepted")
    #expect(try await system.command("auto", writes).code == "state_unwritable")
    let off = try await system.command("off", writes)
    #expect(off.status == "accepted")
    #expect(off.reason.contains("not in the ledger: no space left"))
    #expect(alerts(system).contains("no space left"))
    await system.stop()
  }

  /// A timed run that began before the disk was full ends all the same, and its end is told.
  @Test func aDueEndIsWrittenThoughTheDiskIsFull() async throws {
    let system = try await SettledGateway()
    let isFull = Mutex(false)
    let writes = WriteGuard(
      ledger: Disk(isFull: { isFull.withLock { $0 } }),
      saveTimers: { _ in if isFull.withLock({ $0 }) { throw Full() } })
    let service = system.service(writes)
    let answer = try await system.send([#"{"value": "on", "for_s": 1, "then": "auto"}"#], to: service)
    #expect(answer.first?.status == "accepted")
    isFull.withLock { $0 = true }
    await service.startTimers()
    try await eventually("the end") {
      system.broker.sent.contains {
        $0.topic == "mate3/bridge/event" && String(decoding: $0.payload, as: UTF8.self).contains("timed_command_ended")
      }
    }
    #expect(writes.timers.isEmpty)
    #expect(alerts(system).contains("no space left"))
    await service.stop()
    await system.stop()
  }

  private final class Disk: WriteLedger {
    private let isFull: @Sendable () -> Bool
    init(isFull: @escaping @Sendable () -> Bool) { self.isFull = isFull }
    func begin(_ intent: WriteIntent) throws -> Int {
      if isFull() { throw Full() }
      return 1
    }
    func end(_ end: WriteEnd) throws { if isFull() { throw Full() } }
  }

  @Test func aHangingDiskHoldsAnOffUpForASecondAtMost() async throws {
    let system = try await SettledGateway()
    #expect(try await system.command("on", WriteGuard()).status == "accepted")
    let disk = HangingDisk()
    let writes = WriteGuard(ledger: disk)
    let begin = ContinuousClock.now
    let off = try await system.command("off", writes)
    #expect(off.status == "accepted", "\(off.reason)")
    #expect(off.reason.contains("not in the ledger"))
    #expect(begin.duration(to: .now) < .seconds(5))
    disk.isReleased.withLock { $0 = true }
    await system.stop()
  }

  /// A later `off` takes an `on` that waits out of the way; one that is not carried out does not.
  @Test(arguments: [
    ("off", "superseded"), (#"{"value": "off", "dry_run": true}"#, "ok"),
    (#"{"value": "off", "expires_at": "2020-01-01T00:00:00Z"}"#, "ok"),
  ])
  func whatIsCarriedOutSupersedes(second: String, first: String) async throws {
    let system = try await SettledGateway()
    let service = system.service(WriteGuard())
    let answers = try await system.send([#"{"value": "on", "id": "first"}"#, second], to: service)
    let on = try #require(answers.first { $0.id == "first" })
    #expect(on.code == first, "\(on.reason)")
    await system.stop()
  }

  /// The `on` is refused as silence will have it, or comes to a gateway that has answered the `off`, which took its place.
  @Test func anOffIsTriedThoughTheGatewayWasSilent() async throws {
    let system = try await SettledGateway(live: .milliseconds(50))
    await system.stop()
    try await eventually("a gateway that counts as silent") { !system.gateway.isAnswering() }
    let service = system.service(WriteGuard())
    let answers = try await system.send(
      [#"{"value": "on", "id": "on"}"#, #"{"value": "off", "id": "off"}"#], to: service)
    let on = try #require(answers.first { $0.id == "on" })
    #expect(["gateway_offline", "superseded"].contains(on.code), "\(on.reason)")
    let off = try #require(answers.first { $0.id == "off" })
    #expect(["ok", "already_so"].contains(off.code), "\(off.reason)")
  }

  @Test func anOffWaitsForTheScanThatIsUnderWay() async throws {
    let system = try await SettledGateway()
    await system.gateway.unlearnLayout()
    let off = try await system.command("off", WriteGuard())
    #expect(["ok", "already_so"].contains(off.code), "\(off.reason)")
    await system.stop()
  }

  /// Blocks moved, and no poll has noticed: the first `off` is written all the same, once the gateway was scanned.
  @Test func anOffFindsItsDeviceAgainAfterBlocksMoved() async throws {
    let system = try await SettledGateway()
    let memory = system.connection.memory
    let old = memory.registers
    // An unknown block of ten registers behind the common one.
    let place = 40002 + 2 + Int(old[40003] ?? 0)
    var new = old.filter { $0.key < place }
    (new[place], new[place + 1]) = (64300, 10)
    for offset in 2..<12 { new[place + offset] = 7 }
    for (address, word) in old where address >= place { new[address + 12] = word }
    memory.set(new)
    let on = try await system.command("on", WriteGuard())
    #expect(on.code == "identity_mismatch" && on.value == nil && !on.reason.contains("trust"))
    try await eventually("the scan") { system.gateway.isAnswering() }
    // All at once: a scan that is under way must not see half of it.
    memory.set(old.filter { $0.key >= place })
    let off = try await system.command("off", WriteGuard())
    #expect(["ok", "already_so"].contains(off.code), "\(off.reason)")
    await system.stop()
  }

  /// Two charge controllers of that house that look alike.
  private static let (own, rival) = (2, 9)
  private static let chargerTopic = "mate3/charge_controller_configuration/\(own)/aux_control/set"

  private func block(_ name: String, _ port: Int, of system: SettledGateway) async throws -> PlacedBlock {
    try #require(await system.gateway.image?.layout.block(DeviceKey(name: name, port: port)))
  }

  /// Of two that look alike one is gone with all behind it, and the gateway has no registers there: its counters can't be
  /// read, and the `off` for the other one is written all the same, once the gateway was scanned.
  @Test func anOffDoesNotNeedADeviceThatIsGone() async throws {
    let system = try await SettledGateway(system: "five_charge_controllers")
    let gone = try await block("charge_controller", Self.rival, of: system).address
    let left = system.connection.memory.registers.filter { $0.key < gone }
    system.connection.memory.replace(left.merging([gone: 0xFFFF, gone + 1: 0]) { $1 })
    let off = try await system.send(
      [#"{"value": "off"}"#], to: system.service(WriteGuard()), topic: Self.chargerTopic)
    #expect(["ok", "already_so"].contains(off.first?.code), "\(off.first?.reason ?? "")")
    await system.stop()
  }

  /// Has the gateway show nothing from a charge controller on.
  private func end(at port: Int, of system: SettledGateway) async throws {
    let gone = try await block("charge_controller", port, of: system).address
    let left = system.connection.memory.registers.filter { $0.key < gone }
    system.connection.memory.replace(left.merging([gone: 0xFFFF, gone + 1: 0]) { $1 })
    system.gateway.rescan()
    try await eventually("a scan") { await system.gateway.image?.layout.end == gone }
  }

  /// An `off` that waits for its device holds up no other one.
  @Test func anOffThatWaitsHoldsUpNoOther() async throws {
    let system = try await SettledGateway(system: "five_charge_controllers")
    try await end(at: 8, of: system)
    let service = system.service(WriteGuard())
    let running = Task { await service.run() }
    for (port, id) in [(8, "gone-1"), (8, "gone-2"), (8, "gone-3"), (Self.own, "there")] {
      let payload = #"{"value": "off", "id": "\#(id)"}"#
      service.submit(
        InboundMessage(
          topic: "mate3/charge_controller_configuration/\(port)/aux_control/set", payload: Array(payload.utf8)))
    }
    try await eventually(within: .seconds(5), "the other one") { try system.answers.map(\.id) == ["there"] }
    try await eventually(within: .seconds(30), "all") { try system.answers.count == 4 }
    #expect(try system.answers.dropFirst().allSatisfy { $0.code == "unknown_device" })
    running.cancel()
    await system.stop()
  }

  /// While a gateway starts it does not show all of its devices, or who they are.
  @Test(
    arguments: [true, false],
    [
      (SettledGateway.topic, "off"), ("mate3/radian_inverter_configuration/all/aux_control/set", "off"),
      ("mate3/radian_inverter_configuration/1/set", #"{"values": {"aux_control": "off"}}"#),
    ])
  func anOffWaitsForAGatewayThatStarts(_ isBlank: Bool, command: (topic: String, payload: String)) async throws {
    let system = try await SettledGateway(live: .milliseconds(100))
    let memory = system.connection.memory
    let whole = memory.registers
    if isBlank {
      // The serial of the common block (SunSpec common model, offsets 53 to 68).
      memory.set(Dictionary(uniqueKeysWithValues: (40052..<40068).map { ($0, 0) }))
    } else {
      let layout = try #require(await system.gateway.image?.layout)
      let first = try #require(layout.blocks.first { $0.key.port != 0 })
      memory.replace(
        whole.filter { $0.key < first.address }.merging([first.address: 0xFFFF, first.address + 1: 0]) { $1 })
      system.gateway.rescan()
      try await eventually("a scan") { await system.gateway.image?.layout.end == first.address }
    }
    let service = system.service(WriteGuard())
    let running = Task { await service.run() }
    service.submit(InboundMessage(topic: command.topic, payload: Array(command.payload.utf8)))
    try await Task.sleep(for: .seconds(1))
    #expect(try system.answers.isEmpty)
    memory.replace(whole)
    try await eventually("an answer") { try !system.answers.isEmpty }
    let off = try #require(try system.answers.first)
    #expect(["ok", "already_so"].contains(off.code), "\(off.reason)")
    running.cancel()
    await system.stop()
  }

  /// One bad reading of its own device takes no `off` away.
  @Test func anOffThatMeetsAWrongReadingIsTriedAgain() async throws {
    let system = try await SettledGateway(live: .milliseconds(100))
    let block = try await block("radian_inverter_configuration", 1, of: system)
    let serial = try #require(block.definition.field("serial_number").flatMap(block.range(of:))).start
    let right = try #require(system.connection.memory.registers[serial])
    system.connection.memory.set([serial: right ^ 1])
    let service = system.service(WriteGuard())
    let running = Task { await service.run() }
    service.submit(InboundMessage(topic: SettledGateway.topic, payload: Array("off".utf8)))
    try await Task.sleep(for: .milliseconds(500))
    #expect(try system.answers.isEmpty)
    system.connection.memory.set([serial: right])
    try await eventually(within: .seconds(10), "an answer") { try !system.answers.isEmpty }
    let off = try #require(try system.answers.first)
    #expect(["ok", "already_so"].contains(off.code), "\(off.reason)")
    running.cancel()
    await system.stop()
  }

  /// One of the devices meant is away for longer: the others are off, and nobody is told that all are.
  @Test func anOffOfAllSaysWhatIsAway() async throws {
    let system = try await SettledGateway(system: "five_charge_controllers")
    let own = try await block("charge_controller_configuration", Self.own, of: system)
    let aux = try #require(own.definition.field("aux_control").flatMap(own.range(of:)))
    system.connection.memory.set([aux.start: 2])
    try await end(at: 8, of: system)
    let service = system.service(WriteGuard())
    let running = Task { await service.run() }
    let topic = "mate3/charge_controller_configuration/all/aux_control"
    service.submit(InboundMessage(topic: topic + "/set", payload: Array("off".utf8)))
    try await eventually(within: .seconds(30), "an answer") { try !system.answers.isEmpty }
    let off = try #require(try system.answers.first)
    #expect(off.status == "failed" && off.code == "incomplete", "\(off)")
    #expect(off.reason.contains("there is no charge_controller_configuration on port 8"), "\(off.reason)")
    // Once it is given up, all that are there are all.
    #expect(await system.gateway.forgetMissing()?.isEmpty == false)
    service.submit(InboundMessage(topic: topic + "/set", payload: Array("on".utf8)))
    try await eventually(within: .seconds(30), "another answer") { try system.answers.count == 2 }
    #expect(try system.answers.last?.code != "device_missing")
    running.cancel()
    await system.stop()
  }

  /// The owner ends a timed command, and the disk does not take it: a restart would go by what it says.
  @Test func anOffThatCancelsSaysThatTheDiskDoesNotKnow() async throws {
    let system = try await SettledGateway()
    let isFull = Mutex(false)
    let writes = WriteGuard(saveTimers: { _ in if isFull.withLock({ $0 }) { throw Full() } })
    let timed = try await system.command("off", writes, forSeconds: 3600)
    #expect(timed.status == "accepted" || timed.code == "already_so", "\(timed)")
    isFull.withLock { $0 = true }
    let off = try await system.command("off", writes)
    #expect(off.reason.contains("cancelled") && off.reason.contains("timers.json"), "\(off.reason)")
    await system.stop()
  }

  /// The device of a timed command was replaced, and the new one is trusted: its value is nobody's to take back, and
  /// somebody must know.
  @Test func theTimeOfADeviceThatIsGoneIsAnAlert() async throws {
    let system = try await SettledGateway()
    let writes = WriteGuard()
    let answer = try await system.command("on", writes, forSeconds: 1)
    #expect(answer.status == "accepted")
    await system.gateway.takeForAnother(PinKey(block: SettledGateway.device.name, port: SettledGateway.device.port))
    let service = system.service(writes)
    let running = Task { await service.run() }
    await service.startTimers()
    try await eventually("an alert") { alerts(system).contains("is not what was commanded") }
    #expect(writes.timers.isEmpty)
    running.cancel()
    await system.stop()
  }

  /// Every answer has the id that it can have.
  @Test func everyAnswerHasItsID() async throws {
    let system = try await SettledGateway()
    let service = system.service(WriteGuard())
    var messages = (0..<CommandService.queueLimit + 1).map { number in
      InboundMessage(topic: SettledGateway.topic, payload: Array(#"{"value": "on", "id": "\#(number)"}"#.utf8))
    }
    messages.append(
      InboundMessage(
        topic: SettledGateway.topic, payload: Array(#"{"value": "on", "id": "kept"}"#.utf8), isRetained: true))
    messages.append(
      InboundMessage(topic: SettledGateway.topic, payload: Array(#"{"value": "on", "id": "odd", "unknown": 1}"#.utf8)))
    messages.append(
      InboundMessage(topic: "mate3/x/set", payload: Array(#"{"value": "on", "id": "nowhere"}"#.utf8)))
    for message in messages { service.submit(message) }
    await service.stop()
    let running = Task { await service.run() }
    try await eventually("all answers") { try system.answers.count >= messages.count }
    await running.value
    let ids = Set(try system.answers.map(\.id))
    #expect(!ids.contains(nil))
    #expect(ids.count == messages.count)
    let codes = Set(try system.answers.map(\.code))
    #expect(codes.isSuperset(of: ["queue_full", "shutting_down"]))
    await system.stop()
  }

  /// The end that a command was sent with is looked at before its write, not before its turn.
  @Test func anExpiredCommandIsNotWritten() async throws {
    let system = try await SettledGateway()
    let slow = Mutex(0)
    system.connection.memory.onRequest { _ in
      if slow.withLock({
        $0 += 1
        return $0 == 1
      }) {
        usleep(1_500_000)
      }
      return nil
    }
    let service = system.service(WriteGuard())
    service.submit(
      InboundMessage(topic: SettledGateway.topic, payload: Array("on".utf8), expiryInterval: 1))
    let running = Task { await service.run() }
    try await eventually("an answer") { try !system.answers.isEmpty }
    running.cancel()
    #expect(try system.answers.first?.code == "expired")
    #expect(system.connection.memory.counts.writes == 0)
    await system.stop()
  }

  /// An `off` under an `on` that is being verified: both keep their marks, the `on` is told what became of it, and no
  /// third command comes in between.
  @Test func aReleaseUnderACommandThatSettlesFreesNoMarkOfIt() async throws {
    let system = try await SettledGateway()
    system.connection.memory.onRequest { request in
      if case .write(let words, _) = request, words == [2] { return .silence }
      return nil
    }
    let service = system.service(WriteGuard())
    let running = Task { await service.run() }
    func submit(_ value: String) {
      service.submit(
        InboundMessage(topic: SettledGateway.topic, payload: Array(#"{"value": "\#(value)", "id": "\#(value)"}"#.utf8)))
    }
    submit("on")
    try await eventually("the write of the first") {
      system.connection.memory.log.contains { if case .write = $0 { true } else { false } }
    }
    submit("off")
    try await eventually("the answer to the second") { try system.answers.contains { $0.id == "off" } }
    submit("auto")
    try await eventually("the answer to the third") { try system.answers.contains { $0.id == "auto" } }
    let answers = try system.answers
    #expect(answers.first { $0.id == "auto" }?.code == "busy")
    try await eventually(within: .seconds(12), "the answer to the first") {
      try system.answers.contains { $0.id == "on" }
    }
    let on = try #require(try system.answers.first { $0.id == "on" })
    #expect(on.code == "superseded" || on.code == "not_taken", "\(on)")
    #expect(await system.gateway.held.elements.isEmpty)
    running.cancel()
    await system.stop()
  }
}

extension EmergencyTests {
  /// A scan while a command settles publishes what was known, not the sentinel that the register shows.
  @Test func aScanWhileACommandSettlesPublishesNoSentinel() async throws {
    let system = try await SettledGateway()
    let block = try #require(await system.gateway.image?.layout.block(SettledGateway.device))
    let field = try #require(block.definition.field("aux_control"))
    let address = try #require(block.range(of: field)).start
    let shown = Mutex<UInt16?>(nil)
    system.connection.memory.onRequest { request in
      if case .write = request {
        shown.withLock { $0 = 0x8000 }
        return nil
      }
      return shown.withLock { word in word.map { .change([address: $0]) } }
    }
    let service = system.service(WriteGuard())
    let running = Task { await service.run() }
    service.submit(InboundMessage(topic: SettledGateway.topic, payload: Array("on".utf8)))
    try await eventually("a command that settles") { await !system.gateway.held.elements.isEmpty && system.hasWritten }
    let state = "mate3/\(SettledGateway.device)/aux_control"
    let (before, known) = (system.broker.sent.count, system.broker.retainedTexts[state])
    try await system.gateway.scan()
    #expect(known == "auto" && system.broker.retainedTexts[state] == known)
    #expect(!system.broker.sent.dropFirst(before).contains { $0.topic == state })
    shown.withLock { $0 = 2 }
    try await eventually(within: .seconds(12), "the answer") { try !system.answers.isEmpty }
    #expect(try system.answers.first?.code == "ok")
    #expect(system.broker.retainedTexts[state] == "on")
    running.cancel()
    await system.stop()
  }
}

extension SettledGateway {
  fileprivate var hasWritten: Bool {
    connection.memory.log.contains { if case .write = $0 { true } else { false } }
  }
}

extension GatewayService {
  fileprivate func unlearnLayout() { isLayoutValid = false }
}
