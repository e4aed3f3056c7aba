import Foundation
import MessageIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct CommandTests {
  let capture: [Int: UInt16]

  init() throws { capture = try SharedData.capture() }

  /// 64116 of the inverter on port 1 begins at 40678; `GSconfig_AUX_Control` is offset 41 (note table 11).
  static let auxControl = 40678 + 40

  @Test(arguments: ["on", "2", "{\"value\":\"on\",\"id\":\"x\"}"])
  func auxControlWorksEndToEnd(payload: String) async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    system.watcher.clear()
    let topic = "mate3/radian_inverter_configuration/1/aux_control"
    system.watcher.publish("\(topic)/set", payload)
    let result = try RunningSystem.Result(try await system.watcher.next("\(topic)/set/result"))
    #expect(result.status == "accepted")
    #expect(result.registersWritten == [2])
    #expect(result.value == "on")
    #expect(result.id == (payload.hasPrefix("{") ? "x" : nil))
    try await system.watcher.next(topic, where: { $0.text == "on" })
    let counters = system.simulator.counters
    #expect(counters.writes == 1)
    #expect(counters.lastWrites.map(\.address) == [Self.auxControl])
    try await system.stop()
  }

  static let swaps: [FaultAction] = [
    .swapPorts(1, 2), .replaceDevice(port: 1, model: "VFXR3648E", serial: nil),
    .changeSerial(port: 1, serial: "ANOTHER"), .swapPorts(1, 7), .resizeBlock(id: 64120, port: nil, by: 3),
  ]

  /// The same command is accepted before the change and refused after it, and the server has counted one write. A
  /// poll may notice the change first: then the device is refused by what the first scan saw.
  @Test(arguments: swaps)
  func aDeviceThatChangedIsNotWritten(swap: FaultAction) async throws {
    let system = try await RunningSystem.start(capture, live: 60, arguments: ["--caps-field-interval", "0s"])
    try await system.ready()
    let topic = "radian_inverter_configuration/1/aux_control"
    #expect(try await system.command(topic, "on").status == "accepted")
    #expect(system.simulator.counters.writes == 1)
    do { try system.simulator.apply(swap) } catch {
      // Port 7 has no device to swap with: the one on port 1 moves there.
      try system.simulator.apply(.set(address: 40678 + 2, words: [7]))
    }
    let refused = try await system.command(topic, "auto")
    #expect(refused.status == "rejected")
    #expect(refused.code == "identity_mismatch")
    #expect(refused.reason.contains("was"))
    #expect(refused.registersWritten.isEmpty)
    #expect(system.simulator.counters.writes == 1)
    try await system.stop()
  }

  @Test func aSwapThatAPollHasNoticedIsRefusedAsWell() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    try system.simulator.apply(.swapPorts(1, 2))
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("identity_changed") && $0.text.contains("stacking_mode") })
    let refused = try await system.command("radian_inverter_configuration/1/aux_control", "on")
    #expect(["identity_mismatch", "untrusted"].contains(refused.code))
    #expect(refused.reason.contains("stacking_mode"))
    #expect(system.simulator.counters.writes == 0)
    try await system.stop()
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var topic: String
    var payload: String
    var code: String
    var testDescription: String { "\(topic) \(payload.prefix(40)) → \(code)" }
  }

  static let refusals = [
    Refusal(topic: "radian_inverter_configuration/9/aux_control", payload: "on", code: "unknown_device"),
    Refusal(topic: "radian_inverter_configuration/1/nonsense", payload: "on", code: "unknown_field"),
    Refusal(topic: "radian_inverter_configuration/one/aux_control", payload: "on", code: "unknown_topic"),
    Refusal(topic: "radian_inverter_configuration/01/aux_control", payload: "on", code: "unknown_topic"),
    Refusal(topic: "charge_controller/3/battery_voltage", payload: "50", code: "not_writable"),
    Refusal(topic: "charge_controller_configuration/3/absorb_volts", payload: "57.6", code: "not_allowed"),
    Refusal(topic: "gateway/0/modbus_port", payload: "502", code: "not_allowed"),
    Refusal(topic: "radian_inverter_configuration/1/aux_relay_control", payload: "on", code: "label_in_doubt"),
    Refusal(topic: "radian_inverter_configuration/1/aux_control", payload: "purple", code: "invalid_value"),
    Refusal(topic: "radian_inverter_configuration/1/aux_control", payload: "7", code: "invalid_value"),
    Refusal(topic: "radian_inverter_configuration/1/aux_control", payload: "{\"value\":", code: "bad_payload"),
    Refusal(
      topic: "radian_inverter_configuration/1/aux_control", payload: "{\"value\":\"on\",\"for_s\":0}",
      code: "bad_payload"),
    Refusal(
      topic: "radian_inverter_configuration/1/aux_control", payload: "{\"value\":\"on\",\"then\":\"auto\"}",
      code: "bad_payload"),
    Refusal(
      topic: "system_control/0/inverter_ac_drop_use", payload: "{\"value\":\"drop\",\"for_s\":60}", code: "bad_payload"),
    Refusal(
      topic: "radian_inverter_configuration/1/aux_control", payload: "{\"value\":\"on\",\"unless\":5}",
      code: "bad_payload"),
    Refusal(
      topic: "radian_inverter_configuration/1/aux_control",
      payload: "{\"value\":\"on\",\"expires_at\":\"2020-01-01T00:00:00Z\"}", code: "expired"),
    Refusal(
      topic: "radian_inverter_configuration/1/aux_control", payload: "{\"value\":\"on\",\"dry_run\":true}",
      code: "dry_run"),
  ]

  /// One program for all: each refusal names its code and a sentence, and nothing is written.
  @Test func everyRefusalHasItsCode() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    for refusal in Self.refusals {
      system.watcher.clear()
      system.watcher.publish("mate3/\(refusal.topic)/set", refusal.payload)
      let result = try RunningSystem.Result(try await system.watcher.next("mate3/\(refusal.topic)/set/result"))
      #expect(result.code == refusal.code, "\(refusal.testDescription): \(result.reason)")
      #expect(result.status == "rejected")
      #expect(result.reason.contains(" "), "a sentence is missing")
    }
    let topic = "mate3/radian_inverter_configuration/1/aux_control/set"
    system.watcher.clear()
    system.watcher.publish(topic, "on", retain: true)
    #expect(try RunningSystem.Result(try await system.watcher.next("\(topic)/result")).code == "retained")
    #expect(system.simulator.counters.writes == 0)
    try await system.stop()
  }

  @Test func limitsComeFromTheConfiguration() async throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      "bridge.yaml",
      """
      commands:
        fields: [charge_controller_configuration.absorb_volts, charge_controller_configuration.eq_volts]
        limits:
          charge_controller_configuration.absorb_volts: {min: 54, max: 58.8}
      """)
    let system = try await RunningSystem.start(capture, arguments: ["--config", file])
    try await system.ready()
    let topic = "charge_controller_configuration/3/absorb_volts"
    #expect(try await system.command(topic, "58.9").code == "out_of_limits")
    #expect(try await system.command("charge_controller_configuration/3/eq_volts", "60").code == "no_limits")
    #expect(try await system.command(topic, "57.65").code == "invalid_value")
    let accepted = try await system.command(topic, "57.6")
    #expect(accepted.status == "accepted")
    #expect(accepted.registersWritten == [576])
    #expect(system.simulator.counters.writes == 1)
    try await system.stop()
  }

  @Test func theResponseTopicGetsTheAnswer() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    // mosquitto_pub of mosquitto-clients is the one client at hand that sets a response topic.
    let publish = try ProcessRunner(
      URL(filePath: "/usr/bin/mosquitto_pub"),
      [
        "-V", "5", "-p", "\(system.broker.port)", "-t", "mate3/radian_inverter_configuration/1/aux_control/set", "-m",
        "on",
        "-D", "publish", "response-topic", "answers/here", "-D", "publish", "correlation-data", "c1",
      ])
    #expect(try await publish.exitStatus() == 0)
    let answer = try await system.watcher.next("answers/here")
    #expect(try RunningSystem.Result(answer).status == "accepted")
    #expect(answer.correlationData == Array("c1".utf8))
    try await system.stop()
  }
}
