internal import Dispatch
internal import Synchronization

/// Runs an actor's jobs one after the other on a thread of its own, where blocking C calls starve nobody else; several
/// actors may share it.
///
/// A job that waits for a point in time waits here as well, so that a periodic task costs one wake-up of one thread.
package final class ThreadExecutor: SerialExecutor, TaskExecutor {
  /// The thread that the program's tasks keep to, where it has one. Not local to a task: a copy for each of a gateway's
  /// tasks would take more than the tasks themselves.
  package static var shared: ThreadExecutor? { sharedExecutor.withLock { $0 } }
  private static let sharedExecutor = Mutex<ThreadExecutor?>(nil)

  /// Has the program's tasks keep to this thread from now on.
  package func share() { Self.sharedExecutor.withLock { $0 = self } }

  private let core: Core

  /// - Parameter name: what tools such as `top` call its thread, in at most 15 bytes.
  package init(name: String) {
    core = Core(name: name)
    core.start()
  }

  deinit {
    // The thread holds the core, never the executor, whose last owner may be one of its own jobs.
    core.stop()
  }

  /// Whether jobs wait for the one that runs.
  package var hasWaitingJobs: Bool { core.waiting.load(ordering: .relaxed) > 0 }

  package func enqueue(_ job: consuming ExecutorJob) {
    core.add(UnownedJob(job), self)
  }

  package func checkIsolated() {
    precondition(core.isOnThread, "this code has to run on the thread of its actor")
  }

  /// Goes on with a new thread as soon as no job waits for the old one. The system's allocator keeps what a thread has
  /// freed for that thread, and its stack stays as deep as it ever was: after work that is not repeated, that is memory
  /// which nobody uses.
  package func renewThread() { core.renew() }

  /// Ends every ``sleep(until:)`` that is under way.
  package func wake() { core.cancelAll() }

  /// Suspends until a point in time, until the task is cancelled, or until ``wake()``.
  package func sleep(
    until deadline: ContinuousClock.Instant, isolation: isolated (any Actor)? = #isolation
  ) async {
    let ticket = core.newTicket()
    await withTaskCancellationHandler(
      operation: {
        await withCheckedContinuation(isolation: isolation) {
          core.add(Core.Timer(ticket: ticket, deadline: deadline, continuation: $0))
        }
      },
      onCancel: { core.cancel(ticket) },
      isolation: isolation)
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

private final class Core: Sendable {
  struct Timer {
    let ticket: Int
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var jobs: [(job: UnownedJob, executor: ThreadExecutor)] = []
    var timers: [Timer] = []
    var lastTicket = 0
    var isIdle = false
    var isRenewed = false
    var isStopped = false
  }

  let waiting = Atomic(0)
  private let name: String
  private let state = Mutex(State())
  private let semaphore = DispatchSemaphore(value: 0)
  private let thread = Atomic<UInt>(0)

  init(name: String) { self.name = name }

  func start() { startThread(name) { self.run() } }

  var isOnThread: Bool { thread.load(ordering: .relaxed) == currentThread() }

  func newTicket() -> Int {
    state.withLock {
      $0.lastTicket += 1
      return $0.lastTicket
    }
  }

  func add(_ job: UnownedJob, _ executor: ThreadExecutor) {
    waiting.add(1, ordering: .relaxed)
    change { $0.jobs.append((job, executor)) }
  }

  func add(_ timer: Timer) {
    let isCancelled = change { state in
      // A cancellation that came before this has found no timer to take.
      guard !Task.isCancelled else { return true }
      state.timers.append(timer)
      return false
    }
    if isCancelled { timer.continuation.resume() }
  }

  func cancel(_ ticket: Int) {
    let timer = state.withLock { state -> Timer? in
      guard let index = state.timers.firstIndex(where: { $0.ticket == ticket }) else { return nil }
      return state.timers.remove(at: index)
    }
    timer?.continuation.resume()
  }

  func cancelAll() {
    let timers = state.withLock { state in
      defer { state.timers = [] }
      return state.timers
    }
    for timer in timers { timer.continuation.resume() }
  }

  func stop() { change { $0.isStopped = true } }

  func renew() { change { $0.isRenewed = true } }

  private func change<Result>(_ body: (inout State) -> Result) -> Result {
    let (result, mustWake) = state.withLock { state in
      let result = body(&state)
      defer { state.isIdle = false }
      return (result, state.isIdle)
    }
    if mustWake { semaphore.signal() }
    return result
  }

  private enum Next {
    case jobs([(job: UnownedJob, executor: ThreadExecutor)])
    case timers([Timer])
    case wait(until: ContinuousClock.Instant?)
    case renew
    case end
  }

  private func run() {
    thread.store(currentThread(), ordering: .relaxed)
    while true {
      switch next() {
      case .jobs(let jobs):
        for (job, executor) in jobs {
          waiting.subtract(1, ordering: .relaxed)
          job.runSynchronously(
            isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: executor.asUnownedTaskExecutor())
        }
      case .timers(let timers):
        for timer in timers { timer.continuation.resume() }
      case .wait(nil): semaphore.wait()
      case .wait(let deadline?):
        let nanoseconds = max(0, ContinuousClock.now.duration(to: deadline) / .nanoseconds(1))
        _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(min(nanoseconds, 1e18))))
      case .renew:
        start()
        return
      case .end: return
      }
    }
  }

  private func next() -> Next {
    state.withLock { state in
      if !state.jobs.isEmpty {
        defer { state.jobs.removeAll(keepingCapacity: true) }
        return .jobs(state.jobs)
      }
      guard !state.isStopped else { return .end }
      if state.isRenewed {
        state.isRenewed = false
        return .renew
      }
      let now = ContinuousClock.now
      if state.timers.contains(where: { $0.deadline <= now }) {
        let due = state.timers.filter { $0.deadline <= now }
        state.timers.removeAll { $0.deadline <= now }
        return .timers(due)
      }
      state.isIdle = true
      return .wait(until: state.timers.map(\.deadline).min())
    }
  }
}
