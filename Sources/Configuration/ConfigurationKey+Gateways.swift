extension ConfigurationKey {
  /// The list of several gateways. It is read with the keys of a single one, so that both know the same settings.
  static let gateways = ConfigurationKey(
    "gateways", kind: "list of `{host, base, …}`",
    apply: { node, context, configuration in
      configuration.gateways = GatewayListReader.read(node, "gateways", &context, configuration)
    },
    show: { configuration in
      let entries = configuration.gateways.map { entry in
        let settings = ofOneGateway.filter { isOwn($0.key, of: entry, in: configuration) }
          .map { ($0.section, "\($0.name): \($0.key.show(configuration.with(entry)))") }
        let sections = ["intervals", "battery"].compactMap { section in
          let own = settings.filter { $0.0 == section }.map(\.1).joined(separator: ", ")
          return own.isEmpty ? nil : "\(section): {\(own)}"
        }
        let state = entry.keepsState ? ["keeps_state: true"] : []
        return "{\((settings.filter { $0.0 == nil }.map(\.1) + state + sections).joined(separator: ", "))}"
      }
      return entries.isEmpty ? "" : "[\(entries.joined(separator: ", "))]"
    },
    "Several gateways in place of `gateway.host` and `topics.base`. Each has its `host` and a `base` that is no other's "
      + "beginning, and may have any setting of `gateway`, `intervals`, `battery` and `devices` of its own; what it leaves out is "
      + "as for all. Its state is in a folder of `state_dir` named after the base; one may have `keeps_state: true`, and goes "
      + "on with what a single gateway has left there.")

  /// The settings that an entry of `gateways` may have, with the names that they have there.
  static let ofOneGateway: [(section: String?, name: String, key: ConfigurationKey)] = all.compactMap { key in
    let name = key.path.split(separator: ".").last.map(String.init) ?? key.path
    switch key.section {
    case "gateway": return (nil, name, key)
    case let section? where ["intervals", "battery"].contains(section): return (String(section), name, key)
    default: return ["topics.base", "devices"].contains(key.path) ? (nil, name, key) : nil
    }
  }

  private static func isOwn(
    _ key: ConfigurationKey, of entry: BridgeConfiguration.GatewayEntry, in configuration: BridgeConfiguration
  ) -> Bool {
    ["gateway.host", "topics.base"].contains(key.path)
      || key.show(configuration.with(entry)) != key.show(configuration)
  }
}
