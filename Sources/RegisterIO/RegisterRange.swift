/// A run of consecutive Modbus holding registers.
public struct RegisterRange: Hashable, Sendable {
  /// Address of the first register, 0…65535, as sent on the wire.
  public let start: Int
  /// Number of registers, at least 1.
  public let count: Int

  /// Makes a range, or nil when it is empty or leaves the 16-bit address space.
  public init?(start: Int, count: Int) {
    guard start >= 0, start <= 0xFFFF, count >= 1, count <= 0x1_0000 - start else { return nil }
    self.start = start
    self.count = count
  }

  /// Address after the last register.
  public var end: Int { start + count }

  /// Whether every register of `other` is in this range.
  public func contains(_ other: RegisterRange) -> Bool { other.start >= start && other.end <= end }

  /// Whether the two ranges share a register.
  public func overlaps(_ other: RegisterRange) -> Bool { other.start < end && start < other.end }
}

extension RegisterRange: CustomStringConvertible {
  public var description: String { count == 1 ? "\(start)" : "\(start)–\(end - 1)" }
}
