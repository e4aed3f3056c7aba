internal import Synchronization

/// Runs actors' jobs one after the other on a thread of its own; several actors may share it.
///
/// A job that waits for a point in time or for a descriptor waits here as well, so that many of them cost one thread.
package final class ThreadExecutor: SerialExecutor, TaskExecutor {
  /// The thread that the program's tasks keep to, where it has one. Not local to a task: a copy for each of a gateway's
  /// tasks would take more than the tasks themselves.
  package static var shared: ThreadExecutor? { sharedExecutor.withLock { $0 } }
  private static let sharedExecutor = Mutex<ThreadExecutor?>(nil)

  /// Has the program's tasks keep to this thread from now on.
  package func share() { Self.sharedExecutor.withLock { $0 = self } }

  /// The thread for what a slow disk may hold up: one for all, so that nothing else ever waits for a disk.
  package static let files = ThreadExecutor(name: "files", watchesDescriptors: false)

  let core: ThreadCore

  /// - Parameters:
  ///   - name: what tools such as `top` call its thread, in at most 15 bytes.
  ///   - watchesDescriptors: whether jobs may wait for descriptors, which takes two descriptors of its own.
  package init(name: String, watchesDescriptors: Bool = true) {
    let core = ThreadCore(poller: watchesDescriptors ? Poller() : nil)
    self.core = core
    startThread(name) { core.run() }
  }

  deinit {
    // The thread holds the core, never the executor, whose last owner may be one of its own jobs.
    core.stop()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    core.add(UnownedJob(job), self)
  }

  package func checkIsolated() {
    precondition(core.isOnThread, "this code has to run on the thread of its actor")
  }

  /// Suspends until a point in time, or until the task is cancelled.
  package func sleep(until deadline: ContinuousClock.Instant) async {
    await Sleeper(on: self).sleep(until: deadline)
  }

  /// Runs what may block on this thread, and suspends meanwhile. What was asked for first runs first.
  package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await Task.detached(executorPreference: self) { try body() }.value
  }
}

/// Waits until a point in time, or until the task is cancelled: on the program's thread, where it has one.
package func pause(until deadline: ContinuousClock.Instant) async {
  if let thread = ThreadExecutor.shared {
    await thread.sleep(until: deadline)
  } else {
    try? await Task.sleep(until: deadline)
  }
}

/// Waits so long, or until the task is cancelled.
package func pause(for duration: Duration) async { await pause(until: .now + duration) }
