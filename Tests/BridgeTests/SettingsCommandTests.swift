import Foundation
import Mate3
import MessageIO
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Bridge

/// Several settings as one command: what is checked before the first write, in which order it is written, and what the
/// one answer says.
@Suite(.timeLimit(.minutes(1))) struct SettingsCommandTests {
  static let topic = "mate3/charge_controller_configuration/3/set"
  static let policy = CommandPolicy(
    classes: [.operational, .setpoint],
    limits: Dictionary(
      uniqueKeysWithValues: ["absorb_volts", "float_volts", "rebulk_volts"].map {
        ("charge_controller_configuration.\($0)", .init(minimum: ScaledDecimal("44"), maximum: ScaledDecimal("64")))
      }))

  struct Answer: Decodable {
    struct Part: Decodable {
      let field: String
      let status: String
      let code: String
      let reason: String
      let value: String?
    }
    let status: String
    let code: String
    let reason: String
    let id: String?
    let fields: [Part]?

    var outcomes: [String] { (fields ?? []).map { "\($0.field.split(separator: "/", maxSplits: 1)[1]) \($0.code)" } }
  }

  private let system: SettledGateway
  private let writes: WriteGuard
  private let service: CommandService
  private let running: Task<Void, Never>

  init() async throws {
    system = try await SettledGateway(policy: Self.policy)
    writes = WriteGuard(caps: WriteCaps(.init(fieldInterval: .zero, devicePerDay: 6)))
    let service = system.service(writes)
    self.service = service
    running = Task { await service.run() }
  }

  private func stop() async {
    await service.stop()
    await running.value
    await system.stop()
  }

  private func send(_ payloads: String..., topic: String = topic) async throws -> [Answer] {
    let before = system.broker.sent.count
    for payload in payloads { service.submit(InboundMessage(topic: topic, payload: Array(payload.utf8))) }
    try await eventually(within: .seconds(20), "answers to \(payloads)") {
      try answers(from: before).count >= payloads.count
    }
    return try answers(from: before)
  }

  /// The fields of the writes that the gateway has got, in their order.
  private func written() async throws -> [String] {
    let image = try #require(await system.gateway.image)
    return system.connection.memory.log.compactMap { request in
      guard case .write(_, let address) = request else { return nil }
      for block in image.layout.blocks {
        if let field = block.definition.fields.first(where: { block.range(of: $0)?.start == address }) {
          return field.name
        }
      }
      return nil
    }
  }

  private func values(_ absorb: String, _ float: String, _ rebulk: String, more: String = "") -> String {
    #"{"values": {"absorb_volts": \#(absorb), "float_volts": \#(float), "rebulk_volts": \#(rebulk)}\#(more)}"#
  }

  @Test func allAreWrittenInAnOrderThatBreaksNoRule() async throws {
    // Up: the upper ones first. Down: the lower ones first.
    let up = try #require(await send(values("62.0", "60.0", "58.0")).first)
    #expect(up.status == "accepted" && up.code == "ok", "\(up.reason)")
    #expect(up.outcomes == ["3/absorb_volts ok", "3/float_volts ok", "3/rebulk_volts ok"])
    let down = try #require(await send(values("50.0", "48.0", "46.0")).first)
    #expect(down.status == "accepted", "\(down.reason)")
    #expect(down.outcomes == ["3/rebulk_volts ok", "3/float_volts ok", "3/absorb_volts ok"])
    #expect(down.fields?.map(\.value) == ["46.0", "48.0", "50.0"])
    let order = ["absorb_volts", "float_volts", "rebulk_volts"]
    #expect(try await written() == order + order.reversed())
    let again = try #require(await send(values("50.0", "48.0", "46.0")).first)
    #expect(again.status == "unchanged" && again.code == "already_so")
    #expect(try await written().count == 6)
    await stop()
  }

  /// A timer does not undo what a later command of several settings has asked for and found there already.
  @Test func aTimedCommandIsCancelledAlsoByWhatStandsAlready() async throws {
    let field = "mate3/charge_controller_configuration/3/absorb_volts/set"
    for (payload, isOver) in [
      (values("62.0", "60.0", "58.0", more: #", "dry_run": true"#), false), (values("62.0", "60.0", "58.0"), true),
      (#"{"values": {"absorb_volts": 62.0}}"#, true),
    ] {
      let timed = try #require(await send(#"{"value": 62.0, "for_s": 600, "then": 61.0}"#, topic: field).first)
      #expect(timed.status == "accepted" || timed.status == "unchanged", "\(timed.reason)")
      #expect(writes.timers.count == 1)
      let answer = try #require(await send(payload).first)
      #expect(writes.timers.isEmpty == isOver, "\(answer.reason)")
      let part = answer.fields?.first { $0.field.hasSuffix("absorb_volts") }
      #expect((part?.reason ?? answer.reason).contains("the timed command on absorb_volts is cancelled") == isOver)
      #expect(part.map { $0.code == (isOver ? "already_so" : $0.code) } ?? true)
    }
    await stop()
  }

  @Test func nothingIsWrittenWhenOneIsRefused() async throws {
    for (payload, code, refused) in [
      (values("62.0", "60.0", "70"), "out_of_limits", "rebulk_volts"),
      (values("50.0", "52.0", "46.0"), "cross_field", "float_volts"),
      (#"{"values": {"absorb_volts": 57, "nonsense": 1}}"#, "unknown_field", "nonsense"),
      (#"{"values": {"absorb_volts": 57, "port_number": 1}}"#, "not_writable", "port_number"),
      (#"{"values": {"absorb_volts": 57, "auxiliary_mode": "?"}}"#, "unknown_field", "auxiliary_mode"),
    ] {
      let answer = try #require(await send(payload).first)
      #expect(answer.status == "rejected" && answer.code == code, "\(payload): \(answer.reason)")
      #expect(answer.reason.contains(refused), "\(answer.reason)")
      for part in answer.fields ?? [] where !part.field.hasSuffix(refused) {
        #expect(part.code == "not_reached" || part.code == code, "\(part)")
      }
    }
    #expect(try await written().isEmpty)
    await stop()
  }

  /// A float below the re-bulk is wrong; an absorb that could follow a float that comes down is not.
  @Test func onlyWhatIsWrongItselfIsNamed() async throws {
    let answer = try #require(await send(values("52.0", "48.0", "50.0")).first)
    #expect(answer.status == "rejected" && answer.code == "cross_field")
    #expect(answer.reason.contains("/float_volts: rebulk_volts must be below float_volts"), "\(answer.reason)")
    #expect(
      answer.outcomes == ["3/rebulk_volts not_reached", "3/absorb_volts not_reached", "3/float_volts cross_field"],
      "\(answer.outcomes)")
    await stop()
  }

  @Test func aDryRunChecksAndWritesNothing() async throws {
    let answer = try #require(await send(values("62.0", "60.0", "58.0", more: #", "dry_run": true"#)).first)
    #expect(answer.code == "dry_run" && answer.status == "rejected")
    #expect(answer.outcomes == ["3/absorb_volts dry_run", "3/float_volts dry_run", "3/rebulk_volts dry_run"])
    #expect(try await written().isEmpty)
    await stop()
  }

  @Test func settingsOfSeveralDevicesAreLookedAtTogether() async throws {
    func house(_ values: String, _ more: String = #", "dry_run": true"#) async throws -> Answer {
      try #require(await send("{\"values\": {\(values)}\(more)}", topic: "mate3/house/0/set").first)
    }
    let (three, four) = ("charge_controller_configuration/3", "charge_controller_configuration/4")
    let both = #""\#(four)/float_volts": 50.0, "\#(three)/absorb_volts": 50.0, "\#(three)/float_volts": 48.0"#
    let good = try await house(both + #", "\#(three)/rebulk_volts": 46.0"#)
    #expect(good.code == "dry_run", "\(good.reason)")
    #expect(
      good.outcomes == ["3/rebulk_volts", "3/float_volts", "4/float_volts", "3/absorb_volts"].map { "\($0) dry_run" },
      "\(good.outcomes)")
    let bad = try await house(both + #", "\#(four)/absorb_volts": 49.0"#)
    #expect(bad.status == "rejected" && bad.code == "cross_field", "\(bad.reason)")
    let unknown = try await house(both + #", "nothing/1/absorb_volts": 49.0"#)
    #expect(unknown.code == "unknown_device", "\(unknown.reason)")
    for (values, more, reason) in [
      (both, "", "add \"dry_run\": true"),
      (#""absorb_volts": 50"#, #", "dry_run": true"#, "names no setting of a device"),
    ] {
      let answer = try await house(values, more)
      #expect(answer.code == "bad_payload" && answer.reason.contains(reason), "\(answer.reason)")
    }
    #expect(try await written().isEmpty)
    await stop()
  }

  @Test func capsAreLookedAtForAllTogether() async throws {
    #expect(try await send(values("62.0", "60.0", "58.0")).first?.status == "accepted")
    #expect(try await send(#"{"values": {"absorb_volts": 61, "float_volts": 59}}"#).first?.status == "accepted")
    // One more may be written that day, and these are three.
    let answer = try #require(await send(values("60.0", "57.5", "56.0")).first)
    #expect(answer.status == "rejected" && answer.code == "cap_day", "\(answer.reason)")
    let sentence = "was written 5 times in 24 hours, and with this command it would be more than 6, the most allowed"
    #expect(answer.reason.contains(sentence), "\(answer.reason)")
    #expect(try await written().count == 5)
    await stop()
  }

  @Test func anIDStandsForOneCommand() async throws {
    let payload = values("62.0", "60.0", "58.0", more: #", "id": "a""#)
    let answers = try await [send(payload), send(payload), send(values("61.0", "60.0", "58.0", more: #", "id": "a""#))]
      .flatMap(\.self)
    #expect(answers.map(\.code) == ["ok", "ok", "id_used"])
    #expect(try await written().count == 3)
    await stop()
  }

  @Test(arguments: [
    (#"{"values": {"absorb_volts": 57}, "for_s": 60}"#, "for a time"),
    (#"{"value": 57}"#, "names no field"), ("57", "names no field"), (#"{"values": {}}"#, "an object with a value"),
    (#"{"values": {"absorb_volts": [57]}}"#, "absorb_volts"), (#"{"values": 3}"#, "an object with a value"),
    (#"{"values": {"absorb_volts": 57}, "value": 1}"#, "names no field"),
    (String(repeating: "9", count: 4097), "at most 4096 are read, so make several commands of it"),
  ]) func whatIsNoSetOfSettingsIsRefused(payload: String, reason: String) async throws {
    let answer = try #require(await send(payload).first)
    #expect(answer.code == "bad_payload" && answer.reason.contains(reason), "\(answer.reason)")
    await stop()
  }

  @Test func allDevicesOfAKind() async throws {
    let topic = "mate3/charge_controller_configuration/all/absorb_volts/set"
    let answer = try #require(await send(#"{"value": 58.5, "id": "x"}"#, topic: topic).first)
    #expect(answer.status == "accepted" && answer.id == "x", "\(answer.reason)")
    #expect(answer.outcomes == ["3/absorb_volts ok", "4/absorb_volts ok"])
    let several = "mate3/charge_controller_configuration/all/set"
    let both = try #require(await send(#"{"values": {"absorb_volts": 58, "float_volts": 54}}"#, topic: several).first)
    #expect(both.status == "accepted" && both.fields?.count == 4, "\(both.reason)")
    let none = try #require(await send("1", topic: "mate3/fx_inverter_configuration/all/absorb_volts/set").first)
    #expect(none.code == "unknown_device", "\(none.reason)")
    await stop()
  }

  /// Each is switched off, whatever becomes of the others.
  @Test func anOffOfAllWaitsForNone() async throws {
    let topic = "mate3/radian_inverter_configuration/all/aux_control/set"
    #expect(try await send("on", topic: topic).first?.status == "accepted")
    let image = try #require(await system.gateway.image)
    let first = try #require(image.layout.block(DeviceKey(name: "radian_inverter_configuration", port: 1)))
    let serial = try #require(first.definition.field("serial_number").flatMap(first.range(of:)))
    // The first one is another device now.
    system.connection.memory.set([serial.start: 0x5A5A])
    let answer = try #require(await send("off", topic: topic).first)
    #expect(answer.code == "incomplete" && answer.status == "failed", "\(answer.reason)")
    // It was tried again, until two scans had seen the other device.
    #expect(answer.outcomes == ["1/aux_control untrusted", "2/aux_control ok"])
    // Not so what is no release: nothing is written.
    let on = try #require(await send("on", topic: topic).first)
    #expect(on.status == "rejected" && on.outcomes.contains("2/aux_control not_reached"), "\(on.reason)")
    await stop()
  }

  /// A date is written through days that exist, from any to any.
  @Test(arguments: [
    ((2026, 5, 31), (2026, 6, 10), ["day", "month"]), ((2026, 2, 28), (2026, 3, 31), ["month", "day"]),
    ((2028, 2, 29), (2027, 3, 1), ["month", "day", "year"]), ((2026, 5, 31), (2026, 2, 29), []),
    ((2027, 1, 31), (2028, 2, 29), ["year", "day", "month"]), ((2026, 5, 31), (2026, 4, 31), []),
  ]) func aDateGoesThroughDaysThatExist(from: (Int, Int, Int), to: (Int, Int, Int), order: [String]) async throws {
    let image = try #require(await system.gateway.image)
    let block = try #require(image.layout.block(kind: .gateway))
    for (name, value) in [("year", from.0), ("month", from.1), ("day", from.2)] {
      let range = try #require(block.definition.field(name).flatMap(block.range(of:)))
      system.connection.memory.set([range.start: UInt16(value)])
    }
    let payload = #"{"values": {"year": \#(to.0), "month": \#(to.1), "day": \#(to.2)}}"#
    let answer = try #require(await send(payload, topic: "mate3/gateway/0/set").first)
    #expect(answer.code == (order.isEmpty ? "cross_field" : "ok"), "\(answer.reason)")
    #expect(try await written() == order)
    await stop()
  }

  private static let aux = #"{"values": {"absorb_volts": 58.5, "aux_control": "on"}}"#

  /// An `off` is carried out between two settings, and stops the one that would undo it, also where it finds the output
  /// off already.
  @Test(arguments: ["auto", "off"]) func anOffInBetweenIsNotUndone(before state: String) async throws {
    let single = "mate3/charge_controller_configuration/3/aux_control/set"
    #expect(try await send(state, topic: single).first?.code != "queue_full")
    let service = service
    system.connection.memory.onRequest { request in
      if case .write(let words, _) = request, words == [585] {
        service.submit(InboundMessage(topic: single, payload: Array("off".utf8)))
      }
      return nil
    }
    let before = system.broker.sent.count
    let answers = try await send(Self.aux)
    system.connection.memory.onRequest(nil)
    try await eventually("both answers") {
      system.broker.sent[before...].count { $0.topic.hasSuffix("/set/result") } == 2
    }
    let answer = try #require(
      try answers.first { $0.fields != nil } ?? self.answers(from: before).first { $0.fields != nil })
    #expect(answer.code == "incomplete" && answer.outcomes == ["3/absorb_volts ok", "3/aux_control superseded"])
    #expect(answer.reason.contains("Not written: charge_controller_configuration/3/aux_control."), "\(answer.reason)")
    #expect(try self.answers(from: before).contains { $0.fields == nil && $0.status != "rejected" })
    await stop()
  }

  private static let inverters = "mate3/radian_inverter_configuration/all/aux_control/set"

  private func aux(_ port: Int) async throws -> Int {
    let image = try #require(await system.gateway.image)
    let block = try #require(image.layout.block(DeviceKey(name: "radian_inverter_configuration", port: port)))
    return try #require(block.definition.field("aux_control").flatMap(block.range(of:))).start
  }

  /// Sends a command while the gateway has a write of `on` to a register.
  private func send(_ topic: String, _ text: String, whileWritingTo address: Int) {
    let service = service
    system.connection.memory.onRequest { request in
      if request == .write([2], at: address) {
        service.submit(InboundMessage(topic: topic, payload: Array(text.utf8)))
      }
      return nil
    }
  }

  /// What was as asked for, written or found, and was released before all of it was done, is not said to be so.
  @Test(arguments: ["off", "on"]) func anOffAfterItsTurnIsSaid(before state: String) async throws {
    let single = "mate3/radian_inverter_configuration/1/aux_control/set"
    _ = try await send(state, topic: single)
    send(single, "off", whileWritingTo: try await aux(2))
    let before = system.broker.sent.count
    service.submit(InboundMessage(topic: Self.inverters, payload: Array("on".utf8)))
    try await eventually("both answers") { try answers(from: before).count == 2 }
    let answer = try #require(try answers(from: before).first { $0.fields != nil })
    #expect(answer.code == "incomplete" && answer.status != "accepted", "\(answer.reason)")
    #expect(Set(answer.outcomes) == ["1/aux_control superseded", "2/aux_control ok"])
    #expect(answer.reason.contains("Released since: radian_inverter_configuration/1/aux_control."), "\(answer.reason)")
    // Nothing stopped it.
    #expect(answer.reason.hasPrefix("all settings were as asked for, but a later command"), "\(answer.reason)")
    await stop()
  }

  /// An `off` for all stops an `on` for all everywhere from the moment that it came.
  @Test func anOffOfAllStopsAnOnOfAllEverywhere() async throws {
    send(Self.inverters, "off", whileWritingTo: try await aux(1))
    let before = system.broker.sent.count
    service.submit(InboundMessage(topic: Self.inverters, payload: Array("on".utf8)))
    try await eventually("both answers") { try answers(from: before).count == 2 }
    let second = try await aux(2)
    #expect(!system.connection.memory.log.contains(.write([2], at: second)))
    let on = try #require(try answers(from: before).first { $0.status != "accepted" })
    #expect(Set(on.outcomes) == ["1/aux_control superseded", "2/aux_control superseded"], "\(on.reason)")
    await stop()
  }

  @Test func whatExpiresHalfWayStopsThere() async throws {
    system.connection.memory.onRequest { request in
      if case .write = request { usleep(400_000) }
      return nil
    }
    let until = Date().timeIntervalSince1970 + 0.3
    let answer = try #require(
      await send(values("62.0", "60.0", "58.0", more: #", "expires_at": \#(until)"#)).first)
    #expect(answer.status == "failed" && answer.code == "incomplete", "\(answer.reason)")
    #expect(answer.outcomes == ["3/absorb_volts ok", "3/float_volts expired", "3/rebulk_volts not_reached"])
    #expect(answer.reason.contains("Not written: charge_controller_configuration/3/float_volts"))
    await stop()
  }

  /// Another command to the device waits until all of it is written; one to another device does not.
  @Test func meanwhileTheDeviceIsBusy() async throws {
    let service = service
    system.connection.memory.onRequest { request in
      if case .write(let words, _) = request, words == [620] {
        for port in [3, 4] {
          let topic = "mate3/charge_controller_configuration/\(port)/absorb_time_hours/set"
          service.submit(InboundMessage(topic: topic, payload: Array("2".utf8)))
        }
      }
      return nil
    }
    _ = try await send(values("62.0", "60.0", "58.0"))
    try await eventually("three answers") { try answers(from: 0).count == 3 }
    #expect(Set(try answers(from: 0).map(\.code)) == ["busy", "ok"])
    await stop()
  }

  private func answers(from index: Int) throws -> [Answer] {
    try system.broker.sent[index...].filter { $0.topic.hasSuffix("/set/result") }
      .map { try JSONDecoder().decode(Answer.self, from: Data($0.payload)) }
  }
}
