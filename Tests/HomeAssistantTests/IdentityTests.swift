import FieldCodec
import Foundation
import Mate3
import RegisterIO
import Registry
import TestSupport
import Testing
import Topics

@testable import HomeAssistant

/// What must stay the same, so that history does.
struct IdentityTests {
  @Test(arguments: AnnouncedSystem.all)
  func idsAreUniqueAndOutliveRenamesAndAnotherBase(name: String) throws {
    let policy = CommandPolicy.everything(try Registry.embedded())
    let plain = try AnnouncedSystem(name, policy: policy)
    let keys = try plain.components().map(\.key)
    #expect(Set(keys).count == keys.count)
    // A policy names fields by their block, so that the names of the owner change nothing else.
    let names = Dictionary(
      uniqueKeysWithValues: plain.system.layout.blocks.filter { $0.definition.kind == .status }
        .map { (DeviceKey(name: $0.definition.name, port: $0.key.port), "own_\($0.key.port)_\($0.index)") })
    let renamed = try AnnouncedSystem(name, policy: policy, names: DeviceNames(names), base: "cabin/solar")
    #expect(try renamed.components().map(\.key) == keys)
    #expect(try renamed.documents().map(\.topic) == plain.documents().map(\.topic))
    #expect(try renamed.documents().map(\.device.identifier) == plain.documents().map(\.device.identifier))
  }

  /// 00-00-5E-00-53-01 is the MAC in the file.
  @Test func idsComeFromMACBlockPortAndField() throws {
    let documents = try AnnouncedSystem("home").documents()
    #expect(
      documents.map(\.topic) == [
        "homeassistant/device/mate3_00005e005301_bridge/config", "homeassistant/device/mate3_00005e005301/config",
        "homeassistant/device/mate3_00005e005301_radian_inverter_1/config",
        "homeassistant/device/mate3_00005e005301_radian_inverter_2/config",
        "homeassistant/device/mate3_00005e005301_charge_controller_3/config",
        "homeassistant/device/mate3_00005e005301_charge_controller_4/config",
        "homeassistant/device/mate3_00005e005301_flexnet_dc_5/config",
      ])
    let controller = documents[4]
    #expect(controller.device.name == "Charge controller 3")
    #expect(controller.device.model == "FM60-150VDC" && controller.device.firmware == "3.3.0")
    #expect(controller.device.via == "mate3_00005e005301")
    let ids = controller.components.map(\.uniqueID)
    #expect(ids.contains("mate3_00005e005301_charge_controller_3_battery_voltage"))
    #expect(ids.contains("mate3_00005e005301_charge_controller_configuration_3_aux_control"))
  }

  @Test func withoutMACNothingIsAnnounced() throws {
    for word: UInt16 in [0, 0xFFFF] {
      let announced = try AnnouncedSystem("home") { words, layout in
        let block = try #require(layout.block(kind: .gateway))
        let range = try #require(block.definition.field("mac_address").flatMap(block.range(of:)))
        for address in range.start..<range.end { words[address] = word }
      }
      #expect(announced.system.documents() == nil)
    }
  }

  @Test func theOwnersNameIsTheDevices() throws {
    let names = DeviceNames([DeviceKey(name: "charge_controller", port: 3): "east_roof"])
    let documents = try AnnouncedSystem("home", names: names).documents()
    #expect(documents.map(\.device.name).contains("East roof"))
    #expect(DiscoverySystem.short("East roof voltage", of: "East roof") == "Voltage")
  }

  /// Names are all that differs: history goes by the ids.
  @Test func theGatewaysNameStandsBeforeEveryDevices() throws {
    var announced = try AnnouncedSystem("home")
    let plain = try announced.documents()
    announced.system.name = "Barn"
    let named = try announced.documents()
    #expect(named.map(\.device.name) == plain.map { "Barn \($0.device.name)" })
    #expect(named.map(\.topic) == plain.map(\.topic) && named.map(\.components) == plain.map(\.components))
  }

  @Test func whatAnEarlierRunLeftIsReadAndNothingOfOthers() throws {
    let scheme = TopicScheme(base: "mate3")
    let document = try #require(try AnnouncedSystem("home").documents().last)
    let bytes = JSONPayload.bytes(document)
    let left = try #require(
      LeftDocument(topic: document.topic, payload: bytes, prefix: "homeassistant", scheme: scheme))
    #expect(left.mac == "00005e005301" && left.isOfThisBase)
    #expect(left.owner == DeviceKey(name: "flexnet_dc", port: 5))
    #expect(left.components == Dictionary(uniqueKeysWithValues: document.components.map { ($0.key, $0.platform) }))
    let other = TopicScheme(base: "cabin")
    #expect(
      LeftDocument(topic: document.topic, payload: bytes, prefix: "homeassistant", scheme: other)?.isOfThisBase == false
    )
    for topic in [
      "homeassistant/device/zigbee2mqtt_1/config", "homeassistant/device/mate3_cabin/config",
      "homeassistant/sensor/mate3_00005e005301/config", "other/device/mate3_00005e005301/config",
    ] {
      #expect(LeftDocument(topic: topic, payload: bytes, prefix: "homeassistant", scheme: scheme) == nil, "\(topic)")
    }
    let foreign = String(decoding: bytes, as: UTF8.self).replacing(
      "\"name\":\"mate3\",\"sw", with: "\"name\":\"x\",\"sw")
    #expect(
      LeftDocument(topic: document.topic, payload: Array(foreign.utf8), prefix: "homeassistant", scheme: scheme) == nil)
  }
}
