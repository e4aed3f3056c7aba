/// One entity, as a device's discovery message describes it. The names of the keys are those of Home Assistant's MQTT
/// documentation, section "MQTT discovery".
package struct Component: Sendable, Hashable {
  package enum Platform: String, Sendable, Hashable, Codable {
    case sensor, number, select, button, event, text
    case binarySensor = "binary_sensor"
    case toggle = "switch"
    /// No entity, but a trigger for automations of its device.
    case trigger = "device_automation"
  }

  package enum Category: String, Sendable, Hashable, Encodable {
    case config, diagnostic
  }

  /// A topic that must say `online` for the entity to be available.
  package struct Availability: Sendable, Hashable {
    package let topic: String
    /// Takes the state out of the payload; nil when the payload is the state.
    package let template: String?

    package init(_ topic: String, template: String? = nil) {
      self.topic = topic
      self.template = template
    }
  }

  package let platform: Platform
  package let uniqueID: String
  /// Without the device's name, which Home Assistant puts before it.
  package var name: String
  package var category: Category?
  package var isEnabled = true
  package var stateTopic: String?
  package var valueTemplate: String?
  package var commandTopic: String?
  package var deviceClass: String?
  package var stateClass: String?
  package var unit: String?
  /// Decimals shown.
  package var precision: Int?
  package var options: [String] = []
  package var eventTypes: [String] = []
  package var payloadOn: String?
  package var payloadOff: String?
  package var payloadPress: String?
  package var minimum: Double?
  package var maximum: Double?
  package var step: Double?
  /// Longest text.
  package var maximumLength: Int?
  /// What a text must look like.
  package var pattern: String?
  /// A name of the Material Design Icons; nil where Home Assistant's own does.
  package var icon: String?
  /// Of a trigger: what happens, shown after the name, and the payload that says so.
  package var happening: String?
  package var triggerPayload: String?
  package var attributesTopic: String?
  package var attributesTemplate: String?
  /// Nil: that of the device.
  package var availability: [Availability]?

  package init(_ platform: Platform, _ uniqueID: String, _ name: String) {
    self.platform = platform
    self.uniqueID = uniqueID
    self.name = name
  }

  /// The component's name within its device's message. It holds the platform, because Home Assistant can remove a
  /// component only under the platform that it had.
  package var key: String { "\(platform.rawValue)_\(uniqueID)" }
}

extension Component.Availability: Encodable {
  private enum CodingKeys: String, CodingKey {
    case topic
    case template = "value_template"
  }
}

extension Component: Encodable {
  private enum CodingKeys: String, CodingKey {
    case platform, name, options, min, max, step, mode, pattern, availability, icon, type, subtype, topic, payload
    case automation = "automation_type"
    case uniqueID = "unique_id"
    case category = "entity_category"
    case isEnabled = "enabled_by_default"
    case stateTopic = "state_topic"
    case valueTemplate = "value_template"
    case commandTopic = "command_topic"
    case deviceClass = "device_class"
    case stateClass = "state_class"
    case unit = "unit_of_measurement"
    case precision = "suggested_display_precision"
    case eventTypes = "event_types"
    case payloadOn = "payload_on"
    case payloadOff = "payload_off"
    case payloadPress = "payload_press"
    case attributesTopic = "json_attributes_topic"
    case attributesTemplate = "json_attributes_template"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(platform, forKey: .platform)
    try container.encode(uniqueID, forKey: .uniqueID)
    if platform == .trigger {
      try container.encode("trigger", forKey: .automation)
      try container.encode(name, forKey: .subtype)
      try container.encodeIfPresent(happening, forKey: .type)
      try container.encodeIfPresent(stateTopic, forKey: .topic)
      try container.encodeIfPresent(triggerPayload, forKey: .payload)
      try container.encodeIfPresent(valueTemplate, forKey: .valueTemplate)
      return
    }
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(category, forKey: .category)
    if !isEnabled { try container.encode(false, forKey: .isEnabled) }
    try container.encodeIfPresent(stateTopic, forKey: .stateTopic)
    try container.encodeIfPresent(valueTemplate, forKey: .valueTemplate)
    try container.encodeIfPresent(commandTopic, forKey: .commandTopic)
    try container.encodeIfPresent(deviceClass, forKey: .deviceClass)
    try container.encodeIfPresent(stateClass, forKey: .stateClass)
    try container.encodeIfPresent(unit, forKey: .unit)
    try container.encodeIfPresent(icon, forKey: .icon)
    try container.encodeIfPresent(precision, forKey: .precision)
    if !options.isEmpty { try container.encode(options, forKey: .options) }
    if !eventTypes.isEmpty { try container.encode(eventTypes, forKey: .eventTypes) }
    try container.encodeIfPresent(payloadOn, forKey: .payloadOn)
    try container.encodeIfPresent(payloadOff, forKey: .payloadOff)
    try container.encodeIfPresent(payloadPress, forKey: .payloadPress)
    try container.encodeIfPresent(minimum, forKey: .min)
    try container.encodeIfPresent(maximumLength.map(Double.init) ?? maximum, forKey: .max)
    try container.encodeIfPresent(step, forKey: .step)
    if platform == .number { try container.encode("box", forKey: .mode) }
    try container.encodeIfPresent(pattern, forKey: .pattern)
    try container.encodeIfPresent(attributesTopic, forKey: .attributesTopic)
    try container.encodeIfPresent(attributesTemplate, forKey: .attributesTemplate)
    try container.encodeIfPresent(availability, forKey: .availability)
  }
}
