package import RegisterIO
internal import Synchronization
internal import Threads

/// A connection to registers in memory, with scripted failures; behaves as ``RegisterConnection`` demands.
package actor ReplayConnection: RegisterConnection {
  /// The registers, counters and script, also usable while a transaction runs.
  package nonisolated let memory: GatewayMemory
  private let executor: ThreadExecutor
  private let waiter: Waiter
  private let turns = Turns()
  private let responseTimeout: Duration
  private let closing: Closing
  private var isOpen = false

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameter responseTimeout: how long a silent gateway is waited for; not at all unless set.
  package init(_ registers: [Int: UInt16], responseTimeout: Duration = .zero) {
    memory = GatewayMemory(registers)
    executor = ThreadExecutor(name: "replay")
    waiter = Waiter(on: executor)
    closing = Closing(on: executor)
    self.responseTimeout = responseTimeout
  }

  package func transact<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) async throws -> Result
  ) async throws -> Result {
    try await turns.run { try await transactInTurn(body) }
  }

  private func transactInTurn<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) async throws -> Result
  ) async throws -> Result {
    if closing.isClosed { throw Self.closed }
    if !isOpen {
      memory.countConnection()
      isOpen = true
    }
    let exchange = ReplayExchange(
      memory: memory, closing: closing, responseTimeout: responseTimeout, turns: turns)
    defer {
      if exchange.failure != nil { isOpen = false }
      exchange.end()
    }
    return try await body(exchange)
  }

  package func disconnect() async {
    await turns.run { isOpen = false }
  }

  package func sleep(until deadline: ContinuousClock.Instant) async {
    await waiter.sleep(until: deadline)
  }

  package nonisolated func wake() { waiter.wake() }

  package nonisolated func shutdown() {
    closing.close()
  }

  fileprivate static let closed = RegisterError(.closed, "the replay connection has been shut down")
}

/// Whether the connection was shut down, and the wait that a shutdown ends.
private final class Closing: Sendable {
  private let closed = Mutex(false)
  private let waiter: Waiter

  init(on executor: ThreadExecutor) { waiter = Waiter(on: executor) }

  var isClosed: Bool { closed.withLock { $0 } }

  func close() {
    closed.withLock { $0 = true }
    waiter.wake()
  }

  func wait(_ limit: Duration) async { await waiter.sleep(until: .now + limit) }
}

private final class ReplayExchange: RegisterExchange {
  private let memory: GatewayMemory
  private let closing: Closing
  private let responseTimeout: Duration
  private let turns: Turns
  private(set) var failure: RegisterError?

  var isAwaited: Bool { turns.isAwaited }

  init(memory: GatewayMemory, closing: Closing, responseTimeout: Duration, turns: Turns) {
    self.turns = turns
    self.memory = memory
    self.closing = closing
    self.responseTimeout = responseTimeout
  }

  func end() {
    if failure == nil { failure = RegisterError(.closed, "the transaction has ended") }
  }

  func read(_ range: RegisterRange) async throws(RegisterError) -> [UInt16] {
    guard range.count <= 125 else { throw RegisterError(.invalidRequest, "\(range.count) registers in one read") }
    switch try await serve(.read(range)) {
    case .words(let words) where words.count == range.count: return words
    default: throw fail(.badReply, "the answer does not fit the read of \(range)")
    }
  }

  func write(_ words: [UInt16], at address: Int) async throws(RegisterError) {
    guard (1...123).contains(words.count), RegisterRange(start: address, count: words.count) != nil else {
      throw RegisterError(.invalidRequest, "\(words.count) words written at \(address)")
    }
    guard case .written = try await serve(.write(words, at: address)) else {
      throw fail(.badReply, "the answer does not fit the write at \(address)")
    }
  }

  private func serve(_ request: GatewayRequest) async throws(RegisterError) -> GatewayMemory.Reply {
    if let failure { throw failure }
    if closing.isClosed { throw fail(.closed, ReplayConnection.closed.message) }
    let reply = memory.serve(request)
    switch reply {
    case .words, .written: return reply
    case .exception(let exception): throw RegisterError(.exception(exception), "the replay answered with \(exception)")
    case .silence:
      await closing.wait(responseTimeout)
      throw closing.isClosed
        ? fail(.closed, ReplayConnection.closed.message) : fail(.timedOut, "the replay did not answer")
    case .wrongTransaction: throw fail(.badReply, "the replay answered another request")
    case .cutMidFrame, .cut: throw fail(.connectionLost, "the replay closed the connection")
    }
  }

  private func fail(_ code: RegisterError.Code, _ message: String) -> RegisterError {
    let error = RegisterError(code, message)
    failure = error
    return error
  }
}
