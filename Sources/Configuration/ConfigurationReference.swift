/// The settings explained, from the same table that reads them.
package enum ConfigurationReference {
  /// A Markdown table.
  package static var markdown: String {
    var lines = ["| setting | value | default | meaning |", "|---|---|---|---|"]
    let defaults = BridgeConfiguration()
    for key in ConfigurationKey.all {
      let names =
        key.isSecret ? "`\(key.path)`<br>`\(key.variable)` only" : "`\(key.path)`<br>`\(key.variable)`<br>`\(key.flag)`"
      let value = key.kind.replacing("|", with: "\\|")
      lines.append("| \(names) | \(value) | \(defaultText(key, defaults, code: true)) | \(key.summary) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The flags, for `--help`.
  package static var help: String {
    let defaults = BridgeConfiguration()
    return ConfigurationKey.all.filter { !$0.isSecret }
      .map { key in
        let kind = key.kind.replacing("`", with: "")
        let summary = key.summary.replacing("`", with: "")
        let value = defaultText(key, defaults, code: false)
        return "  \(key.flag) <\(kind)>\n" + wrapped(value.isEmpty ? summary : "\(summary) (\(value))", indent: 6)
      }
      .joined(separator: "\n")
  }

  /// Breaks lines at blanks before column 80.
  private static func wrapped(_ text: String, indent: Int) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count + indent < 80 {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { String(repeating: " ", count: indent) + $0 }.joined(separator: "\n")
  }

  private static func defaultText(_ key: ConfigurationKey, _ defaults: BridgeConfiguration, code: Bool) -> String {
    if let note = key.defaultNote { return code ? note : note.replacing("`", with: "") }
    let text = key.show(defaults)
    return text.isEmpty ? "" : (code ? "`\(text)`" : "default: \(text)")
  }
}

extension BridgeConfiguration: CustomStringConvertible {
  /// Every setting with its value as text, without secrets, in the order of the reference.
  package var redacted: [(key: String, value: String)] { ConfigurationKey.all.map { ($0.path, $0.show(self)) } }

  package var description: String { redacted.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
}
