import Synchronization

/// The wish for a scan. A lock, so that it can be made from anywhere, and at once.
final class ScanWish: Sendable {
  /// Least time between two scans that users ask for: the gateway hangs when it is asked too much.
  static let userInterval: Duration = .seconds(2)

  private struct State {
    var isMade = false
    /// When a scan is due that came too soon after the last.
    var due: ContinuousClock.Instant?
    var lastForUser: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// Whether a scan is to be made now.
  func isMade(at now: ContinuousClock.Instant = .now) -> Bool {
    state.withLock { $0.isMade || ($0.due.map { $0 <= now } ?? false) }
  }

  /// When a scan is to be made that came too soon after the last; nil for none.
  var due: ContinuousClock.Instant? { state.withLock { $0.due } }

  func make() { state.withLock { $0.isMade = true } }

  /// Takes a user's wish; of those that come too soon after another one scan is made, later.
  /// - Returns: whether it is made at once.
  func makeForUser(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { state in
      if let last = state.lastForUser, last.duration(to: now) < Self.userInterval {
        state.due = last + Self.userInterval
        return false
      }
      state.lastForUser = now
      state.isMade = true
      return true
    }
  }

  /// The scan begins: it answers every wish made so far that is due.
  func fulfil(at now: ContinuousClock.Instant = .now) {
    state.withLock { state in
      state.isMade = false
      guard let due = state.due, due <= now else { return }
      state.due = nil
      state.lastForUser = now
    }
  }
}
