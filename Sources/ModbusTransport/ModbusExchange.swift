internal import RegisterIO

/// One transaction's view of the link: dead after the first wire failure, and after the transaction.
final class ModbusExchange: RegisterExchange {
  private let link: ModbusLink
  private let turns: Turns
  private var ended: RegisterError?

  init(_ link: ModbusLink, _ turns: Turns) {
    self.link = link
    self.turns = turns
  }

  var isAwaited: Bool { turns.isAwaited }

  func read(_ range: RegisterRange) async throws(RegisterError) -> [UInt16] {
    guard range.count <= 125 else {
      throw RegisterError(.invalidRequest, "registers \(range) are \(range.count), and one request reads at most 125")
    }
    return try await whileAlive { () async throws(RegisterError) in try await link.read(range) }
  }

  func write(_ words: [UInt16], at address: Int) async throws(RegisterError) {
    guard (1...123).contains(words.count) else {
      throw RegisterError(.invalidRequest, "\(words.count) words can't be written: one request takes 1 to 123")
    }
    guard let range = RegisterRange(start: address, count: words.count) else {
      throw RegisterError(.invalidRequest, "\(words.count) words at \(address) leave the addresses 0 to 65535")
    }
    try await whileAlive { () async throws(RegisterError) in try await link.write(words, to: range) }
  }

  /// Makes every later call throw, should the exchange be used after its transaction.
  func end() {
    if ended == nil {
      ended = RegisterError(.closed, "the transaction that this request belongs to has ended")
    }
  }

  private func whileAlive<Result>(
    _ request: () async throws(RegisterError) -> Result
  ) async throws(RegisterError) -> Result {
    if let ended { throw ended }
    do {
      return try await request()
    } catch {
      if error.isWireFailure { ended = error }
      throw error
    }
  }
}
