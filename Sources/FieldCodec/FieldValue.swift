public import Registry

/// The decoded value of a field.
public enum FieldValue: Sendable {
  /// The device says that it has no such value (a SunSpec sentinel).
  case notImplemented
  /// The words are there, but the scale factor they depend on is itself not implemented or outside -10…10.
  case unreadable
  /// A number in the field's units, exact.
  case number(ScaledDecimal)
  /// The number of an enumerated field, with its documented entry if there is one.
  case enumerated(Int, Enumeration.Entry?)
  /// The bits of a bitfield, undocumented ones included.
  case flags(UInt32, FlagTable)
  /// A text, up to the first NUL.
  case text(String)
  /// An IPv4 address, most significant octet first.
  case address(UInt32)

  /// Whether there is a value to show.
  public var isPresent: Bool {
    switch self {
    case .notImplemented, .unreadable: false
    default: true
    }
  }
}

extension FieldValue: Hashable {
  public static func == (left: FieldValue, right: FieldValue) -> Bool {
    switch (left, right) {
    case (.notImplemented, .notImplemented), (.unreadable, .unreadable): true
    case (.number(let a), .number(let b)): a == b
    case (.enumerated(let a, _), .enumerated(let b, _)): a == b
    case (.flags(let a, _), .flags(let b, _)): a == b
    case (.text(let a), .text(let b)): a == b
    case (.address(let a), .address(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension FieldValue: CustomStringConvertible {
  /// The value as topics show it: as many decimals as the scale factor gives, a label or the number outside the
  /// enumeration, flags as a JSON array of names, `None` for what has no value.
  public var text: String {
    switch self {
    case .notImplemented, .unreadable: "None"
    case .number(let number): number.description
    case .enumerated(let number, let entry): entry?.label ?? String(number)
    case .flags(let bits, let table):
      bits == 0 ? "[]" : "[\"" + table.names(in: bits).joined(separator: "\",\"") + "\"]"
    case .text(let text): text
    case .address(let address):
      "\(address >> 24).\(address >> 16 & 0xFF).\(address >> 8 & 0xFF).\(address & 0xFF)"
    }
  }

  public var description: String { text }
}
