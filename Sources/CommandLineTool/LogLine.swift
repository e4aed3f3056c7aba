import Foundation
import Logging
import Mate3
import Registry

/// One event as one line, whatever its texts have in them.
enum LogLine {
  /// `2026-01-31T12:00:00.123Z info message key=value …`, with keys in order.
  static func text(at time: Date, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
    var line = "\(stamp(time)) \(level.rawValue) \(plain(message))"
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      line += " \(plain(key))=\(quoted("\(value)"))"
    }
    return line
  }

  /// The same as a JSON object.
  static func json(at time: Date, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
    var members = [("time", stamp(time)), ("level", level.rawValue), ("message", message)]
    members += metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    return "{\(members.map { "\(jsonString($0)):\(jsonString($1))" }.joined(separator: ","))}"
  }

  private static func stamp(_ time: Date) -> String {
    time.timestamp
  }

  /// Escapes what would end the line or steer a terminal.
  private static func plain(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if isControl(scalar) {
        result += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }

  /// In quotes when a blank, a quote or an equals sign would make the end of the value unclear.
  private static func quoted(_ text: String) -> String {
    let text = plain(text)
    guard text.isEmpty || text.utf8.contains(where: { " \"=".utf8.contains($0) }) else { return text }
    return "\"\(text.replacing(scalar: "\\", with: "\\\\").replacing(scalar: "\"", with: "\\\""))\""
  }

  private static func jsonString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where isControl(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar == "\u{2028}" || scalar == "\u{2029}"
  }
}
