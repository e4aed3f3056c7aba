public import FieldCodec
import Registry

/// A field by its typed name, such as `.chargeController.batteryVoltage`.
///
/// The names are generated from the register map, one file a block in `Generated`.
public struct Field<Value: FieldConvertible>: Sendable, Hashable {
  /// The block's name in the register map.
  public let block: String
  /// The field's name in the register map.
  public let name: String

  /// Names a field by its block and its own name in the register map.
  public init(_ block: String, _ name: String) {
    self.block = block
    self.name = name
  }
}

/// A Swift type that the value of a field turns into, and back into the text of a command.
public protocol FieldConvertible: Sendable {
  /// Nil for what is not implemented, unreadable, or another kind of value.
  init?(fieldValue: FieldValue)
  /// The value as a command gives it.
  var commandText: String { get }
}

extension Double: FieldConvertible {
  public init?(fieldValue: FieldValue) {
    guard case .number(let number) = fieldValue else { return nil }
    // The decimal text is exact, and so is what the standard library makes of it, to the last bit.
    self.init(number.description)
  }

  public var commandText: String { description }
}

extension Int: FieldConvertible {
  public init?(fieldValue: FieldValue) {
    guard case .number(let number) = fieldValue, let value = number.coefficient(atExponent: 0) else { return nil }
    self.init(value)
  }

  public var commandText: String { description }
}

extension String: FieldConvertible {
  /// Texts, and addresses in dotted form.
  public init?(fieldValue: FieldValue) {
    switch fieldValue {
    case .text, .address: self = fieldValue.text
    default: return nil
    }
  }

  public var commandText: String { self }
}

/// An enumerated value. Numbers that no document explains are kept in a case of their own.
public protocol EnumeratedValue: FieldConvertible, Hashable {
  /// The value with this number in the register.
  init(number: Int)
  /// The number in the register.
  var number: Int { get }
}

extension EnumeratedValue {
  public init?(fieldValue: FieldValue) {
    guard case .enumerated(let number, _) = fieldValue else { return nil }
    self.init(number: number)
  }

  public var commandText: String { String(number) }
}

/// The bits of a register. Bits that no document explains are kept.
public protocol FlagSet: FieldConvertible, OptionSet, Hashable where RawValue == UInt32 {
  /// The flags with these bits.
  init(rawValue: UInt32)
}

extension FlagSet {
  public init?(fieldValue: FieldValue) {
    guard case .flags(let bits, _) = fieldValue else { return nil }
    self.init(rawValue: bits)
  }

  public var commandText: String { String(rawValue) }
}
