import Foundation
import Simulator
import TestSupport
import Testing

/// Who mistypes a name is told the nearest one, and who asks the wrong block the right one.
struct NearestNameTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test(arguments: [
    ("mate3 devces", "did you mean devices?"), ("mate3 --host h devces", "did you mean devices?"),
    ("mate3 help wach", "did you mean watch?"), ("mate3 registry lst", "did you mean registry list?"),
    ("mate3 history enrgy", "did you mean history energy?"),
    ("mate3 read --hst h", "--host"),
    ("mate3 registry list --block charge_controler", "did you mean charge_controller?"),
  ])
  func aVerb(words: String, hint: String) async throws {
    let run = try await line.run(words)
    #expect(run.status == (words.contains("--block") ? 6 : 64))
    #expect(run.errors.contains(hint), "\(run.errors)")
    #expect(!run.errors.contains("OPTIONS"))
  }

  @Test(arguments: [
    ("--device chrge_controller", "did you mean charge_controller?"),
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
