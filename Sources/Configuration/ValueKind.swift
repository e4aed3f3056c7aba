import History
import MessageIO
import Registry

/// The rest of a sentence that begins with the setting's name: what is wrong with its value, and the mend.
package struct ConfigurationMistake: Error {
  package let message: String

  init(_ message: String) { self.message = message }
}

/// What a value is read against, and where problems with it go.
struct ReadingContext {
  /// Nil when the register map itself can't be used; then names of fields are not checked.
  var registry: Registry?
  /// Devices named so far, for fields that are given by device.
  var devices: [BridgeConfiguration.Device] = []
  /// Folder that paths in the configuration file start from.
  var directory: String
  var home: String?
  var problems: [ConfigurationProblem] = []
  var warnings: [ConfigurationProblem] = []

  mutating func report(_ node: ConfigurationNode, _ message: String) { report(node.place, message) }

  mutating func report(_ place: ConfigurationPlace, _ message: String) {
    problems.append(ConfigurationProblem(place: place, message: message))
  }

  mutating func warn(_ node: ConfigurationNode, _ message: String) {
    warnings.append(ConfigurationProblem(place: node.place, message: message))
  }
}

/// A kind of value: its name in the reference, how it is read and how it is shown.
struct ValueKind<Value: Sendable>: Sendable {
  /// Such as "duration" or "whole number from 1 to 65535".
  let name: String
  /// Nil when the value is wrong; then the context has a problem with the given setting's name.
  let read: @Sendable (ConfigurationNode, String, inout ReadingContext) -> Value?
  let show: @Sendable (Value) -> String

  /// A kind whose values are single texts.
  static func scalar(
    _ name: String, show: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String, ReadingContext, ConfigurationPlace) throws(ConfigurationMistake) -> Value
  ) -> Self {
    Self(
      name: name,
      read: { node, key, context in
        guard let text = node.text else {
          context.report(node, "\(key) is \(node.kind); give one value: \(name.replacing("`", with: ""))")
          return nil
        }
        do throws(ConfigurationMistake) {
          return try parse(text, context, node.place)
        } catch {
          context.report(node, "\(key) \(error.message)")
          return nil
        }
      }, show: show)
  }

  /// The same kind for a value that may be missing.
  var optional: ValueKind<Value?> {
    ValueKind<Value?>(
      name: name, read: { node, key, context in read(node, key, &context).map { .some($0) } },
      show: { $0.map(show) ?? "" })
  }
}

extension ValueKind where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> Self {
    let name = "whole number from \(range.lowerBound) to \(range.upperBound)"
    return scalar(name, show: \.description) { text, _, _ throws(ConfigurationMistake) in
      guard let value = Int(text), range.contains(value) else {
        throw ConfigurationMistake("is ‘\(text.prefix(60))’; give a \(name)")
      }
      return value
    }
  }
}

extension ValueKind where Value == QoS {
  static let qos = scalar("`0`, `1` or `2`", show: \.rawValue.description) { text, _, _ throws(ConfigurationMistake) in
    guard let value = Int(text).flatMap(QoS.init(rawValue:)) else {
      throw ConfigurationMistake("is ‘\(text.prefix(60))’; give 0, 1 or 2")
    }
    return value
  }
}

extension ValueKind where Value == Bool {
  static let boolean = scalar("`true` or `false`", show: \.description) { text, _, _ throws(ConfigurationMistake) in
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw ConfigurationMistake("is ‘\(text.prefix(60))’; give true or false")
    }
  }
}

extension ValueKind where Value == Duration {
  static func duration(_ range: ClosedRange<Duration>) -> Self {
    let bounds = "from \(range.lowerBound.shortText) to \(range.upperBound.shortText)"
    return scalar("duration \(bounds)", show: \.shortText) { text, _, _ throws(ConfigurationMistake) in
      guard let value = Duration(shortText: text) else {
        throw ConfigurationMistake("is ‘\(text.prefix(60))’; give a duration such as 500ms, 5s, 2m, 1h or 1d")
      }
      guard range.contains(value) else { throw ConfigurationMistake("is \(text); give a duration \(bounds)") }
      return value
    }
  }
}

extension Duration {
  private static let units: [(suffix: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60000), ("s", 1000), ("ms", 1),
  ]

  /// Reads `500ms`, `5s`, `1.5s`, `2m`, `1h`, `1d`, or `5` for seconds; nil for anything else.
  package init?(shortText text: String) {
    let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
    let suffix = text[digits.endIndex...]
    guard let thousandths = ScaledDecimal(digits)?.coefficient(atExponent: -3),
      let unit = Self.units.first(where: { $0.suffix == (suffix.isEmpty ? "s" : suffix) })
    else { return nil }
    let (product, overflow) = thousandths.multipliedReportingOverflow(by: unit.milliseconds)
    guard !overflow, product.isMultiple(of: 1000) else { return nil }
    self = .milliseconds(product / 1000)
  }

  /// In the largest unit that gives a whole number.
  var shortText: String {
    let (seconds, attoseconds) = components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    if milliseconds == 0 { return "0s" }
    let unit = Self.units.first { milliseconds.isMultiple(of: $0.milliseconds) } ?? ("ms", 1)
    return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
  }
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable {
  static var choice: Self {
    let names = Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    return scalar("one of \(names)", show: \.rawValue) { text, _, _ throws(ConfigurationMistake) in
      guard let value = Value.allCases.first(where: { $0.rawValue == text.lowercased() }) else {
        let plain = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw ConfigurationMistake("is ‘\(text.prefix(60))’; give one of \(plain)")
      }
      return value
    }
  }
}

extension ValueKind where Value == String {
  static let host = scalar("host name or address", show: \.self) { text, _, _ throws(ConfigurationMistake) in
    let host = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    if host.contains("/") {
      throw ConfigurationMistake("is ‘\(text.prefix(60))’; give the name or address alone, without a scheme or path")
    }
    if host.split(separator: ":", omittingEmptySubsequences: false).count == 2 {
      throw ConfigurationMistake("is ‘\(text.prefix(60))’; give a port from 1 to 65535 after the colon, or none")
    }
    guard HostName.isValid(host) else {
      throw ConfigurationMistake("is ‘\(text.prefix(60))’; give a name such as mate3s.local or an address")
    }
    return host
  }

  static let displayName = scalar("text of 1 to 40 characters", show: \.self) {
    text, _, _ throws(ConfigurationMistake) in
    guard (1...40).contains(text.count), !text.nameKey.isEmpty,
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else {
      throw ConfigurationMistake("is ‘\(text.prefix(60))’; give a name of 1 to 40 characters such as Barn")
    }
    return text
  }

  static let clientID = scalar("text of 1 to 64 characters", show: \.self) { text, _, _ throws(ConfigurationMistake) in
    guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ConfigurationMistake("is not usable; give 1 to 64 letters, digits and signs without blanks")
    }
    return text
  }

  static let topicBase = scalar("topic levels", show: \.self) { text, _, _ throws(ConfigurationMistake) in
    let advice = "give one or more topic levels such as mate3 or home/solar"
    let levels = text.split(separator: "/", omittingEmptySubsequences: false)
    guard !text.isEmpty, text.utf8.count <= 128 else {
      throw ConfigurationMistake("is \(text.isEmpty ? "empty" : "over 128 bytes long"); \(advice)")
    }
    guard !text.contains(where: { "+#".contains($0) }) else {
      throw ConfigurationMistake("is ‘\(text)’, and + and # stand for other topics; \(advice)")
    }
    guard !levels.contains(where: \.isEmpty) else {
      throw ConfigurationMistake("is ‘\(text)’, with an empty level; take the extra / out")
    }
    guard !text.hasPrefix("$"), text.unicodeScalars.allSatisfy({ $0.value > 0x20 && !(0x7F...0x9F).contains($0.value) })
    else {
      throw ConfigurationMistake("begins with $ or has blanks or control characters in it; \(advice)")
    }
    return text
  }

  /// A path; in the file it starts from the file's own folder.
  static let path = scalar("path", show: \.self) { text, context, place throws(ConfigurationMistake) in
    guard !text.isEmpty, !text.contains("\0") else { throw ConfigurationMistake("is empty; give a path") }
    if text.hasPrefix("/") { return text }
    if text == "~" || text.hasPrefix("~/") {
      guard let home = context.home else {
        throw ConfigurationMistake("begins with ~, but HOME is not set; give the whole path")
      }
      return home + text.dropFirst()
    }
    guard case .file = place, !context.directory.isEmpty else { return text }
    return "\(context.directory)/\(text)"
  }
}

extension ValueKind where Value == PostgresURL {
  static let postgresURL = scalar(
    "`postgres://user@host[:port]/database`", show: \.text
  ) { text, _, _ throws(ConfigurationMistake) in
    do throws(PostgresURL.Mistake) {
      return try PostgresURL(text)
    } catch {
      throw ConfigurationMistake(error.message)
    }
  }
}

extension ValueKind where Value == BrokerAddress {
  static let brokerURL = scalar(
    "`mqtt://[user@]host[:port]` or `mqtts://…`", show: \.description
  ) { text, _, _ throws(ConfigurationMistake) in
    try BrokerAddress(url: text)
  }
}
