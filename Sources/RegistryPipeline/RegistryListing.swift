package import Registry

/// The register map as tables for people.
package enum RegistryListing {
  /// One line a block.
  package static func blocks(_ registry: Registry) -> String {
    table(
      ["id", "block", "kind", "read", "length", "fields"],
      registry.blocks.map { block in
        [
          String(block.did), block.name, block.kind.rawValue, block.interval.rawValue, String(block.documentedLength),
          String(block.fields.count),
        ]
      })
  }

  /// The block's name and one line a field.
  package static func fields(_ block: BlockDefinition) -> String {
    "\(block.did) \(block.name)\n"
      + table(
        [
          "offset", "field", "type", "access", "units", "scale", "values", "class", "limits", "private", "identity",
          "doubt",
        ],
        block.fields.map { row($0, in: block) })
  }

  private static func row(_ field: FieldDefinition, in block: BlockDefinition) -> [String] {
    let last = field.endOffset - 1
    return [
      last == field.offset ? "\(field.offset)" : "\(field.offset)–\(last)", field.name, field.type.rawValue,
      field.access.rawValue, field.units ?? "", block.scaleFactor(of: field)?.name ?? "",
      field.enumeration?.name ?? field.flags?.name ?? "", commandClass(field), limits(field),
      field.privacy.rawValue, field.evidence.rawValue,
      field.labelDoubt != nil ? "labels" : field.doubt != nil ? "yes" : "",
    ]
  }

  /// The class, with an asterisk when some values have another.
  private static func commandClass(_ field: FieldDefinition) -> String {
    field.command.map { $0.exceptions.isEmpty ? $0.standard.rawValue : "\($0.standard.rawValue)*" } ?? ""
  }

  private static func limits(_ field: FieldDefinition) -> String {
    guard let limits = field.limits else {
      return field.ranges.contains { $0.basis != .none } ? "ranges" : ""
    }
    let range = "\(limits.minimum?.description ?? "")…\(limits.maximum?.description ?? "")"
    return limits.isPerBattery12V ? "\(range) battery" : range
  }

  /// Columns as wide as their longest cell, two spaces apart; columns without a cell are left out.
  static func table(_ header: [String], _ rows: [[String]]) -> String {
    let columns = header.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    let widths = columns.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    return ([header] + rows).map { row in
      let cells = zip(columns, widths).map { column, width in
        row[column] + String(repeating: " ", count: width - row[column].count)
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
