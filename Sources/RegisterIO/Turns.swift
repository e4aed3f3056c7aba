/// Turns that the tasks of one actor take, in the order in which they asked, however often each suspends meanwhile.
package final class Turns {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  package init() {}

  /// Whether somebody waits for the turn under way to end.
  package var isAwaited: Bool { !waiting.isEmpty }

  /// Runs `body` when its turn has come.
  package func run<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    if isTaken {
      // Whoever ends a turn leaves it taken, for the one that has waited longest.
      await withCheckedContinuation { waiting.append($0) }
    } else {
      isTaken = true
    }
    defer {
      if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
    return try await body()
  }
}
