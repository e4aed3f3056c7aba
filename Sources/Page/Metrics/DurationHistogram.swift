/// How often something took how long, counted as Prometheus does.
struct DurationHistogram: Sendable {
  /// Upper bounds in seconds; a command's patience ends at the last.
  static let bounds: [Double] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

  /// How many were within each bound, and in total.
  private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
  private(set) var sum = 0.0

  var count: Int { counts.last ?? 0 }

  mutating func note(_ seconds: Double) {
    for (index, bound) in Self.bounds.enumerated() where seconds <= bound { counts[index] += 1 }
    counts[Self.bounds.count] += 1
    sum += seconds
  }
}
