import Derived
import Mate3
import Registry

extension ConfigurationNode {
  /// The node as a list: a YAML list, one value, or values separated by commas. Nil after reporting.
  func items(_ key: String, _ context: inout ReadingContext) -> [ConfigurationNode]? {
    guard let node = structuredOrReport(&context) else { return nil }
    switch node.content {
    case .list(let list): return list
    case .empty: return []
    case .text(let text):
      return text.split(separator: ",")
        .map { Self(content: .text($0.trimmingBlanks), place: place) }
    case .mapping:
      context.report(self, "\(key) is a mapping; give a list")
      return nil
    }
  }

  /// The keys and values of a mapping. Nil after reporting.
  func pairs(
    _ key: String, _ advice: String, _ context: inout ReadingContext
  ) -> [(key: ConfigurationNode, value: ConfigurationNode)]? {
    guard let node = structuredOrReport(&context) else { return nil }
    switch node.content {
    case .mapping(let pairs): return pairs
    case .empty: return []
    case .text, .list:
      context.report(self, "\(key) is \(node.kind); \(advice)")
      return nil
    }
  }

  /// The values of a mapping by its known keys; others are reported. Nil after reporting.
  func members(
    _ key: String, known: [String], _ advice: String, _ context: inout ReadingContext
  ) -> [String: ConfigurationNode]? {
    guard let pairs = pairs(key, advice, &context) else { return nil }
    var members: [String: ConfigurationNode] = [:]
    for pair in pairs {
      guard let name = pair.key.text, known.contains(name) else {
        let hint = NearestName.of(pair.key.text ?? "", among: known).map { "did you mean \($0)?" } ?? advice
        context.report(pair.key, "\(pair.key.kind) is unknown in \(key); \(hint)")
        continue
      }
      members[name] = pair.value
    }
    return members
  }

  private func structuredOrReport(_ context: inout ReadingContext) -> Self? {
    do {
      return try structured()
    } catch {
      context.problems += error.problems
      return nil
    }
  }
}

extension Substring {
  var trimmingBlanks: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}

extension ValueKind where Value == Set<CommandClass> {
  static let commandClasses = Self(
    name: "list of `operational`, `setpoint`",
    read: { node, key, context in
      var classes: Value = []
      for item in node.items(key, &context) ?? [] {
        switch item.text {
        case "operational": classes.insert(.operational)
        case "setpoint": classes.insert(.setpoint)
        case "installer":
          context.report(item, "\(key) can't open the class installer; name its fields one by one in commands.fields")
        case "never": context.report(item, "\(key) can't open the class never; nothing can, so take it out")
        default: context.report(item, "\(key) has \(item.kind) in it; give operational, setpoint or both")
        }
      }
      return classes
    }, show: { "[\($0.map(\.rawValue).sorted().joined(separator: ", "))]" })
}

extension ValueKind where Value == [BridgeConfiguration.Device] {
  static let devices = Self(
    name: "list of `{block, port, name}`",
    read: { node, key, context in
      let advice = "give block, port and name of each device"
      var devices: Value = []
      var names: [(node: ConfigurationNode, name: String)] = []
      for item in node.items(key, &context) ?? [] {
        guard
          let members = item.members("a device of \(key)", known: ["block", "port", "name"], advice, &context),
          let block = block(members["block"], item, &context),
          let port = port(members["port"], item, block, &context),
          let name = name(members["name"], item, &context)
        else { continue }
        if let registry = context.registry, let mistake = clash(block, port, name, with: devices, registry) {
          context.report(members["name"] ?? item, mistake)
          continue
        }
        devices.append(BridgeConfiguration.Device(block: block.name, port: port, name: name))
      }
      return devices
    },
    show: { devices in
      "[\(devices.map { "{block: \($0.block), port: \($0.port), name: \($0.name)}" }.joined(separator: ", "))]"
    })

  private static func block(
    _ node: ConfigurationNode?, _ item: ConfigurationNode, _ context: inout ReadingContext
  ) -> BlockDefinition? {
    guard let registry = context.registry else { return nil }
    guard let name = node?.text else {
      context.report(node ?? item, "a device needs its block; give a name such as charge_controller")
      return nil
    }
    guard let block = registry.block(named: name) else {
      let hint = NearestName.of(name, among: registry.blocks.map(\.name)).map { "; did you mean \($0)?" } ?? ""
      context.report(node ?? item, "there is no block ‘\(name.prefix(60))’\(hint)")
      return nil
    }
    if block.kind == .configuration {
      let status = registry.blocks.first { $0.family == block.family && $0.kind == .status }
      context.report(
        node ?? item,
        "‘\(name)’ is named after its device; name \(status?.name ?? "its status block") and it becomes "
          + "<name>_configuration")
      return nil
    }
    return block
  }

  private static func port(
    _ node: ConfigurationNode?, _ item: ConfigurationNode, _ block: BlockDefinition, _ context: inout ReadingContext
  ) -> Int? {
    if block.portFieldIndex == nil {
      if node == nil || node?.text == "0" { return 0 }
      context.report(node ?? item, "\(block.name) has no hub port; leave port out or give 0")
      return nil
    }
    guard let text = node?.text, let port = Int(text), (0...255).contains(port) else {
      context.report(node ?? item, "a \(block.name) needs its hub port; give a whole number as the gateway shows it")
      return nil
    }
    return port
  }

  private static func name(
    _ node: ConfigurationNode?, _ item: ConfigurationNode, _ context: inout ReadingContext
  ) -> String? {
    guard let name = node?.text else {
      context.report(node ?? item, "a device needs a name; use a–z, 0–9 and _")
      return nil
    }
    let isName = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    guard isName, (1...64).contains(name.utf8.count) else {
      context.report(node ?? item, "‘\(name.prefix(60))’ can't stand in a topic; use up to 64 of a–z, 0–9 and _")
      return nil
    }
    guard !["bridge", "availability", "set"].contains(name) else {
      context.report(node ?? item, "‘\(name)’ is taken by the topic scheme; choose another name")
      return nil
    }
    guard name != HouseTotals.device.name else {
      context.report(node ?? item, "‘\(name)’ is the device of the whole system's values; choose another name")
      return nil
    }
    return name
  }

  /// Why the name or place can't be used beside the registry's and the devices before it.
  private static func clash(
    _ block: BlockDefinition, _ port: Int, _ name: String, with devices: Value, _ registry: Registry
  ) -> String? {
    let topics = [name, name + "_configuration"]
    for other in registry.blocks where topics.contains(other.name) {
      return "‘\(name)’ clashes with the register map's \(other.name); choose another name"
    }
    for device in devices {
      if topics.contains(device.name) || device.name + "_configuration" == name {
        return "‘\(name)’ clashes with ‘\(device.name)’ before it; choose another name"
      }
      let family = registry.block(named: device.block)?.family
      if device.port == port, device.block == block.name || (family != nil && family == block.family) {
        return "the \(block.name) at port \(port) is named ‘\(device.name)’ already; keep one name"
      }
    }
    return nil
  }
}
