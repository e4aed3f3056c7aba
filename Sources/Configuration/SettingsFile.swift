package import Mate3
package import Registry

/// The file of saved settings: YAML, a section a device, in which an installer can read, compare and strike out.
package enum SettingsFile {
  private static let model = "model"

  /// - Parameter origin: what they are of, for people.
  package static func text(_ settings: SavedSettings, _ registry: Registry, origin: String) -> String {
    var lines = [
      "# Settings of \(plain(origin)), saved by mate3.",
      "# mate3 settings diff FILE compares them with a system, mate3 settings apply FILE writes what differs.",
      "# Devices go by their kind and hub port. What you take out is left as it is.",
    ]
    for device in settings.devices {
      let block = registry.block(named: device.block)
      lines += ["", "\(device.block)/\(device.port):"]
      if let name = device.model { lines.append("  \(model): \"\(plain(name))\"") }
      for setting in device.settings {
        let field = block?.field(setting.field)
        let units = field?.units.map { "\($0); " } ?? ""
        let line = "  \(setting.field): \(setting.text)"
        lines.append(field.map { "\(line.padding(to: 50)) # \(units)\($0.label)" } ?? line)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads a file.
  /// - Throws: ``ConfigurationError`` with everything that is wrong, by line and column.
  package static func read(path: String, _ registry: Registry) throws(ConfigurationError) -> SavedSettings {
    try read(try ConfigurationReader.text(of: path), path: path, registry)
  }

  static func read(_ text: String, path: String, _ registry: Registry) throws(ConfigurationError) -> SavedSettings {
    let root = try ConfigurationNode(yaml: text, file: path)
    var context = ReadingContext(directory: "")
    var devices: [SavedSettings.Device] = []
    for pair in root.pairs(path, "give a section a device, as mate3 settings save writes them", &context) ?? [] {
      guard let (block, port) = device(pair.key, registry, &context),
        let members = pair.value.pairs("\(block.name)/\(port)", "give field: value", &context)
      else { continue }
      var name: String?
      var settings: [SavedSettings.Setting] = []
      for (key, value) in members {
        if key.text == model {
          name = value.text
        } else if let setting = setting(key, value, of: block, &context) {
          settings.append(setting)
        }
      }
      devices.append(SavedSettings.Device(block: block.name, port: port, model: name, settings: settings))
    }
    guard context.problems.isEmpty else { throw ConfigurationError(problems: context.problems) }
    return SavedSettings(devices)
  }

  private static func device(
    _ node: ConfigurationNode, _ registry: Registry, _ context: inout ReadingContext
  ) -> (BlockDefinition, Int)? {
    let parts = node.text?.split(separator: "/", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, let port = Int(parts[1]), (0...255).contains(port) else {
      context.report(node, "a device is \(node.kind); give kind and port, such as charge_controller_configuration/3")
      return nil
    }
    guard let block = registry.block(named: String(parts[0])) else {
      let hint = NearestName.of(String(parts[0]), among: registry.blocks.map(\.name)).map { "; did you mean \($0)?" }
      context.report(node, "there is no kind of device ‘\(parts[0].prefix(60))’\(hint ?? "")")
      return nil
    }
    return (block, port)
  }

  private static func setting(
    _ key: ConfigurationNode, _ value: ConfigurationNode, of block: BlockDefinition, _ context: inout ReadingContext
  ) -> SavedSettings.Setting? {
    let name = key.text ?? ""
    guard let field = block.field(name) else {
      let known = block.fields.filter { SavedSettings.holds($0, of: block) }.map(\.name)
      let hint = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
      context.report(key, "\(block.name) has no setting \(key.kind)\(hint)")
      return nil
    }
    guard SavedSettings.holds(field, of: block) else {
      context.report(key, "\(block.name).\(name) is no setting that is restored from a file; take it out")
      return nil
    }
    guard let text = value.text, field.settingValue(text) != nil else {
      let labels = field.enumeration?.entries.map(\.label).joined(separator: ", ")
      context.report(
        value, "\(block.name).\(name) is \(value.kind); give \(labels.map { "one of \($0)" } ?? "a number")")
      return nil
    }
    return SavedSettings.Setting(field: name, text: text)
  }

  /// Text that ends no line and no quotes.
  private static func plain(_ text: String) -> String {
    String(text.map { $0.isASCII && !$0.isNewline && $0 >= " " && $0 != "\"" && $0 != "\\" ? $0 : "?" })
  }
}

extension String {
  fileprivate func padding(to count: Int) -> String { self + String(repeating: " ", count: max(0, count - self.count)) }
}
