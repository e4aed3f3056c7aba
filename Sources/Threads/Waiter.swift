internal import Glibc

/// Has one task at a time wait on a thread for a point in time or for a descriptor. It can be woken from anywhere.
package final class Waiter: Sendable {
  package enum Direction: Sendable {
    case reading, writing
  }

  /// The thread has to live as long as somebody waits on it.
  private let executor: ThreadExecutor
  private let token: ThreadLoop.Token

  package init(on executor: ThreadExecutor) {
    self.executor = executor
    token = executor.loop.newToken()
  }

  deinit { executor.loop.forget(token) }

  /// Suspends until a point in time, until the task is cancelled, or until ``wake()``, which may have come before.
  package func sleep(
    until deadline: ContinuousClock.Instant, isolation: isolated (any Actor)? = #isolation
  ) async {
    await withTaskCancellationHandler {
      await wait(-1, 0, deadline, isolation)
    } onCancel: {
      wake()
    }
  }

  /// Suspends until a descriptor is ready or has ended, until a point in time, or until ``wake()``, which may have come
  /// before: try what you waited for, and wait again. A cancelled task waits as well, so that no request is left half
  /// done.
  package func wait(
    for direction: Direction, of descriptor: Int32, until deadline: ContinuousClock.Instant,
    isolation: isolated (any Actor)? = #isolation
  ) async {
    await wait(descriptor, Int16(direction == .reading ? POLLIN : POLLOUT), deadline, isolation)
  }

  /// Ends the wait, or else the next one before it begins.
  package func wake() { executor.loop.end(token) }

  /// Whatever its actor, a continuation resumes where its task prefers to be, which is Swift's pool if it has not been
  /// told, to be handed over to this thread from there. And the closures are the actor's only if they say so.
  private func wait(
    _ descriptor: Int32, _ events: Int16, _ deadline: ContinuousClock.Instant, _ isolation: isolated (any Actor)?
  ) async {
    await withTaskExecutorPreference(executor) {
      _ = isolation
      await withCheckedContinuation {
        executor.loop.begin(
          ThreadLoop.Wait(token: token, descriptor: descriptor, events: events, deadline: deadline, continuation: $0))
      }
    }
  }
}
