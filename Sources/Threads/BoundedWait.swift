/// What was waited for took longer than it may; it goes on by itself.
package struct TookTooLong: Error {
  package init() {}
}

/// Waits for `work`, but no longer than `limit`. Work that took too long is cancelled, and then goes on if it can't be left
/// half done. A cancelled caller waits all the same: it would take what is being done for not done.
/// - Throws: ``TookTooLong``, or what the work throws.
package func withTimeout<Value: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await Task { try await firstOf(limit, work) }.value
}

private func firstOf<Value: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let (results, race) = AsyncStream<Result<Value, any Error>>.makeStream(bufferingPolicy: .bufferingOldest(1))
  let working = Task {
    do {
      race.yield(.success(try await work()))
    } catch {
      race.yield(.failure(error))
    }
    race.finish()
  }
  let timer = Task {
    await pause(for: limit)
    race.finish()
  }
  defer { timer.cancel() }
  for await result in results { return try result.get() }
  working.cancel()
  throw TookTooLong()
}

/// Waits so long, or until the task is cancelled.
package func pause(for duration: Duration) async { try? await Task.sleep(for: duration) }
