import Foundation
import MessageIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct IdentityTests {
  private struct Device: Decodable {
    var name: String
    var port: Int
    var grade: String
    var trusted: Bool
  }

  private func devices(_ system: RunningSystem) async throws -> [String: Device] {
    let message = try await system.watcher.next("mate3/bridge/devices")
    let list = try JSONDecoder().decode([Device].self, from: Data(message.payload))
    return Dictionary(uniqueKeysWithValues: list.map { ("\($0.name)/\($0.port)", $0) })
  }

  /// None of the capture's five devices has a serial of its own: both inverters give the same one, the others none.
  @Test func theCapturesGrades() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let devices = try await devices(system)
    #expect(devices["common/0"]?.grade == "unique")
    for name in [
      "single_phase_radian_inverter/1", "radian_inverter_configuration/1", "single_phase_radian_inverter/2",
      "charge_controller/3", "charge_controller_configuration/3", "charge_controller/4", "flexnet_dc/5",
      "flexnet_dc_configuration/5",
    ] { #expect(devices[name]?.grade == "sole", "\(name)") }
    #expect(devices.values.allSatisfy { $0.trusted })
    try await system.stop()
  }

  /// An evening of reboots, lost links and restarts of the bridge: no trust is asked, and commands work afterwards.
  @Test func anEveningAsksForNoTrust() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let (watcher, simulator) = (system.watcher, system.simulator)
    var alerts: Set<String> = []
    func collect() {
      for message in watcher.messages where message.topic == "mate3/bridge/alerts" { alerts.insert(message.text) }
    }
    for round in 0..<3 {
      try simulator.apply(.reboot(down: .milliseconds(500), perDevice: .milliseconds(400)))
      try await eventually(within: .seconds(40), "every device after the reboot") {
        let states = watcher.texts.filter { $0.key.hasSuffix("/availability") }
        return states.count == 16 && states.values.allSatisfy { $0 == "online" }
          && watcher.texts["mate3/bridge/devices"]?.contains("flexnet_dc_configuration") ?? false
      }
      try simulator.apply(.disconnect)
      try simulator.apply(.silence(FaultWindow(requests: 1)))
      collect()
      system.bridge.signal(round == 1 ? SIGKILL : SIGTERM)
      try await system.bridge.exitStatus()
      try await watcher.next("mate3/bridge/state", where: { $0.text == "offline" })
      watcher.clear()
      try system.restartBridge()
      try await system.ready()
    }
    collect()
    #expect(!alerts.contains { $0.contains("\"kind\":\"identity\"") })
    try await eventually(within: .seconds(30), "an accepted command") {
      let value = ["on", "off"].randomElement() ?? "on"
      return try await system.command("radian_inverter_configuration/1/aux_control", value).status == "accepted"
    }
    try await system.stop()
  }

  @Test func aChangedDeviceIsRefusedAlertedAndTrustedAgain() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let watcher = system.watcher
    try system.simulator.apply(.replaceDevice(port: 4, model: "FM100", serial: "NEW"))
    watcher.publish("mate3/bridge/request/rescan", "{}")
    let alert = try await watcher.next(
      "mate3/bridge/alerts", where: { $0.text.contains("charge_controller_configuration/4") })
    #expect(alert.text.contains("is ‘NEW’ now"))
    // Its readings go on.
    #expect(watcher.texts["mate3/charge_controller/4/availability"] == "online")
    let topic = "charge_controller_configuration/4/aux_control"
    #expect(try await system.command(topic, "on").code == "untrusted")
    #expect(try await system.command("system_control/0/set_ags_op_mode", "auto").code == "untrusted")
    #expect(system.simulator.counters.writes == 0)
    watcher.publish("mate3/bridge/request/trust", #"{"device":"charge_controller","port":4}"#)
    try await watcher.next("mate3/bridge/response/trust", where: { $0.text.contains("\"status\":\"ok\"") })
    #expect(try await system.command(topic, "auto").status == "accepted")
    try await eventually("no alert") { watcher.texts["mate3/bridge/alerts"] == "[]" }
    try await system.stop()
  }

  /// `mate3 trust --all` lists what it will trust and asks once, through a bridge and without one.
  @Test func trustInAllIsAskedForOnce() async throws {
    let line = try CommandLine()
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let broker = "--broker mqtt://127.0.0.1:\(system.broker.port)"
    #expect(try await line.run("mate3 trust --all \(broker)").output == "every device is trusted already\n")
    func exchange() async throws {
      for (port, serial) in [(3, "NEW3"), (4, "NEW4")] {
        try system.simulator.apply(.replaceDevice(port: port, model: "FM100", serial: serial))
      }
      system.watcher.publish("mate3/bridge/request/rescan", "{}")
      try await system.watcher.next(
        "mate3/bridge/alerts", where: { $0.text.contains("configuration/3") && $0.text.contains("configuration/4") })
    }
    try await exchange()
    let silent = try await line.run("mate3 trust --all \(broker)")
    #expect(silent.status == 7 && silent.errors.contains("no terminal to ask on"), "\(silent.errors)")
    #expect(silent.output.contains("charge_controller_configuration/3") && silent.output.contains("NEW4"))
    let through = try await line.run("mate3 trust --all --yes \(broker)")
    #expect(through.status == 0 && through.output.contains("trusted: "), "\(through.errors)")
    let topic = "charge_controller_configuration/4/aux_control"
    #expect(try await system.command(topic, "auto").status != "rejected")

    // Without the bridge, on a terminal.
    try system.simulator.apply(.replaceDevice(port: 4, model: "FM80", serial: "THIRD"))
    system.watcher.publish("mate3/bridge/request/rescan", "{}")
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text.contains("THIRD") })
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    for (answer, status) in [("n", 7), ("y", 0)] {
      let asked = try ProcessRunner(
        URL(filePath: "/usr/bin/script"),
        ["-qec", "exec \(line.directory.path)/mate3 trust --all --state-dir \(system.directory.path)", "/dev/null"],
        hasInput: true)
      asked.send(line: answer)
      #expect(try await asked.exitStatus() == status, "\(asked.outputLines)")
      try await eventually("the output") { asked.isSilent }
      #expect(asked.outputLines.contains { $0.contains("charge_controller_configuration/4: ") && $0.contains("THIRD") })
      #expect(asked.outputLines.filter { $0.contains("[y/N]") }.count == 1)
    }
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    #expect(try await system.command(topic, "auto").status != "rejected")
    try await system.stop()
  }

  @Test func trustByTheCommandLineWhileNoBridgeRuns() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let watcher = system.watcher
    try system.simulator.apply(.replaceDevice(port: 4, model: "FM100", serial: "NEW"))
    watcher.publish("mate3/bridge/request/rescan", "{}")
    try await watcher.next("mate3/bridge/alerts", where: { $0.text.contains("charge_controller_configuration/4") })
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let trust = try ProcessRunner(
      ProcessRunner.product("mate3"), ["trust", "charge_controller/4", "--state-dir", system.directory.path])
    #expect(try await trust.exitStatus() == 0)
    watcher.clear()
    try system.restartBridge()
    try await system.ready()
    #expect(try await system.command("charge_controller_configuration/4/aux_control", "auto").status == "accepted")
    try await system.stop()
  }

  @Test func aCorruptPinFileStopsWritesAndNothingElse() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let file = try system.directory.write("pins.json", "{\"version\":1,\"pins\":[")
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text.contains("pins.json") })
    let refused = try await system.command("radian_inverter_configuration/1/aux_control", "on")
    #expect(refused.code == "state_unwritable")
    #expect(refused.reason.contains("pins.json"))
    #expect(system.simulator.counters.writes == 0)
    try await system.stop()
    let left = try String(contentsOfFile: file, encoding: .utf8)
    #expect(left == "{\"version\":1,\"pins\":[")
  }
}
