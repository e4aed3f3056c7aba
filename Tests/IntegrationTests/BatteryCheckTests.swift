import Foundation
import RegisterIO
import Registry
import Simulator
import TestSupport
import Testing

/// `mate3 battery check`: what it finds, and that its commands mend it.
@Suite struct BatteryCheckTests {
  private static let profile = """
    battery:
      nominal: 48
      chemistry: lifepo4
      absorb: 56.0..57.6
      float: 53.6..54.4
      equalise: never
      lowest: 48.0
      charge_current: 100

    """

  private func line(_ profile: String = profile) throws -> CommandLine {
    let line = try CommandLine()
    try Data(profile.utf8).write(to: line.directory.url.appending(path: "bridge.yaml"))
    return line
  }

  /// Checks, carries out every command that is printed, word for word, and checks again.
  private func mend(_ simulator: SimulatedGateway, finding: [String], without: [String] = []) async throws {
    let line = try line()
    let check = "mate3 battery check --host 127.0.0.1:\(simulator.port) --config bridge.yaml"
    let found = try await line.run(check)
    #expect(found.status == 1, "\(found.errors)")
    for text in finding { #expect(found.output.contains(text), "\(text) is not in\n\(found.output)") }
    for text in without { #expect(!found.output.contains(text), "\(text) is in\n\(found.output)") }
    let commands = found.lines.filter { $0.hasPrefix("  mate3 write ") }
    #expect(commands.count * 2 == found.lines.count)
    for command in commands {
      let run = try await line.run(String(command))
      #expect(run.status == 0, "\(command): \(run.output) \(run.errors)")
    }
    let again = try await line.run(check)
    #expect(again.status == 0, "\(again.output)")
    #expect(again.output == "every setting stands within the battery's profile\n")
  }

  @Test(.enabled(if: SharedData.isPresent, "needs the capture")) func theCaptureIsMendedForLithium() async throws {
    let simulator = try await SimulatedGateway.start(registers: RegisterImage(try SharedData.capture()))
    try await mend(
      simulator,
      finding: [
        "charge_controller_configuration/3.absorb_volts is 58.8 V, above 57.6 V, the most that battery.absorb "
          + "(bridge.yaml:4:11) allows",
        "charge_controller_configuration/4.absorb_volts is 58.8 V",
        "charge_controller_configuration/3.float_volts is 55.2 V",
        "charge_controller_configuration/3.eq_volts is 63.6 V, above 57.6 V, the most that battery.equalise "
          + "(bridge.yaml:6:13) allows",
        "radian_inverter_configuration/1.eq_volts is 63.6 V", "radian_inverter_configuration/2.eq_volts is 63.6 V",
        "charge_controller_configuration/4.temp_comp_upper_limit_volts is 63.0 V",
        "radian_inverter_configuration/1.low_battery_cut_out_voltage is 46.8 V, below 48.0 V, the least that "
          + "battery.lowest (bridge.yaml:7:11) allows",
        "gateway/0.ags_dc_gen_absorb_voltage is 76.0 V",
        // 60 A and 80 A, and 7.5 A at 230 V twice, which is 35.94 A at 48 V each.
        "charge_controller_configuration/4.bulk_current is 80.0 A, too much: all chargers together can put 211.9 A into "
          + "the battery, and battery.charge_current (bridge.yaml:8:19) allows 100 A",
      ],
      without: ["radian_inverter_configuration/1.absorb_volts", "radian_inverter_configuration/1.float_volts"])
    await simulator.stop()
  }

  @Test func aDescribedSystemIsMended() async throws {
    let simulator = try await CommandLine.serve("home")
    try await mend(simulator, finding: ["charge_controller_configuration/3.eq_volts"])
    await simulator.stop()
  }

  /// A charger whose part would be less than it can be set to takes its least, and the others make up for it.
  @Test func aPartBelowTheLeastIsMadeUpFor() async throws {
    let simulator = try await CommandLine.serve("five_charge_controllers")
    let line = try line()
    for (port, current) in [(7, 80), (2, 10), (9, 60), (1, 80), (8, 100)] {
      let run = try await line.run(
        "mate3 write --host 127.0.0.1:\(simulator.port) --allow setpoint --set "
          + "charge_controller_configuration/\(port).bulk_current=\(current)")
      #expect(run.status == 0, "\(run.errors)")
    }
    try await mend(
      simulator, finding: ["charge_controller_configuration/2.bulk_current is 10.0 A, too much"])
    await simulator.stop()
  }

  /// What mends one device leaves those alone that stand right.
  @Test func onlyWhatIsWrongIsMended() async throws {
    let simulator = try await CommandLine.serve("home")
    let line = try line()
    let target = "--host 127.0.0.1:\(simulator.port) --allow setpoint"
    for set in ["system_control/0.set_absorb_voltage=60.0", "radian_inverter_configuration/1.absorb_volts=57.2"] {
      let run = try await line.run("mate3 write \(target) --set \(set)")
      #expect(run.status == 0, "\(run.errors)")
    }
    try await mend(
      simulator,
      finding: [
        "radian_inverter_configuration/2.absorb_volts is 60.0 V", "charge_controller_configuration/3.absorb_volts",
      ],
      without: ["system_control", "radian_inverter_configuration/1.absorb_volts"])
    let read = try await line.run(
      "mate3 read --host 127.0.0.1:\(simulator.port) --device radian_inverter_configuration/1 --field absorb_volts")
    #expect(read.output.contains("57.2"), "\(read.output) \(read.errors)")
    await simulator.stop()
  }

  /// Settings that stand right, and in the way of what is to come.
  @Test func whatStandsInTheWayIsMovedToo() async throws {
    let directory = try TemporaryDirectory()
    let home = try String(contentsOfFile: CommandLine.file("home"), encoding: .utf8)
    let inverter = """
      absorb_volts: 59.2, float_volts: 56.0, refloat_volts: 55.2, rebulk_volts: 50.0, low_battery_cut_out_voltage: 46.8,
      low_battery_cut_in_voltage: 48.0
      """
    let controller = "absorb_volts: 59.2, float_volts: 58.8, rebulk_volts: 58.0"
    let text = home.replacing("stacking_mode: slave", with: "stacking_mode: slave, " + inverter)
      .replacing("array_w: 3400", with: "array_w: 3400, settings: { \(controller) }")
    let file = try directory.write("lead.yaml", text)
    let simulator = try await SimulatedGateway.start(file: file, isAnimated: false, options: SimulatorOptions())
    try await mend(
      simulator,
      finding: [
        "radian_inverter_configuration/2.refloat_volts is 55.2 V, which must be below float_volts, and that is to be 54.4 V",
        "charge_controller_configuration/4.rebulk_volts is 58.0 V",
        "radian_inverter_configuration/2.low_battery_cut_in_voltage is 48.0 V, which must be above "
          + "low_battery_cut_out_voltage, and that is to be 48.0 V",
      ])
    await simulator.stop()
  }

  @Test func aFileIsEnough() async throws {
    let line = try line()
    let run = try await line.run([
      "mate3", "battery", "check", "--from", CommandLine.file("home"), "--config", "bridge.yaml",
    ])
    #expect(run.status == 1)
    #expect(run.output.contains("mate3 write --config bridge.yaml --host ADDRESS --allow"), "\(run.output)")
  }

  @Test func whatCannotBeComparedIsSaid() async throws {
    let without = try await CommandLine().run(["mate3", "battery", "check", "--from", CommandLine.file("home")])
    #expect(without.status == 78 && without.errors.contains("no battery profile is given"), "\(without.errors)")
    // A 24 V system.
    let line = try line()
    let other = try await line.run([
      "mate3", "battery", "check", "--from", CommandLine.file("fx"), "--config", "bridge.yaml",
    ])
    #expect(other.status == 78)
    #expect(
      other.errors.contains(
        "battery.nominal (bridge.yaml:2:12) is 48 V, but the gateway says that this is a system of 24 V"),
      "\(other.errors)")
  }

  /// A setting just written reads 0x8000 for some seconds.
  @Test func whatHasNoValueForTheMomentIsSaid() async throws {
    let simulator = try await CommandLine.serve("home")
    let line = try line(
      Self.profile.replacing("56.0..57.6", with: "50..64").replacing("53.6..54.4", with: "50..64")
        .replacing("lowest: 48.0", with: "lowest: 40.0").replacing("charge_current: 100", with: "charge_current: 400")
        .replacing("equalise: never", with: "equalise: 50..64").replacing("lifepo4", with: "flooded"))
    let name = "charge_controller_configuration/3.absorb_volts"
    let check = "mate3 battery check --host 127.0.0.1:\(simulator.port) --config bridge.yaml"
    let whole = try await line.run(check)
    #expect(whole.status == 0, "\(whole.output) \(whole.errors)")
    try simulator.apply(.busyAfterWrite(.seconds(60)))
    _ = try await line.run("mate3 write --host 127.0.0.1:\(simulator.port) --allow setpoint --set \(name)=57.0")
    let run = try await line.run(check)
    #expect(run.status == 2 && run.output.isEmpty, "\(run.output)")
    #expect(run.errors.contains("\(name) has no value for the moment, so that was not compared"), "\(run.errors)")
    let save = try await line.run("mate3 settings save --host 127.0.0.1:\(simulator.port) saved.yaml")
    #expect(save.status == 2 && save.errors.contains("\(name) has no value for the moment"), "\(save.errors)")
    #expect(!FileManager.default.fileExists(atPath: line.directory.url.appending(path: "saved.yaml").path))
    await simulator.stop()
  }

  @Test func aProfileNarrowerThanAStepIsSaid() async throws {
    let line = try line(
      Self.profile.replacing("56.0..57.6", with: "57.3..57.5") + "gateway: {host: h}\nbroker: {url: b}\n")
    let bridge = try await line.run("mate3 bridge --check --config bridge.yaml")
    #expect(bridge.status == 0)
    #expect(
      bridge.errors.contains("bridge.yaml:4:11: battery.absorb has no multiple of 0.4 V in it")
        && bridge.errors.contains("radian_inverter_configuration.absorb_volts"), "\(bridge.errors)")
    #expect(!bridge.errors.contains("battery.float"))
    let check = try await line.run([
      "mate3", "battery", "check", "--from", CommandLine.file("home"), "--config", "bridge.yaml",
    ])
    #expect(
      check.status == 1
        && check.output.contains(
          "nothing mends it: the device keeps multiples of 0.4 V, and none lies from 57.3 to 57.5 V; widen battery.absorb "
            + "(bridge.yaml:4:11)"),
      "\(check.output)")
  }

  @Test func aDoubledDeviceIsSaidOnce() async throws {
    let image = try RegisterImage.load(file: CommandLine.file("home"), registry: .embedded())
    var registers = Dictionary(uniqueKeysWithValues: image.registers.map { ($0.address, $0.word) })
    // The second charge controller's settings answer with the first one's port.
    registers[41056] = 3
    let simulator = try await SimulatedGateway.start(registers: RegisterImage(registers))
    let check = try await line().run(
      "mate3 battery check --host 127.0.0.1:\(simulator.port) --config bridge.yaml")
    #expect(check.status == 2 && !check.output.contains("charge_controller_configuration/3"), "\(check.output)")
    #expect(
      check.errors.contains("two devices answer as charge_controller_configuration/3, and one hides the other"),
      "\(check.errors)")
    await simulator.stop()
  }

  @Test func writingKeepsToTheProfileOfTheConfiguration() async throws {
    let simulator = try await CommandLine.serve("home")
    let line = try line()
    let name = "charge_controller_configuration.absorb_volts"
    let target = "--host 127.0.0.1:\(simulator.port) --allow \(name)"
    let set = "--set charge_controller_configuration/3.absorb_volts=58.0"
    let refused = try await line.run("mate3 write \(target) --config bridge.yaml \(set)")
    #expect(refused.status == 7)
    #expect(
      refused.errors.contains(
        "58.0 is above 57.6 V, the most that battery.absorb (bridge.yaml:4:11) allows for \(name)"),
      "\(refused.errors)")
    // Its inverters have no high cut-out that an absorb voltage could be above.
    func write(_ words: String) async throws -> CommandLine.Run {
      try await line.run(
        "mate3 write \(target) \(words)".split(separator: " ").map(String.init),
        environment: ["MATE3_CAPS_FIELD_INTERVAL": "0s"])
    }
    for volts in ["56.4", "57.2"] {
      let within = try await write("--config bridge.yaml --set charge_controller_configuration/3.absorb_volts=\(volts)")
      #expect(within.status == 0, "\(within.errors)")
    }
    let free = try await write(set)
    #expect(free.status == 0, "\(free.errors)")
    await simulator.stop()
  }
}
