/// One entity, as a device's discovery message describes it. The names of the keys are those of Home Assistant's MQTT
/// documentation, section "MQTT discovery".
public struct Component: Sendable, Hashable {
  public enum Platform: String, Sendable, Hashable, Codable {
    case sensor, number, select, button, event, text
    case binarySensor = "binary_sensor"
    case toggle = "switch"
  }

  public enum Category: String, Sendable, Hashable, Encodable {
    case config, diagnostic
  }

  /// A topic that must say `online` for the entity to be available.
  public struct Availability: Sendable, Hashable {
    public let topic: String
    /// Takes the state out of the payload; nil when the payload is the state.
    public let template: String?

    public init(_ topic: String, template: String? = nil) {
      self.topic = topic
      self.template = template
    }
  }

  public let platform: Platform
  public let uniqueID: String
  /// Without the device's name, which Home Assistant puts before it.
  public var name: String
  public var category: Category?
  public var isEnabled = true
  public var stateTopic: String?
  public var valueTemplate: String?
  public var commandTopic: String?
  public var deviceClass: String?
  public var stateClass: String?
  public var unit: String?
  /// Decimals shown.
  public var precision: Int?
  public var options: [String] = []
  public var eventTypes: [String] = []
  public var payloadOn: String?
  public var payloadOff: String?
  public var payloadPress: String?
  public var minimum: Double?
  public var maximum: Double?
  public var step: Double?
  /// Longest text.
  public var maximumLength: Int?
  /// What a text must look like.
  public var pattern: String?
  public var attributesTopic: String?
  public var attributesTemplate: String?
  /// Nil: that of the device.
  public var availability: [Availability]?

  public init(_ platform: Platform, _ uniqueID: String, _ name: String) {
    self.platform = platform
    self.uniqueID = uniqueID
    self.name = name
  }

  /// The component's name within its device's message. It holds the platform, because Home Assistant can remove a
  /// component only under the platform that it had.
  public var key: String { "\(platform.rawValue)_\(uniqueID)" }
}

extension Component.Availability: Encodable {
  private enum CodingKeys: String, CodingKey {
    case topic
    case template = "value_template"
  }
}

extension Component: Encodable {
  private enum CodingKeys: String, CodingKey {
    case platform, name, options, min, max, step, mode, pattern, availability
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

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(platform, forKey: .platform)
    try container.encode(uniqueID, forKey: .uniqueID)
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(category, forKey: .category)
    if !isEnabled { try container.encode(false, forKey: .isEnabled) }
    try container.encodeIfPresent(stateTopic, forKey: .stateTopic)
    try container.encodeIfPresent(valueTemplate, forKey: .valueTemplate)
    try container.encodeIfPresent(commandTopic, forKey: .commandTopic)
    try container.encodeIfPresent(deviceClass, forKey: .deviceClass)
    try container.encodeIfPresent(stateClass, forKey: .stateClass)
    try container.encodeIfPresent(unit, forKey: .unit)
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
