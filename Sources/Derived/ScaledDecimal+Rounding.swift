import Registry

extension ScaledDecimal {
  /// The nearest count of 10^`exponent`, halves away from zero; nil when it is too large.
  func rounded(atExponent wanted: Int) -> Int64? {
    if let exact = coefficient(atExponent: wanted) { return exact }
    guard exponent < wanted else { return nil }
    var divisor: Int64 = 1
    for _ in 0..<wanted - exponent {
      let (product, overflow) = divisor.multipliedReportingOverflow(by: 10)
      // Less than a thousandth of what is counted.
      if overflow { return 0 }
      divisor = product
    }
    let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: divisor)
    let isUp = remainder.magnitude >= divisor.magnitude - divisor.magnitude / 2
    return isUp ? quotient.addingClamped(coefficient < 0 ? -1 : 1) : quotient
  }

  /// The number with so many decimals.
  func text(decimals: Int) -> String? {
    rounded(atExponent: -decimals).map { ScaledDecimal($0, exponent: -decimals).description }
  }
}
