import TestSupport
import Testing

@testable import Threads

@Suite struct ThreadExecutorTests {
  /// An actor that lives on an executor.
  private actor Worker {
    private let executor: ThreadExecutor
    private(set) var order: [Int] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: ThreadExecutor) { self.executor = executor }

    var thread: UInt { currentThread() }

    func sleep(until deadline: ContinuousClock.Instant) async { await executor.sleep(until: deadline) }

    func note(_ number: Int) { order.append(number) }

    /// Renews the thread twice in a job, whose other half runs on another one.
    func renewTwice() async -> (before: UInt, after: UInt) {
      let before = currentThread()
      executor.renewThread()
      executor.renewThread()
      await Task.yield()
      await executor.sleep(until: .now + .milliseconds(1))
      return (before, currentThread())
    }
  }

  @Test func jobsShareOneThreadUntilItIsRenewed() async throws {
    let executor = ThreadExecutor(name: "test")
    let worker = Worker(executor)
    let first = await worker.thread
    #expect(await worker.thread == first)
    let (before, after) = await worker.renewTwice()
    #expect(before == first)
    #expect(after != first)
    #expect(await worker.thread == after)
  }

  /// What waits when the thread is renewed, jobs and sleepers, goes on with the new one, in order.
  @Test func nothingIsLostWithTheOldThread() async throws {
    let executor = ThreadExecutor(name: "test")
    let worker = Worker(executor)
    let deadline = ContinuousClock.now + .milliseconds(200)
    let sleeper = Task { await worker.sleep(until: deadline) }
    let forever = Task { await worker.sleep(until: .now + .seconds(3600)) }
    for number in 0..<200 {
      if number % 20 == 0 { executor.renewThread() }
      await worker.note(number)
    }
    #expect(await worker.order == Array(0..<200))
    try await within(.seconds(5), "the sleeper") { await sleeper.value }
    #expect(ContinuousClock.now >= deadline)
    forever.cancel()
    try await within(.seconds(5), "the cancelled sleeper") { await forever.value }
  }

  @Test func wakingEndsEverySleep() async throws {
    let executor = ThreadExecutor(name: "test")
    let worker = Worker(executor)
    let sleepers = (0..<3).map { _ in Task { await worker.sleep(until: .now + .seconds(3600)) } }
    let all = Task { for sleeper in sleepers { await sleeper.value } }
    let waking = Task {
      while !Task.isCancelled {
        executor.wake()
        await Task.yield()
      }
    }
    try await within(.seconds(5), "the sleepers") { await all.value }
    waking.cancel()
  }

  /// The thread ends with the executor, though a renewed one has taken its place.
  @Test func theThreadEndsWithTheExecutor() async throws {
    func names() throws -> Int {
      try Self.threads().filter { $0 == "ends-with-it" }.count
    }
    try await withoutExecutorLeft()
    try await eventually("the end of the thread") { (try? names()) == 0 }
  }

  private func withoutExecutorLeft() async throws {
    let executor = ThreadExecutor(name: "ends-with-it")
    let worker = Worker(executor)
    _ = await worker.renewTwice()
    #expect(try Self.threads().contains("ends-with-it"))
  }

  /// Names of this process's threads.
  private static func threads() throws -> [String] {
    try ProcessThreads.names(of: nil)
  }

  @Test func aTaskMayKeepToAThread() async throws {
    let executor = ThreadExecutor(name: "test")
    let worker = Worker(executor)
    let expected = await worker.thread
    let seen = await Task(executorPreference: executor) { () async -> [UInt] in
      var seen = [currentThread()]
      await executor.sleep(until: .now + .milliseconds(1))
      seen.append(currentThread())
      return seen
    }.value
    #expect(seen == [expected, expected])
  }
}
