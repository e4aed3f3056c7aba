import Synchronization

/// The wish for a scan. A lock, so that it can be made while the thread that scans is waiting for the gateway.
final class ScanWish: Sendable {
  /// Least time between two scans that users ask for.
  static let userInterval: Duration = .seconds(10)

  private struct State {
    var isMade = false
    var lastForUser: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  var isMade: Bool { state.withLock { $0.isMade } }

  func make() { state.withLock { $0.isMade = true } }

  /// - Returns: false when a user has asked for one just now.
  func makeForUser(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { state in
      if let last = state.lastForUser, last.duration(to: now) < Self.userInterval { return false }
      state.lastForUser = now
      state.isMade = true
      return true
    }
  }

  /// - Returns: whether there was one.
  func take() -> Bool {
    state.withLock { state in
      defer { state.isMade = false }
      return state.isMade
    }
  }
}
