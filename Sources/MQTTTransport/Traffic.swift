/// When the connection was last used in either direction, so that the library is called when a ping is due and not
/// every few seconds to find that it is not.
///
/// By the clock that the library counts with, which stands still while the machine sleeps.
struct Traffic: Sendable {
  typealias Instant = SuspendingClock.Instant

  private var written: Instant
  private var read: Instant
  /// The broker's own wish goes before ours (MQTT 5.0, section 3.2.2.3.14).
  private let keepAlive: Duration

  /// The library counts whole seconds, by a clock that it reads once for each.
  private static let coarseness: Duration = .seconds(1)

  init(keepAlive: Duration, at now: Instant = .now) {
    self.keepAlive = keepAlive
    written = now
    read = now
  }

  mutating func noteWritten(at now: Instant = .now) { written = now }
  mutating func noteRead(at now: Instant = .now) { read = now }

  /// The library has had the opportunity to send a ping. What was due it counts anew; of the other direction it may know
  /// more than is noted here, such as its own acknowledgements.
  mutating func noteCare(at now: Instant = .now) {
    if now >= due(written) { written = now }
    if now >= due(read) { read = now }
  }

  /// When a ping is due at the latest, or an answer to one overdue.
  var nextCare: Instant { min(due(written), due(read)) }

  private func due(_ last: Instant) -> Instant { last + keepAlive + Self.coarseness }
}
