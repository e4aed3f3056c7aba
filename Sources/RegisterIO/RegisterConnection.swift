/// Reads and writes on an open connection, one request at a time. Only valid inside the `transact` body that got it.
public protocol RegisterExchange {
  /// Reads the registers of `range` with function 3, in address order.
  /// - Parameter range: at most 125 registers.
  /// - Throws: ``RegisterError``.
  func read(_ range: RegisterRange) async throws(RegisterError) -> [UInt16]

  /// Writes `words` from `address` on: one word with function 6, more with function 16. Never resent by itself.
  /// - Parameter words: 1…123 words.
  /// - Throws: ``RegisterError``; after a wire failure it is unknown whether the device took the write.
  func write(_ words: [UInt16], at address: Int) async throws(RegisterError)

  /// Whether another transaction waits for this one to end. A transaction of many requests that may as well be several
  /// looks at this between them.
  var isAwaited: Bool { get }
}

extension RegisterExchange {
  public var isAwaited: Bool { false }
}

/// A gateway's Modbus connection. Transactions run one after the other, in the order in which they were asked for.
public protocol RegisterConnection: Actor {
  /// Runs `body` without any other request in between, however long it suspends.
  ///
  /// Connects first when there is no open connection. The body's exchange never reconnects: once a wire failure has
  /// closed the connection, its further calls throw, so that whatever was proven about the device at the start of
  /// the body still holds for its writes. A body that began a transaction of its own would wait for itself.
  func transact<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) async throws -> Result
  ) async throws -> Result

  /// Closes the connection if it is open, after the transaction under way; the next one opens a new connection.
  func disconnect() async

  /// Closes the connection for good and fails what is waiting, from outside if need be: a request under way is cut
  /// rather than waited for. Later transactions throw ``RegisterError/Code/closed``.
  nonisolated func shutdown()

  /// Suspends until a point in time, until the task is cancelled or until ``wake()``, on the connection's own thread.
  /// For one task at a time.
  func sleep(until deadline: ContinuousClock.Instant) async

  /// Where a task that works with the connection all the time runs with the fewest changes of thread: its own thread, if it
  /// has one.
  nonisolated var taskExecutor: (any TaskExecutor)? { get }

  /// The time that ``sleep(until:)`` goes by. Only a connection that exists in a test has another than the clock's.
  nonisolated var now: ContinuousClock.Instant { get }

  /// Ends the ``sleep(until:)`` that is under way, or else the next one before it begins.
  nonisolated func wake()
}

extension RegisterConnection {
  public nonisolated var taskExecutor: (any TaskExecutor)? { nil }
  public nonisolated var now: ContinuousClock.Instant { .now }
}
