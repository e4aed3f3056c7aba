import FieldCodec
import Foundation
import Mate3
import RegisterIO
import Registry
import TestSupport
import Testing
import Topics

@testable import HomeAssistant

/// Which entity a field becomes.
struct EntityTests {
  private func component(_ topic: String, in announced: AnnouncedSystem) throws -> Component? {
    try announced.components().first { $0.stateTopic == "mate3/\(topic)" && $0.platform != .event }
  }

  @Test func aMeasureHasClassUnitAndPrecision() throws {
    let voltage = try #require(try component("charge_controller/3/battery_voltage", in: AnnouncedSystem("home")))
    #expect(voltage.platform == .sensor && voltage.deviceClass == "voltage" && voltage.unit == "V")
    #expect(voltage.stateClass == "measurement" && voltage.precision == 1 && voltage.category == nil)
    let energy = try #require(try component("charge_controller/3/todays_kwh", in: AnnouncedSystem("home")))
    #expect(energy.deviceClass == "energy" && energy.stateClass == "total_increasing")
    let net = try #require(try component("flexnet_dc/5/todays_net_battery_kwh", in: AnnouncedSystem("home")))
    #expect(net.deviceClass == "energy" && net.stateClass == nil)
    let charge = try #require(try component("flexnet_dc/5/state_of_charge", in: AnnouncedSystem("home")))
    #expect(charge.deviceClass == "battery")
  }

  /// Note table 11: AUX has three states, the charger of a Radian two.
  @Test func operationalControlsAreThereByDefaultAndNoOthers() throws {
    let registry = try Registry.embedded()
    for name in AnnouncedSystem.all {
      let announced = try AnnouncedSystem(name)
      for component in try announced.components() {
        #expect(component.platform != .number, "\(component.key)")
        guard let topic = component.commandTopic,
          case .command(let device, let field) = announced.system.scheme.parse(topic)
        else { continue }
        let definition = registry.block(named: device.name)?.field(field)
        if component.platform == .button {
          #expect(component.payloadPress == "stop_eq_charge")
        } else {
          #expect(definition?.command?.standard == .operational, "\(topic)")
          #expect(definition?.labelDoubt == nil, "\(topic)")
        }
      }
    }
    let home = try AnnouncedSystem("home")
    let aux = try #require(try component("radian_inverter_configuration/1/aux_control", in: home))
    #expect(aux.platform == .select && aux.options == ["off", "auto", "on"])
    #expect(aux.availability?.map(\.topic).last == "mate3/radian_inverter_configuration/1/commands")
    let charger = try #require(try component("radian_inverter_configuration/1/charger_operating_mode", in: home))
    #expect(charger.platform == .toggle && charger.payloadOn == "bulk_and_float" && charger.payloadOff == "off")
  }

  @Test func withoutPermissionNothingCommands() throws {
    let components = try AnnouncedSystem("home", policy: CommandPolicy(classes: [])).components()
    #expect(components.compactMap(\.commandTopic) == ["mate3/bridge/request/rescan"])
  }

  @Test func aSetpointWithBoundsIsANumber() throws {
    var policy = CommandPolicy(classes: [.operational, .setpoint])
    let name = "charge_controller_configuration.absorb_volts"
    let topic = "charge_controller_configuration/3/absorb_volts"
    let documented = try #require(try component(topic, in: AnnouncedSystem("home", policy: policy)))
    #expect(documented.platform == .number && documented.minimum == 44 && documented.maximum == 64)
    let closed = "charge_controller_configuration/3/eq_volts"
    #expect(try component(closed, in: AnnouncedSystem("home", policy: policy))?.platform == .sensor)
    policy.limits[name] = .init(minimum: ScaledDecimal("50"), maximum: ScaledDecimal("59.5"))
    let number = try #require(try component(topic, in: AnnouncedSystem("home", policy: policy)))
    #expect(number.platform == .number && number.minimum == 50 && number.maximum == 59.5 && number.step == 0.1)
    #expect(number.category == .config && number.unit == "V")
    // What stands there now lies above: it can be shown only by a number that reaches so far.
    policy.limits[name] = .init(minimum: ScaledDecimal("50"), maximum: ScaledDecimal("51"))
    let wide = try #require(try component(topic, in: AnnouncedSystem("home", policy: policy)))
    #expect((wide.maximum ?? 0) > 51)
  }

  /// Why a setting can't be changed from here, and what the device came with.
  @Test func aSettingSaysWhyItIsNotCommandable() throws {
    let topic = "radian_inverter_configuration/1/absorb_volts"
    let closed = try #require(try component(topic, in: AnnouncedSystem("home")))
    #expect(closed.platform == .sensor && closed.attributesTopic == closed.stateTopic)
    #expect(
      closed.attributesTemplate
        == "{{ {'factory_default': 57.6, 'not_commandable': 'not allowed; commands.allow or commands.fields of the "
        + "bridge would open it'} | tojson }}")
    let open = CommandPolicy(classes: [.operational, .setpoint])
    let number = try #require(try component(topic, in: AnnouncedSystem("home", policy: open)))
    #expect(number.platform == .number && number.attributesTemplate == "{{ {'factory_default': 57.6} | tojson }}")
    // No document bounds it.
    let unbounded = try #require(
      try component("charge_controller_configuration/3/eq_volts", in: AnnouncedSystem("home", policy: open)))
    #expect(
      unbounded.attributesTemplate == "{{ {'not_commandable': 'no limits; see commands.limits'} | tojson }}")
    let calibration = try #require(
      try component("charge_controller_configuration/3/battery_voltage_calibrate_offset", in: AnnouncedSystem("home")))
    #expect(calibration.attributesTemplate?.contains("commands.fields of the bridge would open it") ?? false)
    // What nothing opens has nothing to say, and neither have measurements.
    for topic in ["charge_controller/3/battery_voltage", "charge_controller_configuration/3/model_number"] {
      #expect(try component(topic, in: AnnouncedSystem("home"))?.attributesTemplate == nil, "\(topic)")
    }
  }

  /// What the battery does not bear can't be set from here either.
  @Test func aNumberKeepsToTheBattery() throws {
    func given(_ low: String, _ high: String) throws -> BatteryProfile.Given<ClosedRange<ScaledDecimal>> {
      .init(try #require(ScaledDecimal(low))...#require(ScaledDecimal(high)), source: "profile")
    }
    func policy(nominal: Int64, absorb low: String = "56.0", to high: String = "58.4") throws -> CommandPolicy {
      CommandPolicy(
        classes: [.operational, .setpoint],
        battery: BatteryProfile(
          nominal: .init(nominal, source: "profile"), chemistry: .init(.lifepo4, source: "profile"),
          absorb: try given(low, high), float: try given("53.6", "54.4")))
    }
    let absorb = "radian_inverter_configuration/1/absorb_volts"
    let number = try #require(try component(absorb, in: AnnouncedSystem("home", policy: policy(nominal: 48))))
    #expect(number.platform == .number && number.minimum == 56 && number.maximum == 58.4)
    // The first and the last of the steps that the device keeps, though the data sheet has others.
    let between = try #require(
      try component(
        absorb, in: AnnouncedSystem("home", policy: policy(nominal: 48, absorb: "56.1", to: "58.7"))))
    #expect(between.minimum == 56.4 && between.maximum == 58.4 && between.step == 0.4)
    // What stands there now, above, is a step as well.
    let below = try #require(
      try component(
        absorb, in: AnnouncedSystem("home", policy: policy(nominal: 48, absorb: "54.1", to: "54.9"))))
    #expect(below.minimum == 54.4 && below.step == 0.4)
    let steps = ((below.maximum ?? 0) - 54.4) / 0.4
    #expect(steps >= 1 && abs(steps - steps.rounded()) < 1e-6, "\(below.maximum ?? 0)")
    // The profile opens what no document bounds.
    let equalise = try #require(
      try component(
        "charge_controller_configuration/3/eq_volts", in: AnnouncedSystem("home", policy: policy(nominal: 48))))
    #expect(equalise.platform == .number && equalise.minimum == 56)
    // One for another system gives no bounds.
    let other = try #require(try component(absorb, in: AnnouncedSystem("home", policy: policy(nominal: 60))))
    #expect(other.platform == .sensor)
    #expect(other.attributesTemplate?.contains("the battery profile is for another system voltage") ?? false)
    // Nor are charger currents open, whatever the profile says of them.
    let current = try component(
      "charge_controller_configuration/3/bulk_current", in: AnnouncedSystem("home", policy: policy(nominal: 60)))
    #expect(current?.platform == .sensor)
  }

  /// On a 24 V FX and a 48 V FXR, with the steps of each.
  @Test func aNumberHasTheDocumentedRangeAndStep() throws {
    let policy = CommandPolicy(classes: [.operational, .setpoint])
    let (fx, home) = (try AnnouncedSystem("fx", policy: policy), try AnnouncedSystem("home", policy: policy))
    let small = try #require(try component("fx_inverter_configuration/1/float_volts", in: fx))
    #expect(small.platform == .number && small.minimum == 24 && small.maximum == 30 && small.step == 0.2)
    let large = try #require(try component("radian_inverter_configuration/1/float_volts", in: home))
    #expect(large.platform == .number && large.minimum == 44 && large.maximum == 64 && large.step == 0.4)
    // A 230 V model, of which no document has the AC input limits.
    let limit = try component("radian_inverter_configuration/1/grid_ac_input_current_limit", in: home)
    #expect(limit?.platform == .sensor)
  }

  /// Write-only registers read 0; `control_status` shows what they did (note table 22, spreadsheet rows 838 to 852).
  @Test func writeOnlyControlsShowTheStatusBits() throws {
    let policy = CommandPolicy(classes: [.operational, .setpoint])
    let components = try AnnouncedSystem("home", policy: policy).components()
    let use = try #require(components.first { $0.commandTopic == "mate3/system_control/0/inverter_ac_drop_use/set" })
    #expect(use.platform == .toggle && use.stateTopic == "mate3/system_control/0/control_status")
    #expect(
      use.valueTemplate
        == "{{ 'None' if value == 'None' else 'use' if '\"inverter_ac_input_use\"' in value else "
        + "'drop' if '\"inverter_ac_input_use\"' not in value else 'None' }}")
    let mode = try #require(components.first { $0.commandTopic == "mate3/system_control/0/set_inverter_mode/set" })
    #expect(mode.platform == .select && mode.options == ["off", "search", "on"])
    let buttons = components.filter { $0.commandTopic == "mate3/system_control/0/bulk_charge_enable_disable/set" }
    #expect(buttons.map(\.payloadPress) == ["start_bulk", "stop_bulk", "start_eq_charge", "stop_eq_charge"])
  }

  @Test func aNumberThatNoDocumentListsBecomesAnOption() throws {
    func change(_ field: String, _ number: UInt16) -> (inout [Int: UInt16], SystemLayout) throws -> Void {
      { words, layout in
        let parts = field.split(separator: ".").map(String.init)
        let block = try #require(layout.blocks.first { $0.definition.name == parts[0] })
        let range = try #require(block.definition.field(parts[1]).flatMap(block.range(of:)))
        words[range.start] = number
      }
    }
    let state = try AnnouncedSystem("home", change: change("charge_controller.charger_state", 9))
    #expect(
      try component("charge_controller/3/charger_state", in: state)?.options
        == ["silent", "float", "bulk", "absorb", "eq", "9"])
    // A switch stays a switch, which is unknown while something else stands there.
    let charger = try AnnouncedSystem(
      "home", change: change("radian_inverter_configuration.charger_operating_mode", 7))
    let toggle = try component("radian_inverter_configuration/1/charger_operating_mode", in: charger)
    #expect(toggle?.platform == .toggle)
    #expect(toggle?.valueTemplate == "{{ value if value in ['bulk_and_float', 'off'] else 'None' }}")
  }

  @Test func onlyNewsAsksForAnotherAnnouncement() throws {
    let announced = try AnnouncedSystem("home")
    let layout = announced.system.layout
    let block = try #require(layout.block(DeviceKey(name: "charge_controller", port: 3)))
    let field = try #require(block.definition.field("charger_state"))
    let place = FieldPlace(field, of: block)
    var seen = announced.system.observations
    let news = [.enumerated(2, field.enumeration?.entry(2)), .enumerated(9, nil), .enumerated(9, nil), .notImplemented]
      .map { seen.observe($0, of: field, at: place) }
    #expect(news == [false, true, false, false])
    for number in 100..<1000 { seen.observe(.enumerated(number, nil), of: field, at: place) }
    #expect(seen.numbers[place]?.count == Observations.numberLimit)
  }

  /// Every second is another number of the gateway's clock.
  @Test func theClockIsNoNews() throws {
    let announced = try AnnouncedSystem("home")
    let block = try #require(announced.system.layout.block(kind: .gateway))
    let field = try #require(block.definition.field("second"))
    var seen = announced.system.observations
    let news = (0..<60).map {
      seen.observe(.number(ScaledDecimal($0)), of: field, at: FieldPlace(field, of: block))
    }
    #expect(!news.contains(true))
    #expect(!(try announced.components().contains { $0.stateTopic == "mate3/gateway/0/second" }))
  }

  @Test func faultsAreProblems() throws {
    let components = try AnnouncedSystem("home").components()
    let errors = components.filter { $0.stateTopic == "mate3/single_phase_radian_inverter/1/error_flags" }
    // One for any, and one for each of the eight documented bits (note table 8).
    #expect(errors.count == 9 && errors.allSatisfy { $0.deviceClass == "problem" && $0.platform == .binarySensor })
    #expect(errors.filter(\.isEnabled).map(\.name) == ["Errors"])
  }

  @Test func measuredPowersAreInWattsAndInstantsAreInstants() throws {
    let home = try AnnouncedSystem("home")
    let power = try #require(try component("single_phase_radian_inverter/1/load_kw", in: home))
    #expect(power.unit == "W" && power.precision == 0 && power.valueTemplate == Template.watts)
    let instant = try #require(try component("flexnet_dc/5/todays_minimum_battery_time", in: home))
    #expect(instant.deviceClass == "timestamp" && instant.unit == nil && instant.stateClass == nil)
    for name in AnnouncedSystem.all {
      let powers = try AnnouncedSystem(name).components().filter { $0.deviceClass == "power" && $0.isEnabled }
      #expect(Set(powers.map(\.unit)) == ["W"], "\(name)")
    }
  }

  /// FXR and Radian answer with the same block, and only the Radian has an input for a generator.
  @Test func anInputThatIsMissingIsNotEnabled() throws {
    for (model, expected) in [("VFXR3048E", false), ("GS8048A", true)] {
      let system = try AnnouncedSystem("home") { words, layout in
        for block in layout.blocks where block.definition.name == "radian_inverter_configuration" {
          let range = try #require(block.definition.field("model_number").flatMap(block.range(of:)))
          let bytes = Array(model.utf8) + Array(repeating: 0, count: range.count * 2 - model.utf8.count)
          for index in 0..<range.count {
            words[range.start + index] = UInt16(bytes[index * 2]) << 8 | UInt16(bytes[index * 2 + 1])
          }
        }
      }
      for field in ["ac2_buy_kwh", "ac2_sell_kwh"] {
        let energy = try #require(try component("single_phase_radian_inverter/1/\(field)", in: system))
        #expect(energy.isEnabled == expected, "\(model) \(field)")
      }
      #expect(try component("single_phase_radian_inverter/1/ac1_buy_kwh", in: system)?.isEnabled == true)
    }
  }

  /// Every setpoint is there where the class is open; enabled are those that owners change, and what is opened by name.
  @Test func ofTheSettingsThoseThatAreUsedAreEnabled() throws {
    var policy = CommandPolicy(classes: [.operational, .setpoint])
    let topics = ["absorb_volts", "aux_vent_fan_volts"].map { "charge_controller_configuration/3/\($0)" }
    for topic in topics {
      let name = topic.replacing("/3/", with: ".")
      policy.limits[name] = .init(minimum: ScaledDecimal("40"), maximum: ScaledDecimal("64"))
    }
    func enabled() throws -> [Bool] {
      let home = try AnnouncedSystem("home", policy: policy)
      return try topics.map { try #require(try component($0, in: home)).isEnabled }
    }
    #expect(try enabled() == [true, false])
    policy.fields = ["charge_controller_configuration.aux_vent_fan_volts"]
    #expect(try enabled() == [true, true])
    // What can only be looked at is a matter for the installer.
    policy = CommandPolicy()
    #expect(try enabled() == [false, false])
  }

  @Test func everyDeviceHasTriggersOfItsOwn() throws {
    for name in AnnouncedSystem.all {
      for document in try AnnouncedSystem(name, policy: .everything(try Registry.embedded())).documents() {
        let triggers = document.components.filter { $0.platform == .trigger }.map { "\($0.name) \($0.happening ?? "")" }
        #expect(Set(triggers).count == triggers.count, "\(name) \(document.device.name): \(triggers)")
      }
    }
    let fault = try #require(
      try AnnouncedSystem("home").components().first {
        $0.uniqueID == "mate3_00005e005301_charge_controller_configuration_3_fault_began"
      })
    #expect(fault.triggerPayload == "fault_began charge_controller_configuration/3")
  }

  @Test func nothingPrivateIsAnnounced() throws {
    let registry = try Registry.embedded()
    let hidden = registry.blocks.flatMap(\.fields).filter { $0.privacy != .shared }.map(\.name)
    for name in AnnouncedSystem.all {
      let policy = CommandPolicy.everything(registry)
      for component in try AnnouncedSystem(name, policy: policy).components() {
        let topics = [component.stateTopic, component.commandTopic].compactMap { $0 }
        #expect(!topics.contains { topic in hidden.contains { topic.contains("/\($0)") } }, "\(component.key)")
      }
    }
  }

  @Test func whatIsGoneIsRemovedUnderItsPlatform() throws {
    var document = try #require(try AnnouncedSystem("home").documents().first)
    document.removed = ["number_x": .number]
    let object = try JSONSerialization.jsonObject(with: Data(JSONPayload.bytes(document))) as? [String: Any]
    let components = object?["components"] as? [String: [String: Any]]
    #expect(components?["number_x"] as? [String: String] == ["platform": "number"])
  }
}
