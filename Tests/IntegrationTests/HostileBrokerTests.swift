import Foundation
import RegisterIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct HostileBrokerTests {
  /// A broker that ends the program as soon as it connects, as one with an unknown property does with libmosquitto
  /// 2.0.11: a timed command that is overdue has been ended by then.
  @Test func whatIsOverdueEndsBeforeABrokerCanEndTheProgram() async throws {
    let system = try await RunningSystem.start(
      try SharedData.capture(), live: 60, arguments: ["--caps-field-interval", "0s"])
    try await system.ready()
    let result = try await system.command(TimedCommandTests.topic, #"{"value":"on","for_s":1,"id":"t"}"#)
    #expect(result.status == "accepted")
    system.bridge.signal(SIGKILL)
    try await system.bridge.exitStatus()
    try await Task.sleep(for: .seconds(1))
    #expect(system.simulator.registers[TimedCommandTests.address] == 2)

    // CONNACK of MQTT 5, and a PUBLISH with the property 5, which there is none of.
    let evil = try ScriptedServer { peer in
      guard peer.readSome() != nil else { return }
      peer.write([0x20, 3, 0, 0, 0, 0x30, 9, 0, 1, 0x61, 5, 5, 0, 9, 0, 0])
      while peer.readSome() != nil {}
    }
    try await system.broker.stop()
    let bridge = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(system.simulator.port)", "--broker",
        "mqtt://127.0.0.1:\(evil.port)", "--state-dir", system.directory.path, "--caps-field-interval", "0s",
      ])
    try await eventually(within: .seconds(12), "the end, or a broker that has won") {
      !bridge.isRunning || system.simulator.registers[TimedCommandTests.address] == 1
    }
    #expect(system.simulator.registers[TimedCommandTests.address] == 1)
    bridge.signal(SIGTERM)
    try await bridge.exitStatus()
    await system.watcher.stop()
    await system.simulator.stop()
  }
}
