import FieldCodec
package import Mate3
import Registry
package import Topics

/// All that the discovery messages of one gateway's system are made of.
package struct DiscoverySystem: Sendable {
  package var layout: SystemLayout
  package var observations: Observations
  package var policy: CommandPolicy
  package var scheme: TopicScheme
  /// First level of the discovery topics, as set in Home Assistant.
  package var prefix: String
  /// The owner's name of the gateway, which tells its devices from another one's; nil where there is no other.
  package var name: String?
  /// Version of this program.
  package var version: String
  /// Values that the bridge works out.
  package var computed: [ComputedField]
  /// Kinds of event on `bridge/event`.
  package var eventKinds: [String]
  /// The bridge's own page, or nil.
  package var link: String?

  package init(
    layout: SystemLayout, observations: Observations, policy: CommandPolicy, scheme: TopicScheme, prefix: String,
    name: String? = nil, version: String, computed: [ComputedField] = [], eventKinds: [String] = [],
    link: String? = nil
  ) {
    self.layout = layout
    self.observations = observations
    self.policy = policy
    self.scheme = scheme
    self.prefix = prefix
    self.name = name
    self.version = version
    self.computed = computed
    self.eventKinds = eventKinds
    self.link = link
  }

  /// One message a device: the bridge, the gateway with all that belongs to the whole system, then the devices on the
  /// hub. Nil as long as the gateway shows no MAC, as for a while after it rebooted: under another id everything would
  /// appear a second time.
  package func documents() -> [DiscoveryDocument]? {
    guard let mac else { return nil }
    var documents = [bridge(mac)]
    for group in PhysicalDevice.groups(of: layout) { documents.append(document(group, mac)) }
    if let house = house(mac) { documents.append(house) }
    return documents
  }

  /// The gateway's MAC as twelve digits, or nil when it shows none.
  package var mac: String? {
    guard let gateway = layout.block(kind: .gateway), let text = text("mac_address", of: gateway) else { return nil }
    let digits = text.lowercased().filter(\.isHexDigit)
    return digits.count == 12 && digits.contains { $0 != "0" } ? digits : nil
  }

  /// Of every device, so that Home Assistant lists them together.
  static let manufacturer = "OutBack Power"

  /// Whether an inverter has an input for a generator beside the one for the grid. FXR answer with the block of the Radian,
  /// and have one.
  func hasSecondInput(_ block: PlacedBlock) -> Bool {
    let device = layout.blocks.filter {
      $0.definition.family == block.definition.family && $0.key.port == block.key.port
    }
    return text("model_number", of: device).map { !$0.contains("FXR") } ?? true
  }

  /// Whether any inverter has an input for a generator beside the one for the grid.
  var hasGeneratorInput: Bool {
    layout.blocks.contains { block in
      block.definition.fields.contains { $0.name.hasPrefix("ac2_") } && hasSecondInput(block)
    }
  }

  /// A device's name with that of the gateway before it.
  func named(_ device: String) -> String { name.map { "\($0) \(device)" } ?? device }

  func topic(_ identifier: String) -> String { "\(prefix)/device/\(identifier)/config" }

  func text(_ name: String, of block: PlacedBlock) -> String? {
    guard let field = block.definition.field(name), field.privacy == .shared,
      let value = observations.values[FieldPlace(field, of: block)]
    else { return nil }
    return value.text
  }

  private func document(_ group: PhysicalDevice, _ mac: String) -> DiscoveryDocument {
    let identifier = group.identifier(mac)
    let name = group.name(in: layout, model: group.isGateway ? text("model", of: group.blocks) : nil)
    let firmware = ["major", "mid", "minor"].map { text("\($0)_firmware_number", of: group.blocks) }
    let device = DiscoveryDocument.Device(
      identifier: identifier, name: named(name),
      manufacturer: Self.manufacturer,
      model: text("model_number", of: group.blocks) ?? text("model", of: group.blocks),
      serial: text("serial_number", of: group.blocks),
      firmware: firmware.contains(nil) ? nil : firmware.compactMap { $0 }.joined(separator: "."),
      via: group.isGateway ? nil : PhysicalDevice.gatewayIdentifier(mac), link: link)
    let owner = group.blocks.first?.key
    var components = group.blocks.flatMap { EntityMaker(self, $0, mac).components() }
    let availability: [Component.Availability] =
      [.init(scheme.bridgeState)] + (owner.map { [.init(scheme.availability($0))] } ?? [])
    for index in components.indices {
      components[index].name = Self.short(components[index].name, of: name)
      if components[index].availability == availability { components[index].availability = nil }
      // Home Assistant has icons for what it knows.
      if let known = components[index].deviceClass, known != "enum" { components[index].icon = nil }
    }
    return DiscoveryDocument(
      topic: topic(identifier), device: device, version: version, availability: availability,
      components: Self.distinct(components), owner: owner)
  }

  private func text(_ name: String, of blocks: [PlacedBlock]) -> String? {
    blocks.lazy.compactMap { text(name, of: $0) }.first
  }

  /// Home Assistant puts the device's name before the entity's: what begins with it would be read twice.
  static func short(_ name: String, of device: String) -> String {
    guard name.lowercased().hasPrefix(device.lowercased() + " ") else { return name }
    let rest = name.dropFirst(device.count + 1)
    return rest.prefix(1).uppercased() + rest.dropFirst()
  }

  /// The same components, names used twice told apart by a number. Triggers are told apart by what happens.
  static func distinct(_ components: [Component]) -> [Component] {
    var taken: Set<String> = []
    return components.map { component in
      guard component.platform != .trigger else { return component }
      var component = component
      var number = 2
      let name = component.name
      while !taken.insert(component.name.lowercased()).inserted {
        component.name = "\(name) \(number)"
        number += 1
      }
      return component
    }
  }
}
