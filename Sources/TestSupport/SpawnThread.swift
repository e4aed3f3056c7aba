internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// The one thread that starts child processes.
///
/// The kernel sends the parent-death signal when the thread that started the child ends, not the process, and the
/// threads that tests run on come and go. This one stays.
final class SpawnThread: Sendable {
  static let shared = SpawnThread()

  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let hasJob = DispatchSemaphore(value: 0)

  private init() {
    Thread.detachNewThread { [self] in
      // A child inherits the mask, and Dispatch's threads, from which this one may stem, block signals: mosquitto would
      // never see SIGTERM.
      var none = sigset_t()
      sigemptyset(&none)
      pthread_sigmask(SIG_SETMASK, &none, nil)
      while true {
        hasJob.wait()
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        job?()
      }
    }
  }

  func run(_ process: Process) throws {
    let isDone = DispatchSemaphore(value: 0)
    let outcome = Outcome()
    jobs.withLock { jobs in
      jobs.append {
        do { try process.run() } catch { outcome.failure.withLock { $0 = error } }
        isDone.signal()
      }
    }
    hasJob.signal()
    isDone.wait()
    if let error = outcome.failure.withLock({ $0 }) { throw error }
  }

  private final class Outcome: Sendable {
    let failure = Mutex<(any Error)?>(nil)
  }
}
