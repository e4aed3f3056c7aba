import Foundation
import RegisterIO
import Registry
import Simulator
import TestSupport
import Testing

/// The command lines of the issue, as written there, against a simulated gateway.
struct CommandLineTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test func readsWithAndWithoutItsVerb() async throws {
    let gateway = try await CommandLine.serve("home")
    for format in ["text", "prettyjson", "json"] {
      let bare = try await line.run("mate3 --host 127.0.0.1 --port \(gateway.port) --format \(format)")
      let read = try await line.run("mate3 read -H 127.0.0.1 --port \(gateway.port) --format \(format)")
      #expect(bare.status == 0 && read.status == 0, "\(bare.errors)\(read.errors)")
      #expect(!bare.output.contains("\u{1B}"))
      #expect(bare.lines.count == read.lines.count)
      guard format != "text" else {
        #expect(bare.output.contains("charge_controller/3") && bare.output.contains("Battery voltage"))
        #expect(!bare.output.contains("not implemented"))
        continue
      }
      let devices = try PrintedDevice.list(bare.output)
      #expect(devices.map(\.name) == (try PrintedDevice.list(read.output)).map(\.name))
      #expect(devices.count == 15)
      #expect((bare.lines.count == 1) == (format == "json"))
    }
    await gateway.stop()
  }

  /// As many requests as the library's own test has worked out: the chain up to the device, and the field.
  @Test func narrowsWhatIsReadOnTheWire() async throws {
    let gateway = try await CommandLine.serve("home")
    let before = gateway.counters.requests
    let run = try await line.run(
      "mate3 -H 127.0.0.1 --port \(gateway.port) --device charge_controller --hub-port 3 --field battery_voltage "
        + "--format json --stats")
    #expect(run.status == 0)
    let devices = try PrintedDevice.list(run.output)
    #expect(devices.map { "\($0.name)/\($0.port)" } == ["charge_controller/3"])
    #expect(devices.first.map { Array($0.values.keys) } == ["battery_voltage"])
    // One more for the mark by which connecting proves itself.
    #expect(run.errors == "12 requests, 31 registers\n")
    #expect(gateway.counters.requests - before == 12)
    await gateway.stop()
  }

  @Test func listsTheDevices() async throws {
    let gateway = try await CommandLine.serve("home")
    let run = try await line.run("mate3 devices --host 127.0.0.1 --port \(gateway.port)")
    #expect(run.status == 0)
    #expect(
      run.lines.first?.split(separator: " ").map(String.init)
        == ["DEVICE", "PORT", "MODEL", "FIRMWARE", "SERIAL", "IDENTITY", "PIN", "ADDRESS"])
    #expect(
      run.lines.contains {
        $0.split(separator: " ").map(String.init)
          == ["single_phase_radian_inverter", "2", "VFXR3048E", "1.6.15", "SIM-B", "unique", "none", "40769"]
      })
    await gateway.stop()
  }

  /// Model and voltage decide what the documents say, and what is listed is what `--set` takes.
  @Test func whatCanBeWrittenIsListedWithItsRangeAndStep() async throws {
    let gateway = try await CommandLine.serve("home")
    let place = "-H 127.0.0.1:\(gateway.port)"
    func line(_ field: String, _ list: CommandLine.Run) -> String? {
      list.lines.map(String.init).first { $0.split(separator: " ").first.map(String.init) == field }
    }
    let list = try await self.line.run("mate3_write \(place) --list-fields")
    #expect(
      line("sell_volts", list)?.hasSuffix("44 to 64 V in steps of 0.4, 52 from the factory") ?? false, "\(list.output)")
    #expect(
      line("bulk_current", list)?.hasSuffix("port 3: 5 to 60 A; port 4: 5 to 80 A") ?? false, "\(list.output)")
    #expect(
      line("grid_upper_input_voltage_limit", list)?.hasSuffix(
        "number in V; no document gives limits, set them with --limit") ?? false)
    let own = try await self.line.run(
      "mate3_write \(place) --list-fields --hub-port 3 --limit charge_controller_configuration.eq_volts=56..58")
    #expect(line("eq_volts", own)?.hasSuffix("56 to 58 V") ?? false, "\(own.output)")
    #expect(line("bulk_current", own)?.hasSuffix(" 5 to 60 A") ?? false && !own.output.contains("radian_inverter"))

    let name = "radian_inverter_configuration/1.sell_volts"
    let refused = try await self.line.run("mate3 write \(place) --allow setpoint --set \(name)=52.5")
    #expect(refused.status == 7 && refused.errors.contains("give 52.4 or 52.8"), "\(refused.errors)")
    let rounded = try await self.line.run("mate3 write \(place) --allow setpoint --round --set \(name)=52.5")
    #expect(rounded.status == 0 && rounded.output.contains("accepted; it is 52.4 now"), "\(rounded.output)")
    await gateway.stop()
  }

  @Test func writesToTheOnlyRadian() async throws {
    let gateway = try await CommandLine.serve("split_phase_radian")
    let place = "-H 127.0.0.1 --port \(gateway.port)"
    let list = try await line.run("mate3_write \(place) --list-fields")
    #expect(list.status == 0)
    #expect(list.output.contains("radian_inverter_configuration  port 1"))
    #expect(list.output.contains("off (0), auto (1), on (2)"))
    #expect(!list.output.contains("password"))

    let dry = try await line.run("mate3_write \(place) --set radian_inverter_configuration.aux_control=2 --dry-run")
    #expect(dry.status == 0)
    #expect(dry.output.contains("dry run, nothing was written"))
    #expect(!FileManager.default.fileExists(atPath: line.directory.path + "/state"))

    let write = try await line.run("mate3_write \(place) --verbose --set radian_inverter_configuration.aux_control=2")
    #expect(write.status == 0, "\(write.errors)")
    #expect(write.output.contains("radian_inverter_configuration/1.aux_control=2: accepted"))
    #expect(write.output.contains("evidence") && write.output.contains("radian_inverter_configuration/1.serial_number"))
    let again = try await unhurried("mate3 write \(place) --yes --set radian_inverter_configuration/1.aux_control=on")
    #expect(again.status == 0 && again.output.contains("unchanged (already_so)"), "\(again.errors)")
    let byPort = try await unhurried(
      "mate3 write \(place) --set radian_inverter_configuration.aux_control=off --hub-port 1")
    #expect(byPort.status == 0 && byPort.output.contains("it is off now"), "\(byPort.errors)")
    // What was written is in the ledger, and the devices are pinned.
    let ledger = try String(contentsOfFile: line.directory.path + "/state/ledger.jsonl", encoding: .utf8)
    #expect(ledger.contains("mate3 write"))
    let devices = try await line.run("mate3 devices \(place)")
    #expect(devices.output.contains("trusted"))
    await gateway.stop()
  }

  /// A field is written once a second at most: asks again as long as that is the answer.
  private func unhurried(_ words: String) async throws -> CommandLine.Run {
    var run = try await line.run(words)
    for _ in 0..<50 where run.output.contains("cap_interval") { run = try await line.run(words) }
    return run
  }

  @Test func severalDevicesNeedAPort() async throws {
    let gateway = try await CommandLine.serve("home")
    let before = gateway.counters.writes
    let run = try await line.run(
      "mate3_write -H 127.0.0.1 --port \(gateway.port) --set radian_inverter_configuration.aux_control=2")
    #expect(run.status == 6)
    #expect(run.errors.contains("ports 1, 2"))
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(gateway.counters.writes == before)
    await gateway.stop()
  }

  @Test func dumpsAndReadsTheDump() async throws {
    let gateway = try await CommandLine.serve("home")
    let place = "--host 127.0.0.1 --port \(gateway.port)"
    #expect(try await line.run("mate3 dump \(place) dump.json").status == 0)
    let redacted = try await line.run("mate3 dump \(place) redacted.json --redact")
    #expect(redacted.status == 0)
    let words = try SharedData.registers(in: line.directory.url.appending(path: "dump.json"))
    #expect(words.count == 1278 && words[40000] == 0x5375)
    await gateway.stop()

    let live = try PrintedDevice.list(try await line.run("mate3 read --from dump.json --format json").output)
    #expect(live.count == 15)
    let devices = try await line.run("mate3 devices --from redacted.json")
    #expect(devices.status == 0 && devices.output.contains("VFXR3048E") && !devices.output.contains("SIM-A"))
    let read = try await line.run("mate3 read --from dump.json --redact --device common --format json")
    #expect(!read.output.contains("SIM20250614") && read.output.contains("R1"))
    let dry = try await line.run(
      "mate3 write --from redacted.json --set radian_inverter_configuration/2.aux_control=off --dry-run")
    #expect(dry.status == 0 && dry.output.contains("dry run, nothing was written"), "\(dry.errors)")
    let wet = try await line.run("mate3 write --from dump.json --set radian_inverter_configuration/2.aux_control=off")
    #expect(wet.status == 64)
    // A redacted dump still serves a system.
    let again = try await SimulatedGateway.start(file: line.directory.path + "/redacted.json", isAnimated: false)
    let served = try await line.run("mate3 --host 127.0.0.1 --port \(again.port) --format json")
    #expect(try PrintedDevice.list(served.output).count == 15)
    await again.stop()
  }

  @Test func watchesUntilInterrupted() async throws {
    let gateway = try await CommandLine.serve("home")
    let process = try ProcessRunner(
      ProcessRunner.product("mate3"), ["watch", "-H", "127.0.0.1", "--port", "\(gateway.port)", "--interval", "1"])
    try await process.line { $0.contains("flexnet_dc/5 state_of_charge=") }
    // The last device of the first reading.
    try await process.line { $0.contains("system_control/0 ") }
    let lines = process.outputLines.count
    try gateway.apply(.set(address: 41144 + 27, words: [77]))
    try await process.line { $0.contains("state_of_charge=77 %") }
    // Only what has changed is printed again.
    #expect(process.outputLines.dropFirst(lines).allSatisfy { !$0.contains("charge_controller_configuration") })
    process.signal(SIGINT)
    #expect(try await process.exitStatus() == 0)
    await gateway.stop()
  }

  @Test func generatesCompletions() async throws {
    for shell in ["bash", "zsh", "fish"] {
      let run = try await line.run("mate3 --generate-completion-script \(shell)")
      #expect(run.status == 0 && run.output.contains("hub-port"))
    }
  }

  @Test func generatesTheTypedNames() async throws {
    let run = try await line.run("mate3 registry generate --output names")
    #expect(run.status == 0)
    let folder = ProcessRunner.packageDirectory.appending(path: "Sources/Mate3/Generated/Flags.swift")
    #expect(
      try String(contentsOfFile: line.directory.path + "/names/Flags.swift", encoding: .utf8)
        == String(contentsOf: folder, encoding: .utf8))
  }
}
