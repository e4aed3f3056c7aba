import Synchronization

/// Small curves of the last minutes, one for what gives power, what takes it, and the charge.
///
///     sun      ▁▁▂▃▃▄▅▆▇▇█▇▆  up to 2530 W
final class Curves: Sendable {
  /// What a column stands for; a gap is a column without a reading.
  static let column: Duration = .seconds(5)
  /// Most columns: ten minutes.
  static let length = 120

  private static let fields = [
    (name: "sun", field: "solar_power", unit: "W"), (name: "house", field: "load_power", unit: "W"),
    (name: "charge", field: "state_of_charge", unit: "%"),
  ]
  private static let bars = Array("▁▂▃▄▅▆▇█")

  private struct State {
    var begin: ContinuousClock.Instant?
    /// By column since the beginning, the last reading of each field.
    var columns: [Int: [String: Double]] = [:]
  }

  private let state = Mutex(State())

  /// Takes the values of the house.
  func add(_ house: [String: String], at now: ContinuousClock.Instant = .now) {
    state.withLock { state in
      let begin = state.begin ?? now
      state.begin = begin
      let column = Int(begin.duration(to: now) / Self.column)
      for (_, field, _) in Self.fields {
        // What comes from a broker may be anything; no house has gigawatts.
        guard let number = house[field].flatMap(Double.init), abs(number) < 1e9 else { continue }
        state.columns[column, default: [:]][field] = number
      }
      state.columns = state.columns.filter { $0.key > column - Self.length }
    }
  }

  /// Nothing before there is a second column to compare with.
  func lines(width: Int, at now: ContinuousClock.Instant = .now) -> [String] {
    state.withLock { state in
      guard let begin = state.begin else { return [] }
      let last = Int(begin.duration(to: now) / Self.column)
      let count = min(Self.length, width - 28, last + 1)
      guard count > 1 else { return [] }
      return Self.fields.compactMap { name, field, unit in
        let values = (last - count + 1...last).map { state.columns[$0]?[field] }
        let known = values.compactMap { $0 }
        guard known.count > 1, let least = known.min(), let most = known.max() else { return nil }
        let (low, high) = unit == "%" ? (min(least, most - 5), most) : (min(0, least), max(most, 1))
        let curve = values.map { value -> Character in
          guard let value else { return " " }
          return Self.bars[Int(((value - low) / (high - low) * Double(Self.bars.count - 1)).rounded())]
        }
        let words = least == most ? "\(Int(most)) \(unit)" : "\(Int(least)) to \(Int(most)) \(unit)"
        return "  \(name)\(String(repeating: " ", count: 8 - name.count))\(String(curve))  \(words)"
      }
    }
  }
}
