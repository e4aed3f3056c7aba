internal import Synchronization

/// Sleeps on a thread, one task at a time, and can be woken from anywhere.
package final class Sleeper: Sendable {
  private enum State {
    case awake
    /// Woken while nobody slept: the next sleep ends at once.
    case woken
    case asleep(ThreadCore.Ticket)
  }

  /// The thread has to live as long as somebody sleeps on it.
  private let executor: ThreadExecutor
  private let state = Mutex(State.awake)

  package init(on executor: ThreadExecutor) {
    self.executor = executor
  }

  /// Suspends until a point in time, until the task is cancelled, or until ``wake()``, which may have come before.
  package func sleep(until deadline: ContinuousClock.Instant) async {
    let ticket = executor.core.newTicket()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustSleep = state.withLock { state in
          if case .woken = state {
            state = .awake
            return false
          }
          // A cancellation that came before this has found no sleep to end.
          guard !Task.isCancelled else { return false }
          state = .asleep(ticket)
          executor.core.add(ticket, until: deadline, continuation)
          return true
        }
        // One that came in between found nothing to end either.
        if !mustSleep { continuation.resume() } else if Task.isCancelled { executor.core.end(ticket) }
      }
    } onCancel: {
      executor.core.end(ticket)
    }
    state.withLock { if case .asleep(ticket) = $0 { $0 = .awake } }
  }

  /// Ends the sleep, or else the next one before it begins.
  package func wake() {
    state.withLock { state in
      switch state {
      case .awake, .woken: state = .woken
      case .asleep(let ticket):
        // A sleep that is over already was not ended by this.
        state = executor.core.end(ticket) ? .awake : .woken
      }
    }
  }
}
