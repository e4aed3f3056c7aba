import Foundation
import MQTTTransport
import MessageIO
import Simulator
import TestSupport
import Testing

/// What becomes of the log is of no consequence for the bridge.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct LogTests {
  private let topic = "radian_inverter_configuration/1/aux_control"

  /// A full disk, a reader that goes after the first line, and no stream at all.
  @Test(arguments: ["2>/dev/full", "2> >(head -1 >/dev/null)", "2>&-"])
  func theBridgeOutlivesItsLog(_ redirection: String) async throws {
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: ["--log-level", "trace"], redirection: redirection)
    try await system.ready()
    for value in ["on", "off"] { #expect(try await system.command(topic, value).status == "accepted") }
    let start = ContinuousClock.now
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    #expect(ContinuousClock.now - start < .seconds(2))
    await system.watcher.stop()
    await system.simulator.stop()
    try await system.broker.stop()
  }

  /// A pipe that nobody reads, and anybody who may publish to `/set`.
  @Test func refusalsCanNotStopTheBridgeThroughItsLog() async throws {
    let pipe = try StalledPipe()
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: ["--log-format", "json"], redirection: "2>\(pipe.path)")
    try await system.ready()
    flood(system)
    try await eventually("a command after the flood") { try await isAccepted(system) }
    let start = ContinuousClock.now
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    #expect(ContinuousClock.now - start < .seconds(2))
    await system.watcher.stop()
    await system.simulator.stop()
    try await system.broker.stop()
  }

  @Test func refusalsAreLimitedInTheLog() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    flood(system)
    try await eventually("a command after the flood") { try await isAccepted(system) }
    try await system.stop()
    // A minute may end amidst them.
    let refusals = system.bridge.errorLines.count { $0.contains("command rejected") }
    #expect((1...2 * 60).contains(refusals))
    #expect(system.bridge.errorLines.contains { $0.contains("command accepted") })
  }

  /// While the flood lasts there may be no room for a command.
  private func isAccepted(_ system: RunningSystem) async throws -> Bool {
    let answer = try await system.command(topic, "on")
    #expect(answer.status == "accepted" || answer.code == "queue_full", "\(answer)")
    return answer.status == "accepted"
  }

  private func flood(_ system: RunningSystem) {
    let messages = (0..<1000).map {
      OutboundMessage(topic: "mate3/radian_inverter_configuration/1/nonsense_\($0)/set", text: "1")
    }
    #expect(system.watcher.client.send(messages[...]).taken == 1000)
  }
}
