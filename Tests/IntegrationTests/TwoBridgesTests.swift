import Foundation
import MessageIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct TwoBridgesTests {
  @Test func theSecondStandsByUntilTheFirstIsGone() async throws {
    let capture = try SharedData.capture()
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let folder = try TemporaryDirectory()
    let second = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(system.simulator.port)", "--broker",
        "mqtt://127.0.0.1:\(system.broker.port)", "--state-dir", folder.path, "--interval", "1",
      ])
    try await second.errorLine { $0.contains("another bridge publishes below this base topic") }
    let topic = "radian_inverter_configuration/1/aux_control"
    #expect(try await system.command(topic, "on").status == "accepted")
    let results = system.watcher.messages.filter { $0.topic == "mate3/\(topic)/set/result" }
    #expect(results.count == 1)
    #expect(system.simulator.counters.writes == 1)

    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    try await second.errorLine { $0.contains("takes over") }
    try await system.watcher.next("mate3/bridge/state", where: { $0.text == "online" })
    #expect(try await system.command(topic, "off").status == "accepted")
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    await system.watcher.stop()
    await system.simulator.stop()
    try await system.broker.stop()
  }

  @Test func oneStateDirectoryServesOneBridge() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let second = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--broker", "mqtt://127.0.0.1:\(system.broker.port)", "--state-dir",
        system.directory.path,
      ])
    #expect(try await second.exitStatus() != 0)
    #expect(second.errorLines.contains { $0.contains("is in use by mate3 bridge (process") })
    let trust = try ProcessRunner(
      ProcessRunner.product("mate3"), ["trust", "charge_controller/3", "--state-dir", system.directory.path])
    #expect(try await trust.exitStatus() != 0)
    #expect(trust.errorLines.contains { $0.contains("is in use by mate3 bridge") })
    try await system.stop()
  }
}
