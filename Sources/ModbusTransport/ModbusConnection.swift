package import RegisterIO
internal import Threads

/// A gateway's Modbus TCP connection.
///
/// It has a thread of its own. Requests go out one at a time, in the order in which they were asked for, and other jobs of
/// that thread go on while an answer is waited for. Nothing is ever sent twice: after a failure of the wire the socket is
/// closed, and only the next transaction connects again. An answer's transaction, function and length are checked, and
/// neither its unit nor the address that the answer to a write repeats: what was written is known only by reading it back.
package actor ModbusConnection: RegisterConnection {
  private let executor: ThreadExecutor
  private let link: ModbusLink
  private let turns = Turns()
  private let cutter: SocketCutter
  private let waiter: Waiter

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  package nonisolated var taskExecutor: (any TaskExecutor)? { executor }

  /// Prepares a connection; nothing is sent before the first transaction.
  /// - Throws: ``RegisterError`` when the unit or the response time-out is not allowed.
  package init(_ options: ModbusOptions) throws(RegisterError) {
    let executor = ThreadExecutor(name: "modbus")
    let cutter = SocketCutter(on: executor)
    self.cutter = cutter
    self.executor = executor
    waiter = Waiter(on: executor)
    link = try ModbusLink(options, cutter: cutter)
  }

  package func transact<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) async throws -> Result
  ) async throws -> Result {
    try await turns.run {
      try await link.open()
      let exchange = ModbusExchange(link, turns)
      defer { exchange.end() }
      return try await body(exchange)
    }
  }

  package func disconnect() async {
    await turns.run { link.close() }
  }

  package func sleep(until deadline: ContinuousClock.Instant) async {
    await waiter.sleep(until: deadline)
  }

  package nonisolated func wake() { waiter.wake() }

  package nonisolated func shutdown() {
    cutter.cut()
    // An idle connection is closed as well, as soon as its thread comes to it.
    Task { await disconnect() }
  }
}
