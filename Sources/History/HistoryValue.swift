package import FieldCodec
package import Registry

/// A value as a row holds it.
package enum HistoryValue: Sendable, Hashable {
  /// Not implemented, or not read while it was fresh.
  case none
  case integer(Int64)
  case real(Double)
  case text(String)

  /// The number, or nil.
  package var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .real(let number): number
    case .none, .text: nil
    }
  }

  var bytes: Int {
    switch self {
    case .none, .integer, .real: 16
    case .text(let text): 16 + text.utf8.count
    }
  }
}

extension HistoryValue {
  /// The value of a column of that type: scaled, states by their label.
  package init(_ value: FieldValue, _ column: HistoryColumn) {
    self =
      switch value {
      case .notImplemented, .unreadable: .none
      case .number(let number):
        switch column.type {
        case .integer: number.coefficient(atExponent: 0).map(HistoryValue.integer) ?? .real(number.nearest)
        case .real: .real(number.nearest)
        case .text: .text(number.description)
        }
      case .enumerated, .flags, .text, .address: .text(value.text)
      }
  }
}

extension ScaledDecimal {
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  static func power(_ exponent: Int) -> Double { powers[min(exponent, powers.count - 1)] }

  /// The nearest binary number, as ``double`` for every number of a register, without a text in between.
  package var nearest: Double {
    exponent < 0 ? Double(coefficient) / Self.power(-exponent) : Double(coefficient) * Self.power(exponent)
  }
}

extension Double {
  /// A mean has no more than four decimals: as many as help.
  var asMean: Double {
    let scaled = self * 10000
    return abs(scaled) < 1e15 ? scaled.rounded() / 10000 : self
  }
}
