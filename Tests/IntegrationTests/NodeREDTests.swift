import Foundation
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

/// The example flows, run against a bridge by a small runner for core nodes.
@Suite(
  .enabled(
    if: SharedData.isPresent && MosquittoBroker.isInstalled && FlowRun.isInstalled,
    "needs the capture, mosquitto, nodejs and node-mqtt"))
struct NodeREDTests {
  private static let flows = ProcessRunner.packageDirectory.appending(path: "examples/node-red/flows.json")

  /// Register addresses of the capture: the offset of the field in the note, from the block's first register.
  private static let (auxControl, agsMode, charge, errors) = (40678 + 20, 40491 + 20, 41144 + 27, 40630 + 15)

  /// The flows as they are, but for texts that a test makes shorter.
  private static func run(
    on system: RunningSystem, _ waits: [String] = [], replacing texts: [(String, String)] = []
  ) async throws -> FlowRun {
    var text = try String(contentsOf: flows, encoding: .utf8)
    for (old, new) in texts {
      #expect(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    let file = "\(system.directory.path)/flows.json"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let runner = ProcessRunner.packageDirectory.appending(path: "Tests/NodeRED/run-flow.mjs")
    let process = try ProcessRunner(
      URL(filePath: FlowRun.node),
      [runner.path(percentEncoded: false), file, "mqtt://127.0.0.1:\(system.broker.port)"] + waits,
      environment: ["NODE_PATH": FlowRun.modules])
    let run = FlowRun(process: process, watcher: system.watcher)
    try await run.line("ready") { $0["ready"] != nil }
    return run
  }

  private static func system() async throws -> RunningSystem {
    let system = try await RunningSystem.start(
      SharedData.capture(), arguments: ["--topics-json", "true", "--caps-field-interval", "0s"])
    try await system.ready()
    return system
  }

  /// Adds up what the capture holds: 400 and 278 W of sun, 96 % of charge.
  @Test func liveValues() async throws {
    let system = try await Self.system()
    let run = try await Self.run(on: system)
    try await run.debug("House now", "solar 678 W, load 700 W, battery 96 %, -180 W")
    try await run.debug("Controllers now", "port 3: bulk, 400 W")
    try await run.debug("Charge now", 96)
    await system.simulator.stop()
    try await run.debug("House now", "no fresh values")
    try await run.debug("Controllers now", "port 3: offline")
    try await run.end()
    try await system.stop()
  }

  @Test func aCommandGetsItsOwnAnswer() async throws {
    let system = try await Self.system()
    let run = try await Self.run(on: system)
    // Somebody else's command in between has an answer of its own.
    _ = try await system.command("radian_inverter_configuration/2/aux_control", "on")
    run.press("AUX off")
    try await run.debug("Done") {
      $0.hasPrefix("radian_inverter_configuration/1/aux_control: accepted (ok), written, and the words read back")
    }
    #expect(system.simulator.registers[Self.auxControl] == 0)
    #expect(run.debugs("Done").count == 1)
    try system.simulator.apply(.lock(true))
    run.press("AUX on")
    try await run.debug("Not done") { $0.contains("radian_inverter_configuration/1/aux_control: failed") }
    #expect(system.simulator.registers[Self.auxControl] == 0)
    try await run.end()
    try await system.stop()
  }

  @Test func aCommandWithoutAnswerIsReported() async throws {
    let system = try await Self.system()
    let run = try await Self.run(on: system, ["30 s without an answer=300"])
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    run.press("AUX on")
    try await run.debug("Not done") { $0.contains("no answer") }
    try await run.end()
    try await system.stop()
  }

  /// Started by a low battery, and ended by the bridge, while the flows are dead.
  @Test func theGeneratorStartsWhenLowAndEndsWithoutNodeRED() async throws {
    let system = try await Self.system()
    let run = try await Self.run(on: system, replacing: [("RUN_S = 2 * 3600", "RUN_S = 3")])
    #expect(system.simulator.registers[Self.agsMode] != 1)
    try system.simulator.apply(.set(address: Self.charge, words: [44]))
    try await run.debug("Generator") { $0.hasPrefix("generator on: accepted") }
    #expect(system.simulator.registers[Self.agsMode] == 1)
    try await run.end()
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_ended") }, within: .seconds(15))
    #expect(system.simulator.registers[Self.agsMode] == 0)
    try await system.stop()
  }

  @Test func theGeneratorRunsForItsTimeByButton() async throws {
    let system = try await Self.system()
    let run = try await Self.run(on: system, replacing: [(#"\"for_s\":3600"#, #"\"for_s\":2"#)])
    run.press("Run for one hour")
    try await run.debug("Generator") { $0.hasPrefix("generator on: accepted") }
    try await run.debug("Generator") { $0.contains("set_ags_op_mode") && $0.contains("off") }
    #expect(system.simulator.registers[Self.agsMode] == 0)
    // Old values start nothing, however low they are.
    let before = run.sent.count
    await system.simulator.stop()
    try await system.watcher.next("mate3/house/0/availability", where: { $0.text == "offline" }, within: .seconds(20))
    #expect(run.sent.count == before)
    run.press("Stop now")
    try await run.debug("Alert!") { $0.hasPrefix("generator off: rejected") }
    try await run.end()
    try await system.stop()
  }

  @Test func alertsTellWhatIsWrong() async throws {
    let system = try await Self.system()
    let run = try await Self.run(on: system, ["Offline for 5 min=300", "Offline for 2 min=300"])
    try system.simulator.apply(.set(address: Self.errors, words: [0b1000]))
    try await run.debug("Alert!", "single_phase_radian_inverter/1: low_battery_voltage")
    try system.simulator.apply(.set(address: Self.errors, words: [0]))
    try await run.debug("Alert!", "single_phase_radian_inverter/1: no fault any more")
    #expect(run.debugs("Alert!").count == 2, "nothing else is wrong")
    try system.simulator.apply(.dropBlock(id: 64118, port: 5))
    try await run.debug("Alert!", "flexnet_dc/5: no fresh values for five minutes")
    try await run.debug("Alert!") { $0.contains("flexnet_dc/5 was there before") }
    system.bridge.signal(SIGKILL)
    try await run.debug("Alert!", "the bridge is not running, or has lost the broker")
    try await run.end()
    try await system.stop()
  }

  /// Every topic that a flow waits for is one that the bridge uses.
  @Test func everySubscriptionGetsSomething() async throws {
    let system = try await Self.system()
    let run = try await Self.run(on: system, replacing: [(#"\"for_s\":3600"#, #"\"for_s\":1"#)])
    run.press("AUX off")
    run.press("Run for one hour")
    // Alerts have a topic once there was one.
    try system.simulator.apply(.dropBlock(id: 64118, port: 5))
    let nodes = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.flows)) as? [[String: Any]] ?? []
    let names = Set(nodes.filter { $0["type"] as? String == "mqtt in" }.compactMap { $0["name"] as? String })
    #expect(names.count == 11)
    try await eventually(within: .seconds(20), "a message for each of \(names.subtracting(run.received))") {
      run.received == names
    }
    #expect(run.errors.isEmpty)
    try await run.end()
    try await system.stop()
  }
}

/// A run of the flows, and what it printed.
struct FlowRun {
  static let node = "/usr/bin/node"
  static let modules = "/usr/share/nodejs"
  static let isInstalled =
    FileManager.default.isExecutableFile(atPath: node) && FileManager.default.fileExists(atPath: "\(modules)/mqtt")

  let process: ProcessRunner
  let watcher: TopicWatcher

  private var lines: [[String: Any]] { process.outputLines.compactMap(Self.object) }

  private static func object(_ line: String) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
  }

  var sent: [String] { lines.compactMap { $0["sent"] as? String } }
  var received: Set<String> { Set(lines.compactMap { $0["received"] as? String }) }
  var errors: [String] { lines.compactMap { $0["error"] as? String } }

  func debugs(_ name: String) -> [String] {
    lines.filter { $0["debug"] as? String == name }.map { "\($0["payload"] ?? "")" }
  }

  func press(_ name: String) { watcher.publish("run-flow/press", name) }

  func line(_ what: String, _ matches: @escaping @Sendable ([String: Any]) -> Bool) async throws {
    try await process.line(within: .seconds(20)) { line in Self.object(line).map(matches) ?? false }
  }

  /// Waits until a debug node shows what is wanted.
  func debug(_ name: String, _ matches: @escaping @Sendable (String) -> Bool) async throws {
    try await line(name) { $0["debug"] as? String == name && matches("\($0["payload"] ?? "")") }
  }

  func debug(_ name: String, _ payload: String) async throws { try await debug(name) { $0 == payload } }

  func debug(_ name: String, _ payload: Int) async throws { try await debug(name) { $0 == "\(payload)" } }

  func end() async throws {
    process.signal(SIGTERM)
    try await process.exitStatus()
  }
}
