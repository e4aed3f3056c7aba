internal import Dispatch
internal import Synchronization

/// What an executor and its thread share: jobs, sleeps and descriptors.
final class ThreadCore: Sendable {
  typealias Ticket = Int
  /// Nanoseconds since the core was made, `max` for never: unlike the clock's own instants, a number that costs nothing to keep and
  /// compare.
  private typealias Moment = Int64

  private struct Sleep {
    let ticket: Ticket
    let deadline: Moment
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct Wait {
    let direction: WatchedDescriptor.Direction
    let deadline: Moment
    let continuation: CheckedContinuation<Bool, Never>
  }

  /// An object, because the dictionary would copy a value at every touch.
  private final class Watch: Sendable {
    private struct State {
      var isReadable = false
      var isWritable = false
      /// The end is told once, perhaps together with data that came before it, and stays.
      var hasEnded = false
      var wait: Wait?

      mutating func takeReadiness(for direction: WatchedDescriptor.Direction) -> Bool {
        if hasEnded { return true }
        switch direction {
        case .reading:
          defer { isReadable = false }
          return isReadable
        case .writing:
          defer { isWritable = false }
          return isWritable
        }
      }
    }

    private let state = Mutex(State())

    /// Takes note of what the descriptor has become.
    /// - Returns: the wait that this ends.
    func note(_ event: Poller.Event) -> Wait? {
      state.withLock { state in
        state.isReadable = state.isReadable || event.isReadable
        state.isWritable = state.isWritable || event.isWritable
        state.hasEnded = state.hasEnded || event.hasEnded
        guard let ended = state.wait, state.takeReadiness(for: ended.direction) else { return nil }
        state.wait = nil
        return ended
      }
    }

    /// Whether the descriptor has become ready since this was asked last.
    func takeReadiness(for direction: WatchedDescriptor.Direction) -> Bool {
      state.withLock { $0.takeReadiness(for: direction) }
    }

    /// Has a wait end with the next readiness.
    /// - Returns: false when there was one already, and the wait need not begin.
    func begin(_ wait: Wait) -> Bool {
      state.withLock { state in
        guard !state.takeReadiness(for: wait.direction) else { return false }
        state.wait = wait
        return true
      }
    }

    /// The deadline of the wait under way.
    var deadline: Moment? { state.withLock { $0.wait?.deadline } }

    func takeWait() -> Wait? {
      state.withLock { state in
        defer { state.wait = nil }
        return state.wait
      }
    }
  }

  private struct State {
    var jobs: [Job] = []
    /// The one that ends first comes last.
    var sleeps: [Sleep] = []
    var watches: [Ticket: Watch] = [:]
    /// No wait for a descriptor ends by its deadline before this. Most end long before it, so that the waits are looked
    /// through for overdue ones about once in the time that they may take.
    var firstOverdueWait = Moment.max
    var lastTicket = 0
    var isIdle = false
    var isStopped = false

    var nextDeadline: Moment { min(sleeps.last?.deadline ?? .max, firstOverdueWait) }

    mutating func add(_ sleep: Sleep) {
      var place = sleeps.endIndex
      while place > 0, sleeps[place - 1].deadline < sleep.deadline { place -= 1 }
      sleeps.insert(sleep, at: place)
    }

    mutating func takeOverdueSleeps(at now: Moment) -> [Sleep] {
      var overdue: [Sleep] = []
      while let sleep = sleeps.last, sleep.deadline <= now { overdue.append(sleeps.removeLast()) }
      return overdue
    }

    mutating func takeOverdueWaits(at now: Moment) -> [Wait] {
      guard firstOverdueWait <= now else { return [] }
      firstOverdueWait = .max
      var overdue: [Wait] = []
      for watch in watches.values {
        guard let deadline = watch.deadline else { continue }
        if deadline > now {
          firstOverdueWait = min(firstOverdueWait, deadline)
        } else if let wait = watch.takeWait() {
          overdue.append(wait)
        }
      }
      return overdue
    }
  }

  private typealias Job = (job: UnownedJob, executor: ThreadExecutor)

  /// Batches of jobs between two looks at the descriptors and the clock, when there is always another.
  private static let batchesInARow = 64

  private let poller: Poller?
  /// Where there is no poller to wake.
  private let semaphore = DispatchSemaphore(value: 0)
  private let state = Mutex(State())
  private let thread = Atomic<UInt>(0)
  /// Jobs of the batch under way that have not begun yet.
  private let jobsLeft = Atomic(0)
  private let origin = ContinuousClock.now

  init(poller: Poller?) { self.poller = poller }

  var isOnThread: Bool { thread.load(ordering: .relaxed) == currentThread() }

  func add(_ job: UnownedJob, _ executor: ThreadExecutor) {
    change { $0.jobs.append((job, executor)) }
  }

  func stop() { change { $0.isStopped = true } }

  /// Changes what the thread looks at before it waits.
  private func change<Result>(_ body: (inout State) -> Result) -> Result {
    let (result, mustWake) = state.withLock { state in
      let result = body(&state)
      defer { state.isIdle = false }
      return (result, state.isIdle)
    }
    if mustWake {
      if let poller { poller.wake() } else { semaphore.signal() }
    }
    return result
  }

  private func moment(_ instant: ContinuousClock.Instant) -> Moment {
    let (seconds, attoseconds) = origin.duration(to: instant).components
    // Centuries from now are as good as never.
    return max(-4_000_000_000, min(seconds, 4_000_000_000)) * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}

extension ThreadCore {
  func newTicket() -> Ticket {
    state.withLock {
      $0.lastTicket += 1
      return $0.lastTicket
    }
  }

  func add(
    _ ticket: Ticket, until deadline: ContinuousClock.Instant, _ continuation: CheckedContinuation<Void, Never>
  ) {
    let sleep = Sleep(ticket: ticket, deadline: moment(deadline), continuation: continuation)
    change { $0.add(sleep) }
  }

  /// Ends a sleep before its time.
  /// - Returns: false when it is over already.
  @discardableResult
  func end(_ ticket: Ticket) -> Bool {
    let sleep = state.withLock { state -> Sleep? in
      state.sleeps.firstIndex { $0.ticket == ticket }.map { state.sleeps.remove(at: $0) }
    }
    sleep?.continuation.resume()
    return sleep != nil
  }
}

extension ThreadCore {
  func watch(_ descriptor: Int32) -> Ticket? {
    let ticket = newTicket()
    state.withLock { $0.watches[ticket] = Watch() }
    guard let poller, poller.add(descriptor, token: ticket) else {
      state.withLock { $0.watches[ticket] = nil }
      return nil
    }
    return ticket
  }

  func unwatch(_ ticket: Ticket, _ descriptor: Int32) {
    poller?.remove(descriptor)
    let wait = state.withLock { $0.watches.removeValue(forKey: ticket)?.takeWait() }
    wait?.continuation.resume(returning: true)
  }

  /// Waits in the job that asks, as long as the thread has nothing else to do: to suspend the job and to resume it would
  /// cost more than all the rest of a request.
  /// - Returns: whether the descriptor became ready, or nil when the job has to suspend, so that others can go on.
  func waitIdly(
    _ ticket: Ticket, for direction: WatchedDescriptor.Direction, until deadline: ContinuousClock.Instant
  ) -> Bool? {
    guard poller != nil, isOnThread else { return nil }
    let deadline = moment(deadline)
    while true {
      let now = moment(.now)
      let (isReady, limit) = state.withLock { state -> (Bool?, Moment?) in
        state.isIdle = false
        guard let watch = state.watches[ticket] else { return (true, nil) }
        guard deadline > now else { return (false, nil) }
        guard !watch.takeReadiness(for: direction) else { return (true, nil) }
        guard jobsLeft.load(ordering: .relaxed) == 0, state.jobs.isEmpty, !state.isStopped, state.nextDeadline > now
        else { return (nil, nil) }
        state.isIdle = true
        return (nil, min(state.nextDeadline, deadline))
      }
      guard let limit else { return isReady }
      wait(at: now, until: limit)
    }
  }

  func wait(
    _ ticket: Ticket, for direction: WatchedDescriptor.Direction, until deadline: ContinuousClock.Instant,
    _ continuation: CheckedContinuation<Bool, Never>
  ) {
    let wait = Wait(direction: direction, deadline: moment(deadline), continuation: continuation)
    let isReady = change { state in
      // Of what is no longer watched, the call that follows tells what is wrong.
      guard let watch = state.watches[ticket], watch.begin(wait) else { return true }
      state.firstOverdueWait = min(state.firstOverdueWait, wait.deadline)
      return false
    }
    if isReady { continuation.resume(returning: true) }
  }
}

extension ThreadCore {
  private enum Next {
    case jobs([Job])
    case wait(until: Moment)
    case end
  }

  /// The thread's work, until ``stop()``.
  func run() {
    thread.store(currentThread(), ordering: .relaxed)
    var batches = 0
    while true {
      switch next() {
      case .jobs(let jobs):
        batches += 1
        for (index, (job, executor)) in jobs.enumerated() {
          jobsLeft.store(jobs.count - 1 - index, ordering: .relaxed)
          job.runSynchronously(
            isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: executor.asUnownedTaskExecutor())
        }
        guard batches == Self.batchesInARow else { continue }
        wait(at: 0, until: 0)
      case .wait(let deadline): wait(at: moment(.now), until: deadline)
      case .end: return
      }
      batches = 0
      endOverdue()
    }
  }

  private func next() -> Next {
    state.withLock { state in
      if !state.jobs.isEmpty {
        defer { state.jobs.removeAll(keepingCapacity: true) }
        return .jobs(state.jobs)
      }
      guard !state.isStopped else { return .end }
      state.isIdle = true
      return .wait(until: state.nextDeadline)
    }
  }

  /// Waits for descriptors, for a wake-up, and until a deadline at most.
  private func wait(at now: Moment, until deadline: Moment) {
    guard let poller else {
      let left = max(0, deadline - now)
      _ = semaphore.wait(timeout: deadline == .max ? .distantFuture : .now() + .nanoseconds(Int(left)))
      return
    }
    poller.wait(at: now, until: deadline) { event in
      let wait = state.withLock { state in
        state.isIdle = false
        return state.watches[event.token]?.note(event)
      }
      wait?.continuation.resume(returning: true)
    }
  }

  /// Ends the sleeps and waits whose time has come.
  private func endOverdue() {
    let now = moment(.now)
    let (sleeps, waits) = state.withLock { state in
      state.isIdle = false
      return (state.takeOverdueSleeps(at: now), state.takeOverdueWaits(at: now))
    }
    for sleep in sleeps { sleep.continuation.resume() }
    for wait in waits { wait.continuation.resume(returning: false) }
  }
}
