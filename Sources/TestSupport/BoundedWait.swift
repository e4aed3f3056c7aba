internal import Synchronization

/// What was waited for did not come.
public struct TimedOut: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}

/// Runs `body` and returns what it returns, or throws ``TimedOut`` at the limit, also when `body` ignores its
/// cancellation then.
public func within<Result: Sendable>(
  _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  let box = OnceBox<Result>()
  return try await withCheckedThrowingContinuation { continuation in
    box.store(continuation)
    let work = Task {
      do { box.resume(.success(try await body())) } catch { box.resume(.failure(error)) }
    }
    let timer = Task {
      try await Task.sleep(for: limit)
      box.resume(.failure(TimedOut("\(what) did not happen within \(limit)")))
      work.cancel()
    }
    Task {
      await work.value
      timer.cancel()
    }
  }
}

/// Asks again and again, a few milliseconds apart, until `condition` holds; for the state of another process, of which
/// there is no event.
public func eventually(
  within limit: Duration = .seconds(5), _ what: String, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw TimedOut("\(what) did not happen within \(limit)") }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// A continuation that is resumed by whoever comes first.
private final class OnceBox<Result: Sendable>: Sendable {
  private let continuation = Mutex<CheckedContinuation<Result, any Error>?>(nil)

  func store(_ new: CheckedContinuation<Result, any Error>) {
    continuation.withLock { $0 = new }
  }

  func resume(_ result: sending Swift.Result<Result, any Error>) {
    let waiting = continuation.withLock { stored in
      defer { stored = nil }
      return stored
    }
    waiting?.resume(with: result)
  }
}
