public import RegisterIO

/// The registers of a gateway in memory, such as those of a dump: for looking at a system without its gateway. Writes
/// are refused.
public actor RecordedConnection: RegisterConnection {
  private let registers: [Int: UInt16]

  /// - Parameter registers: words by address.
  public init(_ registers: [Int: UInt16]) {
    self.registers = registers
  }

  public func transact<Result: Sendable>(
    _ body: @Sendable (any RegisterExchange) async throws -> Result
  ) async throws -> Result {
    try await body(Exchange(registers: registers))
  }

  public func disconnect() async {}
  public nonisolated func shutdown() {}

  public func sleep(until deadline: ContinuousClock.Instant) async {
    try? await Task.sleep(until: deadline)
  }

  public nonisolated func wake() {}

  private struct Exchange: RegisterExchange {
    let registers: [Int: UInt16]

    func read(_ range: RegisterRange) async throws(RegisterError) -> [UInt16] {
      let words = (range.start..<range.end).compactMap { registers[$0] }
      guard words.count == range.count else {
        throw RegisterError(.exception(.illegalDataAddress), "the record has not all of the registers \(range)")
      }
      return words
    }

    func write(_ words: [UInt16], at address: Int) async throws(RegisterError) {
      throw RegisterError(.exception(.illegalFunction), "a record can't be written; connect to a gateway")
    }
  }
}
