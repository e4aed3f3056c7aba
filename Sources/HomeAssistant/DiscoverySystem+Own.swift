import Mate3
import Topics

/// The devices that are no hardware: the bridge itself, and the house with what is worked out of all devices.
extension DiscoverySystem {
  func bridge(_ mac: String) -> DiscoveryDocument {
    let identifier = "mate3_\(mac)_bridge"
    func make(
      _ platform: Component.Platform, _ name: String, _ id: String, _ set: (inout Component) -> Void
    ) -> Component {
      var component = Component(platform, "\(identifier)_\(id)", name)
      component.category = .diagnostic
      component.icon = Icon.of(id)
      set(&component)
      return component
    }
    let components = [
      make(.binarySensor, "Connection", "connection") {
        $0.stateTopic = scheme.bridgeState
        $0.deviceClass = "connectivity"
        $0.payloadOn = "online"
        $0.payloadOff = "offline"
        // The one entity that must tell that the bridge is gone.
        $0.availability = []
      },
      make(.sensor, "Gateway", "gateway") {
        $0.stateTopic = scheme.bridgeInfo
        $0.valueTemplate = Template.key("gateway.state")
        $0.deviceClass = "enum"
        $0.options = ["online", "silent", "clock_stopped"]
      },
      make(.binarySensor, "Alert", "alert") {
        $0.stateTopic = scheme.bridgeAlerts
        $0.valueTemplate = "{{ 'OFF' if value == '[]' else 'ON' }}"
        $0.deviceClass = "problem"
        $0.attributesTopic = scheme.bridgeAlerts
        $0.attributesTemplate = "{{ {'alerts': value | from_json if value[:1] == '[' else []} | tojson }}"
      },
      make(.event, "Event", "event") {
        $0.stateTopic = scheme.bridgeEvent
        $0.valueTemplate = Template.event
        $0.eventTypes = eventKinds
      },
      make(.button, "Rescan", "rescan") {
        $0.commandTopic = "\(scheme.base)/bridge/request/rescan"
        $0.payloadPress = "{}"
      },
      make(.sensor, "Started", "started") {
        $0.stateTopic = scheme.bridgeInfo
        $0.valueTemplate = Template.key("started_at")
        $0.deviceClass = "timestamp"
        $0.isEnabled = false
      },
      make(.sensor, "Clock drift", "clock_drift") {
        $0.stateTopic = scheme.bridgeInfo
        $0.valueTemplate = Template.key("gateway.clock_drift")
        $0.deviceClass = "duration"
        $0.unit = "s"
      },
      make(.sensor, "Failed readings", "failures") {
        $0.stateTopic = scheme.bridgeInfo
        $0.valueTemplate = Template.key("gateway.counters.failures")
        $0.stateClass = "total_increasing"
        $0.isEnabled = false
      },
      make(.sensor, "Dropped messages", "dropped") {
        $0.stateTopic = scheme.bridgeInfo
        $0.valueTemplate = Template.key("dropped_messages")
        $0.stateClass = "total_increasing"
        $0.isEnabled = false
      },
    ]
    return DiscoveryDocument(
      topic: topic(identifier),
      device: DiscoveryDocument.Device(
        identifier: identifier, name: named("MATE3 bridge"), manufacturer: Self.manufacturer,
        model: "mate3, MQTT bridge",
        firmware: version,
        link: link),
      version: version, availability: [.init(scheme.bridgeState)], components: components, owner: nil)
  }

  /// Nil when nothing is computed.
  func house(_ mac: String) -> DiscoveryDocument? {
    guard let owner = computed.first?.device else { return nil }
    let identifier = "mate3_\(mac)_house"
    let components = computed.map { value in
      var component = Component(.sensor, "\(identifier)_\(value.field)", value.title)
      component.stateTopic = scheme.state(value.device, value.field)
      component.unit = value.unit
      component.deviceClass = value.deviceClass
      component.stateClass = value.stateClass
      component.precision = value.decimals
      component.options = value.options
      component.icon = Icon.of(value.field)
      component.isEnabled = value.field != "generator_energy_today" || hasGeneratorInput
      return component
    }
    return DiscoveryDocument(
      topic: topic(identifier),
      device: DiscoveryDocument.Device(
        identifier: identifier, name: named("House"), manufacturer: Self.manufacturer, model: "Totals of all devices",
        firmware: version,
        via: PhysicalDevice.gatewayIdentifier(mac)),
      version: version,
      availability: [.init(scheme.bridgeState), .init(scheme.availability(owner))],
      components: Self.distinct(components), owner: owner)
  }
}
