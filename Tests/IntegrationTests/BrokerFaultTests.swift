import Foundation
import MQTTTransport
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct BrokerFaultTests {
  /// A file of certificates that is gone at a reconnect: nothing goes out in clear, the owner is told wherever he may
  /// look, and the connection comes back by itself.
  @Test func whatKeepsTheBridgeFromItsBrokerIsToldAndNothingGoesOutInClear() async throws {
    let broker = try await MosquittoBroker.start(
      MosquittoBroker.Options(users: ["alice": "open-sesame", "bob": "b"], usesTLS: true))
    let door = try HostileDoor(to: broker.port)
    let watcher = try await TopicWatcher.start(broker, user: "bob", password: "b")
    let simulator = try await SimulatedGateway.start(registers: RegisterImage(try SharedData.capture()))
    let directory = try TemporaryDirectory()
    let authority = try String(contentsOfFile: try #require(broker.authorityFile), encoding: .utf8)
    let file = try directory.write("ca.pem", authority)
    let bridge = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(simulator.port)", "--broker",
        "mqtts://alice@localhost:\(door.port)", "--broker-ca-file", file, "--broker-password-file",
        try directory.write("password", "open-sesame\n"), "--state-dir", directory.path + "/state", "--interval", "1",
      ])
    try await watcher.next("mate3/house/0/availability", where: { $0.text == "online" }, within: .seconds(20))

    try FileManager.default.removeItem(atPath: file)
    door.becomeHostile()
    let sentence = "no connection is tried without what it needs: the TLS file \(file) can't be read"
    try await bridge.errorLine { $0.contains(sentence) }
    for heard in door.heard {
      #expect(heard.isEmpty || heard.starts(with: [0x16, 0x03]))
      #expect(!String(decoding: heard, as: UTF8.self).contains(/alice|sesame/))
    }

    watcher.clear()
    door.becomeHonest()
    try directory.write("ca.pem", authority)
    try await watcher.next("mate3/bridge/state", where: { $0.text == "online" })
    for topic in ["mate3/bridge/alerts", "mate3/bridge/info"] {
      try await watcher.next(topic, where: { $0.text.replacing("\\/", with: "/").contains(sentence) })
    }
    bridge.signal(SIGTERM)
    #expect(try await bridge.exitStatus() == 0)
    await watcher.stop()
    await simulator.stop()
    try await broker.stop()
  }
}
