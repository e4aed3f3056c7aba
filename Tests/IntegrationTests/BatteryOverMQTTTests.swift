import Foundation
import Simulator
import TestSupport
import Testing

/// A battery's profile in the bridge's configuration, with the real program, a real broker and a simulated gateway.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto")) struct BatteryOverMQTTTests {
  private static let topic = "charge_controller_configuration/3/absorb_volts"

  private static func profile(_ nominal: Int, absorb: String, float: String) -> String {
    """
    commands: {allow: [operational, setpoint]}
    battery:
      nominal: \(nominal)
      chemistry: lifepo4
      absorb: \(absorb)
      float: \(float)

    """
  }

  @Test func theBridgeKeepsToIt() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("bridge.yaml", "commands: {allow: [operational, setpoint]}\n")
    let system = try await RunningSystem.start(
      try await CommandLine.serve("home"), arguments: ["--config", file, "--caps-field-interval", "0s"])
    try await system.ready()
    try await system.bridge.errorLine { $0.contains("no battery profile: battery settings can be written anywhere") }
    #expect(try await system.command(Self.topic, "58.8").status == "accepted")

    _ = try directory.write("bridge.yaml", Self.profile(48, absorb: "56.0..57.6", float: "53.6..54.4"))
    system.watcher.clear()
    system.bridge.signal(SIGHUP)
    try await system.ready()
    let refused = try await system.command(Self.topic, "58.0")
    #expect(refused.code == "out_of_limits", "\(refused.reason)")
    #expect(refused.reason.contains("battery.absorb (\(file):5:11)"), "\(refused.reason)")
    #expect(try await system.command(Self.topic, "57.6").status == "accepted")
    let equalise = try await system.command("system_control/0/bulk_charge_enable_disable", "start_eq_charge")
    #expect(equalise.code == "not_allowed" && equalise.reason.contains("never equalised"), "\(equalise.reason)")
    #expect(
      try await system.command("system_control/0/bulk_charge_enable_disable", "stop_eq_charge").status != "rejected")

    // The same by what the bridge publishes, with commands that go through it.
    let line = try CommandLine()
    let broker = "--broker mqtt://127.0.0.1:\(system.broker.port)"
    let check = try await line.run("mate3 battery check \(broker) --config \(file)")
    #expect(check.status == 1, "\(check.errors)")
    let command = try #require(check.lines.first { $0.contains("charge_controller_configuration/4.eq_volts=57.6") })
    #expect(command.contains("mate3 write --config \(file) \(broker) --set "), "\(command)")
    let mended = try await line.run(String(command))
    #expect(mended.status == 0, "\(mended.errors)")

    // The paragraph of another house.
    _ = try directory.write("bridge.yaml", Self.profile(24, absorb: "28.0..28.8", float: "26.8..27.2"))
    system.watcher.clear()
    system.bridge.signal(SIGHUP)
    try await system.watcher.next(
      "mate3/bridge/alerts",
      where: {
        $0.text.contains("battery.nominal")
          && $0.text.contains("is 24 V, but the gateway says that this is a system of 48 V")
      }, within: .seconds(20))
    try await system.ready()
    let other = try await system.command(Self.topic, "28.4")
    #expect(other.code == "out_of_limits", "\(other.reason)")
    try await system.stop()
  }

  /// While one charger's command is being verified, what it will hold is not known: another one's is not judged yet.
  @Test(.enabled(if: SharedData.isPresent, "needs the capture"))
  func twoChargersAtOnceKeepWithinTheCurrent() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      "bridge.yaml", Self.profile(48, absorb: "56.0..57.6", float: "53.6..54.4") + "  charge_current: 190\n")
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: ["--config", file, "--caps-field-interval", "0s"])
    try await system.ready()
    let topics = [3, 4].map { "charge_controller_configuration/\($0)/bulk_current" }
    for topic in topics { #expect(try await system.command(topic, "10").status == "accepted") }
    let writes = system.simulator.counters.writes
    try system.simulator.apply(.busyAfterWrite(.seconds(2)))
    system.watcher.publish("mate3/\(topics[1])/set", "{\"value\":\"60\",\"id\":\"first\"}")
    let simulator = system.simulator
    try await eventually("the first write") { simulator.counters.writes == writes + 1 }
    let second = try await system.command(topics[0], "60")
    #expect(second.code == "busy", "\(second.reason)")
    #expect(system.simulator.counters.writes == writes + 1)
    let first = try await system.watcher.next("mate3/\(topics[1])/set/result", where: { $0.text.contains("\"first\"") })
    #expect(try RunningSystem.Result(first).status == "accepted")
    try system.simulator.apply(.restore)
    try await system.stop()
  }

  /// Of chargers that are lowered together none is, until all can be: looked at again, the rest would come down twice.
  @Test(.enabled(if: SharedData.isPresent, "needs the capture")) func limitsThatAreMissingComeFirst() async throws {
    let directory = try TemporaryDirectory()
    let profile = Self.profile(48, absorb: "56.0..57.6", float: "53.6..54.4") + "  charge_current: 100\n"
    let file = try directory.write("bridge.yaml", profile)
    let system = try await RunningSystem.start(
      try await SimulatedGateway.start(registers: RegisterImage(try SharedData.capture())),
      arguments: ["--config", file, "--caps-field-interval", "0s"])
    try await system.ready()
    let line = try CommandLine()
    let check = "mate3 battery check --broker mqtt://127.0.0.1:\(system.broker.port) --config \(file)"
    let before = try await line.run(check)
    #expect(before.status == 1, "\(before.errors)")
    #expect(!before.output.contains("bulk_current="), "\(before.output)")
    let begin = try #require(before.lines.firstIndex(of: "  limits:"))
    let limits = before.lines[begin...].prefix { $0 == "  limits:" || $0.hasPrefix("    ") }
    // The document gives the most; with room for less than what mends it.
    #expect(
      limits.contains("    radian_inverter_configuration.charger_ac_input_current_limit: {min: 0, max: 10}"),
      "\(limits)")
    let commands = (["commands:", "  allow: [operational, setpoint]"] + limits).joined(separator: "\n")
    _ = try directory.write(
      "bridge.yaml", profile.replacing("commands: {allow: [operational, setpoint]}", with: commands))
    system.watcher.clear()
    system.bridge.signal(SIGHUP)
    try await system.ready()
    let found = try await line.run(check)
    #expect(found.output.contains("bulk_current="), "\(found.output)")
    for command in found.lines where command.hasPrefix("  mate3 write ") {
      let run = try await line.run(String(command))
      #expect(run.status == 0, "\(command): \(run.output) \(run.errors)")
    }
    let again = try await line.run(check)
    #expect(again.status == 0, "\(again.output)")
    system.watcher.clear()
    await system.simulator.stop()
    try await system.watcher.next(
      "mate3/charge_controller_configuration/3/availability", where: { $0.text == "offline" }, within: .seconds(60))
    let offline = try await line.run(check)
    #expect(
      offline.status == 2 && offline.errors.contains("offline, so their settings were not compared"),
      "\(offline.status) \(offline.output) \(offline.errors)")
    try await system.stop()
  }

  /// A setpoint for all devices is that of each: both together, in the order that none forbids.
  @Test func whatIsSetForAllDevicesSuitsEach() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("bridge.yaml", "commands: {allow: [operational, setpoint]}\n")
    let system = try await RunningSystem.start(
      try await CommandLine.serve("home"), arguments: ["--config", file, "--caps-field-interval", "0s"])
    try await system.ready()
    let alone = try await system.command("system_control/0/set_float_voltage", "60.0")
    #expect(alone.code == "cross_field", "\(alone.reason)")
    let both = try await system.command(
      "system_control/0", #"{"values": {"set_float_voltage": 60.0, "set_absorb_voltage": 62.0}}"#)
    #expect(both.status == "accepted", "\(both.reason)")
    // A device by itself may hold less than what was set for all.
    let lower = try await system.command(
      "charge_controller_configuration/4", #"{"values": {"absorb_volts": 56.0, "float_volts": 54.0}}"#)
    #expect(lower.status == "accepted", "\(lower.reason)")
    let above = try await system.command("system_control/0/set_float_voltage", "61.2")
    #expect(
      above.code == "cross_field" && above.reason.contains("it would be set on charge_controller_configuration/4 too"),
      "\(above.reason)")
    try await system.stop()
  }
}
