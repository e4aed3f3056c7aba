import Registry
import Testing

@testable import Derived

@Suite struct RoundingTests {
  @Test(arguments: [
    ("48.0", 0, "48"), ("0.5", 0, "1"), ("-0.5", 0, "-1"), ("0.49", 0, "0"), ("-1.25", -1, "-1.3"),
    ("1.24", -1, "1.2"), ("3e2", 0, "300"), ("0", -2, "0.00"), ("1e-30", -2, "0.00"),
  ])
  func nearest(text: String, exponent: Int, expected: String) throws {
    let number = try #require(ScaledDecimal(text))
    #expect(number.text(decimals: -exponent) == expected)
  }

  @Test func whatIsTooLargeIsNothing() {
    #expect(ScaledDecimal(.max, exponent: 10).rounded(atExponent: -3) == nil)
    #expect(Int64.max.addingClamped(1) == .max)
    #expect(Int64.min.addingClamped(-1) == .min)
  }
}
