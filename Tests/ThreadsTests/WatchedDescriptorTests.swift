import Dispatch
import Glibc
import TestSupport
import Testing
import Threads

@Suite(.timeLimit(.minutes(1))) struct WatchedDescriptorTests {
  /// Two connected sockets; the first is watched.
  private final class Pair: Sendable {
    let watched: Int32
    let other: Int32
    let watch: WatchedDescriptor

    init(on executor: ThreadExecutor = ThreadExecutor(name: "test")) throws {
      var ends: [Int32] = [-1, -1]
      try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      (watched, other) = (ends[0], ends[1])
      for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
      watch = try #require(WatchedDescriptor(watched, on: executor))
    }

    deinit {
      watch.end()
      close(watched)
      close(other)
    }

    func write(_ count: Int, to end: Int32) -> Int {
      [UInt8](repeating: 1, count: count).withUnsafeBytes { Glibc.write(end, $0.baseAddress, count) }
    }

    func read(_ count: Int, from end: Int32) -> Int {
      var bytes = [UInt8](repeating: 0, count: count)
      return Glibc.read(end, &bytes, count)
    }
  }

  private static var soon: ContinuousClock.Instant { .now + .seconds(30) }

  @Test func dataThatIsThereOrComesEndsTheWait() async throws {
    let pair = try Pair()
    #expect(pair.write(3, to: pair.other) == 3)
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
    #expect(pair.read(3, from: pair.watched) == 3)
    async let isReady = pair.watch.wait(for: .reading, until: Self.soon)
    #expect(pair.write(1, to: pair.other) == 1)
    #expect(await isReady)
  }

  /// An edge is told once, or once more when it comes while the thread is just being told: what nobody has read does not
  /// make every later wait end.
  @Test func deadlineEndsTheWait() async throws {
    let pair = try Pair()
    #expect(pair.write(3, to: pair.other) == 3)
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
    let deadline = ContinuousClock.now + .milliseconds(50)
    var told = 1
    while await pair.watch.wait(for: .reading, until: deadline) {
      told += 1
      try #require(told <= 2)
    }
    #expect(ContinuousClock.now >= deadline)
    // A wait that has passed leaves nothing behind.
    #expect(pair.write(1, to: pair.other) == 1)
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
  }

  @Test func theOtherEndEndsTheWait() async throws {
    let pair = try Pair()
    async let isReady = pair.watch.wait(for: .reading, until: Self.soon)
    shutdown(pair.other, Int32(SHUT_RDWR))
    #expect(await isReady)
    #expect(pair.read(1, from: pair.watched) == 0)
  }

  /// Both may be told at once, and the end must not be forgotten over the data.
  @Test func theEndIsStillKnownAfterTheDataBeforeIt() async throws {
    let pair = try Pair()
    #expect(pair.write(3, to: pair.other) == 3)
    shutdown(pair.other, Int32(SHUT_RDWR))
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
    #expect(pair.read(9, from: pair.watched) == 3)
    #expect(await pair.watch.wait(for: .reading, until: Self.soon))
    #expect(pair.read(9, from: pair.watched) == 0)
  }

  @Test func roomForMoreEndsTheWait() async throws {
    let pair = try Pair()
    #expect(await pair.watch.wait(for: .writing, until: Self.soon))
    while pair.write(65_536, to: pair.watched) > 0 {}
    #expect(await pair.watch.wait(for: .writing, until: .now + .milliseconds(20)) == false)
    async let isReady = pair.watch.wait(for: .writing, until: Self.soon)
    while pair.read(65_536, from: pair.other) > 0 {}
    #expect(await isReady)
  }

  /// Many descriptors on one thread, whichever becomes ready first; one that never does holds up no other.
  @Test func manyAreWatchedAtOnce() async throws {
    let executor = ThreadExecutor(name: "test")
    var pairs: [(watched: Int32, other: Int32, watch: WatchedDescriptor)] = []
    for _ in 0..<150 {
      var ends: [Int32] = [-1, -1]
      try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      pairs.append((ends[0], ends[1], try #require(WatchedDescriptor(ends[0], on: executor))))
    }
    defer {
      for pair in pairs {
        pair.watch.end()
        close(pair.watched)
        close(pair.other)
      }
    }
    let waits = pairs.map { pair in
      Task { await pair.watch.wait(for: .reading, until: Self.soon) }
    }
    for pair in pairs.dropFirst().reversed() { #expect(Glibc.write(pair.other, "x", 1) == 1) }
    for wait in waits.dropFirst() { #expect(await wait.value) }
    #expect(Glibc.write(pairs[0].other, "x", 1) == 1)
    #expect(await waits[0].value)
  }

  private actor Waiter {
    private let executor: ThreadExecutor
    private(set) var notes: [String] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: ThreadExecutor) { self.executor = executor }

    func wait(for watch: WatchedDescriptor, until deadline: ContinuousClock.Instant) async -> Bool {
      await watch.wait(for: .reading, until: deadline)
    }

    func note(_ text: String) { notes.append(text) }
  }

  /// A wait on the very thread that watches may block it as long as there is nothing else to do, and no longer: what comes
  /// at the same time, later, or at its time goes on.
  @Test func aWaitOnTheThreadHoldsUpNothing() async throws {
    let executor = ThreadExecutor(name: "test")
    let pair = try Pair(on: executor)
    let (waiter, other) = (Waiter(executor), Waiter(executor))
    let (gate, isHeld) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let holding = Task {
      try await executor.run {
        isHeld.signal()
        gate.wait()
      }
    }
    await Task.detached { Self.wait(isHeld) }.value
    let sleeping = Task.immediate { await executor.sleep(until: .now + .milliseconds(50)) }
    let waiting = Task.immediate { await waiter.wait(for: pair.watch, until: Self.soon) }
    let noting = Task.immediate { await other.note("in the same batch") }
    gate.signal()
    try await holding.value
    try await within(.seconds(5), "the other job") { await noting.value }
    try await within(.seconds(5), "the sleeper") { await sleeping.value }
    try await within(.seconds(5), "a later job") { await other.note("later") }
    #expect(await other.notes == ["in the same batch", "later"])
    #expect(pair.write(1, to: pair.other) == 1)
    #expect(await waiting.value)
    let deadline = ContinuousClock.now + .milliseconds(50)
    #expect(await waiter.wait(for: pair.watch, until: deadline) == false)
    #expect(ContinuousClock.now >= deadline)
  }

  private static func wait(_ semaphore: DispatchSemaphore) { semaphore.wait() }

  @Test func aThreadWithoutAPollerWatchesNothing() {
    #expect(WatchedDescriptor(0, on: ThreadExecutor(name: "test", watchesDescriptors: false)) == nil)
  }
}
