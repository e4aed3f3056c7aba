import Registry

/// How a gateway is read.
package struct PollSettings: Sendable, Hashable {
  /// Time between readings of the live blocks; the others in ``settings`` and ``fixed``.
  package var live: Duration
  package var settings: Duration
  package var fixed: Duration
  /// Most registers a request, 2…125.
  package var maxRead: Int
  /// False gives the connection up after each cycle.
  package var keepsConnection: Bool
  /// Whether a gateway clock that stands still marks everything stale.
  package var checksClock: Bool

  package init(
    live: Duration = .seconds(5), settings: Duration = .seconds(60), fixed: Duration = .seconds(900),
    maxRead: Int = 100, keepsConnection: Bool = true, checksClock: Bool = true
  ) {
    self.live = live
    self.settings = settings
    self.fixed = fixed
    self.maxRead = maxRead
    self.keepsConnection = keepsConnection
    self.checksClock = checksClock
  }

  func interval(_ interval: IntervalClass) -> Duration {
    switch interval {
    case .live: live
    case .settings: settings
    case .fixed: fixed
    }
  }
}

/// Which interval classes are due, by the monotonic clock.
struct PollSchedule: Sendable {
  let settings: PollSettings
  private(set) var nextLive: ContinuousClock.Instant
  private var next: [IntervalClass: ContinuousClock.Instant] = [:]

  init(settings: PollSettings, startingAt now: ContinuousClock.Instant) {
    self.settings = settings
    nextLive = now
  }

  /// The classes to read in the cycle that begins now, always the live one among them.
  mutating func begin(at now: ContinuousClock.Instant) -> Set<IntervalClass> {
    var due: Set<IntervalClass> = [.live]
    // A cycle that begins a little early on one clock tick must not push a slower class back by a whole live interval.
    let tolerance = settings.live / 2
    for interval in [IntervalClass.settings, .fixed] where (next[interval] ?? now) <= now + tolerance {
      due.insert(interval)
      next[interval] = now + settings.interval(interval)
    }
    nextLive += settings.live
    if nextLive <= now { nextLive = now + settings.live }
    return due
  }

  /// Makes every class due, in a cycle at once.
  mutating func makeAllDue(at now: ContinuousClock.Instant) {
    next = [:]
    nextLive = min(nextLive, now)
  }

  mutating func makeDue(_ interval: IntervalClass) { next[interval] = nil }

  /// What was read outside the schedule, by a scan, is due again a full interval later.
  mutating func wasRead(at now: ContinuousClock.Instant) {
    for interval in [IntervalClass.settings, .fixed] { next[interval] = now + settings.interval(interval) }
    nextLive = now + settings.live
  }
}

/// Waiting times between attempts: 1 s, doubling, at most two live intervals and 30 s. So everything is as before within
/// three live intervals after the gateway is, and a gateway in trouble is asked less than a healthy one.
struct Backoff: Sendable {
  private let longest: Duration
  private(set) var next: Duration = .seconds(1)

  init(settings: PollSettings) { longest = min(settings.live * 2, .seconds(30)) }

  mutating func advance() -> Duration {
    defer { next = min(next * 2, longest) }
    return min(next, longest)
  }

  mutating func reset() { next = .seconds(1) }
}
