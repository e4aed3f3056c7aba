import Foundation
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

/// The real program with a real Home Assistant. One start of Home Assistant, which takes 15 s, serves many checks.
@Suite(
  .serialized,
  .enabled(
    if: SharedData.isPresent && MosquittoBroker.isInstalled && HomeAssistantUnderTest.program() != nil,
    Comment(rawValue: HomeAssistantUnderTest.absence)))
struct HomeAssistantTests {
  static let setpoints = [
    "--caps-field-interval", "0s", "--caps-field-per-day", "100", "--allow", "operational,setpoint",
    "--commands-limits",
    "{charge_controller_configuration.absorb_volts: {min: 50, max: 59.5}}", "--commands-fields",
    "gateway.grid_use_interval_1_weekday_start_hour,gateway.grid_use_interval_1_weekday_start_minute",
  ]
  /// Registers of the capture: block's address and the note's offset, from 1.
  static let aux = 40678 + 41 - 1
  static let generator = 40491 + 21 - 1
  static let generatorState = 40491 + 22 - 1
  static let absorb = 41054 + 11 - 1
  static let chargerState = 40908 + 13 - 1
  static let charger = 40817 + 25 - 1
  static let errors = 40630 + 16 - 1
  static let ports = [40908 + 3 - 1, 40936 + 3 - 1]
  static let useStart = 40069 + 338 - 1

  /// A system with Home Assistant, everything announced.
  struct Home {
    let system: RunningSystem
    let ha: HomeAssistantUnderTest

    static func start(_ arguments: [String] = []) async throws -> Home {
      let system = try await RunningSystem.start(try SharedData.capture(), arguments: arguments)
      try await system.ready()
      let ha = try await HomeAssistantUnderTest.start(system.broker)
      let home = Home(system: system, ha: ha)
      try await home.settle()
      return home
    }

    /// Waits until Home Assistant has exactly what is announced.
    func settle() async throws {
      // What Home Assistant was sent before this, the watcher has then too.
      let marker = "marker/\(UUID())"
      system.watcher.publish(marker, "here")
      try await system.watcher.next(marker)
      let expected = try AnnouncedMessages(system.watcher).enabledCount
      let count = try await ha.settle(count: expected)
      #expect(count == expected)
    }

    func register(_ address: Int) -> UInt16? { system.simulator.registers[address] }

    func stop() async throws {
      let complaints = try await ha.complaints()
      #expect(complaints.isEmpty)
      try await ha.stop()
      try await system.stop()
    }
  }

  @Test func everythingAppearsAsAnOwnerWouldHaveIt() async throws {
    let home = try await Home.start()
    let ha = home.ha
    let devices = try await ha.devices()
    #expect(
      Set(devices.map(\.name)) == [
        "MATE3S", "MATE3 bridge", "Inverter 1", "Inverter 2", "Charge controller 3", "Charge controller 4",
        "Battery monitor", "House",
      ])
    let gateway = try #require(devices.first { $0.name == "MATE3S" })
    for device in devices where !device.name.hasPrefix("MATE3") { #expect(device.viaDevice == gateway.identifiers) }
    #expect(Set(devices.map(\.manufacturer)) == ["OutBack Power"])
    let entities = try await ha.entities()
    try await Self.expectUseful(entities, ha)
    try await Self.expectSound(entities, home.system.watcher)
    // By the register map's operational fields: AUX of two inverters and two charge controllers, the battery monitor's
    // relay, charger mode and generator; the chargers of two inverters and the AC input; the end of equalising, and a
    // rescan; results of five devices and the system, and the bridge's events. Nothing else commands.
    let counts = Dictionary(grouping: entities, by: \.platform).mapValues(\.count)
    #expect(counts["select"] == 7 && counts["switch"] == 3 && counts["button"] == 2 && counts["event"] == 7)
    #expect(counts["number"] == nil && counts["text"] == nil)
    #expect(try await ha.wait("sensor.charge_controller_3_battery_voltage", "50.7")?.state == "50.7")
    #expect(try await ha.state("select.inverter_1_aux")?.state == "auto")
    // The recorded clock stands in the past.
    #expect(try await ha.state("sensor.mate3_bridge_clock_drift").flatMap { Int($0.state) }.map { $0 < -120 } ?? false)
    // The battery monitor's net -0.18 kW.
    #expect(try await ha.wait("sensor.house_battery_power", "-180")?.state == "-180")
    let statistics = try await ha.statistics()
    #expect(statistics.complaints.isEmpty)

    // Configured otherwise: setpoints become numbers, and nothing else changes its id.
    let before = try await ha.enabledIDs()
    try await home.system.reconfigureBridge(with: Self.setpoints)
    #expect(try await ha.wait("number.charge_controller_4_absorb_voltage", "58.8")?.state == "58.8")
    try await home.settle()
    #expect(try await ha.state("sensor.charge_controller_4_absorb_voltage") == nil)
    #expect(before.isSubset(of: try await ha.enabledIDs()))
    try await Self.expectSound(try await ha.entities().filter(\.isEnabled), home.system.watcher)
    try await Self.operate(home)

    // And back: the numbers are gone. A name of the owner's own and another base change what is shown, and no id.
    let names = ["--devices", "[{block: charge_controller, port: 3, name: east_roof}]", "--base", "cabin"]
    try await home.system.reconfigureBridge(replacing: Self.setpoints, with: names)
    try await ha.wait("number.charge_controller_4_absorb_voltage", nil)
    try await eventually(within: .seconds(10), "the new name") {
      try await ha.devices().contains { $0.name == "East roof" }
    }
    let voltage = "sensor.charge_controller_3_battery_voltage"
    #expect(try await ha.wait(voltage, "50.7")?.state == "50.7")
    #expect(!(try await ha.devices().contains { $0.name == "Charge controller 3" }))
    try await home.settle()
    let again = try await ha.enabledIDs()
    #expect(again == before)
    try await home.stop()
  }

  /// Enabled is what an owner looks at or uses.
  static func expectUseful(_ entities: [HomeAssistantUnderTest.Entity], _ ha: HomeAssistantUnderTest) async throws {
    let enabled = entities.filter(\.isEnabled)
    #expect((100...125).contains(enabled.count), "\(enabled.count)")
    let batteryVoltages = enabled.filter { $0.originalName?.hasPrefix("Battery voltage") == true }.compactMap(\.device)
    #expect(batteryVoltages.sorted() == ["Battery monitor", "Charge controller 3", "Charge controller 4", "House"])
    #expect(enabled.allSatisfy { $0.deviceClass != "power" || $0.unit == "W" })
    #expect(!enabled.contains { $0.id.hasSuffix("_input_2") || $0.id == "sensor.house_generator_energy_today" })
    #expect(!enabled.contains { $0.originalName == "Hub port" })
    for entity in enabled where entity.originalName?.hasSuffix("ommands") == true {
      #expect(entity.category == "diagnostic")
    }
    // Where Home Assistant has no icon by the class, there is one.
    let bare = enabled.filter { ($0.deviceClass == nil || $0.deviceClass == "enum") && $0.icon == nil }.map(\.id)
    #expect(bare.isEmpty)
    // 0.7 kW in the capture, and a generator that has never run.
    #expect(try await ha.wait("sensor.inverter_1_load_power", "700")?.state == "700")
    #expect(try await ha.state("sensor.mate3s_generator_last_start")?.state == "unknown")
    #expect(try await ha.triggers(of: "Inverter 1") == ["Command refused", "Fault began", "Fault ended"])
    #expect(
      try await ha.triggers(of: "MATE3S") == ["Generator started", "Generator stopped", "System command refused"])
  }

  /// No entity without a value that is on the bus, no name twice in a device, none that repeats the device's.
  static func expectSound(_ entities: [HomeAssistantUnderTest.Entity], _ watcher: TopicWatcher) async throws {
    let announced = try AnnouncedMessages(watcher)
    let topics = Dictionary(
      announced.components.map { ($0.uniqueID ?? "", $0.stateTopic ?? "") }, uniquingKeysWith: { first, _ in first })
    let texts = watcher.texts
    for entity in entities where entity.isEnabled && !["button", "event"].contains(entity.platform) {
      let value = texts[topics[entity.uniqueID ?? ""] ?? ""]
      #expect(entity.state != "unavailable", "\(entity.id)")
      let isUnknown = value == "None" || entity.deviceClass == "timestamp"
      #expect(entity.state != "unknown" || isUnknown, "\(entity.id) is unknown: \(value ?? "-")")
    }
    for (device, members) in Dictionary(grouping: entities, by: \.device) {
      let names = members.compactMap { $0.originalName?.lowercased() }
      #expect(Set(names).count == names.count, "\(device ?? "-")")
      #expect(!names.contains { $0.hasPrefix((device ?? "-").lowercased()) })
    }
  }

  /// Home Assistant's own services change the register, or show the refusal; the state follows what was read.
  static func operate(_ home: Home) async throws {
    let ha = home.ha
    for (option, word) in [("on", 2), ("off", 0), ("auto", 1)] {
      try await ha.call("select/select_option", ["entity_id": "select.inverter_1_aux", "option": option])
      #expect(try await ha.wait("select.inverter_1_aux", option)?.state == option)
      #expect(home.register(Self.aux) == UInt16(word))
    }
    for (service, state, word) in [("turn_on", "on", 1), ("turn_off", "off", 0)] {
      try await ha.call("switch/\(service)", ["entity_id": "switch.inverter_2_charger"])
      #expect(try await ha.wait("switch.inverter_2_charger", state)?.state == state)
      #expect(home.register(Self.charger) == UInt16(word))
    }
    try await ha.call(
      "mqtt/publish",
      [
        "topic": "mate3/system_control/0/set_ags_op_mode/set",
        "payload": #"{"value":"on","for_s":3,"id":"charge the battery"}"#,
      ])
    #expect(try await ha.wait("select.mate3s_generator", "on")?.state == "on")
    #expect(try await ha.wait("select.mate3s_generator", "off")?.state == "off")
    #expect(home.register(Self.generator) == 0)

    let number = "number.charge_controller_4_absorb_voltage"
    let shown = try #require(try await ha.state(number))
    #expect(shown.attributes.min == 50 && shown.attributes.max == 59.5)
    // What documents say that an FXR comes with.
    #expect(try await ha.state("number.inverter_1_absorb_voltage")?.attributes.factoryDefault == 57.6)
    try await ha.call("number/set_value", ["entity_id": number, "value": 57.6])
    #expect(try await ha.wait(number, "57.6")?.state == "57.6")
    #expect(home.register(Self.absorb) == 576)
    let outside = try await ha.call("number/set_value", ["entity_id": number, "value": 60])
    #expect(outside.status != 200)
    // Below the float voltage of 55.2 V: within the bounds, and refused by the bridge.
    try await ha.arm("Charge controller 4", "Command", "refused")
    try await ha.call("number/set_value", ["entity_id": number, "value": 54])
    try await home.system.watcher.next(
      "mate3/charge_controller_configuration/4/absorb_volts/set/result", where: { $0.text.contains("cross_field") })
    try await eventually(within: .seconds(10), "the refusal in Home Assistant") {
      try await ha.state("event.charge_controller_4_command_result")?.attributes.code == "cross_field"
    }
    #expect(try await ha.fired("Charge controller 4", "Command", "refused"))
    #expect(try await ha.state(number)?.state == "57.6")
    #expect(home.register(Self.absorb) == 576)

    // Hour and minute in one write; what is no time never gets as far as the bridge.
    let time = "text.mate3s_grid_use_1_weekday_start"
    let writes = home.system.simulator.counters.writes
    try await ha.call("text/set_value", ["entity_id": time, "value": "6:45"])
    #expect(try await ha.wait(time, "06:45")?.state == "06:45")
    #expect(home.register(Self.useStart) == 6 && home.register(Self.useStart + 1) == 45)
    #expect(home.system.simulator.counters.writes == writes + 1)
    let nonsense = try await ha.call("text/set_value", ["entity_id": time, "value": "24:10"])
    #expect(nonsense.status != 200)
  }

  @Test func whatHappensToTheSystemShows() async throws {
    let home = try await Home.start()
    let (ha, simulator, watcher) = (home.ha, home.system.simulator, home.system.watcher)
    let ids = try await ha.enabledIDs()

    // A number that no document lists is announced before it is shown.
    try simulator.apply(.set(address: Self.chargerState, words: [9]))
    let state = try await ha.wait("sensor.charge_controller_3_charger_state", "9")
    #expect(state?.state == "9" && state?.attributes.options?.last == "9")
    let announced = watcher.messages.firstIndex {
      $0.topic.hasSuffix("_charge_controller_3/config") && $0.text.contains("\"9\"")
    }
    let shown = watcher.messages.firstIndex { $0.topic == "mate3/charge_controller/3/charger_state" && $0.text == "9" }
    #expect(try #require(announced) < #require(shown))

    // A fault (note table 8: bit 3 is a low battery).
    try await ha.arm("Inverter 1", "Fault", "began")
    try await ha.arm("Inverter 1", "Fault", "ended")
    try simulator.apply(.set(address: Self.errors, words: [8]))
    let fault = try await ha.wait("binary_sensor.inverter_1_errors", "on")
    #expect(fault?.state == "on" && fault?.attributes.flags == ["low_battery_voltage"])
    try simulator.apply(.set(address: Self.errors, words: [0]))
    #expect(try await ha.wait("binary_sensor.inverter_1_errors", "off")?.state == "off")
    #expect(try await ha.fired("Inverter 1", "Fault", "began"))
    #expect(try await ha.fired("Inverter 1", "Fault", "ended"))

    // The generator starts and stops (note table 21: 0 is stopped, 2 runs).
    try await ha.arm("MATE3S", "Generator", "started")
    try await ha.arm("MATE3S", "Generator", "stopped")
    try simulator.apply(.set(address: Self.generatorState, words: [2]))
    #expect(try await ha.fired("MATE3S", "Generator", "started"))
    try simulator.apply(.set(address: Self.generatorState, words: [0]))
    #expect(try await ha.fired("MATE3S", "Generator", "stopped"))

    // Another device on the port: its readings go on, its controls go, and the reason shows.
    try simulator.apply(.replaceDevice(port: 4, model: "FM100", serial: "NEW"))
    watcher.publish("mate3/bridge/request/rescan", "{}")
    #expect(try await ha.wait("select.charge_controller_4_aux", "unavailable")?.state == "unavailable")
    #expect(try await ha.state("sensor.charge_controller_4_commands")?.state.contains("‘NEW’") == true)
    #expect(try await ha.state("sensor.charge_controller_4_battery_voltage")?.state == "50.7")
    #expect(try await ha.wait("binary_sensor.mate3_bridge_alert", "on")?.state == "on")
    try await eventually(within: .seconds(10), "the event in Home Assistant") {
      try await ha.state("event.mate3_bridge_event")?.attributes.status != nil
    }
    watcher.publish("mate3/bridge/request/trust", #"{"device":"charge_controller","port":4}"#)
    #expect(try await ha.wait("sensor.charge_controller_4_commands", "ready")?.state == "ready")
    #expect(try await ha.state("select.charge_controller_4_aux")?.state == "on")

    // Home Assistant starts again, and is told everything again.
    watcher.clear()
    try await ha.restart()
    try await watcher.next("homeassistant/status", where: { $0.text == "online" })
    try await watcher.next("mate3/charge_controller/3/battery_voltage", within: .seconds(10))
    try await home.settle()
    #expect(try await ha.enabledIDs() == ids)

    // The broker comes back with nothing.
    try await home.system.broker.restart()
    watcher.clear()
    try await watcher.next("mate3/bridge/state", where: { $0.text == "online" }, within: .seconds(20))
    #expect(try await ha.wait("sensor.inverter_1_output_voltage", "236", seconds: 40)?.state == "236")
    try await home.settle()

    // The battery monitor goes for good, and comes back.
    try simulator.apply(.dropBlock(id: 64118, port: nil))
    try simulator.apply(.dropBlock(id: 64119, port: nil))
    watcher.publish("mate3/bridge/request/rescan", "{}")
    try await watcher.next("mate3/flexnet_dc/5/availability", where: { $0.text == "offline" })
    #expect(
      try await ha.wait("sensor.battery_monitor_state_of_charge", "unavailable")?.state == "unavailable")
    watcher.publish("mate3/bridge/request/forget", "{}")
    try await ha.wait("sensor.battery_monitor_state_of_charge", nil)
    #expect(!(try await ha.devices().contains { $0.name == "Battery monitor" }))
    try simulator.apply(.restore)
    watcher.publish("mate3/bridge/request/rescan", "{}")
    #expect(try await ha.wait("sensor.battery_monitor_state_of_charge", "96", seconds: 30)?.state == "96")

    // A charge controller is moved from port 3 to port 9, which makes it another device.
    for address in Self.ports { try simulator.apply(.set(address: address, words: [9])) }
    watcher.publish("mate3/bridge/request/rescan", "{}")
    #expect(
      try await ha.wait("sensor.charge_controller_9_battery_voltage", "50.7", seconds: 30)?.state == "50.7")
    watcher.publish("mate3/bridge/request/forget", "{}")
    try await ha.wait("sensor.charge_controller_3_battery_voltage", nil)
    #expect(!(try await ha.devices().contains { $0.name == "Charge controller 3" }))
    for address in Self.ports { try simulator.apply(.set(address: address, words: [3])) }
    watcher.publish("mate3/bridge/request/rescan", "{}")
    #expect(
      try await ha.wait("sensor.charge_controller_3_battery_voltage", "50.7", seconds: 30)?.state == "50.7")
    watcher.publish("mate3/bridge/request/forget", "{}")
    try await ha.wait("sensor.charge_controller_9_battery_voltage", nil)
    try await home.settle()
    #expect(try await ha.enabledIDs() == ids)

    // Switched off, everything leaves.
    try await home.system.reconfigureBridge(with: ["--home-assistant-discovery", "false"])
    try await ha.wait("sensor.inverter_1_output_voltage", nil)
    try await ha.settle(count: 0)
    #expect(try await ha.devices().isEmpty)
    try await home.stop()
  }
}
