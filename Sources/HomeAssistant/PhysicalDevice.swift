import Mate3
import Registry

/// The blocks of one physical device.
struct PhysicalDevice {
  /// What both blocks of the device have in common, nil for the gateway and what acts on the whole system.
  let family: String?
  let port: Int
  private(set) var blocks: [PlacedBlock]

  var isGateway: Bool { family == nil }

  static func gatewayIdentifier(_ mac: String) -> String { "mate3_\(mac)" }

  func identifier(_ mac: String) -> String {
    guard let family else { return Self.gatewayIdentifier(mac) }
    return "mate3_\(mac)_\(family)_\(port)"
  }

  /// The gateway first, then the devices in order of the map.
  static func groups(of layout: SystemLayout) -> [PhysicalDevice] {
    var groups: [PhysicalDevice] = [PhysicalDevice(family: nil, port: 0, blocks: [])]
    for block in layout.blocks where !block.isDuplicate {
      let family = block.definition.family
      let port = family == nil ? 0 : block.key.port
      if let index = groups.firstIndex(where: { $0.family == family && $0.port == port }) {
        groups[index].blocks.append(block)
      } else {
        groups.append(PhysicalDevice(family: family, port: port, blocks: [block]))
      }
    }
    groups[0].blocks.sort { Self.rank($0) < Self.rank($1) }
    return groups.filter { !$0.blocks.isEmpty }
  }

  /// The gateway's own block speaks for the device.
  private static func rank(_ block: PlacedBlock) -> Int {
    switch block.definition.kind {
    case .gateway: 0
    case .system: 1
    case .common: 2
    default: 3 + block.index
    }
  }

  /// The owner's name of the device, else what it is and its port.
  func name(in layout: SystemLayout, model: String?) -> String {
    guard let block = blocks.first else { return "" }
    if block.key.name != block.definition.name {
      let own = block.definition.kind == .configuration ? block.key.name.dropSuffix("_configuration") : block.key.name
      let words = own.split(separator: "_").joined(separator: " ")
      return words.prefix(1).uppercased() + words.dropFirst()
    }
    guard family != nil else { return model ?? Self.title(of: block.definition) }
    let isOnly = !layout.blocks.contains { $0.definition.family == family && $0.key.port != port }
    let title = Self.title(of: block.definition)
    return family == "flexnet_dc" && isOnly ? title : "\(title) \(port)"
  }

  /// What a device is, without its port.
  static func title(of block: BlockDefinition) -> String {
    switch block.family {
    case nil: "MATE3"
    case "flexnet_dc": "Battery monitor"
    case "charge_controller": "Charge controller"
    case "fx_inverter", "radian_inverter": "Inverter"
    default: block.label
    }
  }
}

extension String {
  fileprivate func dropSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
