/// How freely a value may be written.
public enum CommandClass: String, Sendable, Hashable, CaseIterable {
  /// Allowed unless configured otherwise: daily operation that harms nothing.
  case operational
  /// Allowed when the configuration opts in, to the class or to the field by name.
  case setpoint
  /// Allowed one field at a time by name.
  case installer
  /// Nothing opens it.
  case never
}

/// Which values of a field may be written, by class.
public struct CommandRule: Sendable, Hashable {
  /// Class of every value without one of its own.
  public let standard: CommandClass
  /// Classes of single values, by the number in the register.
  public let exceptions: [Int: CommandClass]
  /// Values that make the system safer and are never held back by caps.
  public let release: Set<Int>

  /// The class of a value, by the number in the register.
  public func commandClass(of value: Int) -> CommandClass { exceptions[value] ?? standard }
}

/// How a write-only control is confirmed: by the bits of a status field of the same block.
package struct StatusConfirmation: Sendable, Hashable {
  /// Position of the status field among the block's fields.
  package let statusFieldIndex: Int
  /// The condition for each value that can be confirmed, by the number written.
  package let conditions: [Int: BitCondition]
}

/// A condition on the bits of a status word.
package struct BitCondition: Sendable, Hashable {
  package struct Term: Sendable, Hashable {
    package let bit: Int
    package let isSet: Bool

    package func holds(_ bits: UInt32) -> Bool { (bits & (1 << UInt32(bit)) != 0) == isSet }
  }

  package let terms: [Term]
  /// True when one term suffices, false when all must hold.
  package let isAny: Bool

  package func holds(_ bits: UInt32) -> Bool {
    isAny ? terms.contains { $0.holds(bits) } : terms.allSatisfy { $0.holds(bits) }
  }
}
