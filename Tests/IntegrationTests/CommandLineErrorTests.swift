import Foundation
import MessageIO
import RegisterIO
import Registry
import Simulator
import TestSupport
import Testing

@testable import CommandLineTool

/// Every documented exit status, with one sentence on standard error.
struct CommandLineErrorTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test(arguments: [
    ("mate3", 64, "--host"), ("mate3 --nonsense", 64, "nonsense"), ("mate3 write -H h --set nonsense", 64, "--set"),
    ("mate3 --from nothing.json", 66, "nothing.json"), ("mate3 --host nowhere.invalid", 2, "nowhere.invalid"),
  ])
  func mistakes(words: String, status: Int32, mention: String) async throws {
    let run = try await line.run(words)
    #expect(run.status == status)
    #expect(run.errors.contains(mention) && run.output.isEmpty)
  }

  @Test func aClosedPortIsNoConnection() async throws {
    let gateway = try await CommandLine.serve("fx")
    let port = gateway.port
    await gateway.stop()
    let run = try await line.run("mate3 --host 127.0.0.1 --port \(port)")
    #expect(run.status == 2)
    #expect(run.errors.contains("refused the connection"))
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test func anotherClientMakesItBusy() async throws {
    let gateway = try await CommandLine.serve("fx", isSingleClient: true)
    let watcher = try ProcessRunner(
      ProcessRunner.product("mate3"), ["watch", "-H", "127.0.0.1", "--port", "\(gateway.port)"])
    try await watcher.line { $0.contains("fx_inverter/1") }
    let run = try await line.run("mate3 --host 127.0.0.1 --port \(gateway.port)")
    #expect(run.status == 3)
    #expect(run.errors.contains("busy with another client"))
    watcher.signal(SIGTERM)
    try await watcher.exitStatus()
    await gateway.stop()
  }

  @Test func noSunSpecMap() async throws {
    let plain = try await SimulatedGateway.start(
      registers: RegisterImage(start: 40000, words: Array(repeating: 7, count: 200)))
    let run = try await line.run("mate3 --host 127.0.0.1 --port \(plain.port)")
    #expect(run.status == 4)
    #expect(run.errors.contains("SunSpec"))
    await plain.stop()
  }

  @Test func anotherMakersDevice() async throws {
    // SunS, a common block of 65 registers, the end.
    let words: [UInt16] = [0x5375, 0x6E53, 1, 65] + Array(repeating: 0x4143, count: 65) + [0xFFFF, 0]
    let other = try await SimulatedGateway.start(registers: RegisterImage(start: 40000, words: words))
    let run = try await line.run("mate3 --host 127.0.0.1 --port \(other.port)")
    #expect(run.status == 5)
    #expect(run.errors.contains("OutBack"))
    await other.stop()
  }

  @Test(arguments: [
    ("--device nope", "there is no nope"), ("--device charge_controller --hub-port 1", "on port 1"),
    ("--device charge_controller --field nope", "nope"),
  ])
  func unknownNames(words: String, mention: String) async throws {
    let run = try await line.run(
      ["mate3", "--from", CommandLine.file("home")] + words.split(separator: " ").map(String.init))
    #expect(run.status == 6)
    #expect(run.errors.contains(mention))
  }

  @Test(arguments: [
    ("radian_inverter_configuration/1.absorb_volts=57.6", "--allow radian_inverter_configuration.absorb_volts"),
    ("radian_inverter_configuration/1.absorb_volts=57.6", "on the command line with --allow setpoint"),
    (
      "radian_inverter_configuration/1.ac_output_voltage=230",
      "not allowed; add the field to commands.fields; on the command line with --allow radian_inverter_configuration."
    ),
    ("radian_inverter_configuration/1.aux_control=7", "off (0), auto (1), on (2)"),
    ("gateway.modbus_port=503", "never written"), ("charge_controller/3.battery_voltage=1", "can only be read"),
  ])
  func refusals(assignment: String, mention: String) async throws {
    let run = try await line.run([
      "mate3", "write", "--from", CommandLine.file("home"), "--dry-run", "--set", assignment,
    ])
    #expect(run.status == 7)
    #expect(run.errors.contains(mention))
  }

  @Test func whatIsAllowedOnTheCommandLineIsChecked() async throws {
    let field = "charge_controller_configuration.absorb_volts"
    let base = ["mate3", "write", "--from", CommandLine.file("home"), "--dry-run", "--hub-port", "3", "--allow", field]
    let good = try await line.run(base + ["--limit", "\(field)=54..60", "--set", "\(field)=57.5"])
    #expect(good.status == 0, "\(good.errors)")
    let high = try await line.run(base + ["--limit", "\(field)=54..60", "--set", "\(field)=60.1"])
    #expect(high.status == 7 && high.errors.contains("60"))
  }

  /// The gateway takes the write on the wire and says in its error register that the value is too high.
  @Test func aDeviceThatDoesNotTakeItFails() async throws {
    let gateway = try await CommandLine.serve("split_phase_radian")
    try gateway.apply(.refuseInside(bits: 1, .standing))
    let run = try await line.run(
      "mate3_write -H 127.0.0.1 --port \(gateway.port) --set radian_inverter_configuration.aux_control=2")
    #expect(run.status == 8, "\(run.output)\(run.errors)")
    #expect(run.output.contains("failed (high_limit)"))
    await gateway.stop()
  }

  /// Who has another state directory than a bridge's service hears of it when it matters, and what is advised acts on the
  /// directory that was asked for.
  @Test func theFirstPinningIsSaidAndAdviceRepeatsTheDirectory() async throws {
    let gateway = try await CommandLine.serve("split_phase_radian")
    let words = "mate3_write -H 127.0.0.1:\(gateway.port) --state-dir kept --set"
    let first = try await line.run(words + " radian_inverter_configuration.aux_control=on -l DEBUG")
    #expect(first.status == 0 && first.errors.contains("seen for the first time, and pinned in kept: all that the"))
    #expect(first.errors.contains(/[0-9]+ requests, [0-9]+ registers/), "\(first.errors)")
    // Blanks around a name mean as little as around a value.
    let second = try await line.run(
      words.split(separator: " ").map(String.init) + ["radian_inverter_configuration.aux_control = off"])
    #expect(second.status == 0 && second.errors.isEmpty, "\(second.errors)")
    try gateway.apply(.changeSerial(port: 1, serial: "OTHER"))
    let third = try await line.run(words + " radian_inverter_configuration.aux_control=on")
    #expect(third.status == 7 && third.errors.contains("mate3 trust --all --state-dir kept\n"), "\(third.errors)")
    let trusted = try await line.run("mate3 trust --all --yes --state-dir kept")
    #expect(trusted.status == 0 && trusted.output.contains("OTHER"), "\(trusted.output)\(trusted.errors)")
    let again = try await line.run("mate3 trust --all --state-dir kept")
    #expect(again.output == "every device that is pinned in kept is trusted already\n")
    await gateway.stop()
  }

  /// A topic below another base is another bridge's, and of another system.
  @Test func aTopicOfAnotherBridgeIsNotWritten() async throws {
    let gateway = try await CommandLine.serve("split_phase_radian")
    let words = "mate3_write -H 127.0.0.1:\(gateway.port) --set"
    for base in ["mate3/barn", "simulated"] {
      let run = try await line.run("\(words) \(base)/radian_inverter_configuration/1/aux_control=on")
      #expect(run.status == 64 && run.errors.contains("names a topic of \(base), and this would go to mate3"))
    }
    #expect(gateway.counters.writes == 0)
    let topic = "radian_inverter_configuration/1/aux_control"
    for word in ["mate3/\(topic)/set", topic] {
      let run = try await line.run("\(words) \(word)=on --dry-run")
      #expect(run.status == 0, "\(run.errors)")
    }
    await gateway.stop()
  }

  @Test func adviceLeadsToTheSamePlace() throws {
    let flags = [("--broker", "mqtt://b"), ("--base", "my house")]
    #expect(
      Advice.repeating(flags, in: "forget it with: mate3 forget, or trust it with: mate3 trust gateway/0. Wait")
        == "forget it with: mate3 forget --broker mqtt://b --base 'my house', or trust it with: mate3 trust gateway/0 "
        + "--broker mqtt://b --base 'my house'. Wait")
    #expect(Advice.repeating([], in: "mate3 trust --all") == "mate3 trust --all")
    #expect(
      Advice.repeating(flags, gateway: [("--host", "192.0.2.7")], in: "mate3 forget, mate3 trust --all")
        .hasPrefix("mate3 forget --host 192.0.2.7 "))
    #expect(Advice.repeating([], gateway: [("--host", "x")], in: "mate3 trust --all") == "mate3 trust --all")
    let service = line.directory.path
    func hinted(_ sentence: String, about folder: String, service: String) -> String {
      ServiceState.hinted(sentence, about: folder, own: "/own", service: service)
    }
    #expect(
      hinted("no bridge", about: "/own", service: service)
        == "no bridge. The state of a bridge's service is in \(service): use sudo")
    #expect(hinted("is it?", about: "/own", service: service).hasPrefix("is it? The state of"))
    #expect(hinted("no bridge", about: "/own", service: "/own") == "no bridge")
    #expect(hinted("no bridge", about: "/own", service: service + "/none") == "no bridge")
    #expect(hinted("no bridge", about: "/chosen", service: service) == "no bridge")
  }

  @Test func anotherDeviceThanPinnedIsRefused() async throws {
    let gateway = try await CommandLine.serve("split_phase_radian")
    let words = "mate3_write -H 127.0.0.1 --port \(gateway.port) --set radian_inverter_configuration.aux_control="
    #expect(try await line.run(words + "2").status == 0)
    let writes = gateway.counters.writes
    try gateway.apply(.changeSerial(port: 1, serial: "OTHER"))
    let run = try await line.run(words + "0")
    #expect(run.status == 7 && run.errors.contains("OTHER"), "\(run.output)\(run.errors)")
    #expect(gateway.counters.writes == writes)
    await gateway.stop()
  }
}

/// Through a running bridge, which holds the gateway and the state directory.
struct CommandLineBrokerTests {
  @Test(.enabled(if: MosquittoBroker.isInstalled)) func goesThroughTheBridge() async throws {
    let line = try CommandLine()
    let image = try RegisterImage.load(file: CommandLine.file("home"), registry: .embedded())
    let registers = Dictionary(uniqueKeysWithValues: image.registers.map { ($0.address, $0.word) })
    var options = SimulatorOptions()
    options.isSingleClient = true
    let system = try await RunningSystem.start(registers, options: options)
    try await system.ready()
    let broker = "--broker mqtt://127.0.0.1:\(system.broker.port)"

    let direct = try await line.run("mate3 --host 127.0.0.1 --port \(system.simulator.port)")
    #expect(direct.status == 3)
    let read = try await line.run("mate3 \(broker) --device charge_controller --hub-port 3 --format json")
    #expect(read.status == 0, "\(read.errors)")
    #expect(read.output.contains("\"battery_voltage\"") && read.output.contains("\"charger_state\""))
    let devices = try await line.run("mate3 devices \(broker)")
    #expect(
      devices.status == 0 && devices.output.contains("single_phase_radian_inverter")
        && devices.output.contains("unique") && devices.output.contains("trusted"))
    let write = try await line.run("mate3 write \(broker) --set radian_inverter_configuration/2.aux_control=on")
    #expect(write.status == 0, "\(write.errors)")
    #expect(write.output.contains("accepted") && write.output.contains("it is on now"))
    #expect(system.simulator.registers[40817 + 40] == 2)
    let refused = try await line.run("mate3 write \(broker) --set radian_inverter_configuration/2.aux_control=7")
    #expect(refused.status == 7)
    let inverter = "radian_inverter_configuration/1"
    let several = try await line.run(
      "mate3 write \(broker) --set \(inverter).aux_control=on --set \(inverter).charger_operating_mode=off")
    #expect(several.status == 0 && several.output.contains("charger_operating_mode=off: "), "\(several.errors)")
    // Nothing is written when one can't be.
    let half = try await line.run(
      "mate3 write \(broker) --set \(inverter).aux_control=off --set \(inverter).absorb_volts=57.6")
    #expect(half.status == 7 && half.errors.contains("nothing was written"), "\(half.errors)")
    #expect(system.simulator.registers[40718] == 2)
    let ambiguous = try await line.run("mate3 write \(broker) --set radian_inverter_configuration.aux_control=on")
    #expect(ambiguous.status == 6 && ambiguous.errors.contains("1, 2"))
    let watch = try ProcessRunner(
      ProcessRunner.product("mate3"),
      ["watch", "--broker", "mqtt://127.0.0.1:\(system.broker.port)", "--interval", "1"])
    try await watch.line { $0.contains("flexnet_dc/5 state_of_charge=") }
    watch.signal(SIGINT)
    #expect(try await watch.exitStatus() == 0)
    // Whom nobody looks at hears that there is nothing.
    let silent = try await line.run("mate3 watch --broker mqtt://127.0.0.1:\(system.broker.port) --base other")
    #expect(silent.status == 2 && silent.errors.contains("no bridge is running with the base topic other"))
    let list = try await line.run("mate3 write \(broker) --list-fields")
    #expect(list.status == 0 && list.output.contains("port 3: 5 to 60 A; port 4: 5 to 80 A"), "\(list.output)")
    #expect(list.output.contains("no document gives limits, set them with the bridge's commands.limits"))
    let trust = try await line.run("mate3 trust \(broker) charge_controller/3")
    #expect(trust.status == 0, "\(trust.errors)")
    #expect(trust.output.contains("charge_controller_configuration/3"))
    let nobody = try await line.run("mate3 trust \(broker) charge_controller/9")
    #expect(nobody.status == 6 && nobody.errors.contains("no charge_controller on port 9"))
    // Without --broker one sentence says who holds the state directory.
    let held = try await line.run(
      "mate3 write -H 127.0.0.1 --port \(system.simulator.port) --state-dir \(system.directory.path) "
        + "--set radian_inverter_configuration/2.aux_control=off")
    #expect(held.status == 3 && held.errors.contains("mate3 bridge"))
    try await system.stop()
  }

  @Test(.enabled(if: MosquittoBroker.isInstalled)) func saysThatNoBridgeRuns() async throws {
    let line = try CommandLine()
    let broker = try await MosquittoBroker.start()
    let run = try await line.run("mate3 --broker mqtt://127.0.0.1:\(broker.port)")
    #expect(run.status == 2 && run.errors.contains("no bridge is running"))
    try await broker.stop()
    let gone = try await line.run("mate3 --broker mqtt://127.0.0.1:\(broker.port)")
    #expect(gone.status == 2)
  }
}
