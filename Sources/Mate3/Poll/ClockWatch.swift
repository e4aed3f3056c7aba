/// Watches the gateway's clock: a gateway can go on answering while its readings have stopped.
package struct ClockWatch: Sendable {
  /// Not moving for this long, and over `readings` readings, counts as stopped.
  package static let limit: Duration = .seconds(300)
  package static let readings = 3

  private var last: [UInt16]?
  private var since: ContinuousClock.Instant?
  private var count = 0
  package private(set) var isStopped = false

  package init() {}

  /// Takes the clock's words (64110 offsets 393–398) as read at `now`. Any change counts as moving.
  package mutating func receive(_ words: [UInt16], at now: ContinuousClock.Instant) {
    if words != last {
      last = words
      since = now
      count = 1
      isStopped = false
      return
    }
    count += 1
    if let since, count >= Self.readings, since.duration(to: now) >= Self.limit { isStopped = true }
  }
}
