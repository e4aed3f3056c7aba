internal import RegisterIO
internal import Synchronization

/// A requirement that a connection did not meet.
package struct ConformanceFailure: Error, CustomStringConvertible {
  package let description: String
}

/// What every ``RegisterConnection`` has to do, whatever it talks to. Run each case against each implementation.
package enum RegisterConformance: String, CaseIterable, Sendable {
  case readsWords
  case writesAreReadBack
  case refusesWhatTheProtocolCannotCarry
  case transactionsKeepTheirOrder
  case exceptionKeepsTheConnection
  case timeoutCloses
  case wrongTransactionCloses
  case cutMidFrameCloses
  case lostReplyCloses
  case exchangeStaysDeadAfterAFailure
  case exchangeEndsWithItsTransaction
  case disconnectThenReconnects
  case shutdownCutsAHangingRequest
  case shutdownIsForGood

  /// - Parameter makeFixture: makes a fresh gateway with a connection whose response time-out is as given.
  package func check(_ makeFixture: @Sendable (Duration) async throws -> any GatewayFixture) async throws {
    let fixture = try await makeFixture(waitsForATimeout ? .milliseconds(400) : .seconds(20))
    do {
      try await check(fixture)
    } catch {
      await fixture.close()
      throw error
    }
    await fixture.close()
  }

  private var waitsForATimeout: Bool { self == .timeoutCloses || self == .exchangeStaysDeadAfterAFailure }

  private func check(_ fixture: any GatewayFixture) async throws {
    switch self {
    case .readsWords: try await Self.readsWords(fixture)
    case .writesAreReadBack: try await Self.writesAreReadBack(fixture)
    case .refusesWhatTheProtocolCannotCarry: try await Self.refusesWhatTheProtocolCannotCarry(fixture)
    case .transactionsKeepTheirOrder: try await Self.transactionsKeepTheirOrder(fixture)
    case .exceptionKeepsTheConnection: try await Self.exceptionKeepsTheConnection(fixture)
    case .timeoutCloses: try await Self.closes(fixture, on: .silence, with: .timedOut)
    case .wrongTransactionCloses: try await Self.closes(fixture, on: .wrongTransaction, with: .badReply)
    case .cutMidFrameCloses: try await Self.closes(fixture, on: .cutMidFrame, with: .connectionLost)
    case .lostReplyCloses: try await Self.lostReplyCloses(fixture)
    case .exchangeStaysDeadAfterAFailure: try await Self.exchangeStaysDeadAfterAFailure(fixture)
    case .exchangeEndsWithItsTransaction: try await Self.exchangeEndsWithItsTransaction(fixture)
    case .disconnectThenReconnects: try await Self.disconnectThenReconnects(fixture)
    case .shutdownCutsAHangingRequest: try await Self.shutdownCutsAHangingRequest(fixture)
    case .shutdownIsForGood: try await Self.shutdownIsForGood(fixture)
    }
  }
}

extension RegisterConformance {
  private static func require(_ condition: Bool, _ what: String) throws {
    guard condition else { throw ConformanceFailure(description: what) }
  }

  /// The error of a transaction that has to fail.
  private static func failure(
    of fixture: any GatewayFixture, _ body: @Sendable (any RegisterExchange) async throws -> Void
  ) async throws -> RegisterError {
    do {
      try await fixture.connection.transact(body)
    } catch let error as RegisterError {
      return error
    }
    throw ConformanceFailure(description: "the transaction succeeded")
  }

  private static func readsWords(_ fixture: any GatewayFixture) async throws {
    let (range, words) = fixture.readable
    let read = try await fixture.connection.transact { try await $0.read(range) }
    try require(read == words, "read \(read) instead of \(words)")
    try require(fixture.counts.registers == range.count, "\(fixture.counts.registers) registers were asked for")
  }

  private static func writesAreReadBack(_ fixture: any GatewayFixture) async throws {
    let range = fixture.writable
    let before = try await fixture.connection.transact { try await $0.read(range) }
    let changed = before.map { $0 ^ 1 }
    let (one, all) = try await fixture.connection.transact { exchange in
      try await exchange.write([changed[0]], at: range.start)
      let one = try await exchange.read(range)
      try await exchange.write(changed, at: range.start)
      return (one, try await exchange.read(range))
    }
    try require(one == [changed[0]] + before.dropFirst(), "after writing one word: \(one)")
    try require(all == changed, "after writing all words: \(all)")
    try require(fixture.counts.writes == 2, "\(fixture.counts.writes) writes were counted")
  }

  private static func refusesWhatTheProtocolCannotCarry(_ fixture: any GatewayFixture) async throws {
    let start = fixture.readable.range.start
    for count in [126, 1000] {
      guard let range = RegisterRange(start: start, count: count) else { continue }
      let error = try await failure(of: fixture) { _ = try await $0.read(range) }
      try require(error.code == .invalidRequest, "reading \(count) registers gave \(error.code)")
    }
    for words in [[], [UInt16](repeating: 0, count: 124)] {
      let error = try await failure(of: fixture) { try await $0.write(words, at: start) }
      try require(error.code == .invalidRequest, "writing \(words.count) words gave \(error.code)")
    }
    let error = try await failure(of: fixture) { try await $0.write([1, 2], at: 0xFFFF) }
    try require(error.code == .invalidRequest, "writing beyond the last address gave \(error.code)")
    try require(fixture.counts.requests == 0, "\(fixture.counts.requests) requests were sent")
  }

  private static func transactionsKeepTheirOrder(_ fixture: any GatewayFixture) async throws {
    let (range, _) = fixture.readable
    let connection = fixture.connection
    let order = OrderLog()
    let (gate, opening) = AsyncStream<Void>.makeStream()
    // The first transaction holds the connection, suspended, until all the others have been asked for.
    let first = Task.immediate {
      try await connection.transact { exchange in
        for await _ in gate {}
        // The others have been asked for, but on a busy machine they may be in their queue a moment later.
        try await eventually("somebody waits for the connection") { exchange.isAwaited }
        return exchange.isAwaited
      }
    }
    let others = (0..<20).map { index in
      Task.immediate(priority: index.isMultiple(of: 2) ? .low : .high) {
        try await connection.transact { exchange in
          guard let one = RegisterRange(start: range.start + index, count: 1) else { return }
          _ = try await exchange.read(one)
          order.append(index)
        }
      }
    }
    opening.finish()
    try require(try await first.value, "the first transaction did not learn that it is awaited")
    for task in others { try await task.value }
    try require(order.indices == Array(0..<20), "the transactions ran in the order \(order.indices)")
  }

  private static func exceptionKeepsTheConnection(_ fixture: any GatewayFixture) async throws {
    let (range, words) = fixture.readable
    fixture.script([.exception(.serverDeviceBusy)])
    let (error, read) = try await fixture.connection.transact { exchange -> (RegisterError?, [UInt16]) in
      var refusal: RegisterError?
      do { _ = try await exchange.read(range) } catch let error as RegisterError { refusal = error }
      return (refusal, try await exchange.read(range))
    }
    let code = error.map { "\($0.code)" } ?? "no error"
    try require(error?.code == .exception(.serverDeviceBusy), "the exception came as \(code)")
    try require(error?.isWireFailure == false, "an exception counts as a failure of the wire")
    try require(read == words, "after the exception \(read) was read")
    try require(fixture.counts.connections == 1, "the exception closed the connection")
  }

  private static func closes(
    _ fixture: any GatewayFixture, on fault: GatewayFault, with code: RegisterError.Code
  ) async throws {
    let (range, words) = fixture.readable
    _ = try await fixture.connection.transact { try await $0.read(range) }
    fixture.script([fault])
    let error = try await failure(of: fixture) { _ = try await $0.read(range) }
    try require(error.code == code, "the failure came as \(error.code): \(error)")
    try require(error.isWireFailure, "\(error.code) does not count as a failure of the wire")
    let read = try await fixture.connection.transact { try await $0.read(range) }
    try require(read == words, "after connecting again \(read) was read")
    try require(fixture.counts.connections == 2, "there were \(fixture.counts.connections) connections instead of 2")
  }

  private static func lostReplyCloses(_ fixture: any GatewayFixture) async throws {
    let range = fixture.writable
    let before = try await fixture.connection.transact { try await $0.read(range) }
    fixture.script([.lostReply])
    let error = try await failure(of: fixture) { try await $0.write([before[0] ^ 1], at: range.start) }
    try require(error.code == .connectionLost, "the failure came as \(error.code)")
    try require(fixture.counts.writes == 1, "the write was taken \(fixture.counts.writes) times")
    let after = try await fixture.connection.transact { try await $0.read(range) }
    try require(after[0] == before[0] ^ 1, "the write that was taken can't be read back")
    try require(fixture.counts.writes == 1, "the write was sent again")
  }

  private static func exchangeStaysDeadAfterAFailure(_ fixture: any GatewayFixture) async throws {
    let (range, _) = fixture.readable
    let writable = fixture.writable
    fixture.script([.silence])
    let codes = try await fixture.connection.transact { exchange -> [RegisterError.Code] in
      var codes: [RegisterError.Code] = []
      do { _ = try await exchange.read(range) } catch let error as RegisterError { codes.append(error.code) }
      do {
        try await exchange.write([1], at: writable.start)
      } catch let error as RegisterError {
        codes.append(error.code)
      }
      do { _ = try await exchange.read(range) } catch let error as RegisterError { codes.append(error.code) }
      return codes
    }
    try require(codes.count == 3, "requests after the failure went through: \(codes)")
    try require(fixture.counts.requests == 1, "\(fixture.counts.requests) requests were sent instead of 1")
    try require(fixture.counts.writes == 0, "a write went out after the failure")
  }

  private static func exchangeEndsWithItsTransaction(_ fixture: any GatewayFixture) async throws {
    let (range, _) = fixture.readable
    let smuggled = Smuggler()
    try await fixture.connection.transact { smuggled.keep($0) }
    let refusal = await smuggled.use { _ = try await $0.read(range) }
    try require(refusal != nil, "an exchange works after its transaction")
    try require(fixture.counts.requests == 0, "a request was sent after its transaction")
  }

  private static func disconnectThenReconnects(_ fixture: any GatewayFixture) async throws {
    let (range, words) = fixture.readable
    _ = try await fixture.connection.transact { try await $0.read(range) }
    await fixture.connection.disconnect()
    let read = try await fixture.connection.transact { try await $0.read(range) }
    try require(read == words, "after connecting again \(read) was read")
    try require(fixture.counts.connections == 2, "there were \(fixture.counts.connections) connections instead of 2")
  }

  private static func shutdownCutsAHangingRequest(_ fixture: any GatewayFixture) async throws {
    let (range, _) = fixture.readable
    fixture.script([.silence])
    async let failed = failure(of: fixture) { _ = try await $0.read(range) }
    try await eventually("the hanging request") { fixture.counts.requests == 1 }
    let start = ContinuousClock.now
    fixture.connection.shutdown()
    let error = try await failed
    let took = ContinuousClock.now - start
    try require(error.code == .closed, "the cut request failed with \(error.code)")
    // A fraction of the response time-out; it takes about a millisecond, but not on a machine that is busy otherwise.
    try require(took < .seconds(4), "the request was cut only after \(took)")
  }

  private static func shutdownIsForGood(_ fixture: any GatewayFixture) async throws {
    let (range, _) = fixture.readable
    _ = try await fixture.connection.transact { try await $0.read(range) }
    fixture.connection.shutdown()
    let error = try await failure(of: fixture) { _ = try await $0.read(range) }
    try require(error.code == .closed, "a transaction after the shutdown failed with \(error.code)")
    try require(fixture.counts.requests == 1, "a request was sent after the shutdown")
  }
}

private final class OrderLog: Sendable {
  private let log = Mutex<[Int]>([])
  var indices: [Int] { log.withLock { $0 } }
  func append(_ index: Int) { log.withLock { $0.append(index) } }
}

/// Keeps an exchange beyond its transaction, as only a mistake would.
private final class Smuggler: Sendable {
  // Deliberately out of the compiler's sight: the test is about what happens then. One thread at a time uses it.
  nonisolated(unsafe) private var exchange: (any RegisterExchange)?

  func keep(_ new: any RegisterExchange) { exchange = new }

  func use(_ body: (any RegisterExchange) async throws -> Void) async -> (any Error)? {
    guard let exchange else { return nil }
    do { try await body(exchange) } catch { return error }
    return nil
  }
}
