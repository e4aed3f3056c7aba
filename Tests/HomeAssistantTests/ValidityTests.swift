import FieldCodec
import Foundation
import Mate3
import Registry
import TestSupport
import Testing
import Topics

@testable import HomeAssistant

/// Every message against what Home Assistant 2025.4 and 2026.2 refuse or warn of
/// (homeassistant/components/mqtt: discovery.py, schemas.py, sensor.py, number.py; sensor/const.py).
struct ValidityTests {
  static let topKeys: Set<String> = ["device", "origin", "components", "availability", "availability_mode"]
  static let deviceKeys: Set<String> = [
    "identifiers", "name", "manufacturer", "model", "serial_number", "sw_version", "via_device", "configuration_url",
  ]
  static let units: [String: Set<String>] = [
    "voltage": ["V", "mV"], "current": ["A", "mA"], "power": ["W", "kW"], "energy": ["Wh", "kWh"],
    "apparent_power": ["VA"], "reactive_power": ["var"], "frequency": ["Hz"], "temperature": ["°C"],
    "duration": ["ms", "s", "min", "h", "d"], "battery": ["%"],
  ]
  static let unitless: Set<String> = ["enum", "problem", "connectivity", "timestamp", "power_factor"]

  static func policies() throws -> [CommandPolicy] {
    [
      CommandPolicy(), CommandPolicy(classes: []), CommandPolicy(classes: [.operational, .setpoint]),
      .everything(try Registry.embedded()),
    ]
  }

  @Test(arguments: AnnouncedSystem.all)
  func everyMessageIsValid(name: String) throws {
    for policy in try Self.policies() {
      for document in try AnnouncedSystem(name, policy: policy).documents() {
        let bytes = JSONPayload.bytes(document)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(Set(object.keys) == Self.topKeys)
        let device = try #require(object["device"] as? [String: Any])
        #expect(Set(device.keys).subtracting(Self.deviceKeys).isEmpty)
        #expect(device.values.allSatisfy { ($0 as? String)?.isEmpty == false })
        #expect((object["origin"] as? [String: String])?["name"] == "mate3")
        let components = try #require(object["components"] as? [String: [String: Any]])
        #expect(components.count == document.components.count)
        for (key, component) in components { try Self.check(key, component) }
      }
    }
  }

  private static func check(_ key: String, _ component: [String: Any]) throws {
    #expect(key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }, "\(key)")
    let platform = try #require(component["platform"] as? String)
    #expect((component["unique_id"] as? String)?.isEmpty == false)
    guard platform != "device_automation" else {
      let needed = ["automation_type", "type", "subtype", "topic", "payload", "value_template"]
      #expect(needed.allSatisfy { (component[$0] as? String)?.isEmpty == false }, "\(key)")
      return
    }
    let name = try #require(component["name"] as? String)
    #expect(!name.isEmpty && name.count <= 60, "\(name)")
    let deviceClass = component["device_class"] as? String
    let unit = component["unit_of_measurement"] as? String
    let stateClass = component["state_class"] as? String
    if let deviceClass {
      if let units = units[deviceClass] {
        #expect(unit.map(units.contains) ?? false, "\(key): \(deviceClass) in \(unit ?? "nothing")")
      } else {
        #expect(unitless.contains(deviceClass) && unit == nil, "\(key): \(deviceClass)")
      }
    }
    let options = component["options"] as? [String]
    if platform == "sensor" {
      #expect(component["entity_category"] as? String != "config", "\(key)")
      #expect((options != nil) == (deviceClass == "enum"), "\(key)")
      if let options { #expect(!options.isEmpty && unit == nil && stateClass == nil, "\(key)") }
      if deviceClass == "energy" { #expect(stateClass != "measurement", "\(key)") }
      if deviceClass == "power" { #expect(stateClass != "total_increasing", "\(key)") }
    }
    if let options { #expect(Set(options).count == options.count, "\(key)") }
    if platform == "number" {
      let minimum = try #require(component["min"] as? Double)
      let maximum = try #require(component["max"] as? Double)
      let step = try #require(component["step"] as? Double)
      #expect(minimum < maximum && step >= 0.001, "\(key)")
    }
    if ["switch", "binary_sensor"].contains(platform), component["value_template"] == nil {
      #expect(component["payload_on"] is String && component["payload_off"] is String, "\(key)")
    }
    if platform != "button" { #expect(component["state_topic"] is String, "\(key)") }
    if ["switch", "select", "number", "button"].contains(platform) {
      #expect(component["command_topic"] is String, "\(key)")
    }
  }

  @Test(arguments: AnnouncedSystem.all)
  func namesAreUniqueWithinTheirDeviceAndDoNotRepeatIt(name: String) throws {
    for policy in try Self.policies() {
      for document in try AnnouncedSystem(name, policy: policy).documents() {
        let names = document.components.filter { $0.platform != .trigger }.map(\.name)
        let doubled = Dictionary(grouping: names) { $0.lowercased() }.filter { $1.count > 1 }.keys
        #expect(doubled.isEmpty, "\(document.device.name): \(doubled)")
        #expect(!names.contains { $0.lowercased().hasPrefix(document.device.name.lowercased() + " ") })
        // A number at the end is the last resort.
        #expect(!names.contains { $0.hasSuffix(" 2") && names.contains(String($0.dropLast(2))) }, "\(names)")
      }
    }
  }

  @Test(arguments: AnnouncedSystem.all)
  func everyTopicIsOneOfTheBridge(name: String) throws {
    for policy in try Self.policies() {
      let announced = try AnnouncedSystem(name, policy: policy)
      let scheme = announced.system.scheme
      let layout = announced.system.layout
      var states: Set<String> = [scheme.bridgeState, scheme.bridgeInfo, scheme.bridgeAlerts, scheme.bridgeEvent]
      for slot in announced.image.map.slots where slot.field.privacy == .shared {
        states.insert(scheme.state(layout.blocks[slot.blockIndex].key, slot.field.name))
      }
      for block in layout.blocks {
        states.formUnion([scheme.availability(block.key), scheme.commands(block.key), scheme.results(block.key)])
      }
      states.formUnion(announced.timeTopics)
      for document in try announced.documents() {
        #expect(document.availability.allSatisfy { states.contains($0.topic) })
        for component in document.components {
          #expect(component.stateTopic.map(states.contains) ?? (component.platform == .button), "\(component.key)")
          #expect(component.attributesTopic.map(states.contains) ?? true)
          #expect((component.availability ?? []).allSatisfy { states.contains($0.topic) })
          guard let topic = component.commandTopic, !topic.contains("/bridge/") else { continue }
          guard case .command(let device, let field) = scheme.parse(topic) else {
            Issue.record("\(topic) is no command")
            continue
          }
          let definition = try #require(layout.block(device)?.definition.target(field))
          #expect(definition.access.isWritable && definition.command?.standard != .never)
        }
      }
    }
  }

  @Test(arguments: AnnouncedSystem.all)
  func optionsHoldEveryLabelAndTheValueOfNow(name: String) throws {
    let announced = try AnnouncedSystem(name)
    var texts: [String: String] = [:]
    var labels: [String: [String]] = [:]
    for slot in announced.image.map.slots {
      let topic = announced.system.scheme.state(announced.system.layout.blocks[slot.blockIndex].key, slot.field.name)
      texts[topic] = announced.image.value(ofSlot: slot.index)?.text
      labels[topic] = slot.field.enumeration?.entries.map(\.label)
    }
    for component in try announced.components() where !component.options.isEmpty && component.valueTemplate == nil {
      let topic = try #require(component.stateTopic)
      #expect(Set(labels[topic] ?? ["?"]).isSubset(of: component.options), "\(topic)")
      if let text = texts[topic], text != "None" { #expect(component.options.contains(text), "\(topic): \(text)") }
    }
  }
}
