internal import Glibc
internal import Synchronization

/// What an executor and its thread share: jobs, and what suspended tasks wait for.
final class ThreadLoop: Sendable {
  typealias Token = Int
  private typealias Job = (job: UnownedJob, executor: ThreadExecutor)

  struct Wait {
    let token: Token
    /// Negative for a point in time alone.
    let descriptor: Int32
    let events: Int16
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var jobs: [Job] = []
    var waits: [Wait] = []
    /// Waits that were ended before they began.
    var ended: Set<Token> = []
    var lastToken = 0
    var isPolling = false
    var isStopped = false
  }

  /// Batches of jobs between two looks at descriptors and clock, when there is always another.
  private static let batchesInARow = 64

  private let state = Mutex(State())
  /// Without one, which means that the system has no descriptors left, the thread looks for jobs by itself.
  private let wakePipe = try? WakePipe()

  func add(_ job: UnownedJob, _ executor: ThreadExecutor) {
    change { $0.jobs.append((job, executor)) }
  }

  func stop() { change { $0.isStopped = true } }

  func newToken() -> Token {
    state.withLock {
      $0.lastToken += 1
      return $0.lastToken
    }
  }

  func begin(_ wait: Wait) {
    let begins = change { state in
      guard state.ended.remove(wait.token) == nil else { return false }
      state.waits.append(wait)
      return true
    }
    if !begins { wait.continuation.resume() }
  }

  /// Ends the wait of this token, or else the next one before it begins.
  func end(_ token: Token) {
    let wait = state.withLock { state in
      let index = state.waits.firstIndex { $0.token == token }
      if index == nil { state.ended.insert(token) }
      return index.map { state.waits.remove(at: $0) }
    }
    wait?.continuation.resume()
  }

  func forget(_ token: Token) { state.withLock { _ = $0.ended.remove(token) } }

  /// Changes what the thread looks at before it waits.
  private func change<Result>(_ body: (inout State) -> Result) -> Result {
    let (result, mustWake) = state.withLock { state in
      defer { state.isPolling = false }
      return (body(&state), state.isPolling)
    }
    if mustWake { wakePipe?.wake() }
    return result
  }
}

extension ThreadLoop {
  /// The thread's work, until ``stop()``.
  func run() {
    var jobs: [Job] = []
    var entries: [pollfd] = []
    var batches = 0
    while takeJobs(&jobs) {
      for (job, executor) in jobs {
        job.runSynchronously(
          isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: executor.asUnownedTaskExecutor())
      }
      let isIdle = jobs.isEmpty
      // Here the executor may lose its last owner.
      jobs.removeAll(keepingCapacity: true)
      batches = isIdle ? 0 : (batches + 1) % Self.batchesInARow
      if batches == 0 { endWaits(&entries, mayBlock: isIdle) }
    }
  }

  /// - Parameter jobs: empty; gets those that wait.
  /// - Returns: false when there will be none any more.
  private func takeJobs(_ jobs: inout [Job]) -> Bool {
    state.withLock { state in
      swap(&jobs, &state.jobs)
      state.isPolling = jobs.isEmpty
      return !jobs.isEmpty || !state.isStopped
    }
  }

  /// Ends the waits whose descriptor is ready or whose time has come.
  /// - Parameter mayBlock: whether to wait until there is one, or a job.
  private func endWaits(_ entries: inout [pollfd], mayBlock: Bool) {
    entries.removeAll(keepingCapacity: true)
    // poll ignores an entry with a negative descriptor.
    entries.append(pollfd(fd: wakePipe?.readEnd ?? -1, events: Int16(POLLIN), revents: 0))
    let deadline = state.withLock { state in
      for wait in state.waits where wait.descriptor >= 0 {
        entries.append(pollfd(fd: wait.descriptor, events: wait.events, revents: 0))
      }
      return state.waits.lazy.map(\.deadline).min()
    }
    poll(&entries, nfds_t(entries.count), mayBlock ? limit(until: deadline) : 0)
    if entries[0].revents != 0 { wakePipe?.drain() }
    let ready = entries.dropFirst().filter { $0.revents != 0 }
    let now = ContinuousClock.now
    let over = state.withLock { state in
      state.isPolling = false
      let index = state.waits.partition { wait in
        wait.deadline <= now || ready.contains { $0.fd == wait.descriptor }
      }
      defer { state.waits.removeSubrange(index...) }
      return Array(state.waits[index...])
    }
    for wait in over { wait.continuation.resume() }
  }

  /// - Returns: how many milliseconds `poll` may take; -1 for as many as it likes.
  private func limit(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard wakePipe != nil else { return 10 }
    guard let deadline else { return -1 }
    let left = max(.zero, min(ContinuousClock.now.duration(to: deadline), .seconds(1_000_000)))
    // Rounded up: what ends too early would only begin again.
    return Int32(
      clamping: (left.components.seconds * 1000) + (left.components.attoseconds + 999_999_999_999_999)
        / 1_000_000_000_000_000)
  }
}
