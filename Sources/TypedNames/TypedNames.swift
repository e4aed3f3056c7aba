public import Registry

/// Writes the typed names of the library as Swift files: a file a block, one of the enumerations, one of the flags.
public struct TypedNames {
  private let registry: Registry
  private static let header = "// Made from registry_data by `mate3 registry generate`; not to be edited.\n"

  public init(_ registry: Registry) {
    self.registry = registry
  }

  /// The files by name.
  public var files: [String: String] {
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
    for field in block.fields where field.privacy != .secret {
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

  private func sentence(_ field: FieldDefinition) -> String {
    var text = field.description.isEmpty ? field.label + "." : field.description
    if let units = field.units { text += " In \(units)." }
    if field.access == .writeOnly { text += " Can only be written." }
    return text
  }

  private func value(_ field: FieldDefinition) -> String {
    switch field.type {
    case .string, .ipv4, .clock: return "String"
    case .sunssf: return "Int"
    case .uint16, .int16, .uint32, .int32: break
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
    var lines = ["  public enum \(SwiftName.type(table.name)): EnumeratedValue {"]
    for entry in table.entries {
      lines += Comment.lines("\(entry.title) (\(entry.value)).", indent: 4)
      lines.append("    case \(SwiftName.member(entry.label))")
    }
    lines += [
      "    /// What no document explains.", "    case other(Int)", "", "    public init(number: Int) {",
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
        "  public struct \(type): FlagSet {", "    public let rawValue: UInt32",
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
