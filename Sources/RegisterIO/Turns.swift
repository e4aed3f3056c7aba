/// Turns that the tasks of one actor take, in the order in which they asked, however often each suspends meanwhile.
package final class Turns {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  package init() {}

  /// Whether somebody waits for the turn under way to end.
  package var isAwaited: Bool { !waiting.isEmpty }

  /// Runs `body` when its turn has come.
  package func run<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    // In the closure, because the task may suspend on its way there, and the turn under way end meanwhile. Whoever ends a
    // turn leaves it taken, for the one that has waited longest.
    await withCheckedContinuation { continuation in
      guard isTaken else {
        isTaken = true
        return continuation.resume()
      }
      waiting.append(continuation)
    }
    defer {
      if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
    return try await body()
  }
}
