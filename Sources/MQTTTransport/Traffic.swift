/// When the connection was last used in either direction, so that the library is called when a ping is due and not
/// every few seconds to find that it is not.
struct Traffic: Sendable {
  private var written: ContinuousClock.Instant
  private var read: ContinuousClock.Instant

  init(at now: ContinuousClock.Instant = .now) {
    written = now
    read = now
  }

  /// The library counts whole seconds, by a clock that it reads once for each.
  private static let coarseness: Duration = .seconds(1)

  mutating func noteWritten(at now: ContinuousClock.Instant = .now) { written = now }
  mutating func noteRead(at now: ContinuousClock.Instant = .now) { read = now }

  /// The library has had the opportunity to send a ping. If one was due, it has begun to count anew.
  mutating func noteCare(keepAlive: Duration, at now: ContinuousClock.Instant = .now) {
    guard now >= nextCare(keepAlive: keepAlive) else { return }
    written = now
    read = now
  }

  /// When a ping is due at the latest, or an answer to one overdue.
  func nextCare(keepAlive: Duration) -> ContinuousClock.Instant {
    min(written, read) + keepAlive + Self.coarseness
  }
}
