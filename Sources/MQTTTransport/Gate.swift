internal import Synchronization

/// Opens once; until then, and no longer than they like, others wait.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var lastTicket = 0
  }

  private let state = Mutex(State())

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until the gate opens, for at most `limit`; not cut short by cancellation, so that a cancelled task still
  /// stops in good order.
  func wait(atMost limit: Duration) async {
    await withCheckedContinuation { continuation in
      let ticket = state.withLock { state -> Int? in
        guard !state.isOpen else { return nil }
        state.lastTicket += 1
        state.waiters[state.lastTicket] = continuation
        return state.lastTicket
      }
      guard let ticket else { return continuation.resume() }
      Task.detached {
        try? await Task.sleep(for: limit)
        self.state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume()
      }
    }
  }
}
