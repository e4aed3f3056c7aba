internal import Synchronization
internal import Threads

/// Where the connection waits for a name, a connect or an answer, and how another thread ends that for good.
final class SocketCutter: Sendable {
  let waiter: Waiter
  private let flag = Atomic(false)

  init(on executor: ThreadExecutor) { waiter = Waiter(on: executor) }

  var isCut: Bool { flag.load(ordering: .acquiring) }

  func cut() {
    flag.store(true, ordering: .releasing)
    waiter.wake()
  }
}
