import Derived
import FieldCodec
import Foundation
import Logging
import MessageIO
import RegisterIO
import Registry
import TestSupport
import Testing
import Topics

@testable import Bridge
@testable import HomeAssistant
@testable import Mate3

/// What is announced when, and what becomes of what an earlier run left.
struct DiscoveryTests {
  private let broker = ScriptedBroker()
  private let publisher: StatePublisher
  private let prefix = "homeassistant/device/mate3_00005e005301"

  init() async throws {
    publisher = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3"), publishesHouse: false),
      program: ProgramInfo(version: "1", instance: "i", startedAt: Date(), settings: { [:] }), broker: broker,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await broker.start()
    broker.connect()
    publisher.brokerConnected()
  }

  private func discovery(
    _ policy: CommandPolicy = CommandPolicy(), isOn: Bool = true, publisher: StatePublisher? = nil
  ) -> LiveSystem {
    var settings = DiscoverySettings()
    settings.isOn = isOn
    let state = DiscoveryState(
      settings: settings, policy: policy, version: "1", scheme: TopicScheme(base: "mate3"),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return LiveSystem(
      publisher: publisher ?? self.publisher, settings: PollSettings(), discovery: state, energies: DailyEnergies())
  }

  private func scan(_ discovery: LiveSystem, _ image: SystemImage) {
    let values = image.map.slots.compactMap { slot in
      image.value(ofSlot: slot.index).map { FieldChange(slot: slot.index, value: $0) }
    }
    var cycle = Cycle(system: Cycle.System(layout: image.layout, map: image.map), changes: values)
    cycle.groups = Array(image.map.groups.indices)
    _ = discovery.apply(cycle)
  }

  private func components(_ topic: String) throws -> [String: [String: Any]] {
    let text = try #require(broker.retainedTexts[topic])
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require(object?["components"] as? [String: [String: Any]])
  }

  private var announced: [String] {
    broker.retained.filter { $0.key.hasPrefix("homeassistant/") && !$0.value.payload.isEmpty }.keys.sorted()
  }

  @Test func everyDeviceIsAnnouncedBeforeItsStates() async throws {
    let discovery = discovery()
    scan(discovery, try AnnouncedSystem("home").image)
    #expect(announced.count == 7)
    #expect(!broker.sent.contains { $0.topic.hasPrefix("homeassistant/") && !$0.retain })
    broker.clearSent()
    publisher.repeatAll()
    let kinds = broker.sent.map { $0.topic.hasPrefix("homeassistant/") }
    #expect(kinds == kinds.sorted { $0 && !$1 } && kinds.contains(true) && kinds.contains(false))
  }

  /// What a cycle brings and what follows from it goes out in one piece: entities, values, those of the house, and only
  /// then whether the devices are fresh.
  @Test func aCycleIsHandedOverOnce() async throws {
    let house = StatePublisher(
      settings: StatePublisher.Settings(scheme: TopicScheme(base: "mate3"), publishesObjects: true),
      program: ProgramInfo(version: "1", instance: "i", startedAt: Date(), settings: { [:] }), broker: broker,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    house.brokerConnected()
    let live = discovery(publisher: house)
    let image = try AnnouncedSystem("home").image
    scan(live, image)
    // Silence, and after it a cycle in which everything is news.
    let silent = ContinuousClock.now + .seconds(3600)
    _ = live.look(at: silent)
    #expect(broker.retainedTexts["mate3/charge_controller/3/availability"] == "offline")
    let changes = try ["charger_state", "watts"].map { name in
      let slot = try #require(image.map.slots.first { $0.field.name == name })
      let value = name == "watts" ? FieldValue.number(ScaledDecimal(7, exponent: 0)) : .enumerated(9, nil)
      return FieldChange(slot: slot.index, value: value)
    }
    broker.clearSent()
    let before = broker.sends
    var cycle = Cycle(at: silent, changes: changes)
    cycle.groups = Array(image.map.groups.indices)
    cycle.isLive = true
    _ = live.apply(cycle)
    #expect(broker.sends == before + 1)
    let steps = [
      "\(prefix)_charge_controller_3/config", "mate3/charge_controller/3/watts", "mate3/house/0/solar_power",
      "mate3/charge_controller/3/availability", "mate3/charge_controller/3",
    ]
    #expect(broker.sent.map(\.topic).filter(steps.contains) == steps)
  }

  @Test func withoutMACItWaits() async throws {
    let discovery = discovery()
    let blank = try AnnouncedSystem("home") { words, layout in
      let block = try #require(layout.block(kind: .gateway))
      let range = try #require(block.definition.field("mac_address").flatMap(block.range(of:)))
      for address in range.start..<range.end { words[address] = 0 }
    }
    scan(discovery, blank.image)
    #expect(announced.isEmpty)
    scan(discovery, try AnnouncedSystem("home").image)
    #expect(announced.count == 7)
  }

  @Test func anUnlistedNumberIsAnnouncedOnce() async throws {
    let discovery = discovery()
    let plain = try AnnouncedSystem("home").image
    scan(discovery, plain)
    let slot = try #require(plain.map.slots.first { $0.field.name == "charger_state" })
    broker.clearSent()
    for _ in 0..<2 {
      _ = discovery.apply(Cycle(changes: [FieldChange(slot: slot.index, value: .enumerated(9, nil))]))
    }
    // The entity first, so that it never shows a state that it does not know.
    #expect(
      broker.sent.map(\.topic) == ["\(prefix)_charge_controller_3/config", "mate3/charge_controller/3/charger_state"])
    let state = try components("\(prefix)_charge_controller_3/config")[
      "sensor_mate3_00005e005301_charge_controller_3_charger_state"]
    #expect((state?["options"] as? [String])?.last == "9")
  }

  /// A register that was just written reads 0x8000 for a while on real units; what a gateway that reboots shows for a
  /// moment is no better.
  @Test func anOddMomentChangesNoEntity() async throws {
    let discovery = discovery()
    let plain = try AnnouncedSystem("home").image
    scan(discovery, plain)
    let before = broker.retainedTexts.filter { $0.key.hasPrefix("homeassistant/") }
    broker.clearSent()
    let settling = try AnnouncedSystem("home") { words, layout in
      let block = try #require(layout.blocks.first { $0.definition.name == "radian_inverter_configuration" })
      let mode = try #require(block.definition.field("charger_operating_mode").flatMap(block.range(of:)))
      words[mode.start] = 0x8000
    }
    scan(discovery, settling.image)
    #expect(!broker.sent.contains { $0.topic.hasPrefix("homeassistant/") })
    let odd = try AnnouncedSystem("home") { words, layout in
      for block in layout.blocks where block.definition.kind == .configuration {
        for field in block.definition.fields where field.access == .readWrite && field.type == .uint16 {
          guard let range = block.range(of: field), field.index != block.definition.portFieldIndex,
            words[range.start] != 0xFFFF
          else { continue }
          words[range.start] = 99
        }
      }
    }
    scan(discovery, odd.image)
    #expect(broker.sent.contains { $0.topic.hasPrefix("homeassistant/") })
    scan(discovery, plain)
    #expect(broker.retainedTexts.filter { $0.key.hasPrefix("homeassistant/") } == before)
  }

  @Test func whatTheConfigurationNoLongerAllowsIsRemoved() async throws {
    // As an earlier run with more permissions left it.
    let rich = try AnnouncedSystem("home", policy: .everything(try Registry.embedded()))
    let left = try rich.documents().map { ($0.topic, JSONPayload.bytes($0)) }
    let discovery = discovery()
    discovery.adopt(retained(left))
    scan(discovery, try AnnouncedSystem("home").image)
    let now = try components("\(prefix)_charge_controller_3/config")
    let id = "mate3_00005e005301_charge_controller_configuration_3_absorb_volts"
    #expect(now["number_\(id)"] as? [String: String] == ["platform": "number"])
    #expect(now["sensor_\(id)"]?["unique_id"] as? String == id)
  }

  private func retained(_ left: [(String, [UInt8])]) -> [InboundMessage] {
    left.map { InboundMessage(topic: $0, payload: $1, isRetained: true) }
  }

  /// The order of what the broker hands over and of the first scan is left to chance.
  @Test(arguments: [true, false])
  func leftoversAreJudged(isScannedFirst: Bool) async throws {
    let scheme = TopicScheme(base: "mate3")
    func message(_ id: String, _ device: String, base: String = "mate3") -> (String, [UInt8]) {
      let text = """
        {"availability":[{"topic":"\(base)/bridge/state"},{"topic":"\(base)/\(device)/availability"}],
        "components":{"sensor_x":{"platform":"sensor","unique_id":"x"}},"device":{"identifiers":"\(id)"},
        "origin":{"name":"mate3"}}
        """
      return ("homeassistant/device/\(id)/config", Array(text.utf8))
    }
    let gone = message("mate3_00005e005301_charge_controller_9", "charge_controller/9")
    let replaced = message("mate3_00005e00ffff_charge_controller_3", "charge_controller/3")
    let other = message("mate3_00005e00eeee_charge_controller_3", "charge_controller/3", base: "cabin")
    let discovery = discovery()
    let image = try AnnouncedSystem("home").image
    if isScannedFirst { scan(discovery, image) }
    discovery.adopt(retained([gone, replaced, other]))
    if !isScannedFirst { scan(discovery, image) }
    // Another gateway's under our base goes at once; what may only be away waits; what is not ours is never touched.
    #expect(broker.sent.contains { $0.topic == replaced.0 && $0.payload.isEmpty && $0.retain })
    #expect(!broker.sent.contains { $0.topic == gone.0 && $0.payload.isEmpty })
    publisher.forget(all: true)
    #expect(broker.sent.contains { $0.topic == gone.0 && $0.payload.isEmpty })
    #expect(!broker.sent.contains { $0.topic == other.0 })
    #expect(LeftDocument(topic: gone.0, payload: gone.1, prefix: "homeassistant", scheme: scheme) != nil)
  }

  @Test func aForgottenDeviceIsWithdrawnBeforeItsStatesAreCleared() async throws {
    let discovery = discovery()
    scan(discovery, try AnnouncedSystem("ten_devices").image)
    let ten = "homeassistant/device/mate3_00005e005310"
    #expect(announced.contains("\(ten)_flexnet_dc_10/config"))
    broker.clearSent()
    scan(discovery, try withoutBatteryMonitor().image)
    #expect(announced.contains("\(ten)_flexnet_dc_10/config"))
    let now = ContinuousClock.now
    publisher.forget(all: true, at: now)
    publisher.forget(all: false, at: now + .seconds(2))
    // Home Assistant removes the entities in its own time; an empty state meanwhile is an error to it.
    #expect(broker.sent.filter { $0.payload.isEmpty }.map(\.topic) == ["\(ten)_flexnet_dc_10/config"])
    publisher.forget(all: false, at: now + .seconds(4))
    let cleared = broker.sent.filter { $0.payload.isEmpty }.map(\.topic)
    #expect(cleared.contains("mate3/flexnet_dc/10/availability") && cleared.count > 1)
  }

  @Test func anotherGatewayIsAnotherSystem() async throws {
    let discovery = discovery()
    scan(discovery, try AnnouncedSystem("home").image)
    scan(discovery, try AnnouncedSystem("ten_devices").image)
    #expect(announced.count == 12 && announced.allSatisfy { $0.contains("mate3_00005e005310") })
    #expect(broker.sent.filter { $0.topic.hasPrefix(prefix) && $0.payload.isEmpty }.count == 7)
  }

  @Test func aDeviceThatLeftTakesNoCommands() async throws {
    let device = DeviceKey(name: "flexnet_dc_configuration", port: 10)
    let topic = "mate3/flexnet_dc_configuration/10/commands"
    let discovery = discovery()
    scan(discovery, try AnnouncedSystem("ten_devices").image)
    publisher.setCommandStates([device: nil])
    #expect(broker.retainedTexts[topic] == #"{"reason":null,"state":"online"}"#)
    scan(discovery, try withoutBatteryMonitor().image)
    publisher.setCommandStates([:])
    #expect(broker.retainedTexts[topic]?.contains(#""state":"offline""#) == true)
  }

  /// The ten devices' gateway, the battery monitor missing.
  private func withoutBatteryMonitor() throws -> AnnouncedSystem {
    try AnnouncedSystem("ten_devices") { words, layout in
      let block = try #require(layout.blocks.first { $0.definition.name == "flexnet_dc" })
      words[block.address] = 0xFFFF
      words[block.address + 1] = 0
    }
  }

  @Test func switchedOffItTakesBackItsOwn() async throws {
    let left = try AnnouncedSystem("home").documents().map { ($0.topic, JSONPayload.bytes($0)) }
    let discovery = discovery(isOn: false)
    discovery.adopt(retained(left))
    scan(discovery, try AnnouncedSystem("home").image)
    #expect(announced.isEmpty)
    #expect(Set(broker.sent.filter { $0.payload.isEmpty }.map(\.topic)) == Set(left.map(\.0)))
  }

  @Test func severalBirthsAreAnsweredOnce() async throws {
    let discovery = discovery()
    scan(discovery, try AnnouncedSystem("home").image)
    broker.clearSent()
    for _ in 0..<20 { publisher.homeAssistantStarted() }
    #expect(broker.sent.isEmpty)
    let topic = "\(prefix)/config"
    try await eventually(within: .seconds(10), "everything again") {
      broker.sent.contains { $0.topic == "mate3/bridge/state" }
    }
    publisher.stop()
    #expect(broker.sent.count { $0.topic == topic } == 1)
  }
}
