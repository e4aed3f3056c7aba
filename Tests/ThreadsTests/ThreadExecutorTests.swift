import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Threads

@Suite(.timeLimit(.minutes(1))) struct ThreadExecutorTests {
  /// An actor that lives on an executor.
  private actor Worker {
    private let executor: ThreadExecutor
    private(set) var order: [Int] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: ThreadExecutor) { self.executor = executor }

    var thread: UInt { pthread_self() }

    func sleep(until deadline: ContinuousClock.Instant) async { await executor.sleep(until: deadline) }

    func note(_ number: Int) { order.append(number) }

    func sleep(until deadline: ContinuousClock.Instant, thenNote number: Int) async {
      await executor.sleep(until: deadline)
      note(number)
    }
  }

  private final class Log: Sendable {
    let numbers = Mutex<[Int]>([])
  }

  @Test func jobsShareOneThread() async throws {
    let worker = Worker(ThreadExecutor(name: "test"))
    let first = await worker.thread
    await worker.sleep(until: .now + .milliseconds(1))
    #expect(await worker.thread == first)
    #expect(first != pthread_self())
  }

  /// Whoever asked to sleep first, and however many sleep at once.
  @Test func eachSleepEndsAtItsOwnDeadline() async throws {
    let worker = Worker(ThreadExecutor(name: "test"))
    let start = ContinuousClock.now + .milliseconds(20)
    let longest = Task { await worker.sleep(until: start + .seconds(3600), thenNote: 3600) }
    let sleepers = [7, 2, 9, 0, 5, 3, 8, 1, 6, 4].map { number in
      Task {
        await worker.sleep(until: start + .milliseconds(10 * number), thenNote: number)
        return ContinuousClock.now >= start + .milliseconds(10 * number)
      }
    }
    for sleeper in sleepers { #expect(await sleeper.value) }
    // On a busy machine several are due at the same look, in any order.
    #expect(await worker.order.sorted() == Array(0..<10))
    longest.cancel()
    await longest.value
  }

  @Test func cancellationEndsASleep() async throws {
    let worker = Worker(ThreadExecutor(name: "test"))
    let sleeper = Task { await worker.sleep(until: .now + .seconds(3600)) }
    let early = Task { await worker.sleep(until: .now + .seconds(3600)) }
    early.cancel()
    try await within(.seconds(5), "the sleeper cancelled at once") { await early.value }
    #expect(await worker.thread != 0)
    sleeper.cancel()
    try await within(.seconds(5), "the cancelled sleeper") { await sleeper.value }
  }

  /// Jobs that always have a successor don't keep the thread from its sleepers.
  @Test func sleepersWakeThoughThereIsAlwaysAnotherJob() async throws {
    let executor = ThreadExecutor(name: "test")
    let worker = Worker(executor)
    let isOver = Atomic(false)
    let busy = Task(executorPreference: executor) {
      while !isOver.load(ordering: .relaxed) { await Task.yield() }
    }
    let sleeper = Task { await worker.sleep(until: .now + .milliseconds(20)) }
    await #expect(throws: Never.self) { try await within(.seconds(20), "the sleeper") { await sleeper.value } }
    isOver.store(true, ordering: .relaxed)
    await busy.value
  }

  @Test func whatMayBlockRunsOnTheThreadInOrder() async throws {
    let executor = ThreadExecutor(name: "test")
    let expected = await Worker(executor).thread
    #expect(try await executor.run { pthread_self() } == expected)
    let log = Log()
    let tasks = (0..<50).map { number in
      Task.immediate { try await executor.run { log.numbers.withLock { $0.append(number) } } }
    }
    for task in tasks { try await task.value }
    #expect(log.numbers.withLock { $0 } == Array(0..<50))
    struct Failure: Error {}
    await #expect(throws: Failure.self) { try await executor.run { throw Failure() } }
  }

  /// In a process of its own, where nothing else has threads or opens files.
  @Test func threadAndDescriptorsEndWithTheExecutor() async throws {
    await #expect(processExitsWith: .success) {
      func threads() throws -> Int { try ProcessThreads.names(of: nil).filter { $0 == "ends-with-it" }.count }
      func descriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
      #expect(await Worker(ThreadExecutor(name: "ends-with-it")).thread != 0)
      try await eventually("the end of the first thread") { try threads() == 0 }
      // Swift's own timers take some of their own, once.
      try await Task.sleep(for: .milliseconds(1))
      let before = try descriptors()
      do {
        let workers = (0..<20).map { _ in Worker(ThreadExecutor(name: "ends-with-it")) }
        for worker in workers { await worker.sleep(until: .now + .milliseconds(1)) }
        #expect(try threads() == 20)
        #expect(try descriptors() > before)
      }
      // The twenty had two each; Swift's timers may have taken more of theirs meanwhile.
      try await eventually(within: .seconds(20), "the end of the threads") {
        try threads() == 0 && descriptors() < before + 10
      }
    }
  }

  @Test func aTaskMayKeepToAThread() async throws {
    let executor = ThreadExecutor(name: "test")
    let worker = Worker(executor)
    let expected = await worker.thread
    let seen = await Task(executorPreference: executor) { () async -> [UInt] in
      var seen = [pthread_self()]
      await executor.sleep(until: .now + .milliseconds(1))
      seen.append(pthread_self())
      return seen
    }.value
    #expect(seen == [expected, expected])
  }
}
