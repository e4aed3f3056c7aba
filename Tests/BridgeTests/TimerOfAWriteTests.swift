import Foundation
import Mate3
import StateStore
import TestSupport
import Testing

@testable import Bridge

/// Which timed command stands on a field whose writes end in another order than they began, or in doubt.
@Suite(.timeLimit(.minutes(1))) struct TimerOfAWriteTests {
  private static let block = PinKey(block: "radian_inverter_configuration", port: 1)
  private static let words: [String: [UInt16]] = ["off": [0], "auto": [1], "on": [2]]

  private let system: SettledGateway
  private let writes = WriteGuard(caps: WriteCaps(.init(fieldInterval: .zero)))

  init() async throws { system = try await SettledGateway() }

  private func request(_ text: String) async throws -> WriteRequest {
    try await request("aux_control", of: Self.block, text)
  }

  private func request(_ field: String, of block: PinKey, _ text: String) async throws -> WriteRequest {
    let now = MachineTime.now()
    return try await system.gateway.prepare(
      TimedCommand(
        block: block, field: field, revertTo: text, wrote: [], id: nil,
        generation: await system.gateway.pins.pins[block]?.generation, bootDeadline: 0, bootID: "",
        startedAt: now.wall, endsAt: now.wall)
    ).request
  }

  private func begin(_ context: CommandContext, _ text: String) async throws {
    try await writes.begin(context, WriteProcedure(try await request(text)), Self.words[text] ?? [])
  }

  private func end(_ context: CommandContext, _ text: String, _ status: WriteOutcome.Status) async throws {
    let words = Self.words[text] ?? []
    let outcome = WriteOutcome(status, .ok, "", written: words, read: status == .accepted ? words : [])
    _ = await writes.end(context, try await request(text), outcome)
  }

  /// Of the device that is pinned there.
  private func timed(_ seconds: Double, then: String) async -> CommandContext {
    CommandContext(
      who: "test", forSeconds: seconds, then: then,
      generation: await system.gateway.pins.pins[Self.block]?.generation)
  }

  private static func timed(_ seconds: Double, then: String) -> CommandContext {
    CommandContext(who: "test", forSeconds: seconds, then: then)
  }

  /// An `off` goes first while an `on` is still being verified; what becomes of that must not touch the timer of the
  /// `off`, nor bring one back that it has cancelled.
  @Test(arguments: [WriteOutcome.Status.failed, .rejected])
  func aCommandThatFailsLateLeavesTheTimerOfTheReleaseAlone(status: WriteOutcome.Status) async throws {
    let (first, slow) = (Self.timed(3600, then: "on"), Self.timed(1800, then: "auto"))
    try await begin(first, "off")
    try await end(first, "off", .accepted)
    try await begin(slow, "on")
    let release = Self.timed(600, then: "auto")
    try await begin(release, "off")
    try await end(release, "off", .accepted)
    let standing = writes.timers
    #expect(standing.map(\.wrote) == [[0]])
    try await end(slow, "on", status)
    #expect(writes.timers == standing)

    try await begin(slow, "on")
    let plain = CommandContext(who: "test")
    try await begin(plain, "off")
    try await end(plain, "off", .accepted)
    try await end(slow, "on", status)
    #expect(writes.timers.isEmpty)
    await system.stop()
  }

  /// Also when its own timer was due while it was being verified, and could not be ended.
  @Test(arguments: [false, true]) func aCommandThatFailsBringsBackTheTimerThatItReplaced(
    afterAnAttempt: Bool
  ) async throws {
    let (first, second) = (Self.timed(3600, then: "auto"), Self.timed(600, then: "auto"))
    try await begin(first, "off")
    try await end(first, "off", .accepted)
    let standing = writes.timers
    try await begin(second, "on")
    #expect(writes.timers.map(\.wrote) == [[2]])
    if afterAnAttempt { #expect(writes.fail(try #require(writes.timers.first), "offline") != nil) }
    try await end(second, "on", .failed)
    #expect(writes.timers == standing)
    await system.stop()
  }

  /// The first one's timer is kept through all of those whose writes were not taken.
  @Test func theTimerThatStandsOutlivesTwoThatFail() async throws {
    let (first, slow) = (Self.timed(3600, then: "auto"), Self.timed(1800, then: "auto"))
    try await begin(first, "off")
    try await end(first, "off", .accepted)
    let standing = writes.timers
    try await begin(slow, "on")
    let release = Self.timed(600, then: "auto")
    try await begin(release, "off")
    try await end(slow, "on", .failed)
    #expect(writes.timers != standing)
    try await end(release, "off", .failed)
    #expect(writes.timers == standing)
    await system.stop()
  }

  /// As long as nobody knows whether the second was taken, the words of both are ours to take back.
  @Test(arguments: [(WriteOutcome.Status.unconfirmed, [[2], [0]]), (.accepted, [[2]])] as [(_, [[UInt16]])])
  func theWordsOfTheTimerBeforeStayOursWhileInDoubt(
    status: WriteOutcome.Status, expected: [[UInt16]]
  ) async throws {
    let (first, second) = (await timed(3600, then: "auto"), await timed(600, then: "auto"))
    try await begin(first, "off")
    try await end(first, "off", .accepted)
    try await begin(second, "on")
    try await end(second, "on", status)
    let timer = try #require(writes.timers.first)
    #expect(try await system.gateway.prepare(timer).request.expectedNow == expected)
    await system.stop()
  }

  /// A device may take a write later than anybody looks. What it holds until then may be its owner's choice.
  @Test(arguments: [550, 400, 380, 0xFFFF] as [UInt16])
  func whatADeviceTakesLateEnds(read: UInt16) async throws {
    let place = PinKey(block: "charge_controller_configuration", port: 3)
    let request = try await request("bulk_current", of: place, "60")
    let context = CommandContext(
      who: "test", forSeconds: 600, then: "40", generation: await system.gateway.pins.pins[place]?.generation)
    try await writes.begin(context, WriteProcedure(request), [600])
    var outcome = WriteOutcome(.failed, .notTaken, "", written: [600], read: [read])
    outcome.before = [400]
    let remark = await writes.end(context, request, outcome)
    #expect(remark == "should it take this late, that ends with the time of the command, with 40")
    let timer = try #require(writes.timers.first)
    #expect(try await system.gateway.prepare(timer).request.expectedNow == [[600]])
    await system.stop()
  }

  /// The timed command before goes on with its own time, and takes that back too.
  @Test func whatADeviceTakesLateOfASecondEndsWithTheFirst() async throws {
    let (first, second) = (await timed(3600, then: "auto"), await timed(600, then: "auto"))
    try await begin(first, "off")
    try await end(first, "off", .accepted)
    let standing = try #require(writes.timers.first)
    try await begin(second, "on")
    var outcome = WriteOutcome(.failed, .notTaken, "", written: [2], read: [0])
    outcome.before = [0]
    _ = await writes.end(second, try await request("on"), outcome)
    let timer = try #require(writes.timers.first)
    #expect(timer.bootDeadline == standing.bootDeadline && writes.timers.count == 1)
    #expect(try await system.gateway.prepare(timer).request.expectedNow == [[0], [2]])
    await system.stop()
  }

  /// An `off` that finds `off`, because the `on` before it does not show yet, must not take the end from the `on`.
  @Test func whatIsOnItsWayKeepsItsTimer() async throws {
    let slow = Self.timed(600, then: "off")
    try await begin(slow, "on")
    let standing = writes.timers
    #expect(standing.count == 1)
    let plain = CommandContext(who: "test")
    try await end(plain, "off", .unchanged)
    #expect(writes.timers == standing)
    try await end(slow, "on", .accepted)
    #expect(writes.timers == standing)
    // Now it shows, and is the owner's to cancel.
    try await end(plain, "on", .unchanged)
    #expect(writes.timers.isEmpty)
    await system.stop()
  }

  @Test func allWordsInDoubtStayOurs() async throws {
    var contexts: [CommandContext] = []
    for _ in 0..<3 { contexts.append(await timed(3600, then: "auto")) }
    try await begin(contexts[0], "off")
    try await end(contexts[0], "off", .accepted)
    for context in contexts[1...] {
      try await begin(context, "on")
      try await end(context, "on", .unconfirmed)
    }
    let timer = try #require(writes.timers.first)
    #expect(try await system.gateway.prepare(timer).request.expectedNow == [[2], [0]])
    await system.stop()
  }

  /// Prolonged while its end waited for its turn.
  @Test func theEndOfATimerThatWasReplacedIsNotWritten() async throws {
    let first = Self.timed(3600, then: "auto")
    try await begin(first, "off")
    try await end(first, "off", .accepted)
    let over = try #require(writes.timers.first)
    let longer = Self.timed(7200, then: "auto")
    try await end(longer, "off", .unchanged)
    #expect(writes.timers != [over])
    let revert = CommandContext(origin: .revert, who: "test", ending: over)
    let refusal = await #expect(throws: CommandRefusal.self) { try await begin(revert, "auto") }
    #expect(refusal?.code == .superseded)
    await system.stop()
  }

  /// A device that was replaced since, and is trusted, is not given back what another one had.
  @Test func aTimerBelongsToTheDeviceThatWasCommanded() async throws {
    let generation = await system.gateway.pins.pins[Self.block]?.generation
    let first = CommandContext(who: "test", forSeconds: 3600, then: "auto", generation: generation)
    try await begin(first, "on")
    try await end(first, "on", .accepted)
    let timer = try #require(writes.timers.first)
    #expect(try await system.gateway.prepare(timer).request.text == "auto")
    await system.gateway.takeForAnother(Self.block)
    let refusal = await #expect(throws: CommandRefusal.self) { try await system.gateway.prepare(timer) }
    #expect(refusal?.code == .superseded)
    await system.stop()
  }

  /// A cap is judged by the words that are sent: with another scale factor than was read before they may be none that
  /// stood there before.
  @Test func aCapIsJudgedByTheWordsThatAreSent() async throws {
    let writes = WriteGuard(caps: WriteCaps(.init(fieldInterval: .zero, fieldPerDay: 1)))
    let request = try await request("absorb_volts", of: Self.block, "57.6")
    let first = CommandContext(who: "test")
    try await writes.begin(first, WriteProcedure(request), [544])
    _ = await writes.end(first, request, WriteOutcome(.accepted, .ok, "", written: [544], read: [544]))
    let refusal = await #expect(throws: CommandRefusal.self) {
      try await writes.begin(CommandContext(who: "test"), WriteProcedure(request), [5760])
    }
    #expect(refusal?.code == .capDay)
    await system.stop()
  }

  /// While a setpoint for all devices holds for a time, what a device shows may be its, and must not come back for good.
  @Test func whatATimedGlobalHasSetDoesNotComeBack() async throws {
    let global = try await request("set_absorb_voltage", of: PinKey(block: "system_control", port: 0), "57.6")
    let own = try await request("absorb_volts", of: Self.block, "56.8")
    let timed = Self.timed(3600, then: "56.8")
    try await writes.begin(timed, WriteProcedure(global), [576])
    _ = await writes.end(timed, global, WriteOutcome(.accepted, .ok, "", written: [576], read: [576]))
    let open = CommandContext(who: "test", forSeconds: 60)
    let refusal = await #expect(throws: CommandRefusal.self) {
      try await writes.begin(open, WriteProcedure(own), [568])
    }
    #expect(refusal?.code == .badPayload && refusal?.reason.contains("does not last") ?? false)
    try await writes.begin(Self.timed(60, then: "57.2"), WriteProcedure(own), [568])
    await system.stop()
  }

  /// Commands cancel by registers: the hour's timer ends with a command to hour and minute together.
  @Test func aCommandEndsTheTimersThatHaveItsRegisters() async throws {
    func request(_ field: String, _ text: String) async throws -> WriteRequest {
      try await self.request(field, of: PinKey(block: "gateway", port: 0), text)
    }
    let hour = "grid_use_interval_1_weekday_start_hour"
    let time = "grid_use_interval_1_weekday_start_time"
    let timed = Self.timed(3600, then: "6")
    let one = try await request(hour, "22")
    try await writes.begin(timed, WriteProcedure(one), [22])
    _ = await writes.end(timed, one, WriteOutcome(.accepted, .ok, "", written: [22], read: [22]))
    #expect(writes.timers.map(\.field) == [hour])
    let both = try await request(time, "08:45")
    // A timed command on both would have two ends.
    let refusal = await #expect(throws: CommandRefusal.self) {
      try await writes.begin(Self.timed(60, then: "09:00"), WriteProcedure(both), [8, 45])
    }
    #expect(refusal?.code == .busy)
    let plain = CommandContext(who: "test")
    try await writes.begin(plain, WriteProcedure(both), [8, 45])
    let remark = await writes.end(plain, both, WriteOutcome(.accepted, .ok, "", written: [8, 45], read: [8, 45]))
    #expect(remark?.contains(hour) ?? false)
    #expect(writes.timers.isEmpty)
    await system.stop()
  }
}
