import Foundation
import Mate3
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

/// Provokes, through a real broker, the result codes that `CommandTests` does not.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct EveryCodeTests {
  let capture: [Int: UInt16]
  static let aux = "radian_inverter_configuration/1/aux_control"

  init() throws { capture = try SharedData.capture() }

  private func start(
    _ registers: [Int: UInt16]? = nil, _ arguments: [String] = ["--caps-field-interval", "0s"],
    options: SimulatorOptions = SimulatorOptions()
  ) async throws -> RunningSystem {
    let system = try await RunningSystem.start(
      registers ?? capture, live: 60, arguments: arguments, options: options)
    try await system.ready()
    return system
  }

  private func code(_ system: RunningSystem, _ topic: String, _ value: String) async throws -> String {
    try await system.command(topic, value, within: .seconds(40)).code
  }

  /// Requests of a command up to its write, which a dry run shows.
  private func requestsBeforeWrite(_ system: RunningSystem) async throws -> Int {
    let before = system.simulator.counters.requests
    let id = UUID().uuidString
    system.watcher.publish("mate3/\(Self.aux)/set", "{\"value\":\"on\",\"dry_run\":true,\"id\":\"\(id)\"}")
    try await system.watcher.next("mate3/\(Self.aux)/set/result", where: { $0.text.contains(id) })
    return system.simulator.counters.requests - before
  }

  /// Identity of gateway, device and partner before the write, the write, and the same again with the value: for an
  /// inverter and for a charge controller.
  @Test func aValidatedWriteTakesThisManyRequests() async throws {
    let system = try await start()
    for (topic, expected) in [(Self.aux, 9), ("charge_controller_configuration/3/aux_control", 9)] {
      let before = system.simulator.counters.requests
      #expect(try await system.command(topic, "off").status == "accepted")
      #expect(system.simulator.counters.requests - before == expected, "\(topic)")
    }
    try await system.stop()
  }

  @Test func whatTheDeviceRefuses() async throws {
    let system = try await start()
    for (bits, code) in [
      (UInt16(0x0001), "high_limit"), (0x0002, "low_limit"), (0x0004, "invalid_write"), (0x0400, "locked"),
    ] {
      try system.simulator.apply(.refuseInside(bits: bits, FaultWindow(duration: .seconds(20))))
      #expect(try await self.code(system, Self.aux, "on") == code)
      try system.simulator.apply(.restore)
    }
    #expect(try await code(system, Self.aux, "auto") == "already_so")
    let requests = try await requestsBeforeWrite(system)
    system.simulator.schedule(.exception(.illegalDataAddress, .once), inRequests: requests + 1, isAfter: false)
    #expect(try await code(system, Self.aux, "on") == "device_refused")
    system.simulator.schedule(.swapPorts(1, 2), inRequests: requests + 2, isAfter: false)
    let changed = try await system.command(Self.aux, "on")
    #expect(changed.code == "identity_changed_during_write")
    #expect(changed.status == "unconfirmed")
    // Both devices refuse further writes, though the second was not even meant, until a scan sees them as pinned.
    let other = "radian_inverter_configuration/2/aux_control"
    for topic in [Self.aux, other] { #expect(try await code(system, topic, "off") == "untrusted") }
    try system.simulator.apply(.restore)
    system.watcher.publish("mate3/bridge/request/rescan", "{}")
    for topic in [Self.aux, other] {
      try await eventually(within: .seconds(60), "trust in \(topic)") {
        try await code(system, topic, "off") != "untrusted"
      }
    }
    try await system.stop()
  }

  /// Side by side, since each waits for all its looks.
  @Test func whatIsNotSeen() async throws {
    async let complement: Void = whatCannotBeReadBack()
    async let kept: Void = whatIsNotTaken()
    async let status: Void = whatTheStatusDoesNotShow()
    async let answer: Void = whatIsNotAnswered()
    _ = try await (complement, kept, status, answer)
  }

  private func whatCannotBeReadBack() async throws {
    let name = "charge_controller_configuration.clear_data_log_write_complement"
    let system = try await start(
      nil,
      [
        "--caps-field-interval", "0s", "--commands-fields", name, "--commands-limits",
        "{\(name): {min: 0, max: 65534}}",
      ])
    #expect(
      try await code(system, "charge_controller_configuration/3/clear_data_log_write_complement", "1") == "no_read_back"
    )
    try await system.stop()
  }

  private func whatIsNotTaken() async throws {
    let system = try await start()
    try system.simulator.apply(.standingError(bits: 0x0001))
    try system.simulator.apply(.refuseInside(bits: 0x0001, FaultWindow(duration: .seconds(60))))
    #expect(try await code(system, Self.aux, "on") == "not_taken")
    try await system.stop()
  }

  private func whatTheStatusDoesNotShow() async throws {
    let system = try await start()
    try system.simulator.apply(.lock(true))
    // Without an error that is new there is nothing to tell why.
    try system.simulator.apply(.standingError(bits: 0x0400))
    #expect(try await code(system, "system_control/0/inverter_ac_drop_use", "use") == "status_not_seen")
    try await system.stop()
  }

  private func whatIsNotAnswered() async throws {
    let system = try await start()
    let requests = try await requestsBeforeWrite(system)
    system.simulator.schedule(.silence(.standing), inRequests: requests + 2, isAfter: false)
    #expect(try await code(system, Self.aux, "on") == "answer_lost")
    try system.simulator.apply(.restore)
    try await system.stop()
  }

  @Test func aDeviceWhoseReadBackIsAwaitedIsBusy() async throws {
    let system = try await start()
    try system.simulator.apply(.busyAfterWrite(.seconds(2)))
    system.watcher.publish("mate3/\(Self.aux)/set", "{\"value\":\"on\",\"id\":\"first\"}")
    let simulator = system.simulator
    try await eventually("the write") { simulator.counters.writes == 1 }
    #expect(try await code(system, Self.aux, "auto") == "busy")
    let first = try await system.watcher.next("mate3/\(Self.aux)/set/result", where: { $0.text.contains("\"first\"") })
    #expect(try RunningSystem.Result(first).status == "accepted")
    #expect(system.simulator.counters.writes == 1)
    try await system.stop()
  }

  @Test func whatIsNotThere() async throws {
    var registers = capture
    // The second inverter answers with the first one's port; a charge controller does not implement its AUX control.
    registers[40771] = 1
    registers[40819] = 1
    registers[40936 + 33] = 0xFFFF
    // 64120 three registers shorter: what lies behind its end is another block's.
    let first = try await SimulatedGateway.start(registers: RegisterImage(registers))
    try first.apply(.resizeBlock(id: 64120, port: nil, by: -3))
    let short = Dictionary(uniqueKeysWithValues: first.registers.registers.map { ($0.address, $0.word) })
    await first.stop()
    let name = "system_control.set_ac_output_offline_freq"
    let system = try await start(short, ["--caps-field-interval", "0s", "--commands-fields", name])
    #expect(try await code(system, "system_control/0/set_ac_output_offline_freq", "60") == "field_absent")
    #expect(try await code(system, Self.aux, "on") == "duplicate_device")
    #expect(try await code(system, "charge_controller_configuration/3/aux_control", "on") == "not_implemented")
    #expect(system.simulator.counters.writes == 0)
    try system.simulator.apply(.dropBlock(id: 64119, port: 5))
    system.watcher.publish("mate3/bridge/request/rescan", "{}")
    let watcher = system.watcher
    try await eventually("the scan without it") {
      watcher.texts["mate3/flexnet_dc_configuration/5/availability"] == "offline"
    }
    #expect(try await code(system, "system_control/0/set_ags_op_mode", "auto") == "device_missing")
    // What makes the system safer needs the gateway alone.
    #expect(try await code(system, "system_control/0/set_ags_op_mode", "off") == "ok")
    try await system.stop()
  }

  @Test func capsHoldBackAndReleasesPass() async throws {
    let field = "charge_controller_configuration.absorb_time_hours"
    let system = try await start(
      nil,
      [
        "--caps-field-interval", "1h", "--caps-field-per-day", "2", "--commands-fields", field, "--commands-limits",
        "{\(field): {min: 0, max: 10}}",
      ])
    #expect(try await code(system, Self.aux, "on") == "ok")
    #expect(try await code(system, "radian_inverter_configuration/2/aux_control", "on") == "ok")
    // Off is a release, auto is what stood before.
    #expect(try await code(system, Self.aux, "off") == "ok")
    #expect(try await code(system, Self.aux, "on") == "ok")
    #expect(try await code(system, Self.aux, "auto") == "cap_interval")
    #expect(try await code(system, "radian_inverter_configuration/2/aux_control", "auto") == "ok")
    try await system.stop()

    let second = try await start(
      nil,
      [
        "--caps-field-interval", "0s", "--caps-field-per-day", "2", "--commands-fields", field, "--commands-limits",
        "{\(field): {min: 0, max: 10}}",
      ])
    let topic = "charge_controller_configuration/3/absorb_time_hours"
    for value in ["3.1", "3.2"] { #expect(try await code(second, topic, value) == "ok") }
    #expect(try await code(second, topic, "3.3") == "cap_day")
    #expect(try await code(second, topic, "3.1") == "ok")
    try await second.stop()
  }

  @Test func batterySetpointsAreJudgedByTheSystem() async throws {
    let fields = ["absorb_volts", "float_volts"].map { "charge_controller_configuration.\($0)" }
    let system = try await start(
      nil,
      [
        "--caps-field-interval", "0s", "--commands-fields", fields.joined(separator: ","), "--commands-limits",
        "{\(fields[0]): {min: 0, max: 100}, \(fields[1]): {min: 0, max: 100}}",
      ])
    let topic = "charge_controller_configuration/3/float_volts"
    #expect(try await code(system, topic, "59") == "cross_field")
    #expect(try await code(system, topic, "14") == "out_of_limits")
    // 64110 offset 406 is the nominal system voltage (note table 1).
    try system.simulator.apply(.set(address: 40069 + 405, words: [0xFFFF]))
    #expect(try await code(system, topic, "55") == "no_system_voltage")
    #expect(system.simulator.counters.writes == 0)
    try await system.stop()
  }

  @Test func tooManyCommandsAndAStopAreAnswered() async throws {
    var options = SimulatorOptions()
    options.delay = .milliseconds(40)
    let system = try await start(nil, ["--caps-field-interval", "0s"], options: options)
    // Values that are no releases: those have a queue of their own.
    for number in 0..<150 {
      system.watcher.publish(
        "mate3/\(Self.aux)/set", "{\"value\":\"\(number.isMultiple(of: 2) ? "on" : "auto")\",\"id\":\"n\(number)\"}")
    }
    let watcher = system.watcher
    func answers(_ code: String) -> Int {
      watcher.messages.count { $0.topic == "mate3/\(Self.aux)/set/result" && $0.text.contains("\"code\":\"\(code)\"") }
    }
    // 64 wait and one or two are under way; once the others are answered, all have arrived.
    try await eventually("an answer to what found no place") { answers("queue_full") >= 150 - 64 - 4 }
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    try await eventually("every answer") {
      watcher.messages.count { $0.topic == "mate3/\(Self.aux)/set/result" } >= 150
    }
    #expect(answers("shutting_down") > 0)
    #expect(watcher.messages.count { $0.topic == "mate3/\(Self.aux)/set/result" } == 150)
    await system.watcher.stop()
    await system.simulator.stop()
    try await system.broker.stop()
  }
}
