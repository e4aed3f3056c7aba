/// What a counter that begins at zero every day has added from one reading to the next.
package struct DailyCounter: Sendable {
  private var last: (value: Double, time: Int64)?

  package init() {}

  /// - Returns: what it has added since the last reading: all that it shows when it was never read before, when it has
  ///   fallen, or when it must have begun anew meanwhile.
  package mutating func add(_ value: Double, at time: Int64, _ clock: HistoryClock) -> Double {
    defer { last = (value, time) }
    guard let last, value >= last.value else { return value }
    // Looked at only after a gap: days are dear to work out.
    if time - last.time >= 2 * HistoryClock.midnightSlack, clock.hasMidnight(between: last.time, and: time) {
      return value
    }
    return value - last.value
  }
}
