internal import Synchronization

/// What was waited for did not come.
package struct TimedOut: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}

/// Runs `body` and returns what it returns, or throws ``TimedOut`` at the limit, also when `body` ignores its
/// cancellation then.
package func within<Result: Sendable>(
  _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  let box = OnceBox<Result>()
  let work = Task {
    do { box.resume(.success(try await body())) } catch { box.resume(.failure(error)) }
  }
  let timer = Task {
    try await Task.sleep(for: limit)
    box.resume(.failure(TimedOut("\(what) did not happen within \(limit)")))
  }
  defer {
    work.cancel()
    timer.cancel()
  }
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { box.wait($0) }
  } onCancel: {
    box.resume(.failure(CancellationError()))
  }
}

/// Asks again and again, a few milliseconds apart, until `condition` holds; for the state of another process, of which
/// there is no event.
package func eventually(
  within limit: Duration = .seconds(20), _ what: String, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw TimedOut("\(what) did not happen within \(limit)") }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// The first result of several.
private final class OnceBox<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(CheckedContinuation<Value, any Error>)
    case ready(Result<Value, any Error>)
    case done
  }

  private let state = Mutex(State.empty)

  func wait(_ continuation: CheckedContinuation<Value, any Error>) {
    let result = state.withLock { state -> Result<Value, any Error>? in
      if case .ready(let result) = state {
        state = .done
        return result
      }
      state = .waiting(continuation)
      return nil
    }
    if let result { continuation.resume(with: result) }
  }

  func resume(_ result: Result<Value, any Error>) {
    let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
      switch state {
      case .empty: state = .ready(result)
      case .waiting(let continuation):
        state = .done
        return continuation
      case .ready, .done: break
      }
      return nil
    }
    waiting?.resume(with: result)
  }
}
