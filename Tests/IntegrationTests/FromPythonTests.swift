import Foundation
import Simulator
import TestSupport
import Testing

/// The command lines of the Python program that has the same name, as its READMEs print them.
struct FromPythonTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test func theirShortOptionsReadADump() async throws {
    let gateway = try await CommandLine.serve("home")
    let read = try await line.run("mate3 read -H 127.0.0.1 -p \(gateway.port) -f json -l DEBUG")
    #expect(read.status == 0, "\(read.errors)")
    #expect(try PrintedDevice.list(read.output).count == 15)
    #expect(read.errors.contains("requests"))
    #expect(try await line.run("mate3 dump -H 127.0.0.1 -p \(gateway.port) system.json").status == 0)
    await gateway.stop()
    for words in [
      "mate3 read --cache-path=system.json --cache-only", "mate3 read -c system.json -f text",
      "mate3 -l INFO devices --cache-path=system.json --cache-only",
    ] {
      let run = try await line.run(words)
      #expect(run.status == 0 && run.output.contains("charge_controller"), "\(words): \(run.errors)")
    }
    let both = try await line.run("mate3 read --cache-path system.json -H 192.0.2.7")
    #expect(both.status == 64 && both.errors.contains("not both"))
  }

  @Test func theVerbMayStandBehindTheOptions() async throws {
    let run = try await line.run(["mate3", "--from", CommandLine.file("home"), "devices"])
    #expect(run.status == 0 && run.output.hasPrefix("DEVICE"), "\(run.errors)")
  }

  @Test func mate3WriteListsAndSetsAsItsReadmeSays() async throws {
    let gateway = try await CommandLine.serve("split_phase_radian")
    let place = "mate3_write -H 127.0.0.1 -p \(gateway.port)"
    let list = try await line.run("\(place) -l")
    #expect(list.status == 0 && list.output.contains("radian_inverter_configuration  port 1"), "\(list.errors)")
    let on = try await line.run("\(place) --set radian_inverter_configuration.aux_control=2")
    #expect(on.status == 0 && on.output.contains("accepted"), "\(on.errors)")
    await gateway.stop()

    let two = try await line.run(
      ["mate3_write", "--cache-path", CommandLine.file("home"), "--cache-only", "-s"]
        + ["radian_inverter_configuration.aux_control=2"])
    #expect(two.status == 6 && two.errors.contains("ports 1, 2"))
    let second = try await line.run(
      ["mate3_write", "--cache-path", CommandLine.file("home"), "--cache-only", "-P", "2", "-s"]
        + ["radian_inverter_configuration.aux_control=2"])
    #expect(second.status == 0 && second.output.contains("configuration/2.aux_control=2: dry run"), "\(second.errors)")
  }

  @Test(arguments: [
    ("charge_controllers[3].config.absorb_volts=57.5", "charge_controller_configuration/3.absorb_volts=57.5"),
    ("mate3s.config.set_ags_op_mode=0", "system_control/0.set_ags_op_mode=0"),
    (
      "single_phase_radian_inverters[2].config.re_float_volts=51.2",
      "radian_inverter_configuration/2.refloat_volts=51.2"
    ),
    ("mate3/radian_inverter_configuration/1/aux_control/set=on", "radian_inverter_configuration/1.aux_control=on"),
    ("radian_inverter_configuration/1.aux_control='on'", "radian_inverter_configuration/1.aux_control=on"),
    ("radian_inverter_configuration/1.aux_control= ' on ' ", "radian_inverter_configuration/1.aux_control=on"),
    ("charge_controller_configuration/3.absorb_volts=57.5 ", "charge_controller_configuration/3.absorb_volts=57.5"),
  ])
  func pathsOfPythonAndTopicsNameTheSameFields(path: String, meant: String) async throws {
    let run = try await line.run(
      ["mate3", "write", "--from", CommandLine.file("home"), "--dry-run", "--allow", "setpoint"]
        + ["--limit", "charge_controller_configuration.absorb_volts=54..60"]
        + ["--limit", "radian_inverter_configuration.refloat_volts=48..56", "--set", path])
    #expect(run.output.hasPrefix("\(meant): dry run, nothing was written"), "\(run.output)\(run.errors)")
  }

  @Test(arguments: [
    "nonsense", "charge_controllers[3].nothing.absorb_volts=1", "a.b=", "=1", "charge_controller/x.y=1",
  ])
  func whatSetCannotTakeIsSaid(text: String) async throws {
    let run = try await line.run(["mate3", "write", "--from", CommandLine.file("home"), "--dry-run", "--set", text])
    #expect(run.status == 64 && run.errors.contains("device/port.field=value"), "\(run.errors)")
  }

  @Test func aCacheIsNeverWritten() async throws {
    let words = ["mate3", "write", "-c", CommandLine.file("home"), "--set", "charge_controllers[3].config.aux_mode=1"]
    #expect(try await line.run(words).status == 64)
    let writeable = try await line.run(words + ["--cache-only", "--cache-writeable"])
    #expect(writeable.status == 64 && writeable.errors.contains("never changed"))
  }
}
