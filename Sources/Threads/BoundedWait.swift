/// What was waited for took longer than it may; it goes on by itself.
package struct TookTooLong: Error {}

/// Waits for `work`, but no longer than `limit` and only as long as the task is not cancelled. The work is not cancelled:
/// what can't be left half done goes on.
/// - Throws: ``TookTooLong``, or what the work throws.
package func result<Value: Sendable>(
  within limit: Duration, of work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let (results, race) = AsyncStream<Result<Value, any Error>>.makeStream(bufferingPolicy: .bufferingOldest(1))
  Task(executorPreference: ThreadExecutor.shared) {
    do {
      race.yield(.success(try await work()))
    } catch {
      race.yield(.failure(error))
    }
    race.finish()
  }
  let timer = Task(executorPreference: ThreadExecutor.shared) {
    await pause(for: limit)
    race.finish()
  }
  defer { timer.cancel() }
  for await result in results { return try result.get() }
  throw TookTooLong()
}
