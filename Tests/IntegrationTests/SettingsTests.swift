import Foundation
import Simulator
import TestSupport
import Testing

/// `mate3 settings`: the settings of a system in a file, compared and restored.
@Suite struct SettingsTests {
  private static let controller = "charge_controller_configuration/3"
  /// Everything lower than what stands on the described system, in the file's own order: one after the other in that order
  /// absorb would come below float.
  private static let lower = """
    charge_controller_configuration/3:
      absorb_volts: 50.4
      rebulk_volts: 47.2
      float_volts: 49.6
      grid_tie_mode: enabled

    """
  private static let higher = """
    charge_controller_configuration/3:
      rebulk_volts: 60.0
      float_volts: 61.0
      absorb_volts: 62.0
      aux_mode: diversion_relay
    radian_inverter_configuration/2:
      float_volts: 57.2
      absorb_volts: 60.0

    """

  private struct Subject {
    let simulator: SimulatedGateway
    let line: CommandLine

    init(_ system: String = "home") async throws {
      simulator = try await CommandLine.serve(system)
      line = try CommandLine()
    }

    func write(_ text: String) throws {
      try Data(text.utf8).write(to: line.directory.url.appending(path: "settings.yaml"))
    }

    func run(
      _ verb: String, _ further: String = "", environment: [String: String] = [:]
    ) async throws -> CommandLine.Run {
      let words = "mate3 \(verb) --host 127.0.0.1:\(simulator.port) \(further)"
      return try await line.run(
        words.split(separator: " ").map(String.init),
        environment: ["MATE3_CAPS_FIELD_INTERVAL": "0s"].merging(environment) { $1 })
    }
  }

  @Test func whatIsSavedIsRestored() async throws {
    let subject = try await Subject()
    let saved = try await subject.run("settings save", "saved.yaml")
    #expect(saved.status == 0, "\(saved.errors)")
    let text = try String(contentsOf: subject.line.directory.url.appending(path: "saved.yaml"), encoding: .utf8)
    #expect(
      text.contains("\ncharge_controller_configuration/3:\n  model: \"FM60-150VDC\"\n  absorb_volts: 57.6"), "\(text)")
    for name in ["\n  hour:", "serial", "system_control", "aux_control", "calibrate", "password", "mac_address"] {
      #expect(!text.contains(name), "\(name)")
    }
    let same = try await subject.run("settings diff", "saved.yaml")
    #expect(same.status == 0 && same.output == "everything is as in saved.yaml\n", "\(same.output)")

    for set in [Self.lower, Self.higher] {
      try subject.write(set)
      let dry = try await subject.run("settings apply", "settings.yaml --allow setpoint --dry-run")
      #expect(dry.status == 0 && dry.output.hasSuffix("dry run, nothing was written\n"), "\(dry.errors)")
      #expect(try await subject.run("settings diff", "settings.yaml").status == 1)
      let apply = try await subject.run("settings apply", "settings.yaml --allow setpoint")
      #expect(apply.status == 0, "\(apply.output) \(apply.errors)")
      #expect(try await subject.run("settings diff", "settings.yaml").status == 0)
      // Modes come after the numbers that they go by.
      #expect(apply.lines.dropLast().last?.contains("_mode") ?? false, "\(apply.output)")
    }
    let differences = try await subject.run("settings diff", "saved.yaml")
    #expect(
      differences.output.contains("\(Self.controller).absorb_volts: 62.0 V, and 57.6 V in the file"),
      "\(differences.output)")
    let restored = try await subject.run("settings apply", "saved.yaml --allow setpoint")
    #expect(restored.status == 0, "\(restored.errors)")
    #expect(try await subject.run("settings diff", "saved.yaml").status == 0)
    let nothing = try await subject.run("settings apply", "saved.yaml --allow setpoint")
    #expect(nothing.output == "nothing is to be written: everything is as in saved.yaml\n")
    await subject.simulator.stop()
  }

  @Test func allAreCheckedBeforeTheFirst() async throws {
    let subject = try await Subject()
    func expect(_ settings: String, _ further: String, says text: String) async throws {
      try subject.write(settings)
      let run = try await subject.run("settings apply", "settings.yaml \(further)")
      #expect(run.status == 7 && run.output.isEmpty, "\(run.output)")
      #expect(run.errors.contains("nothing was written, because not all can be"), "\(run.errors)")
      #expect(run.errors.contains(text), "\(run.errors)")
    }
    try await expect(Self.higher, "", says: "is of class setpoint, which is not allowed")
    try await expect(
      Self.higher.replacing("62.0", with: "64.1"), "--allow setpoint",
      says: "\(Self.controller).absorb_volts: rejected (out_of_limits)")
    try await expect(
      Self.higher.replacing("absorb_volts: 60.0", with: "absorb_volts: 60.1"), "--allow setpoint",
      says: "give 60.0 or 60.4")
    // As for a command of several settings.
    try await expect(
      "gateway/0:\n  grid_use_interval_1_mode: enabled\n  hbx_mode: both\n", "--allow setpoint",
      says: "exclude one another")
    // In the end float would be above absorb.
    try await expect(
      "\(Self.controller):\n  absorb_volts: 56.0\n  float_volts: 58.0\n", "--allow setpoint",
      says: "float_volts must be at most absorb_volts; change the other one first (so also after all the others")
    #expect(subject.simulator.counters.writes == 0)
    await subject.simulator.stop()
  }

  @Test func whatStopsHalfWaySaysSo() async throws {
    let subject = try await Subject()
    let caps = ["MATE3_CAPS_DEVICE_PER_DAY": "4"]
    for value in ["percent_85", "percent_99"] {
      let name = "charge_controller_configuration.sweep_max_percentage"
      let run = try await subject.run(
        "write", "--allow \(name) --set \(Self.controller).sweep_max_percentage=\(value)", environment: caps)
      #expect(run.status == 0, "\(run.errors)")
    }
    try subject.write(Self.lower)
    // Two more are allowed, and four settings are to be written.
    for further in ["", " --dry-run"] {
      let capped = try await subject.run(
        "settings apply", "settings.yaml --allow setpoint\(further)", environment: caps)
      #expect(capped.status == 7 && capped.errors.contains("because not all can be"), "\(capped.errors)")
      #expect(capped.errors.contains("cap_day"), "\(capped.errors)")
    }
    #expect(subject.simulator.counters.writes == 2)
    // The gateway is locked after the second one.
    try subject.simulator.apply(.delay(.milliseconds(50), .standing))
    async let applying = subject.run("settings apply", "settings.yaml --allow setpoint")
    try await eventually(within: .seconds(30), "two writes") { subject.simulator.counters.writes == 4 }
    try subject.simulator.apply(.lock(true))
    let apply = try await applying
    #expect(apply.status == 8, "\(apply.output) \(apply.errors)")
    #expect(
      apply.lines.filter { $0.hasSuffix("accepted: written, and the words read back are those asked for") }.count == 2,
      "\(apply.output)")
    #expect(
      apply.errors.contains(
        "stopped half-way at \(Self.controller).absorb_volts: of 4 settings 2 are as in the file, and not written were "
          + "\(Self.controller).grid_tie_mode; mend the reason and run it again, which writes what still differs"),
      "\(apply.errors)")
    try subject.simulator.apply(.lock(false))
    // What can be known before does not begin.
    let few = caps.merging(["MATE3_CAPS_DEVICE_PER_DAY": "1"]) { $1 }
    let refused = try await subject.run("settings apply", "settings.yaml --allow setpoint", environment: few)
    #expect(refused.status == 7 && refused.errors.contains("MATE3_CAPS_DEVICE_PER_DAY=2"), "\(refused.errors)")
    let rest = try await subject.run("settings apply", "settings.yaml --allow setpoint")
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try await subject.run("settings diff", "settings.yaml").status == 0)
    await subject.simulator.stop()
  }

  @Test func aReplacedDeviceIsTrustedFirst() async throws {
    let subject = try await Subject()
    try subject.write(Self.lower)
    // What stood there is pinned.
    #expect(try await subject.run("write", "--set radian_inverter_configuration/1.aux_control=on").status == 0)
    try subject.simulator.apply(.replaceDevice(port: 3, model: "FM80-150VDC", serial: nil))
    let refused = try await subject.run("settings apply", "settings.yaml --allow setpoint")
    #expect(refused.status == 7, "\(refused.output)")
    #expect(refused.errors.contains("mate3 trust charge_controller_configuration/3"), "\(refused.errors)")
    await subject.simulator.stop()
  }

  @Test func devicesAndFieldsThatAreNotHereAreSaid() async throws {
    let subject = try await Subject()
    let other = "fx_inverter_configuration/1"
    try subject.write("\(other):\n  absorb_volts: 57.6\n\(Self.controller):\n  model: FM100\n  absorb_volts: 57.6\n")
    let diff = try await subject.run("settings diff", "settings.yaml")
    #expect(diff.status == 1)
    #expect(
      diff.output
        == "\(Self.controller): settings.yaml is of a FM100, and this is a FM60-150VDC\n\(other): not here\n")
    await subject.simulator.stop()
  }

  @Test(arguments: [
    (
      "charge_controler_configuration/3:\n  absorb_volts: 57.6\n",
      ":1:1: there is no kind of device ‘charge_controler_configuration’; did you mean charge_controller_configuration?"
    ),
    ("gateway/0:\n  absorb_volts: 57.6\n", ":2:3: gateway has no setting ‘absorb_volts’"),
    (
      "\(controller):\n  absorb_volt: 57.6\n",
      ":2:3: charge_controller_configuration has no setting ‘absorb_volt’; did you mean absorb_volts?"
    ),
    (
      "\(controller):\n  absorb_volts: high\n",
      ":2:17: charge_controller_configuration.absorb_volts is ‘high’; give a number"
    ),
    (
      "\(controller):\n  grid_tie_mode: 7x\n",
      ":2:18: charge_controller_configuration.grid_tie_mode is ‘7x’; give one of disabled, enabled"
    ),
    ("gateway/0:\n  hour: 7\n", ":2:3: gateway.hour is no setting that is restored from a file; take it out"),
    (
      "gateway:\n  hour: 7\n",
      ":1:1: a device is ‘gateway’; give kind and port, such as charge_controller_configuration/3"
    ),
    ("- a\n", ":1:1: settings.yaml is a list; give a section a device, as mate3 settings save writes them"),
  ])
  func aMistakeInTheFileIsNamedByItsPlace(text: String, sentence: String) async throws {
    let line = try CommandLine()
    try Data(text.utf8).write(to: line.directory.url.appending(path: "settings.yaml"))
    let run = try await line.run(["mate3", "settings", "diff", "--from", CommandLine.file("home"), "settings.yaml"])
    #expect(run.status == 66)
    #expect(run.errors.contains("settings.yaml\(sentence)"), "\(run.errors)")
  }

  @Test(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto")) func aBridgeIsGoneThrough() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("bridge.yaml", "commands: {allow: [operational, setpoint]}\n")
    let system = try await RunningSystem.start(
      try await CommandLine.serve("home"), arguments: ["--config", file, "--caps-field-interval", "0s"])
    try await system.ready()
    let line = try CommandLine()
    let broker = "--broker mqtt://127.0.0.1:\(system.broker.port)"
    let saved = try await line.run("mate3 settings save \(broker) saved.yaml")
    #expect(saved.status == 0, "\(saved.errors)")
    try Data(Self.lower.utf8).write(to: line.directory.url.appending(path: "settings.yaml"))
    let apply = try await line.run("mate3 settings apply \(broker) settings.yaml")
    #expect(apply.status == 0, "\(apply.output) \(apply.errors)")
    let diff = try await line.run("mate3 settings diff \(broker) saved.yaml")
    #expect(
      diff.status == 1 && diff.output.contains("\(Self.controller).absorb_volts: 50.4 V, and 57.6 V in the file"),
      "\(diff.output)")
    // What goes to a device is one command to the bridge, which finds the order.
    func windows(_ first: Range<Int>, _ second: Range<Int>) async throws -> CommandLine.Run {
      let lines = [(1, first), (2, second)].flatMap { number, hours in
        [
          "mode: enabled", "weekday_start_hour: \(hours.lowerBound)", "weekday_stop_hour: \(hours.upperBound)",
        ].map { "  grid_use_interval_\(number)_\($0)\n" }
      }
      try Data(("gateway/0:\n" + lines.joined()).utf8).write(to: line.directory.url.appending(path: "windows.yaml"))
      return try await line.run("mate3 settings apply \(broker) windows.yaml")
    }
    for (first, second) in [(12..<18, 6..<12), (18..<20, 6..<12), (20..<23, 9..<20)] {
      let run = try await windows(first, second)
      #expect(run.status == 0, "\(run.output) \(run.errors)")
    }
    let refused = try await windows(20..<23, 19..<21)
    #expect(refused.status == 7 && refused.errors.contains("overlap on weekdays"), "\(refused.errors)")
    // What is not here is not as in the file.
    try Data("charge_controller_configuration/9:\n  absorb_volts: 50.4\n".utf8)
      .write(to: line.directory.url.appending(path: "absent.yaml"))
    let absent = try await line.run("mate3 settings apply \(broker) absent.yaml")
    #expect(absent.status == 1 && absent.errors.contains("charge_controller_configuration/9: not here"))
    // A file without what is offline would pass for a whole one.
    system.watcher.clear()
    await system.simulator.stop()
    try await system.watcher.next(
      "mate3/\(Self.controller)/availability", where: { $0.text == "offline" }, within: .seconds(60))
    let half = try await line.run("mate3 settings save \(broker) half.yaml")
    #expect(half.status == 2 && half.errors.contains("offline, so the file would be without its settings"))
    #expect(!FileManager.default.fileExists(atPath: line.directory.url.appending(path: "half.yaml").path))
    try await system.stop()
  }

  /// What stands on two devices is looked at as one, by the profile that only the bridge knows.
  @Test(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto")) func aBridgeLooksAtTheFileAsAWhole() async throws
  {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      "bridge.yaml",
      """
      commands: {allow: [operational, setpoint]}
      battery: {nominal: 48, chemistry: lifepo4, absorb: 50..62, float: 48..61, charge_current: 120}

      """)
    let still = "charger_ac_input_current_limit: 0"
    let home = try String(contentsOfFile: CommandLine.file("home"), encoding: .utf8)
      .replacing("serial: SIM-A,", with: "serial: SIM-A, settings: { \(still) },")
      .replacing("stacking_mode: slave", with: "stacking_mode: slave, \(still)")
      .replacing("array_w: 2600", with: "array_w: 2600, settings: { bulk_current: 30 }")
      .replacing("array_w: 3400", with: "array_w: 3400, settings: { bulk_current: 30 }")
    let described = try directory.write("system.yaml", home)
    let system = try await RunningSystem.start(
      try await SimulatedGateway.start(file: described, isAnimated: false, options: SimulatorOptions()),
      arguments: ["--config", file, "--caps-field-interval", "0s"])
    try await system.ready()
    let line = try CommandLine()
    let controller = "charge_controller_configuration"
    func apply(_ settings: String, _ further: String = "") async throws -> CommandLine.Run {
      try Data(settings.utf8).write(to: line.directory.url.appending(path: "settings.yaml"))
      return try await line.run(
        "mate3 settings apply --broker mqtt://127.0.0.1:\(system.broker.port) settings.yaml \(further)")
    }
    func currents(_ third: Int, _ fourth: Int) -> String {
      "\(controller)/3:\n  bulk_current: \(third)\n\(controller)/4:\n  bulk_current: \(fourth)\n"
    }
    for further in ["--dry-run", ""] {
      let much = try await apply(currents(60, 80), further)
      #expect(much.status == 7 && much.output.isEmpty, "\(much.output) \(much.errors)")
      #expect(much.errors.contains("nothing was written, because not all can be"), "\(much.errors)")
      #expect(much.errors.contains("all chargers together could then put 140.0 A"), "\(much.errors)")
      let grid = try await apply(
        "gateway/0:\n  grid_use_interval_1_mode: enabled\n"
          + "radian_inverter_configuration/1:\n  grid_input_mode: mini_grid\n", further)
      #expect(grid.status == 7 && grid.errors.contains("exclude one another"), "\(grid.output) \(grid.errors)")
    }
    #expect(system.simulator.counters.writes == 0)
    let up = try await apply(currents(30, 80))
    #expect(up.status == 0, "\(up.output) \(up.errors)")
    // The one that is lowered goes first, whatever the order of the file.
    let over = try await apply(currents(60, 50))
    #expect(over.status == 0, "\(over.output) \(over.errors)")
    #expect(
      over.lines.prefix(2).map { $0.split(separator: ":")[0] } == [
        "\(controller)/4.bulk_current", "\(controller)/3.bulk_current",
      ], "\(over.output)")
    try await system.stop()
  }
}
