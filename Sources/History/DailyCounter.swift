/// What a counter that begins at zero every day has added from one reading to the next.
package struct DailyCounter: Sendable {
  private var last: (value: Double, time: Int64)?
  /// The first reading.
  private var first: Int64 = 0
  /// When it was last seen to begin anew.
  private var begun = Int64.min

  package init() {}

  /// - Returns: what it has added since the last reading: all that it shows when it was never read before, when it has
  ///   fallen, or when it must have begun anew meanwhile.
  package mutating func add(_ value: Double, at time: Int64, _ clock: HistoryClock) -> Double {
    defer { last = (value, time) }
    guard let last else {
      first = time
      return value
    }
    guard value < last.value || hasBegunAnew(last.time, time, clock) else { return value - last.value }
    begun = time
    return value
  }

  /// Whether it has begun anew in a gap, although it shows no less.
  private func hasBegunAnew(_ earlier: Int64, _ later: Int64, _ clock: HistoryClock) -> Bool {
    // Days are dear to work out.
    guard later - earlier >= HistoryClock.midnightSlack else { return false }
    let midnight = clock.midnight(wellBefore: later)
    let slack = HistoryClock.midnightSlack
    // A gap that begins beside the owner's midnight may begin after the gateway's, which was seen then.
    return earlier < midnight + slack && first <= midnight && begun < midnight - slack
  }
}
