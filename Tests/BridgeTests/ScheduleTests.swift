import Foundation
import Mate3
import MessageIO
import RegisterIO
import Registry
import TestSupport
import Testing

@testable import Bridge

/// The gateway's schedules as one value each.
@Suite(.timeLimit(.minutes(1))) struct ScheduleTests {
  private typealias Answer = SettingsCommandTests.Answer

  private let system: SettledGateway
  private let service: CommandService
  private let running: Task<Void, Never>

  init() async throws {
    system = try await SettledGateway(policy: CommandPolicy(classes: [.operational, .setpoint]))
    let caps = WriteCaps(.init(fieldInterval: .zero, fieldPerDay: 100, devicePerDay: 100, gatewayPerDay: 100))
    let service = system.service(WriteGuard(caps: caps))
    self.service = service
    running = Task { await service.run() }
  }

  private func stop() async {
    await service.stop()
    await running.value
    await system.stop()
  }

  private func set(_ schedule: String, _ payload: String, device: String = "gateway/0") async throws -> Answer {
    let topic = "mate3/\(device)/\(schedule)/set"
    let before = system.broker.sent.count
    func answers() -> [OutboundMessage] { system.broker.sent[before...].filter { $0.topic == topic + "/result" } }
    service.submit(InboundMessage(topic: topic, payload: Array(payload.utf8)))
    try await eventually(within: .seconds(20), "an answer to \(payload)") { !answers().isEmpty }
    return try JSONDecoder().decode(Answer.self, from: Data(answers()[0].payload))
  }

  /// What was switched off for a time does not come back beside what was switched on meanwhile; somebody hears of it.
  @Test func theEndOfATimedCommandIsHeldAgainstTheSchedules() async throws {
    let one = try await set("grid_use_schedule", #"{"1": {"enabled": true, "weekday": "06:00-09:30"}}"#)
    #expect(one.status == "accepted", "\(one.reason)")
    let timed = try await set("grid_use_interval_1_mode", #"{"value": "disabled", "for_s": 1}"#)
    #expect(timed.status == "accepted", "\(timed.reason)")
    let other = try await set("grid_use_schedule", #"{"2": {"enabled": true, "weekday": "08:00-10:00"}}"#)
    #expect(other.status == "accepted", "\(other.reason)")
    func alerts() -> String {
      system.broker.sent.last { $0.topic == "mate3/bridge/alerts" }.map { String(decoding: $0.payload, as: UTF8.self) }
        ?? ""
    }
    try await eventually(within: .seconds(20), "an alert") { alerts().contains("grid use intervals 1 and 2 overlap") }
    #expect(alerts().contains("gateway/0.grid_use_interval_1_mode could not be set back to enabled"), "\(alerts())")
    let block = try #require(await system.gateway.image?.layout.block(DeviceKey(name: "gateway", port: 0)))
    let mode = try #require(block.definition.field("grid_use_interval_1_mode").flatMap(block.range(of:)))
    #expect(system.connection.memory.registers[mode.start] == 0)
    await stop()
  }

  /// The last value of a topic.
  private func state(_ schedule: String) -> String? {
    system.broker.sent.last { $0.topic == "mate3/gateway/0/\(schedule)" }
      .map { String(decoding: $0.payload, as: UTF8.self) }
  }

  private func hold(_ field: String, _ words: [UInt16], in name: String = "gateway", port: Int = 0) async throws {
    let block = try #require(await system.gateway.image?.layout.block(DeviceKey(name: name, port: port)))
    let range = try #require(block.definition.target(field).flatMap(block.range(of:)))
    for (index, word) in words.enumerated() { system.connection.memory.set([range.start + index: word]) }
  }

  @Test func aScheduleIsOneValueAndWrittenAsOne() async throws {
    let before = try #require(state("grid_use_schedule"))
    #expect(before.contains(#""2":{"enabled":false,"weekday":""#), "\(before)")
    let answer = try await set(
      "grid_use_schedule",
      #"{"1": {"enabled": true, "weekday": "06:00-09:30", "weekend": "22:00-04:00"}, "2": {"enabled": true, "weekday": "18:00-21:00"}}"#
    )
    #expect(answer.status == "accepted", "\(answer.reason)")
    // The windows first, and then what has them in force; each window is one write.
    #expect(
      answer.outcomes == [
        "0/grid_use_interval_1_weekday_window ok", "0/grid_use_interval_1_weekend_window ok",
        "0/grid_use_interval_2_weekday_window ok", "0/grid_use_interval_1_mode ok", "0/grid_use_interval_2_mode ok",
      ])
    let expected =
      #"{"1":{"enabled":true,"weekday":"06:00-09:30","weekend":"22:00-04:00"},"2":{"enabled":true,"weekday":"18:00-21:00"},"3":"#
    try await eventually("the new schedule") { state("grid_use_schedule")?.hasPrefix(expected) ?? false }
    // What is not named stays; off comes first.
    let off = try await set(
      "grid_use_schedule", #"{"value": {"2": {"enabled": false, "weekday": "17:00-20:00"}}, "id": "evening"}"#)
    #expect(off.id == "evening")
    #expect(off.outcomes == ["0/grid_use_interval_2_mode ok", "0/grid_use_interval_2_weekday_window ok"])
    #expect(system.broker.sent.contains { $0.topic == "mate3/gateway/0/grid_use_interval_2_weekday_stop_time" })
    await stop()
  }

  @Test func modesAndGeneratorTimes() async throws {
    let modes = try await set(
      "ac_mode_schedule", #"{"1": {"mode": "support", "at": "06:30"}, "3": {"mode": "backup", "at": "22:00"}}"#)
    #expect(modes.status == "accepted", "\(modes.reason)")
    try await eventually("the modes") {
      state("ac_mode_schedule")?.contains(#""1":{"mode":"support","at":"06:30"}"#) ?? false
    }
    let quiet = try await set(
      "ags_quiet_time_schedule", #"{"enabled": true, "weekday": "21:00-07:00", "weekend": "21:00-09:00"}"#)
    #expect(quiet.status == "accepted", "\(quiet.reason)")
    try await eventually("the quiet time") {
      state("ags_quiet_time_schedule") == #"{"enabled":true,"weekday":"21:00-07:00","weekend":"21:00-09:00"}"#
    }
    let run = try await set(
      "ags_must_run_schedule", #"{"enabled": true, "weekday": "12:00-13:00", "weekend": "08:30-10:00"}"#)
    #expect(run.code == "cross_field" && run.reason.contains("quiet time on weekends"), "\(run.reason)")
    let later = try await set(
      "ags_must_run_schedule", #"{"enabled": true, "weekday": "12:00-13:00", "weekend": "09:00-10:00"}"#)
    #expect(later.status == "accepted", "\(later.reason)")
    await stop()
  }

  @Test func whatOverlapsOrExcludesIsRefused() async throws {
    for (schedule, payload, problem) in [
      (
        "grid_use_schedule",
        #"{"1": {"enabled": true, "weekday": "22:00-06:00"}, "3": {"enabled": true, "weekday": "05:59-07:00"}}"#,
        "intervals 1 and 3 overlap on weekdays"
      ),
      (
        "ac_mode_schedule", #"{"1": {"mode": "ups", "at": "06:00"}, "2": {"mode": "backup", "at": "06:00"}}"#,
        "begin at the same time"
      ),
    ] {
      let answer = try await set(schedule, payload)
      #expect(answer.status == "rejected" && answer.code == "cross_field", "\(answer.reason)")
      #expect(answer.reason.contains(problem), "\(answer.reason)")
    }
    let use = #"{"1": {"enabled": true, "weekday": "22:00-06:00"}}"#
    try await hold("hbx_mode", [1])
    let transfer = try await set("grid_use_schedule", use)
    #expect(transfer.code == "cross_field" && transfer.reason.contains("hbx_mode"), "\(transfer.reason)")
    // What is wrong already may be mended.
    try await hold("grid_use_interval_1_mode", [1])
    #expect(try await set("grid_use_schedule", #"{"1": {"enabled": false}}"#).status == "accepted")
    try await hold("hbx_mode", [0])
    try await hold("grid_input_mode", [5], in: "radian_inverter_configuration", port: 2)
    let grid = try await set("grid_use_schedule", use)
    #expect(grid.code == "cross_field" && grid.reason.contains("mini_grid"), "\(grid.reason)")
    #expect(
      !system.connection.memory.log.contains { if case .write(let words, _) = $0 { words.count > 1 } else { false } })
    await stop()
  }

  /// A single field is held against the others too.
  @Test func aSingleFieldIsHeldAgainstTheSchedules() async throws {
    try await hold("grid_use_interval_1_mode", [1])
    try await hold("grid_use_interval_1_weekday_window", [22, 0, 6, 0])
    try await hold("grid_use_interval_2_weekday_window", [5, 0, 7, 0])
    try await hold("ags_quiet_time_mode", [1])
    try await hold("ags_quiet_time_weekday_window", [21, 0, 7, 0])
    try await hold("ags_must_run_mode", [0])
    try await hold("ags_must_run_weekend_window", [6, 0, 8, 0])
    try await hold("ags_must_run_weekday_window", [0, 0, 0, 0])
    for (field, text, problem) in [
      ("grid_use_interval_2_mode", "enabled", "intervals 1 and 2 overlap on weekdays"),
      ("hbx_mode", "voltage_only", "hbx_mode"),
      // Friday's quiet time lasts until Saturday morning.
      ("ags_must_run_mode", "enabled", "quiet time over the midnight between weekend and working week"),
    ] {
      let answer = try await set(field, text)
      #expect(answer.code == "cross_field" && answer.reason.contains(problem), "\(answer.reason)")
    }
    // What ends before another begins stands, as does what is wrong already.
    #expect(try await set("grid_use_interval_2_weekday_start_time", "06:00").status == "accepted")
    #expect(try await set("grid_use_interval_2_mode", "enabled").status == "accepted")
    let over = try await set("grid_use_interval_1_weekday_stop_time", "06:01")
    #expect(over.code == "cross_field", "\(over.reason)")
    try await hold("grid_use_interval_2_weekday_window", [5, 0, 7, 0])
    #expect(try await set("grid_use_interval_1_weekday_stop_time", "06:01").status == "accepted")
    let mini = try await set("grid_input_mode", "mini_grid", device: "radian_inverter_configuration/1")
    #expect(mini.code == "cross_field" && mini.reason.contains("mini_grid"), "\(mini.reason)")
    await stop()
  }

  @Test(arguments: [
    ("on", "is not JSON"), (#"{"4": {"enabled": true}}"#, "has no ‘4’"),
    (#"{"1": {"sunday": "x"}}"#, "has no ‘sunday’"),
    (#"{"1": {"enabled": "yes"}}"#, "takes true or false"), ("{}", "changes nothing"),
    (#"{"2": {"weekend": "06:00-07:00"}}"#, "has no ‘weekend’"), (#"{"value": 3}"#, "no object as ‘value’"),
    (#"{"2": {"enabled": false, "enabled": true}}"#, "‘enabled’ twice"),
    (#"{"value": {"1": {"enabled": true}}, "for_s": 60}"#, "for a time"),
  ]) func whatIsNoScheduleIsRefused(payload: String, reason: String) async throws {
    let answer = try await set("grid_use_schedule", payload)
    #expect(answer.code == "bad_payload" && answer.reason.contains(reason), "\(answer.reason)")
    await stop()
  }

  @Test func aWindowIsATimeOfDayToAnother() async throws {
    for text in ["06:00-24:00", "06:00", "6-7", "06:00-07:00-08:00", "0x6:00-07:00"] {
      let answer = try await set("grid_use_schedule", #"{"2": {"weekday": "\#(text)"}}"#)
      #expect(answer.code == "invalid_value", "\(text): \(answer.reason)")
    }
    let dry = try await set("grid_use_schedule", #"{"value": {"2": {"weekday": "06:00-07:00"}}, "dry_run": true}"#)
    #expect(dry.code == "dry_run", "\(dry.reason)")
    await stop()
  }
}
