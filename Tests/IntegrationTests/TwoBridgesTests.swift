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

  @Test func aBridgeThatStoodByTakesNothingBack() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let folder = try TemporaryDirectory()
    let second = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(system.simulator.port)", "--broker",
        "mqtt://127.0.0.1:\(system.broker.port)", "--state-dir", folder.path, "--interval", "1",
      ])
    try await second.errorLine { $0.contains("another bridge publishes below this base topic") }
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
    let states = system.watcher.texts.filter { $0.key.hasSuffix("/availability") }
    #expect(states.count == 16 && states.values.allSatisfy { $0 == "online" })
    try await system.stop()
  }

  /// A broker that keeps its messages over a power cut still says `online` of the bridge that died with it.
  @Test func aDeadBridgesRetainedStateIsSeenThrough() async throws {
    let broker = try await MosquittoBroker.start()
    let before = try await TopicWatcher.start(broker)
    before.publish("mate3/bridge/state", "online", retain: true)
    before.publish("mate3/bridge/info", "{\"instance\":\"dead\"}", retain: true)
    try await before.next("mate3/bridge/info")
    await before.stop()
    let system = try await RunningSystem.start(try SharedData.capture(), broker: broker)
    try await system.bridge.errorLine(within: .seconds(20)) { $0.contains("takes over") }
    try await system.watcher.next(
      "mate3/flexnet_dc/5/availability", where: { $0.text == "online" }, within: .seconds(20))
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
    try await system.stop()
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
