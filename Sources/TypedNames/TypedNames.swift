package import Registry

/// Writes the typed names of the library as Swift files: a file a block, one of the enumerations, one of the flags.
package struct TypedNames {
  private let registry: Registry
  private static let header = "// Made from registry_data by `mate3 registry generate`; not to be edited.\n"

  package init(_ registry: Registry) {
    self.registry = registry
  }

  /// The files by name.
  package var files: [String: String] {
    var files = Dictionary(
      registry.blocks.map { ("\(SwiftName.type($0.name))Fields.swift", block($0)) },
      uniquingKeysWith: { first, _ in first })
    files["Enumerated.swift"] = enumerations
    files["Flags.swift"] = flags
    return files
  }

  private func block(_ block: BlockDefinition) -> String {
    let type = SwiftName.type(block.name) + "Fields"
    var lines = Comment.lines(block.description, indent: 0)
    lines.append("public enum \(type) {")
    for field in block.fields where Self.isForUsers(field) {
      lines += Comment.lines(sentence(field), indent: 2)
      let member = SwiftName.member(field.name)
      let start = "  public static var \(member): Field<\(value(field))> {"
      let body = "field(\"\(field.name)\")"
      let line = "\(start) \(body) }"
      lines += line.count <= 120 ? [line] : [start, "    \(body)", "  }"]
    }
    lines += [
      "",
      "  private static func field<Value>(_ name: String) -> Field<Value> {",
      "    Field(\"\(block.name)\", name)",
      "  }",
      "}",
      "",
      "extension Field {",
    ]
    lines += Comment.lines(block.description, indent: 2)
    lines += ["  public static var \(SwiftName.member(block.name)): \(type).Type {", "    \(type).self", "  }", "}"]
    return Self.header + "\n" + lines.joined(separator: "\n") + "\n"
  }

  /// Passwords are not, nor what only explains the map: block ids, lengths and scale factors.
  private static func isForUsers(_ field: FieldDefinition) -> Bool {
    field.privacy != .secret && !field.isInternal
  }

  /// Meaning, unit and range, command class and source.
  private func sentence(_ field: FieldDefinition) -> String {
    var text = field.description.isEmpty ? field.label + "." : field.description
    var measure: [String] = []
    if let units = field.units { measure.append("in \(units)") }
    let (minimum, maximum) = (field.limits?.minimum, field.limits?.maximum)
    if let minimum, let maximum {
      measure.append("\(minimum) to \(maximum)")
    } else if let minimum {
      measure.append("at least \(minimum)")
    } else if let maximum {
      measure.append("at most \(maximum)")
    }
    if field.isBatteryVoltage { measure.append("as suits the system voltage") }
    let told = measure.joined(separator: ", ")
    if !told.isEmpty { text += " \(told.prefix(1).uppercased())\(told.dropFirst())." }
    if let rule = field.command {
      text += field.access == .writeOnly ? " Write-only, \(rule.standard)" : " Command: \(rule.standard)"
      let others = rule.exceptions.sorted { $0.key < $1.key }.map { number, other in
        "\(field.enumeration?.entry(number)?.label ?? String(number)) \(other)"
      }
      text += others.isEmpty ? "." : " (\(others.joined(separator: ", ")))."
    }
    return text + " Source: \(field.source)."
  }

  private func value(_ field: FieldDefinition) -> String {
    switch field.type {
    case .string, .ipv4, .clock, .clockSpan: return "String"
    case .uint16, .int16, .uint32, .int32, .sunssf: break
    }
    if let enumeration = field.enumeration { return "Enumerated.\(SwiftName.type(enumeration.name))" }
    if let flags = field.flags { return "Flags.\(SwiftName.type(flags.name))" }
    return field.scaleFactorIndex == nil ? "Int" : "Double"
  }

  // MARK: Tables

  private var enumerations: String {
    var tables: [String: Enumeration] = [:]
    for block in registry.blocks {
      for field in block.fields { if let table = field.enumeration { tables[table.name] = table } }
    }
    var lines = [
      "/// The values of enumerated fields. A number that no document explains is `other`.", "public enum Enumerated {",
    ]
    lines += tables.values.sorted { $0.name < $1.name }.map(enumeration).joined(separator: [""])
    return Self.header + "\n" + (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private func enumeration(_ table: Enumeration) -> [String] {
    var lines = [
      "  /// Values of `\(table.name)`.", "  public enum \(SwiftName.type(table.name)): EnumeratedValue {",
    ]
    for entry in table.entries {
      lines += Comment.lines("\(entry.title) (\(entry.value)).", indent: 4)
      lines.append("    case \(SwiftName.member(entry.label))")
    }
    lines += [
      "    /// A number that no document explains.", "    case other(Int)", "", "    public init(number: Int) {",
      "      switch number {",
    ]
    lines += table.entries.map { "      case \($0.value): self = .\(SwiftName.member($0.label))" }
    lines += [
      "      default: self = .other(number)", "      }", "    }", "", "    public var number: Int {",
      "      switch self {",
    ]
    lines += table.entries.map { "      case .\(SwiftName.member($0.label)): \($0.value)" }
    lines += ["      case .other(let number): number", "      }", "    }", "  }"]
    return lines
  }

  private var flags: String {
    var tables: [String: FlagTable] = [:]
    for block in registry.blocks {
      for field in block.fields { if let table = field.flags { tables[table.name] = table } }
    }
    var lines = ["/// The bits of bitfields. Bits that no document explains are kept.", "public enum Flags {"]
    lines += tables.values.sorted { $0.name < $1.name }.map { table in
      let type = SwiftName.type(table.name)
      var lines = [
        "  /// Bits of `\(table.name)`.", "  public struct \(type): FlagSet {", "    public let rawValue: UInt32",
        "    public init(rawValue: UInt32) { self.rawValue = rawValue }", "",
      ]
      for entry in table.entries {
        lines += Comment.lines("\(entry.title).", indent: 4)
        lines.append("    public static let \(SwiftName.member(entry.label)) = \(type)(rawValue: 1 << \(entry.bit))")
      }
      return lines + ["  }"]
    }.joined(separator: [""])
    return Self.header + "\n" + (lines + ["}"]).joined(separator: "\n") + "\n"
  }
}
