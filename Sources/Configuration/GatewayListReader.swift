import Mate3
import Registry

/// Reads the entries of `gateways`, each over what is set for all, and keeps them apart: one client a gateway, and no
/// topic that could be two gateways'.
struct GatewayListReader {
  private let setting: String
  /// What is set for all gateways.
  private let common: BridgeConfiguration
  private var entries: [BridgeConfiguration.GatewayEntry] = []
  private var servers: Set<String> = []
  private var bases: Set<String> = []
  private var names: Set<String> = []
  private var keepsState = false
  /// Every beginning, level by level, of the bases so far.
  private var beginnings: Set<String> = []
  /// The block that each device name stands for so far.
  private var blocks: [String: String] = [:]

  private static let advice = "give host and base of each gateway, as in {host: 192.0.2.8, base: mate3/barn}"

  static func read(
    _ node: ConfigurationNode, _ setting: String, _ context: inout ReadingContext, _ common: BridgeConfiguration
  ) -> [BridgeConfiguration.GatewayEntry] {
    var reader = Self(setting: setting, common: common)
    guard let items = node.items(setting, &context) else { return [] }
    for item in items { reader.readItem(item, &context) }
    return reader.entries
  }

  private init(setting: String, common: BridgeConfiguration) {
    self.setting = setting
    self.common = common
    blocks = Dictionary(common.devices.map { ($0.name, $0.block) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func readItem(_ item: ConfigurationNode, _ context: inout ReadingContext) {
    let known = ConfigurationKey.ofOneGateway
    let sections = ["intervals": "give {live: 5s}", "battery": "give {nominal: 48, chemistry: lifepo4}"]
    let names = known.filter { $0.section == nil }.map(\.name) + ["keeps_state"] + sections.keys.sorted()
    let title = "a gateway of \(setting)"
    let problems = context.problems.count
    guard var members = item.members(title, known: names, Self.advice, &context) else { return }
    if let (host, port) = members["host"]?.hostAndPort {
      if let other = members["port"], !other.isEmpty {
        context.report(other, "\(title) has a port behind its host already; keep one")
      }
      members["host"] = host
      members["port"] = port
    }
    var inner: [String: [String: ConfigurationNode]] = [:]
    for (section, advice) in sections {
      inner[section] = members[section].flatMap {
        $0.members(
          "\(section) of \(title)", known: known.filter { $0.section == section }.map(\.name), advice, &context)
      }
    }
    for name in ["host", "base"] where members[name]?.isEmpty ?? true {
      context.report(item, "\(title) has no \(name); \(Self.advice)")
    }
    var own = common
    for (section, name, key) in known {
      guard let node = section.map({ inner[$0]?[name] }) ?? members[name], !node.isEmpty else { continue }
      key.apply(node, &context, &own)
    }
    if let intervals = inner["intervals"], let node = members["intervals"] {
      check(own.intervals, intervals, node, &context)
    }
    let keepsState = members["keeps_state"].flatMap {
      $0.isEmpty ? nil : ValueKind<Bool>.boolean.read($0, "keeps_state of \(title)", &context)
    }
    let profile = inner["battery"] == nil ? common.commands.battery : own.battery.profile(&context)
    guard context.problems.count == problems else { return }
    let entry = BridgeConfiguration.GatewayEntry(
      gateway: own.gateway, base: own.topics.base, intervals: own.intervals, devices: own.devices,
      battery: own.battery, profile: profile, keepsState: keepsState ?? false)
    if let mistake = clash(entry) {
      context.report(members[mistake.member] ?? item, mistake.message)
    } else if let message = kindClash(entry.devices, context.registry) {
      context.report(members["devices"] ?? item, message)
    } else {
      entries.append(entry)
    }
  }

  private func check(
    _ intervals: BridgeConfiguration.Intervals, _ given: [String: ConfigurationNode], _ node: ConfigurationNode,
    _ context: inout ReadingContext
  ) {
    for (name, interval) in [("settings", intervals.settings), ("fixed", intervals.fixed)]
    where interval < intervals.live {
      context.report(
        given[name] ?? node,
        "intervals.\(name) is \(interval.shortText), below intervals.live, which is \(intervals.live.shortText) here; "
          + "give at least as much")
    }
  }

  private mutating func clash(
    _ entry: BridgeConfiguration.GatewayEntry
  ) -> (member: String, message: String)? {
    let gateway = entry.gateway
    let server = "\(gateway.host.lowercased()) port \(gateway.port) unit \(gateway.unit)"
    guard servers.insert(server).inserted else {
      return ("host", "the gateway at \(server) stands twice, and it serves one client at a time; keep one entry")
    }
    let levels = entry.base.split(separator: "/")
    let own = levels.indices.map { levels[...$0].joined(separator: "/") }
    if bases.contains(entry.base) {
      return ("base", "another gateway has the base ‘\(entry.base)’ already; give each one of its own")
    }
    if let outer = own.first(where: bases.contains) {
      return ("base", "‘\(entry.base)’ begins with ‘\(outer)’, another gateway's base; give bases beside each other")
    }
    if beginnings.contains(entry.base) {
      return ("base", "another gateway's base begins with ‘\(entry.base)’; give bases beside each other")
    }
    guard common.with(entry).topics.baseAsName.utf8.count <= 255 else {
      return ("base", "‘\(entry.base.prefix(60))’… is too long to name a state folder after; give a shorter base")
    }
    if let name = gateway.name, !names.insert(name.nameKey).inserted {
      return ("name", "another gateway is named ‘\(name)’ already; give each a name of its own")
    }
    guard !(keepsState && entry.keepsState) else {
      return ("keeps_state", "another gateway keeps the state of a single one already; only one can")
    }
    keepsState = keepsState || entry.keepsState
    bases.insert(entry.base)
    beginnings.formUnion(own)
    return nil
  }

  /// Permissions name devices for all gateways, so that a name has to mean one kind of device everywhere.
  private mutating func kindClash(_ devices: [BridgeConfiguration.Device], _ registry: Registry?) -> String? {
    func kind(_ block: String) -> String { registry?.block(named: block)?.family ?? block }
    for device in devices {
      let other = blocks[device.name, default: device.block]
      if kind(other) != kind(device.block) {
        return "‘\(device.name)’ is a \(other) elsewhere and a \(device.block) here; choose another name"
      }
      blocks[device.name] = device.block
    }
    return nil
  }
}
