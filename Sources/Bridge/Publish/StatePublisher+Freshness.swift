import Mate3
import Synchronization

/// How old the readings are. It is asked also by threads that must not wait for the one that reads.
extension StatePublisher {
  /// A cycle or scan begins.
  func beginReading(at now: ContinuousClock.Instant) { state.withLock { $0.freshness?.begin(at: now) } }

  /// The cycle or scan under way has brought an answer.
  func answered(at now: ContinuousClock.Instant) { state.withLock { $0.freshness?.answered(at: now) } }

  /// The cycle or scan under way has failed.
  func readingFailed(at now: ContinuousClock.Instant) {
    state.withLock { state in
      state.freshness?.end()
      state.judge(at: now)
    }
  }

  /// A cycle or scan has read these groups of the installed layout whole.
  func completed(_ groups: [Int], isLive: Bool, at now: ContinuousClock.Instant) {
    state.withLock { $0.completed(groups, isLive: isLive, at: now) }
  }

  func setClockStopped(_ isStopped: Bool, at now: ContinuousClock.Instant) {
    state.withLock { $0.setClockStopped(isStopped, at: now) }
  }

  /// Whether the gateway answers at all.
  func isAnswering(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.freshness?.isAnswering(at: now) ?? false }
  }

  /// Looks at the age of every reading.
  /// - Returns: when to look again.
  func look(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    state.withLock { state in
      state.judge(at: now)
      state.forget(all: false, at: now)
      state.updateHouse(at: now)
      state.publishObjects()
      state.flush()
      return state.freshness?.nextLook(after: now) ?? now + .seconds(1)
    }
  }
}
