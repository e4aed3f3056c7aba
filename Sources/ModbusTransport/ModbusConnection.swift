public import RegisterIO

/// A gateway's Modbus TCP connection through libmodbus.
///
/// Its blocking calls run on a dispatch queue of the connection's own, in the order in which they were asked for.
/// Nothing is ever sent twice: after a failure of the wire the socket is closed, and only the next transaction
/// connects again. libmodbus 3.1.6 checks an answer's transaction, function and length, and neither its unit nor the
/// address that the answer to a write repeats: what was written is known only by reading it back.
public actor ModbusConnection: RegisterConnection {
  private let executor: SerialQueueExecutor
  private let link: ModbusLink
  private let cutter: SocketCutter

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Prepares a connection; nothing is sent before the first transaction.
  /// - Throws: ``RegisterError`` when libmodbus does not take the options.
  public init(_ options: ModbusOptions) throws(RegisterError) {
    let cutter = SocketCutter()
    self.cutter = cutter
    executor = SerialQueueExecutor(label: "modbus \(options.place)")
    link = try ModbusLink(options, cutter: cutter)
  }

  isolated deinit {
    link.close()
  }

  public func transact<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) throws -> Result
  ) async throws -> Result {
    try link.open()
    let exchange = ModbusExchange(link)
    defer { exchange.end() }
    return try body(exchange)
  }

  public func disconnect() async {
    link.close()
  }

  public nonisolated func shutdown() {
    cutter.cut()
  }
}
