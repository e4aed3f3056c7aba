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

  public func commandClass(of value: Int) -> CommandClass { exceptions[value] ?? standard }
}

/// How a write-only control is confirmed: by the bits of a status field of the same block.
public struct StatusConfirmation: Sendable, Hashable {
  /// Position of the status field among the block's fields.
  public let statusFieldIndex: Int
  /// The condition for each value that can be confirmed, by the number written.
  public let conditions: [Int: BitCondition]
}

/// A condition on the bits of a status word.
public struct BitCondition: Sendable, Hashable {
  public struct Term: Sendable, Hashable {
    public let bit: Int
    public let isSet: Bool

    public func holds(_ bits: UInt32) -> Bool { (bits & (1 << UInt32(bit)) != 0) == isSet }
  }

  public let terms: [Term]
  /// True when one term suffices, false when all must hold.
  public let isAny: Bool

  public func holds(_ bits: UInt32) -> Bool {
    isAny ? terms.contains { $0.holds(bits) } : terms.allSatisfy { $0.holds(bits) }
  }
}
