import Foundation
import MQTTTransport
import MessageIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct HostileInputTests {
  /// 10,000 random topics and payloads below the base: no crash, no write, memory as before.
  @Test func randomTopicsAndPayloadsHarmNothing() async throws {
    let system = try await RunningSystem.start(try SharedData.capture(), live: 60)
    try await system.ready()
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
    print("seed \(seed)")
    var random = HostileGenerator(seed: seed)
    // A first thousand, so that what the program allocates once is there before it is measured.
    try await send(1000, &random, system)
    let before = try residentMemory(of: system.bridge.processIdentifier)
    try await send(10_000, &random, system)
    let after = try residentMemory(of: system.bridge.processIdentifier)
    #expect(system.bridge.isRunning)
    #expect(system.simulator.counters.writes == 0)
    #expect(after - before < 4096, "memory grew by \(after - before) KiB")
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
    try await system.stop()
  }

  private func send(_ count: Int, _ random: inout HostileGenerator, _ system: RunningSystem) async throws {
    let watcher = system.watcher
    for _ in 0..<count {
      let message = random.message()
      try await eventually(within: .seconds(20), "room for a message") {
        watcher.client.send(message) != .full
      }
    }
    // All of it has been read when a command sent after it is answered: dry, so that nothing is written.
    let marker = UUID().uuidString
    try await eventually(within: .seconds(60), "the answer after the flood") {
      watcher.publish(
        "mate3/radian_inverter_configuration/2/aux_control/set",
        "{\"value\":\"off\",\"dry_run\":true,\"id\":\"\(marker)\"}")
      return
        (try? await watcher.next(
          "mate3/radian_inverter_configuration/2/aux_control/set/result", where: { $0.text.contains(marker) },
          within: .seconds(1))) != nil
    }
    watcher.clear()
  }
}

/// Topics and payloads that come close to real ones and go wrong in all ways.
struct HostileGenerator {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func message() -> OutboundMessage {
    let devices = [
      "radian_inverter_configuration", "charge_controller", "system_control", "gateway", "bridge", "", "é", "set", "x",
    ]
    let ports = ["0", "1", "2", "99", "-1", "01", "65536", "99999999999999999999", "", "set", "request"]
    // Nothing among the fields may be written by default with one of the payloads below.
    let fields = [
      "absorb_volts", "modbus_port", "aux_state", "availability", "nonsense", "", "model_number", "éé", "did",
    ]
    let tails = ["/set", "/set", "/set", "", "/set/result", "/set/set", "/get"]
    let topic =
      Int.random(in: 0..<10, using: &random) == 0
      ? "mate3/" + text(Int.random(in: 1...60, using: &random))
      : "mate3/\(pick(devices))/\(pick(ports))/\(pick(fields))\(pick(tails))"
    return OutboundMessage(topic: topic, payload: payload(), retain: false)
  }

  private mutating func payload() -> [UInt8] {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return []
    case 1: return (0..<Int.random(in: 0...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    case 2:
      return Array(
        pick([
          "on", "2", "-1", "1e30", "1e999", "1e-9223372036854775808", "0x10", "NaN", "57.6", "9999999999999999999999",
        ]).utf8)
    case 3:
      return Array(
        pick([
          "{", "{}", "{\"value\":{}}", "{\"value\":1e400}", "{\"value\":\"on\",\"id\":[]}", "[]", "null",
          "{\"value\":null}", "{\"value\":\"on\",\"expires_at\":\"tomorrow\"}",
          String(repeating: "{\"value\":", count: 400),
        ]).utf8)
    case 4: return Array(repeating: UInt8(ascii: "9"), count: 5000)
    default: return Array(text(Int.random(in: 0...40, using: &random)).utf8)
    }
  }

  private mutating func text(_ length: Int) -> String {
    String((0..<length).map { _ in pick(Array("abz019/_-+.{}\"é\u{301}🔋 ".filter { $0 != "+" })) })
  }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int.random(in: 0..<choices.count, using: &random)]
  }
}
