package import Mate3

/// The discovery message of one device: published retained on ``topic``, it makes the device and its entities appear
/// in Home Assistant, or brings them up to date.
package struct DiscoveryDocument: Sendable, Hashable {
  /// What Home Assistant shows of the device itself.
  package struct Device: Sendable, Hashable, Encodable {
    /// Never changes while the device is the same.
    package var identifier: String
    package var name: String
    package var manufacturer: String
    package var model: String?
    package var serial: String?
    package var firmware: String?
    /// Identifier of the device that this one is reached through.
    package var via: String?
    /// Page to open.
    package var link: String?

    private enum CodingKeys: String, CodingKey {
      case name, manufacturer, model
      case identifier = "identifiers"
      case serial = "serial_number"
      case firmware = "sw_version"
      case via = "via_device"
      case link = "configuration_url"
    }
  }

  package var topic: String
  package var device: Device
  /// Version of this program.
  package var version: String
  /// Of every component that has none of its own: all must say `online`.
  package var availability: [Component.Availability]
  /// In the order of the register map.
  package var components: [Component]
  /// Components that were announced before and are no more, which Home Assistant has to be told to remove.
  package var removed: [String: Component.Platform] = [:]
  /// The device whose topics this message stands for; it goes when they go.
  package var owner: DeviceKey?

  /// Name of this program in every message.
  package static let origin = "mate3"
}

extension DiscoveryDocument: Encodable {
  private enum CodingKeys: String, CodingKey {
    case device, origin, components, availability
    case mode = "availability_mode"
  }

  private struct Origin: Encodable {
    let name: String
    let version: String

    private enum CodingKeys: String, CodingKey {
      case name
      case version = "sw_version"
    }
  }

  /// A component with its platform and nothing else is removed.
  private enum Entry: Encodable {
    case component(Component)
    case removal(Component.Platform)

    private enum CodingKeys: CodingKey { case platform }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .component(let component): try component.encode(to: encoder)
      case .removal(let platform):
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(platform, forKey: .platform)
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(device, forKey: .device)
    try container.encode(Origin(name: Self.origin, version: version), forKey: .origin)
    try container.encode(availability, forKey: .availability)
    try container.encode("all", forKey: .mode)
    var entries = removed.mapValues(Entry.removal)
    for component in components { entries[component.key] = .component(component) }
    try container.encode(entries, forKey: .components)
  }
}
