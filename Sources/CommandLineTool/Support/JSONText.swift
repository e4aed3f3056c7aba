import FieldCodec
import Registry

/// JSON whose members keep their order and whose numbers keep their digits.
indirect enum JSONText {
  case null
  case bool(Bool)
  /// As it is to stand there.
  case number(String)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])

  static func integer(_ number: some BinaryInteger) -> JSONText { .number(String(number)) }

  /// The value of a field: a number, text, label, list of flag names, or null for none.
  init(_ value: FieldValue) {
    switch value {
    case .notImplemented, .unreadable: self = .null
    case .number(let number): self = .number(number.description)
    case .enumerated(let number, let entry): self = entry.map { .string($0.label) } ?? .integer(number)
    case .flags(let bits, let table): self = .array(table.names(in: bits).map { .string($0) })
    case .text, .address: self = .string(value.text)
    }
  }

  var compact: String {
    switch self {
    case .array(let items): "[\(items.map(\.compact).joined(separator: ","))]"
    case .object(let members): "{\(members.map { "\(Self.quoted($0)):\($1.compact)" }.joined(separator: ","))}"
    default: scalar
    }
  }

  /// Indented by two; lists of numbers or texts on a line of their own.
  func pretty(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .object(let members) where !members.isEmpty:
      let lines = members.map { "\(inner)\(Self.quoted($0)): \($1.pretty(indent: inner))" }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    case .array(let items) where items.contains(where: \.isCompound):
      return "[\n\(items.map { inner + $0.pretty(indent: inner) }.joined(separator: ",\n"))\n\(indent)]"
    case .array(let items): return "[\(items.map(\.compact).joined(separator: ", "))]"
    default: return compact
    }
  }

  private var isCompound: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  private var scalar: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let text): text
    case .string(let text): Self.quoted(text)
    case .array, .object: ""
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
