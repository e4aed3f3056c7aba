import Foundation
package import Registry

/// Which fields go into which column of which table of a database: the definitions of the Python program's `mate3_pg`.
package struct TableDefinitions: Sendable {
  package struct Column: Sendable {
    package let name: String
    /// Name of the kind of device in the register map.
    package let block: String
    /// Nil for a block without a port, of which there is one.
    package let port: Int?
    package let field: FieldDefinition
  }

  package struct Table: Sendable {
    package let name: String
    package let columns: [Column]
  }

  package let tables: [Table]
  /// The column that every table has.
  package static let time = "timestamp"
  private static let keys = ["port", "device", "field", "db_column"]

  /// The Python program's names of devices, of all its versions, which are not ours.
  private static let aliases = [
    "mate3": "gateway", "outback_system_control": "system_control", "sunspec_common_model": "common",
    "sunspec_inverter_single_phase": "sunspec_single_phase_inverter",
    "sunspec_inverter_split_phase": "sunspec_split_phase_inverter",
    "sunspec_inverter_three_phase": "sunspec_three_phase_inverter", "fndc": "flexnet_dc",
    "fndc_configuration": "flexnet_dc_configuration", "optics": "optics_statistics",
    "opticsre_statistics": "optics_statistics",
  ]

  /// Reads a file.
  /// - Throws: ``ConfigurationError`` with everything that is wrong, by line and column.
  package init(path: String, _ registry: Registry) throws(ConfigurationError) {
    try self.init(try ConfigurationReader.text(of: path), path: path, registry)
  }

  init(_ text: String, path: String, _ registry: Registry) throws(ConfigurationError) {
    let root = try ConfigurationNode(yaml: text, file: path)
    var context = ReadingContext(directory: "")
    var tables: [Table] = []
    for (key, value) in root.pairs(path, "give the key tables", &context) ?? [] {
      guard key.text == "tables" else {
        Self.reportUnknown(key, among: ["tables"], &context)
        continue
      }
      for (name, list) in value.pairs("tables", "give name: list of columns", &context) ?? [] {
        guard let text = Self.identifier(name, "a table", &context) else { continue }
        guard case .list(let items) = list.content, !items.isEmpty else {
          context.report(
            list, "\(text) is \(list.kind); give a list of columns, each with port, device, field, db_column")
          continue
        }
        if tables.contains(where: { $0.name == text }) { context.report(name, "the table \(text) stands twice") }
        var columns: [Column] = []
        for item in items {
          guard let column = Self.column(item, registry, &context) else { continue }
          if columns.contains(where: { $0.name == column.name }) || column.name == Self.time {
            context.report(item, "\(text) has the column \(column.name) already; each needs a name of its own")
          }
          columns.append(column)
        }
        tables.append(Table(name: text, columns: columns))
      }
    }
    if tables.isEmpty, context.problems.isEmpty {
      context.report(root, "there are no tables; give them as tables: {name: [{port, device, field, db_column}]}")
    }
    guard context.problems.isEmpty else { throw ConfigurationError(problems: context.problems) }
    self.tables = tables
  }

  private static func reportUnknown(
    _ key: ConfigurationNode, among known: [String], _ context: inout ReadingContext
  ) {
    let hint = NearestName.of(key.text ?? "", among: known).map { "; did you mean \($0)?" }
    context.report(
      key,
      "there is no key \(key.kind) here\(hint ?? "; there \(known.count == 1 ? "is" : "are") \(known.joined(separator: ", "))")"
    )
  }

  /// PostgreSQL cuts longer names off.
  private static func identifier(
    _ node: ConfigurationNode, _ what: String, _ context: inout ReadingContext
  ) -> String? {
    guard let text = node.text, (1...63).contains(text.utf8.count),
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else {
      context.report(node, "the name of \(what) is \(node.kind); give 1 to 63 characters")
      return nil
    }
    return text
  }

  private static func column(
    _ item: ConfigurationNode, _ registry: Registry, _ context: inout ReadingContext
  ) -> Column? {
    guard let pairs = item.pairs("a column", "give port, device, field and db_column", &context) else { return nil }
    var values: [String: ConfigurationNode] = [:]
    for (key, value) in pairs {
      guard let name = key.text, keys.contains(name) else {
        reportUnknown(key, among: keys, &context)
        continue
      }
      values[name] = value
    }
    for key in keys where values[key] == nil { context.report(item, "\(key) is missing") }
    guard let portNode = values["port"], let deviceNode = values["device"], let fieldNode = values["field"],
      let columnNode = values["db_column"]
    else { return nil }
    guard let port = portNode.text.flatMap({ Int($0) }), (0...255).contains(port) else {
      context.report(portNode, "port is \(portNode.kind); give the number of the hub's port")
      return nil
    }
    guard let name = identifier(columnNode, "a column", &context) else { return nil }
    guard let block = block(deviceNode.text ?? "", registry) else {
      let hint = NearestName.of(deviceNode.text ?? "", among: registry.blocks.map(\.name))
      context.report(deviceNode, "there is no device \(deviceNode.kind)\(hint.map { "; did you mean \($0)?" } ?? "")")
      return nil
    }
    guard let field = field(fieldNode.text ?? "", block) else {
      let hint = NearestName.of(fieldNode.text ?? "", among: block.fields.map(\.name))
      context.report(
        fieldNode, "\(block.name) has no field \(fieldNode.kind)\(hint.map { "; did you mean \($0)?" } ?? "")")
      return nil
    }
    guard field.access.isReadable, field.privacy != .secret else {
      context.report(fieldNode, "\(field.name) can't be read, or is a password; take it out")
      return nil
    }
    return Column(name: name, block: block.name, port: block.portField == nil ? nil : port, field: field)
  }

  private static func block(_ name: String, _ registry: Registry) -> BlockDefinition? {
    let singular = name.hasSuffix("s") ? String(name.dropLast()) : name
    return registry.block(named: name) ?? registry.block(named: aliases[name] ?? singular)
  }

  /// The Python program sets the words of some names apart elsewhere.
  private static func field(_ name: String, _ block: BlockDefinition) -> FieldDefinition? {
    func joined(_ name: String) -> String {
      var name = name.replacing("scale_factor", with: "sf")
      if name.hasPrefix("temperature_") { name = name.replacing("temperature_", with: "temp_") }
      if name.hasPrefix("sunspec_") { name = String(name.dropFirst(8)) }
      return name.replacing("_", with: "")
    }
    return block.field(name) ?? block.fields.first { joined($0.name) == joined(name) }
  }
}
