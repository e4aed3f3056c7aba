import RegisterIO
import Synchronization

/// The connection of a gateway that serves one client: a bridge that may not use it does not have it, whatever it still
/// wants there.
actor GuardedConnection: RegisterConnection {
  private nonisolated let inner: any RegisterConnection
  private nonisolated let use = Mutex(GatewayUse.kept)

  nonisolated var unownedExecutor: UnownedSerialExecutor { inner.unownedExecutor }
  nonisolated var taskExecutor: (any TaskExecutor)? { inner.taskExecutor }
  nonisolated var now: ContinuousClock.Instant { inner.now }
  nonisolated var currentUse: GatewayUse { use.withLock { $0 } }
  nonisolated var mayBeUsed: Bool { currentUse != .none }

  init(_ inner: any RegisterConnection) { self.inner = inner }

  nonisolated func setUse(_ new: GatewayUse) { use.withLock { $0 = new } }

  /// A transaction under way ends as it would. A reading, which may be long, ends after the request under way.
  func transact<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) async throws -> Result
  ) async throws -> Result {
    guard mayBeUsed else { throw Self.taken }
    do {
      let connection = self
      let result = try await inner.transact { exchange in
        guard connection.mayBeUsed else { throw Self.taken }
        return try await body(GuardedExchange(inner: exchange, connection: connection))
      }
      await giveUp()
      return result
    } catch {
      await giveUp()
      throw error
    }
  }

  private func giveUp() async {
    if !mayBeUsed { await inner.disconnect() }
  }

  private static let taken = RegisterError(.closed, "another bridge serves this base topic, and has the gateway")

  func disconnect() async { await inner.disconnect() }
  nonisolated func shutdown() { inner.shutdown() }
  func sleep(until deadline: ContinuousClock.Instant) async { await inner.sleep(until: deadline) }
  nonisolated func wake() { inner.wake() }
}

private struct GuardedExchange: RegisterExchange {
  let inner: any RegisterExchange
  let connection: GuardedConnection

  var isAwaited: Bool { inner.isAwaited || !connection.mayBeUsed }

  func read(_ range: RegisterRange) async throws(RegisterError) -> [UInt16] { try await inner.read(range) }

  func write(_ words: [UInt16], at address: Int) async throws(RegisterError) {
    try await inner.write(words, at: address)
  }
}
