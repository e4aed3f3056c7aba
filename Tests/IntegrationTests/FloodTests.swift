import Foundation
import MQTTTransport
import MessageIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct FloodTests {
  /// An `off` that comes after 20,000 commands is looked for as they arrive, and what finds no room is told.
  @Test func anOffGetsThroughAFloodOfCommands() async throws {
    let qos = QoS.atLeastOnce
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    var options = MosquittoOptions(host: "127.0.0.1", port: system.broker.port)
    options.outstandingLimit = 30_000
    options.outstandingByteLimit = 64 << 20
    let sender = try MosquittoClient(options)
    let connecting = Task {
      for await event in sender.events {
        if case .connected = event { break }
      }
    }
    try await sender.start()
    try await within(.seconds(10), "connecting") { await connecting.value }
    let command = OutboundMessage(
      topic: "mate3/charge_controller_configuration/3/absorb_volts/set", text: "48", qos: qos)
    #expect(sender.send(Array(repeating: command, count: 20_000)[...]).taken == 20_000)
    let topic = "mate3/system_control/0/set_ags_op_mode/set"
    #expect(sender.send(OutboundMessage(topic: topic, text: #"{"value":"off","id":"release"}"#, qos: qos)) == .sent)
    // The broker has them all when the last is on its way to the watcher as well.
    try await system.watcher.next(topic, where: { $0.text.contains("release") }, within: .seconds(20))
    let start = ContinuousClock.now
    try await system.watcher.next(topic + "/result", where: { $0.text.contains("release") })
    #expect(ContinuousClock.now - start < .seconds(5))
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text.contains("dropped without an answer") })
    #expect(system.bridge.isRunning)
    await sender.stop(farewell: [], within: .seconds(1))
    try await system.stop()
  }
}
