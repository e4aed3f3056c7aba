import Synchronization

/// Runs everything on the thread that calls ``run(_:)``, actors included: profilers that follow one thread see all of
/// it, and no count depends on when threads start.
final class OneThreadExecutor: TaskExecutor {
  private let jobs = Mutex<[UnownedJob]>([])

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
  }

  /// Does the work and gives what it gave.
  /// - Throws: what `body` throws, or ``Stuck`` when it waits for something that runs elsewhere.
  func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    Task(executorPreference: self) {
      do {
        let value = try await body()
        outcome.result.withLock { $0 = .success(value) }
      } catch {
        outcome.result.withLock { $0 = .failure(error) }
      }
    }
    while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
    guard let result = outcome.result.withLock({ $0 }) else { throw Stuck() }
    return try result.get()
  }

  struct Stuck: Error {}

  private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
  }
}
