import Dispatch
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Threads

@Suite(.timeLimit(.minutes(1))) struct WaiterTests {
  private let waiter = Waiter(on: ThreadExecutor(name: "test"))

  private static var soon: ContinuousClock.Instant { .now + .seconds(30) }

  /// Two connected sockets; the first is waited for.
  private final class Pair: Sendable {
    let own: Int32
    let other: Int32

    init() throws {
      var ends: [Int32] = [-1, -1]
      try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
      (own, other) = (ends[0], ends[1])
      for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit {
      close(own)
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

  @Test func wakingEndsTheSleep() async throws {
    let sleeping = Task { await waiter.sleep(until: .now + .seconds(3600)) }
    // Whether it sleeps already or not.
    waiter.wake()
    try await within(.seconds(5), "the sleeper") { await sleeping.value }
  }

  /// So that nothing is lost that happens between looking for work and going to sleep; but it counts once.
  @Test func aWakeUpThatCameBeforeEndsTheNextSleepAndNoOther() async throws {
    waiter.wake()
    waiter.wake()
    await waiter.sleep(until: .now + .seconds(3600))
    let deadline = ContinuousClock.now + .milliseconds(50)
    await waiter.sleep(until: deadline)
    #expect(ContinuousClock.now >= deadline)
  }

  @Test func aWakeUpIsNotLostOnASleepThatIsOver() async throws {
    await waiter.sleep(until: .now + .milliseconds(1))
    waiter.wake()
    await waiter.sleep(until: .now + .seconds(3600))
  }

  @Test func eachIsWokenByItsOwn() async throws {
    let executor = ThreadExecutor(name: "test")
    let (one, other) = (Waiter(on: executor), Waiter(on: executor))
    let deadline = ContinuousClock.now + .milliseconds(100)
    let sleeping = Task { await other.sleep(until: deadline) }
    one.wake()
    await one.sleep(until: .now + .seconds(3600))
    await sleeping.value
    #expect(ContinuousClock.now >= deadline)
  }

  @Test func dataThatIsThereOrComesEndsTheWait() async throws {
    let pair = try Pair()
    #expect(pair.write(3, to: pair.other) == 3)
    await waiter.wait(for: .reading, of: pair.own, until: Self.soon)
    #expect(pair.read(9, from: pair.own) == 3)
    async let waiting: Void = waiter.wait(for: .reading, of: pair.own, until: Self.soon)
    #expect(pair.write(1, to: pair.other) == 1)
    await waiting
    #expect(pair.read(9, from: pair.own) == 1)
  }

  @Test func theOtherEndEndsTheWait() async throws {
    let pair = try Pair()
    async let waiting: Void = waiter.wait(for: .reading, of: pair.own, until: Self.soon)
    shutdown(pair.other, Int32(SHUT_RDWR))
    await waiting
    #expect(pair.read(1, from: pair.own) == 0)
  }

  @Test func roomForMoreEndsTheWait() async throws {
    let pair = try Pair()
    while pair.write(65_536, to: pair.own) > 0 {}
    async let waiting: Void = waiter.wait(for: .writing, of: pair.own, until: Self.soon)
    while pair.read(65_536, from: pair.other) > 0 {}
    await waiting
    #expect(pair.write(1, to: pair.own) == 1)
  }

  @Test func deadlineAndWakeUpEndTheWait() async throws {
    let pair = try Pair()
    let deadline = ContinuousClock.now + .milliseconds(50)
    await waiter.wait(for: .reading, of: pair.own, until: deadline)
    #expect(ContinuousClock.now >= deadline && .now < deadline + .seconds(5))
    async let waiting: Void = waiter.wait(for: .reading, of: pair.own, until: .now + .seconds(3600))
    waiter.wake()
    await waiting
    // What has passed leaves nothing behind.
    #expect(pair.write(1, to: pair.other) == 1)
    await waiter.wait(for: .reading, of: pair.own, until: Self.soon)
    #expect(pair.read(9, from: pair.own) == 1)
  }

  private actor Worker {
    private let executor: ThreadExecutor
    private let waiter: Waiter
    private(set) var isWaiting = false
    private(set) var notes = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: ThreadExecutor) {
      self.executor = executor
      waiter = Waiter(on: executor)
    }

    func wait(for descriptor: Int32) async {
      isWaiting = true
      await waiter.wait(for: .reading, of: descriptor, until: .now + .seconds(3600))
      isWaiting = false
    }

    func note() { notes += 1 }
  }

  /// A wait suspends its task and no other of the same thread, not even those of the same actor.
  @Test func jobsAndSleepsGoOnWhileOneWaits() async throws {
    let executor = ThreadExecutor(name: "test")
    let pair = try Pair()
    let (worker, other) = (Worker(executor), Worker(executor))
    let waiting = Task { await worker.wait(for: pair.own) }
    try await eventually("the wait") { await worker.isWaiting }
    for _ in 0..<100 {
      await other.note()
      await worker.note()
    }
    #expect(await other.notes == 100)
    try await within(.seconds(5), "a sleep") { await executor.sleep(until: .now + .milliseconds(1)) }
    #expect(await worker.isWaiting)
    #expect(pair.write(1, to: pair.other) == 1)
    try await within(.seconds(5), "the wait") { await waiting.value }
  }

  /// A wait begins and ends on its thread, whatever holds up Swift's own. In a process of its own, whose threads nobody
  /// else needs.
  @Test func aBlockedPoolHoldsUpNoWait() async throws {
    await #expect(processExitsWith: .success) {
      let count = Atomic(0)
      let waiter = Ticker(ThreadExecutor(name: "test"))
      let ticking = Task {
        await waiter.tick { count.add(1, ordering: .relaxed) }
      }
      try await eventually("the first waits") { count.load(ordering: .relaxed) > 1 }
      let pool = DispatchSemaphore(value: 0)
      let width = ProcessInfo.processInfo.activeProcessorCount
      for _ in 0..<width { Task.detached { Self.block(pool) } }
      // This thread of the pool is held up as well.
      usleep(50_000)
      let before = count.load(ordering: .relaxed)
      let deadline = ContinuousClock.now + .seconds(5)
      while count.load(ordering: .relaxed) < before + 10, .now < deadline { usleep(1000) }
      #expect(count.load(ordering: .relaxed) >= before + 10)
      for _ in 0..<width { pool.signal() }
      ticking.cancel()
    }
  }

  private static func block(_ semaphore: DispatchSemaphore) { semaphore.wait() }

  private actor Ticker {
    private let executor: ThreadExecutor
    private let waiter: Waiter

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: ThreadExecutor) {
      self.executor = executor
      waiter = Waiter(on: executor)
    }

    func tick(_ body: @Sendable () -> Void) async {
      while !Task.isCancelled {
        await waiter.sleep(until: .now + .milliseconds(1))
        body()
      }
    }
  }
}
