/// Runs actors' jobs one after the other on a thread of its own; several actors may share it.
///
/// A job that waits for a point in time or for a descriptor (``Waiter``) waits here as well, and suspends meanwhile.
package final class ThreadExecutor: SerialExecutor, TaskExecutor {
  /// The thread for what a slow disk may hold up: one for all, so that nothing else ever waits for a disk.
  package static let files = ThreadExecutor(name: "files")

  let loop: ThreadLoop

  /// - Parameter name: what tools such as `top` call its thread, in at most 15 bytes.
  package init(name: String) {
    let loop = ThreadLoop()
    self.loop = loop
    startThread(name) { loop.run() }
  }

  deinit {
    // The thread holds the loop, never the executor, whose last owner may be one of its own jobs.
    loop.stop()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    loop.add(UnownedJob(job), self)
  }

  /// Suspends until a point in time, or until the task is cancelled.
  package func sleep(until deadline: ContinuousClock.Instant) async {
    await Waiter(on: self).sleep(until: deadline)
  }

  /// Runs what may block on this thread, and suspends meanwhile. What was asked for first runs first.
  package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await Task.detached(executorPreference: self) { try body() }.value
  }
}
