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

  /// A setting as a flag of the command line.
  package struct Flag: Sendable {
    /// Without its dashes.
    package let name: String
    /// Such as "duration from 1s to 1h".
    package let kind: String
    package let summary: String
    /// The words that it takes, where they are few.
    package let choices: [String]
  }

  /// The flags of all settings by the settings' paths; a secret has none.
  package static let flags: [String: Flag] = {
    let defaults = BridgeConfiguration()
    return Dictionary(
      ConfigurationKey.all.filter { !$0.isSecret }.map { key in
        let summary = key.summary.replacing("`", with: "")
        let value = defaultText(key, defaults, code: false)
        let isChoice = key.kind.hasPrefix("one of ") || key.kind.hasPrefix("`true`")
        return (
          key.path,
          Flag(
            name: String(key.flag.dropFirst(2)), kind: key.kind.replacing("`", with: ""),
            summary: value.isEmpty ? summary : "\(summary) (\(value))",
            choices: isChoice ? key.kind.matches(of: /`([a-z]+)`/).map { String($0.1) } : [])
        )
      }, uniquingKeysWith: { first, _ in first })
  }()

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
