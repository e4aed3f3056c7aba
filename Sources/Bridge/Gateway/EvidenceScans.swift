/// When to scan because a poll saw evidence of identity change: at once for the first time, and at growing distance for
/// a value that never stands still, so that it does not double what is asked of the gateway.
struct EvidenceScans: Sendable {
  static let shortest: Duration = .seconds(60)
  static let longest: Duration = .seconds(900)

  private var isWanted = false
  private var next: ContinuousClock.Instant?
  private var distance = shortest

  mutating func want(at now: ContinuousClock.Instant) {
    // A change after a quiet time is news.
    if let next, next + Self.longest < now { distance = Self.shortest }
    isWanted = true
  }

  /// Whether to scan now; the next scan of this cause is then some time away.
  mutating func isDue(at now: ContinuousClock.Instant) -> Bool {
    guard isWanted, next.map({ $0 <= now }) ?? true else { return false }
    isWanted = false
    next = now + distance
    distance = min(distance * 2, Self.longest)
    return true
  }
}
