import Foundation
import Simulator
import TestSupport
import Testing

@testable import CommandLineTool

/// Who mistypes a name is told the nearest one, and who asks the wrong block the right one.
struct NearestNameTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test(arguments: [
    ("mate3 192.0.2.7", "an address goes behind --host"), ("mate3 version", "did you mean --version?"),
    (
      "mate3 read home.yaml",
      "Unexpected argument 'home.yaml'; an address goes behind --host, a file goes behind --from"
    ),
    ("mate3 watch --count 3", "mate3 watch --help lists what there is"),
    ("mate3 read --from f --device charge_controller.watts", "write --device charge_controller --field watts"),
    ("mate3 read --from f --field charge_controller/3.watts", "write --device charge_controller/3 --field watts"),
    ("mate3 read --from f --device charge_controller/three", "‘three’ is no hub port"),
    ("mate3 devces", "did you mean devices?"), ("mate3 --host h devces", "did you mean devices?"),
    ("mate3 help wach", "did you mean watch?"), ("mate3 registry lst", "did you mean registry list?"),
    ("mate3 history enrgy", "did you mean history energy?"),
    ("mate3 read --hst h", "did you mean --host?"), ("mate3 --hst h", "did you mean --host?"),
    ("mate3 read -host h", "did you mean --host?"), ("mate3 simulate --prot 1502", "did you mean --port?"),
    ("mate3 simulate --form f --port 0", "did you mean --from?"),
    ("mate3 pg --definition f", "did you mean --definitions?"),
    ("mate3 settings apply --alow setpoint", "did you mean --allow?"), ("mate3 trust --al", "did you mean --all?"),
    ("mate3 history energy --xyzxyzxyz", "mate3 history energy --help lists what there is"),
    ("mate3 trust -H h charge_controller/3", "mate3 trust asks no gateway"),
    ("mate3 simulate --host 192.0.2.7", "the address to listen on goes behind --bind"),
    ("mate3 forget charge_controller/3", "mate3 forget takes no device"),
    ("mate3_write 192.0.2.7", "an address goes behind --host"),
    ("mate3_write -H h gateway.name=a", "a setting with its value goes behind --set"),
    ("mate3_write -H h --set a.b=1 --limit a.b=44-50", "--limit takes device.field=MIN..MAX, such as"),
    ("mate3 simulate --from f --port 0 --speed fast", "--speed takes a number above 0, 3600 at most, such as 60"),
    ("mate3 registry list --block charge_controler", "did you mean charge_controller?"),
  ])
  func aVerb(words: String, hint: String) async throws {
    let run = try await line.run(words)
    #expect(run.status == (words.contains("--block") ? 6 : 64))
    #expect(run.errors.contains(hint), "\(run.errors)")
    #expect(!run.errors.contains("OPTIONS"))
  }

  /// A name that is not near misleads.
  @Test func whatIsFarFromAllHasNoNearest() async throws {
    for (device, absent) in [("", "did"), ("--device charge_controller", "watts")] {
      let name = device.isEmpty ? "nix" : "volts"
      let run = try await line.run("mate3 --from \(CommandLine.file("home")) \(device) --field \(name)")
      #expect(run.status == 6 && !run.errors.contains("did you mean \(absent)"), "\(run.errors)")
    }
    let topic = try await line.run("mate3 registry find mate3/house/0/battery_power")
    #expect(topic.output.hasPrefix("house.battery_power\n") && topic.lines.count == 3, "\(topic.output)")
  }

  /// One of two has a name of the owner's, and the other one is not meant.
  @Test func aDeviceOfABridgeWithANameOfItsOwnIsNamed() throws {
    let rows = try JSONDecoder().decode(
      [DeviceRow].self,
      from: Data(
        #"""
        [{"name": "east_roof", "block": "charge_controller", "port": 3},
         {"name": "charge_controller", "block": "charge_controller", "port": 4}]
        """#.utf8))
    #expect(
      rows.absence(of: "charge_controller", port: 3).description
        == "the charge_controller/3 has a name of its own here: east_roof/3")
    #expect(rows.absence(of: "charge_controller", port: 5).description.hasSuffix("it has it on port 4"))
  }

  @Test func aFlagOfTheBridgeThatIsNoSetting() async throws {
    for (flag, hint) in [("--confg", "--config"), ("--chek", "--check")] {
      let run = try await line.run("mate3 bridge \(flag)")
      #expect(run.status == 78 && run.errors.contains("\(flag): there is no such flag; did you mean \(hint)?"))
    }
  }

  @Test(arguments: [
    ("--device chrge_controller", "did you mean charge_controller?"),
    ("--device CHARGE_CONTROLLER", "did you mean charge_controller?"),
    ("--hub-port 9", "nothing on hub port 9; this system has 0, 1"),
    ("--device charge_controller/7", "ports 3, 4"),
    ("--device charge_controller --field batery_voltage", "did you mean battery_voltage?"),
    ("--device single_phase_radian_inverter/1 --field aux_control", "radian_inverter_configuration/1 has it"),
    ("--device single_phase_radian_inverter --field aux_control", "radian_inverter_configuration/1 has it"),
    ("--device radian_inverter_configuration/2 --field output_kw", "single_phase_radian_inverter/2 has it"),
    ("--device gateway --field set_ags_op_mode", "system_control/0 has it"),
  ])
  func aDeviceOrFieldToRead(words: String, hint: String) async throws {
    let run = try await line.run(
      ["mate3", "--from", CommandLine.file("home")] + words.split(separator: " ").map(String.init))
    #expect(run.status == 6 && run.output.isEmpty)
    #expect(run.errors.contains(hint), "\(run.errors)")
  }

  @Test(arguments: [
    ("single_phase_radian_inverter/1.aux_control=on", "", "radian_inverter_configuration/1 has it"),
    (
      "single_phase_radian_inverter/2.aux_contrl=on", "", "did you mean aux_control of radian_inverter_configuration/2?"
    ),
    ("radian_inverter_configuraton/1.aux_control=on", "", "did you mean radian_inverter_configuration?"),
    ("gateway.grid_use_schedules={}", "", "there is no schedule grid_use_schedules; did you mean grid_use_schedule?"),
    (
      "charge_controller_configuration/3.absorb_volts=57", "charge_controller_configuration.absrb_volts",
      "did you mean absorb_volts?"
    ),
    (
      "charge_controller_configuration/3.absorb_volts=57", "charge_controller.absorb_volts",
      "charge_controller_configuration has it"
    ),
  ])
  func aFieldToWrite(assignment: String, allow: String, hint: String) async throws {
    let run = try await line.run(
      ["mate3", "write", "--from", CommandLine.file("home"), "--dry-run", "--set", assignment]
        + (allow.isEmpty ? [] : ["--allow", allow]))
    #expect(run.status == 6)
    #expect(run.errors.contains(hint), "\(run.errors)")
  }

  @Test(.enabled(if: MosquittoBroker.isInstalled)) func throughABridgeAndByTopic() async throws {
    let system = try await RunningSystem.start(try await CommandLine.serve("home"))
    try await system.ready()
    let broker = "--broker mqtt://127.0.0.1:\(system.broker.port)"
    for (words, hint) in [
      ("read \(broker) --device chrge_controller", "did you mean charge_controller?"),
      ("read \(broker) --device charge_controller --field batery_voltage", "did you mean battery_voltage?"),
      ("read \(broker) --device single_phase_radian_inverter/1 --field aux_control", "configuration/1 has it"),
      ("write \(broker) --set single_phase_radian_inverter/1.aux_control=on", "configuration/1 has it"),
      ("write \(broker) --set radian_inverter_configuraton/1.aux_control=on", "did you mean radian_inverter_conf"),
    ] {
      let run = try await line.run("mate3 \(words)")
      #expect(run.status == 6 && run.errors.contains(hint), "\(words): \(run.errors)")
    }
    let answer = try await system.command("single_phase_radian_inverter/1/aux_control", "on")
    #expect(answer.code == "unknown_field" && answer.reason.contains("radian_inverter_configuration/1 has it"))
    try await system.stop()
  }
}
