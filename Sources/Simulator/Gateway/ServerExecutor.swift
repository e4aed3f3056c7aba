import Dispatch
import FlyingSocks

/// Runs the servers' tasks on a thread of their own. Whoever shares the process, tests that compute for a while above
/// all, holds up the few threads of Swift's concurrency; a gateway has to answer within tens of milliseconds all the
/// same.
final class ServerExecutor: TaskExecutor {
  static let shared = ServerExecutor()

  private let queue = DispatchQueue(label: "mate3.simulator", qos: .userInitiated)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}

/// Waits for sockets, for every gateway of the process; it sleeps while there are none.
actor ServerSockets {
  static let shared = ServerSockets()

  private let pool: some AsyncSocketPool = SocketPool<Poll>.make()
  private var preparing: Task<Void, any Error>?

  func start() async throws -> any AsyncSocketPool {
    let pool = pool
    let task =
      preparing
      ?? Task(executorPreference: ServerExecutor.shared) {
        try await pool.prepare()
        Task(executorPreference: ServerExecutor.shared) { try await pool.run() }
      }
    // Kept, so that whoever comes meanwhile waits for the same preparation.
    preparing = task
    try await task.value
    return pool
  }
}
