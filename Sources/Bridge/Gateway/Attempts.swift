import RegisterIO
import Synchronization

/// Attempts to read the gateway, for whoever can't wait until it is due: an emergency `off` is not kept waiting by the
/// pause that a gateway gets which did not answer.
final class Attempts: Sendable {
  /// Least time from one attempt to the next, however much it is wanted: the gateway hangs when it is asked too much.
  static let distance: Duration = .seconds(1)

  private struct State {
    var isWanted = false
    var last: ContinuousClock.Instant?
    var waiting: [CheckedContinuation<Bool, Never>] = []
    var isClosed = false
  }

  private let state = Mutex(State())

  func want() { state.withLock { $0.isWanted = true } }

  /// When the next attempt may be made; nil when nobody wants one out of turn.
  func due(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    state.withLock { state in
      guard state.isWanted else { return nil }
      return state.last.map { $0 + Self.distance } ?? now
    }
  }

  /// An attempt begins: it answers every wish made so far.
  func begin(at now: ContinuousClock.Instant) {
    state.withLock { state in
      state.isWanted = false
      state.last = now
    }
  }

  /// The attempt under way has ended.
  func ended(isGood: Bool) {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for one in waiting { one.resume(returning: isGood) }
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// No further attempt will be made.
  func close() {
    state.withLock { $0.isClosed = true }
    ended(isGood: false)
  }

  /// Wants an attempt, and waits for it to end.
  /// - Parameter wake: called once the wish is known.
  /// - Returns: whether the gateway was read.
  func outcome(_ wake: () -> Void) async -> Bool {
    await withCheckedContinuation { continuation in
      let isClosed = state.withLock { state in
        guard !state.isClosed else { return true }
        state.isWanted = true
        state.waiting.append(continuation)
        return false
      }
      if isClosed { continuation.resume(returning: false) } else { wake() }
    }
  }
}

extension GatewayService {
  /// Has the gateway read now, be it just being left alone because it did not answer, and waits for how that ends. Once
  /// a second at the most; so the caller bounds its wait.
  /// - Returns: whether the gateway was read, so that its devices are known and a command can go ahead.
  nonisolated func tryNow() async -> Bool { await attempts.outcome(connection.wake) }
}
