import Mate3
package import Registry

/// The fields of the register map with the names that they have on MQTT, on the command line and in Home Assistant.
package struct FieldCatalog: Sendable {
  package struct Entry: Sendable {
    package let block: BlockDefinition
    package let field: FieldDefinition
    /// The entity's name after the device's; nil where there is none.
    package let entity: String?
    /// Whether the entity is enabled without being asked for.
    package let isEnabled: Bool

    /// As on the command line, and with `/port/` for the point on MQTT.
    package var name: String { "\(block.name).\(field.name)" }

    /// Whether every word is in the label, the meaning or one of the names.
    package func has(_ words: [String]) -> Bool {
      let text = [name, field.label, field.description, entity ?? ""].joined(separator: "\n").lowercased()
      return words.allSatisfy { text.contains($0.lowercased()) }
    }
  }

  package let entries: [Entry]
  private let blocks: [BlockDefinition]

  package init(_ registry: Registry) {
    blocks = registry.blocks
    entries = registry.blocks.flatMap { block in
      let parts = Set(block.clockTimes.flatMap { [$0.hour.name, $0.minute.name] })
      return block.fields.map { Self.entry($0, block, isPart: parts.contains($0.name)) }
        + block.clockTimes.map { Self.entry($0.field, block, isPart: false) }
    }
  }

  private static func entry(_ field: FieldDefinition, _ block: BlockDefinition, isPart: Bool) -> Entry {
    let hint = FieldHint.hint(field, in: block)
    let isShown = hint.prominence != .hidden && field.privacy == .shared && !isPart
    let isEnabled =
      switch hint.prominence {
      case .daily: true
      case .detail: !field.access.isWritable
      case .rare, .hidden: false
      }
    return Entry(
      block: block, field: field, entity: isShown ? hint.name ?? field.label : nil,
      isEnabled: isEnabled || field.command?.standard == .operational)
  }

  // MARK: As a document

  /// `docs/fields.md`.
  package var document: String {
    let head = """
      # Fields

      One value, three names: its topic and its name on the command line are made of the names of device and field, and \
      Home Assistant shows the label of its entity. `mate3 registry find "generator"` looks for words in all of them.

      | | |
      |---|---|
      | topic | `mate3/<device>/<port>/<field>`, with `/set` behind it for a command |
      | command line | `<device>/<port>.<field>`; without `/<port>` where there is one such device |
      | entity | its name after the device's; *off* where it is disabled until you enable it, or command it from there |
      | class | of what can be [commanded](commands.md#what-is-allowed) |

      A device that you have [named](settings.md#all-settings) has your name in all three. The values of the whole \
      system are [the device `house`](topics.md#the-whole-house). Made from [registry_data](../registry_data/README.md) \
      with `make reference`.

      """
    return head + blocks.map(section).joined()
  }

  private func section(_ block: BlockDefinition) -> String {
    let rows = entries.filter { $0.block === block && !$0.field.isInternal }.map { entry in
      let cells = [
        entry.field.label, "`\(entry.field.name)`", Self.entityCell(entry), entry.field.units ?? "",
        entry.field.command?.standard.rawValue ?? "", entry.field.description + Self.remark(entry.field),
      ]
      return "| \(cells.map { $0.replacing(scalar: "|", with: "\\|") }.joined(separator: " | ")) |\n"
    }
    let schedules = (block.name == Schedule.block ? Schedule.all : []).map { schedule in
      "| \(schedule.label) | `\(schedule.name)` |  |  | setpoint | \(schedule.summary) A value of many fields: "
        + "[JSON](commands.md#schedules). |\n"
    }
    return """

      ## \(block.name)

      \(block.label). In Home Assistant: *\(PhysicalDevice.title(of: block))*.

      | label | field | entity | unit | class | meaning |
      |---|---|---|---|---|---|
      \((rows + schedules).joined())
      """
  }

  private static func entityCell(_ entry: Entry) -> String {
    entry.entity.map { entry.isEnabled ? $0 : "\($0), *off*" } ?? ""
  }

  private static func remark(_ field: FieldDefinition) -> String {
    switch field.privacy {
    case .shared: field.access == .writeOnly ? " Has no topic of its own, only `/set`." : ""
    case .personal: " Published only with `topics.publish_personal`."
    case .secret: " Never published."
    }
  }
}
