/// Swift names for the names of the register map.
enum SwiftName {
  private static let keywords: Set<String> = [
    "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do", "else",
    "enum", "extension", "false", "fallthrough", "fileprivate", "for", "func", "guard", "if", "import", "in", "init",
    "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private", "protocol", "public", "repeat",
    "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try",
    "typealias", "var", "where", "while",
  ]

  /// `battery_voltage` as `batteryVoltage`, in backticks where Swift needs them.
  static func member(_ name: String) -> String {
    let words = name.split(separator: "_")
    guard let first = words.first else { return "_" }
    var text = String(first) + words.dropFirst().map(capitalized).joined()
    // A name can't begin with a digit.
    if text.first?.isNumber ?? false { text = "n" + text }
    return keywords.contains(text) ? "`\(text)`" : text
  }

  /// `charger_state` as `ChargerState`.
  static func type(_ name: String) -> String { name.split(separator: "_").map(capitalized).joined() }

  private static func capitalized(_ word: Substring) -> String { word.prefix(1).uppercased() + word.dropFirst() }
}

/// Text as documentation comments of at most 120 columns.
enum Comment {
  static func lines(_ text: String, indent: Int) -> [String] {
    let start = String(repeating: " ", count: indent) + "///"
    var lines: [String] = []
    var line = start
    for word in text.split(whereSeparator: \.isWhitespace) {
      if line.count + 1 + word.count > 120, line != start {
        lines.append(line)
        line = start
      }
      line += " " + word
    }
    return lines + [line]
  }
}
