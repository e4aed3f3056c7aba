/// An exact decimal number: `coefficient` × 10^`exponent`.
///
/// Register values are such numbers by nature (SunSpec scale factors are powers of ten), so nothing is ever rounded.
public struct ScaledDecimal: Sendable {
  /// The digits, with the sign.
  public let coefficient: Int64
  /// -30…30.
  public let exponent: Int

  /// Makes a number of a coefficient and a power of ten, which is kept within ±30.
  public init(_ coefficient: Int64, exponent: Int = 0) {
    self.coefficient = coefficient
    self.exponent = min(max(exponent, -30), 30)
  }

  /// Reads `48`, `-3.50`, `+2` or `1.5e3`: at most 18 digits, exponents within ±30; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var digits: Int64 = 0
    var count = 0
    var fraction = 0
    var seenPoint = false
    var negative = false
    var exponent = 0
    var bytes = Array(text.utf8)[...]
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      bytes = bytes.dropFirst()
    }
    while let byte = bytes.first {
      bytes = bytes.dropFirst()
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard count < 18 else { return nil }
        digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
        count += 1
        if seenPoint { fraction += 1 }
      case UInt8(ascii: ".") where !seenPoint && count > 0:
        seenPoint = true
      case UInt8(ascii: "e") where count > 0, UInt8(ascii: "E") where count > 0:
        guard let value = Int(String(decoding: bytes, as: UTF8.self)), (-30...30).contains(value) else { return nil }
        exponent = value
        bytes = []
      default: return nil
      }
    }
    guard count > 0, !seenPoint || fraction > 0, abs(exponent - fraction) <= 30 else { return nil }
    self.init(negative ? -digits : digits, exponent: exponent - fraction)
  }

  /// The number as an integer count of 10^`exponent`, or nil when it is no whole count or too large.
  public func coefficient(atExponent wanted: Int) -> Int64? {
    var value = coefficient
    if value == 0 { return 0 }
    var remaining = exponent - wanted
    while remaining > 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
      remaining -= 1
    }
    while remaining < 0 {
      let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
      if remainder != 0 { return nil }
      value = quotient
      remaining += 1
    }
    return value
  }

  /// The nearest binary floating-point number, for arithmetic that need not be exact.
  public var double: Double { Double(description) ?? .nan }
}

extension ScaledDecimal: CustomStringConvertible {
  /// As many decimals as the exponent says: 480 × 10^-1 is `48.0`; positive exponents give whole numbers.
  public var description: String {
    // From the last digit to the first: at most 30 places and a digit before the point, or 19 digits and 30 zeros.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      var start = buffer.count
      func put(_ byte: UInt8) {
        start -= 1
        buffer[start] = byte
      }
      if coefficient != 0 { for _ in 0..<max(exponent, 0) { put(UInt8(ascii: "0")) } }
      let places = max(-exponent, 0)
      var rest = coefficient.magnitude
      var count = 0
      repeat {
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
        count += 1
        if count == places { put(UInt8(ascii: ".")) }
      } while rest > 0 || count <= places && places > 0
      if coefficient < 0 { put(UInt8(ascii: "-")) }
      let text = UnsafeBufferPointer(rebasing: buffer[start...])
      guard text.count <= 15 else { return String(decoding: text, as: UTF8.self) }
      // As nearly all: a text of up to 15 bytes takes no memory of its own.
      return String(unsafeUninitializedCapacity: 15) { target in
        for (index, byte) in text.enumerated() { target[index] = byte }
        return text.count
      }
    }
  }
}

extension ScaledDecimal: Comparable, Hashable {
  public static func == (left: ScaledDecimal, right: ScaledDecimal) -> Bool { compare(left, right) == 0 }

  public static func < (left: ScaledDecimal, right: ScaledDecimal) -> Bool { compare(left, right) < 0 }

  public func hash(into hasher: inout Hasher) {
    var value = coefficient
    var power = value == 0 ? 0 : exponent
    while value != 0, value % 10 == 0 {
      value /= 10
      power += 1
    }
    hasher.combine(value)
    hasher.combine(power)
  }

  private static func compare(_ left: ScaledDecimal, _ right: ScaledDecimal) -> Int {
    let common = min(left.exponent, right.exponent)
    // Up to 60 places apart: beyond what Int128 holds, the longer number is the larger in magnitude.
    let a = left.aligned(to: common)
    let b = right.aligned(to: common)
    return a < b ? -1 : (a > b ? 1 : 0)
  }

  private func aligned(to common: Int) -> Int128 {
    var value = Int128(coefficient)
    for _ in 0..<(exponent - common) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return value < 0 ? .min : .max }
      value = product
    }
    return value
  }
}
