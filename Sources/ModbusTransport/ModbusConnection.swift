public import RegisterIO
internal import Threads

/// A gateway's Modbus TCP connection.
///
/// Its blocking calls run on a thread of the connection's own, in the order in which they were asked for. Nothing is
/// ever sent twice: after a failure of the wire the socket is closed, and only the next transaction connects again. An
/// answer's transaction, function and length are checked, and neither its unit nor the address that the answer to a
/// write repeats: what was written is known only by reading it back.
public actor ModbusConnection: RegisterConnection {
  private let executor: ThreadExecutor
  private let link: ModbusLink
  private let cutter: SocketCutter

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Prepares a connection; nothing is sent before the first transaction.
  /// - Throws: ``RegisterError`` when the unit or the response time-out is not allowed.
  public init(_ options: ModbusOptions) throws(RegisterError) {
    let cutter = SocketCutter()
    self.cutter = cutter
    executor = ThreadExecutor(name: "modbus")
    link = try ModbusLink(options, cutter: cutter)
  }

  public func transact<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) throws -> Result
  ) async throws -> Result {
    try link.open()
    let exchange = ModbusExchange(link, executor: executor)
    defer { exchange.end() }
    return try body(exchange)
  }

  public func disconnect() async {
    link.close()
  }

  public nonisolated var thread: (any TaskExecutor)? { executor }

  public nonisolated func renewThread() { executor.renewThread() }

  public nonisolated var isAwaited: Bool { executor.hasWaitingJobs }

  public func sleep(until deadline: ContinuousClock.Instant) async {
    await executor.sleep(until: deadline)
  }

  public nonisolated func wake() { executor.wake() }

  public nonisolated func shutdown() {
    cutter.cut()
  }
}
