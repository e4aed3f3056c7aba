import Foundation
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct JSONTopicTests {
  private static func system() async throws -> RunningSystem {
    var options = SimulatorOptions()
    options.freezesClock = true
    let system = try await RunningSystem.start(
      SharedData.capture(), arguments: ["--topics-json", "true"], options: options)
    try await system.ready()
    return system
  }

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Every field topic of every device is in the device's object, and nothing else.
  @Test func anObjectHoldsWhatTheTopicsHold() async throws {
    let system = try await Self.system()
    try await system.watcher.next("mate3/house/0", where: { $0.text.contains("\"availability\":\"online\"") })
    try await system.watcher.next("mate3/system_control/0", where: { $0.text.contains("\"availability\":\"online\"") })
    let texts = system.watcher.texts
    let devices = texts.keys.filter { $0.split(separator: "/").count == 3 && !$0.hasPrefix("mate3/bridge/") }
    #expect(devices.count == 16)
    for topic in devices {
      let json = try #require(texts[topic])
      var object = try Self.object(json)
      let parts = topic.split(separator: "/")
      #expect(object.removeValue(forKey: "device") as? String == String(parts[1]))
      #expect(object.removeValue(forKey: "port") as? Int == Int(parts[2]))
      #expect(object.removeValue(forKey: "availability") as? String == texts["\(topic)/availability"])
      let states = ["\(topic)/availability", "\(topic)/commands"]
      let fields = texts.filter { $0.key.hasPrefix("\(topic)/") && !states.contains($0.key) }
      #expect(Set(object.keys) == Set(fields.keys.map { String($0.dropFirst(topic.count + 1)) }), "\(topic)")
    }
    // As written, decimals and all; worked out by hand from the capture's words.
    let charger = try #require(texts["mate3/charge_controller/3"])
    for part in [
      "\"device\":\"charge_controller\",\"port\":3,\"availability\":\"online\"", "\"battery_voltage\":50.7,",
      "\"watts\":400,", "\"todays_kwh\":0.1,",
    ] {
      #expect(charger.contains(part), "\(part)")
    }
    let inverter = try #require(texts["mate3/single_phase_radian_inverter/1"])
    #expect(inverter.contains("\"sell_kw\":0.0,"))
    #expect(inverter.contains("\"sell_status\":[\"awaiting_sell_delay\",\"battery_voltage_less_than_target\"]"))
    #expect(
      try #require(texts["mate3/charge_controller_configuration/3"]).contains("\"model_number\":\"FM60-150VDC\""))
    #expect(try #require(texts["mate3/house/0"]).contains("\"battery_power\":-180,"))
    #expect(try #require(texts["mate3/gateway/0"]).contains("\"grid_use_interval_1_weekday_start_time\":\""))
    try await system.stop()
  }

  /// Only the device that changed is sent again, behind its field.
  @Test func anObjectFollowsItsFields() async throws {
    let system = try await Self.system()
    try await system.watcher.next("mate3/house/0", where: { $0.text.contains("\"availability\":\"online\"") })
    try await system.watcher.next("mate3/system_control/0", where: { $0.text.contains("\"availability\":\"online\"") })
    system.watcher.clear()
    try system.simulator.apply(.set(address: 40916, words: [0xFFFF]))
    try await system.watcher.next(
      "mate3/charge_controller/3", where: { $0.text.contains("\"battery_voltage\":null,") })
    // Commands are taken once a second scan has confirmed the devices, which may be now.
    let topics = system.watcher.messages.map(\.topic).filter {
      !$0.hasPrefix("mate3/bridge/") && !$0.hasSuffix("/commands")
    }
    #expect(topics == ["mate3/charge_controller/3/battery_voltage", "mate3/charge_controller/3"])
    try await system.stop()
  }

  /// Neither a silent gateway nor the bridge's end leaves an object that says online.
  @Test func noObjectOutlivesItsDevice() async throws {
    let system = try await Self.system()
    try await system.watcher.next("mate3/house/0", where: { $0.text.contains("\"availability\":\"online\"") })
    system.watcher.clear()
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    for device in ["charge_controller/3", "flexnet_dc/5", "house/0"] {
      try await system.watcher.next("mate3/\(device)", where: { $0.text.contains("\"availability\":\"offline\"") })
    }
    // Switched off, it leaves none.
    system.watcher.clear()
    let second = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(system.simulator.port)", "--broker",
        "mqtt://127.0.0.1:\(system.broker.port)", "--state-dir", system.directory.path,
      ])
    try await system.watcher.next("mate3/charge_controller/3", where: { $0.payload.isEmpty })
    second.signal(SIGTERM)
    try await second.exitStatus()
    try await system.stop()
  }
}
