import Foundation
import Simulator
import TestSupport
import Testing

/// SIGHUP, with the real program, a real broker and a simulated gateway.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct ReloadTests {
  private static let topic = "charge_controller_configuration/3/absorb_volts"

  private func write(_ lines: [String], to file: String) throws {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
  }

  @Test func hangingUpTakesANewConfiguration() async throws {
    let folder = try TemporaryDirectory()
    let file = "\(folder.path)/bridge.yaml"
    try write(["commands: { allow: [operational] }"], to: file)
    let system = try await RunningSystem.start(try SharedData.capture(), arguments: ["--config", file])
    try await system.ready()
    #expect(try await system.command(Self.topic, "57.6").code == "not_allowed")

    system.bridge.signal(SIGHUP)
    try await system.bridge.errorLine { $0.contains("the configuration has not changed") }

    // What can't be used changes nothing.
    try write(["commands: { alow: [setpoint] }"], to: file)
    system.bridge.signal(SIGHUP)
    try await system.bridge.errorLine { $0.contains("the one before stays") && $0.contains("alow") }
    #expect(try await system.command(Self.topic, "57.6").code == "not_allowed")

    try write(
      [
        "commands:", "  allow: [operational, setpoint]",
        "  limits: { charge_controller_configuration.absorb_volts: { min: 50, max: 59 } }",
      ], to: file)
    let process = system.bridge.processIdentifier
    system.watcher.clear()
    system.bridge.signal(SIGHUP)
    try await system.ready()
    #expect(try await system.command(Self.topic, "57.6").code != "not_allowed")
    #expect(system.bridge.processIdentifier == process)
    try await system.stop()
  }

  /// A change that can't be run, here to the state directory of another bridge, leaves everything as it was.
  @Test func whatCannotBeRunLeavesTheOneBefore() async throws {
    let other = try await RunningSystem.start(try SharedData.capture())
    try await other.ready()
    let folder = try TemporaryDirectory()
    let file = "\(folder.path)/bridge.yaml"
    func lines(_ state: String) -> [String] {
      [
        "gateway: { host: 127.0.0.1, port: \(other.simulator.port) }",
        "broker: { url: \"mqtt://127.0.0.1:\(other.broker.port)\" }", "topics: { base: second }", "state_dir: \(state)",
      ]
    }
    try write(lines("\(folder.path)/state"), to: file)
    let bridge = try ProcessRunner(try ProcessRunner.product("mate3"), ["bridge", "--config", file])
    try await other.watcher.next("second/bridge/state", where: { $0.text == "online" })
    other.watcher.clear()
    try write(lines(other.directory.path), to: file)
    bridge.signal(SIGHUP)
    try await bridge.errorLine { $0.contains("the new configuration can't be run, and the one before stays") }
    try await other.watcher.next("second/bridge/state", where: { $0.text == "online" })
    bridge.signal(SIGTERM)
    #expect(try await bridge.exitStatus() == 0)
    try await other.stop()
  }

  /// Whoever wants it ended while it begins anew does not wait until it has.
  @Test(arguments: 0..<6) func anEndWinsOverABeginning(number: Int) async throws {
    let folder = try TemporaryDirectory()
    let file = "\(folder.path)/bridge.yaml"
    try write(["commands: { allow: [operational] }"], to: file)
    let system = try await RunningSystem.start(try SharedData.capture(), arguments: ["--config", file])
    try await system.ready()
    try write(["commands: { allow: [operational, setpoint] }"], to: file)
    system.bridge.signal(SIGHUP)
    // At other moments of the new beginning each time: at once, and as soon as it tells of one of its steps.
    let lines = system.bridge.errorLines.count
    if number > 0 {
      try await eventually("\(number) more lines") { system.bridge.errorLines.count >= lines + number }
    }
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    try await system.stop()
  }
}
