import Testing

@testable import Registry

@Suite struct ScaledDecimalTests {
  @Test(arguments: [
    (480, -1, "48.0"), (-5, -1, "-0.5"), (5, -3, "0.005"), (0, -2, "0.00"), (0, 3, "0"), (7, 0, "7"), (7, 2, "700"),
    (-27400, -3, "-27.400"), (Int64.min, 0, "-9223372036854775808"), (1, -10, "0.0000000001"),
  ])
  func prints(coefficient: Int64, exponent: Int, expected: String) {
    #expect(ScaledDecimal(coefficient, exponent: exponent).description == expected)
  }

  @Test(arguments: [
    ("48", 48, 0), ("48.0", 480, -1), ("-3.50", -350, -2), ("+2", 2, 0), ("1.5e3", 15, 2), ("1E-2", 1, -2),
    ("0.000", 0, -3), ("-0", 0, 0), ("007", 7, 0), ("999999999999999999", 999_999_999_999_999_999, 0),
  ])
  func parses(text: String, coefficient: Int64, exponent: Int) throws {
    let value = try #require(ScaledDecimal(text))
    #expect(value.coefficient == coefficient)
    #expect(value.exponent == exponent)
  }

  @Test(arguments: [
    "", "-", "+", ".", ".5", "5.", "5.e1", "e1", "1e", "1e-", "1e31", "1e-31", "1.2.3", "1,5", "0x10", "nan", "inf",
    "１",
    " 1", "1 ", "--1", "+-1", "1_000", "1000000000000000000", "1e9999999999999999999", "1e-9223372036854775808",
    "1e9223372036854775807", "1\u{0}", "½",
  ])
  func refuses(text: String) {
    #expect(ScaledDecimal(text) == nil)
  }

  @Test func whatIsPrintedIsReadBack() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let value = ScaledDecimal(
        Int64.random(in: -99_999_999...99_999_999, using: &generator),
        exponent: Int.random(in: -10...10, using: &generator))
      let text = value.description
      let read = try #require(ScaledDecimal(text), "\(text)")
      #expect(read == value, "\(text)")
      #expect(read.description == text)
      #expect(read.hashValue == value.hashValue, "\(text)")
    }
  }

  @Test(arguments: [
    ("1", "1.00"), ("100", "1e2"), ("0", "-0.000"), ("1.10", "1.1"), ("0e30", "0e-30"), ("-5e-1", "-0.5"),
  ])
  func sameNumbersAreEqual(left: String, right: String) throws {
    let (left, right) = (try #require(ScaledDecimal(left)), try #require(ScaledDecimal(right)))
    #expect(left == right)
    #expect(left.hashValue == right.hashValue)
    #expect(!(left < right) && !(right < left))
  }

  /// Each is less than the next.
  @Test func orderIsExact() throws {
    let texts = [
      "-999999999999999999e12", "-1e18", "-48.01", "-48", "-0.0000000001", "0", "1e-30", "0.1", "0.10000000000000001",
      "0.2", "57.5999999999999999", "57.6", "9007199254740992", "9007199254740993", "999999999999999999", "1e18",
      "1e30",
      "999999999999999999e30",
    ]
    let values = try texts.map { try #require(ScaledDecimal($0)) }
    for (index, left) in values.enumerated() {
      for (other, right) in values.enumerated() {
        #expect((left < right) == (index < other), "\(texts[index]) \(texts[other])")
        #expect((left == right) == (index == other), "\(texts[index]) \(texts[other])")
      }
    }
  }

  @Test func orderAgreesWithWholeNumbers() {
    var generator = SystemRandomNumberGenerator()
    let powers: [Int128] = (0...12).map { power in (0..<power).reduce(1) { value, _ in value * 10 } }
    for _ in 0..<2000 {
      let (a, b) = (
        Int64.random(in: -1000...1000, using: &generator), Int64.random(in: -1000...1000, using: &generator)
      )
      let (i, j) = (Int.random(in: -6...6, using: &generator), Int.random(in: -6...6, using: &generator))
      let (left, right) = (Int128(a) * powers[i + 6], Int128(b) * powers[j + 6])
      let (x, y) = (ScaledDecimal(a, exponent: i), ScaledDecimal(b, exponent: j))
      #expect((x < y) == (left < right), "\(x) \(y)")
      #expect((x == y) == (left == right), "\(x) \(y)")
    }
  }

  @Test(
    arguments: [
      ("48", -1, 480), ("48.0", 0, 48), ("48.1", 0, nil), ("1e3", 0, 1000), ("1e3", 3, 1), ("1500", 3, nil),
      ("0", 10, 0), ("0.0", -10, 0), ("1e30", 0, nil), ("-2.5", -1, -25),
    ] as [(String, Int, Int64?)])
  func countsOfAPowerOfTen(text: String, exponent: Int, expected: Int64?) throws {
    #expect(try #require(ScaledDecimal(text)).coefficient(atExponent: exponent) == expected)
  }

  @Test func nearestDouble() throws {
    #expect(try #require(ScaledDecimal("27.4")).double == 27.4)
    #expect(ScaledDecimal(274, exponent: -1).double == 27.4)
  }

  @Test func exponentsStayInTheirRange() {
    #expect(ScaledDecimal(1, exponent: 400).exponent == 30)
    #expect(ScaledDecimal(1, exponent: -400).exponent == -30)
  }
}
