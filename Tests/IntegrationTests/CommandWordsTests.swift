import Foundation
import MessageIO
import Simulator
import TestSupport
import Testing

/// Commands as people and other programs write them.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct CommandWordsTests {
  /// Words for on and off, in every way of writing them, with the word of `GSconfig_AUX_Control` (note table 11) that they
  /// mean. Its 1 is `auto`, and a number stays the register's.
  static let words: [(payload: String, word: UInt16, label: String)] = [
    ("ON", 2, "on"), ("Off", 0, "off"), ("true", 2, "on"), ("False", 0, "off"), ("\"on\"", 2, "on"), ("1", 1, "auto"),
    ("{\"value\":true}", 2, "on"), ("{\"value\":\"AUTO\"}", 1, "auto"), ("{\"value\":false}", 0, "off"),
    (" \"On\" ", 2, "on"),
  ]

  @Test func onIsOnHoweverItIsWritten() async throws {
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: ["--caps-field-interval", "0s", "--caps-field-per-day", "100"])
    try await system.ready()
    let topic = "mate3/radian_inverter_configuration/1/aux_control/set"
    for (payload, word, label) in Self.words {
      system.watcher.clear()
      system.watcher.publish(topic, payload)
      let result = try RunningSystem.Result(try await system.watcher.next("\(topic)/result"))
      #expect(result.status == "accepted", "\(payload): \(result.reason)")
      #expect(result.registersWritten == [word] && result.value == label, "\(payload)")
    }
    // A switch with other words, and numbers that are neither on nor off to it.
    let relay = "mate3/system_control/0/set_ags_op_mode/set"
    for (payload, code) in [("1", "ok"), ("OFF", "ok"), ("sometimes", "invalid_value")] {
      system.watcher.clear()
      system.watcher.publish(relay, payload)
      let result = try RunningSystem.Result(try await system.watcher.next("\(relay)/result"))
      #expect(result.code == code, "\(payload): \(result.reason)")
    }
    try await system.stop()
  }

  /// Topics of the wrong form, one that has a command line's name, the house, and one of a device's.
  static let wrongTopics = [
    "set", "aux_control/set", "radian_inverter_configuration/set",
    "radian_inverter_configuration/1.aux_control/set", "charge_controllers[3].config.absorb_volts/set",
    "radian_inverter_configuration/one/aux_control/set", "radian_inverter_configuration//aux_control/set",
    "radian_inverter_configuration/1/aux_control/on/set", "radian_inverter_configuration/1/aux_control/on/now/set",
    "house/0/load_power/set", "house/load_power/set", "bridge/0/rescan/set", "bridge/info/set",
    // `all` in the wrong place.
    "system_control/0/all/set_float_voltage/set", "system_control/all/all/set_float_voltage/set",
    "radian_inverter_configuration/all/1/aux_control/set", "radian_inverter_configuration/1/aux_control/all/set",
    "all/radian_inverter_configuration/1/aux_control/set", "house/0/all/load_power/set",
    "radian_inverter_configuration/1/radian_inverter_configuration/1/aux_control/set",
  ]

  @Test func everyTopicOfTheWrongFormIsAnswered() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    for topic in Self.wrongTopics {
      system.watcher.publish("mate3/\(topic)", "on")
      let result = try RunningSystem.Result(try await system.watcher.next("mate3/\(topic)/result"))
      #expect(result.code == "unknown_topic" && result.status == "rejected", "\(topic)")
      #expect(result.reason.contains("mate3/<device>/<port>/<field>/set"), "\(topic): \(result.reason)")
    }
    // What may be another bridge's is left to that one: its base is mate3/barn or mate3/house.
    for base in ["barn", "house"] {
      system.watcher.publish("mate3/\(base)/radian_inverter_configuration/1/aux_control/set", "on")
      system.watcher.publish("mate3/\(base)/radian_inverter_configuration/all/set", "on")
    }
    system.watcher.publish("mate3/radian_inverter_configuration/9/aux_control/set", "on")
    try await system.watcher.next("mate3/radian_inverter_configuration/9/aux_control/set/result")
    #expect(
      !system.watcher.messages.contains { message in
        ["mate3/barn/", "mate3/house/radian"].contains { message.topic.hasPrefix($0) }
          && message.topic.hasSuffix("/result")
      })
    #expect(system.simulator.counters.writes == 0)
    try await system.stop()
  }

  @Test func aNameThatTheOwnerHasReplacedIsNamed() async throws {
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: ["--devices", "[{block: charge_controller, port: 3, name: east_roof}]"])
    try await system.ready()
    let result = try await system.command("charge_controller_configuration/3/aux_control", "on")
    #expect(result.code == "unknown_device" && result.reason.contains("east_roof_configuration/3"), "\(result.reason)")
    try await system.stop()
  }

  @Test func aCommandsLogLineSaysWhatWasAskedAndForWhom() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let publish = try ProcessRunner(
      URL(filePath: "/usr/bin/mosquitto_pub"),
      [
        "-V", "5", "-p", "\(system.broker.port)", "-t", "mate3/radian_inverter_configuration/1/aux_control/set", "-m",
        #"{"value": "ON", "id": "pump-17"}"#, "-D", "publish", "response-topic", "answers/pump",
      ])
    #expect(try await publish.exitStatus() == 0)
    let line = try await system.bridge.errorLine { $0.contains("command accepted") }
    for part in ["value=ON", "id=pump-17", "answer_to=answers/pump"] { #expect(line.contains(part), "\(line)") }
    // Secrets stay out of the log, whatever becomes of them.
    for field in ["ftp_password", "ftp_pasword"] {
      _ = try await system.command("gateway/0/\(field)", "swordfish")
      let refused = try await system.bridge.errorLine { $0.contains("/\(field)/") }
      #expect(!refused.contains("swordfish"), "\(refused)")
    }
    try await system.stop()
  }
}
