package import RegisterIO

/// Registers that are read by as many requests as it takes. It says which to ask for next and takes the answers; it
/// reads nothing itself, so that whoever drives it decides what may come in between.
package protocol RegisterReading: Sendable {
  /// The next request; nil when all is read.
  /// - Throws: when what was read makes no sense.
  mutating func next() throws -> RegisterRange?

  mutating func receive(_ words: [UInt16], from range: RegisterRange)

  /// The gateway refuses the last request.
  /// - Throws: when the rest is not worth asking for.
  mutating func refused(_ range: RegisterRange, _ error: RegisterError) throws
}

/// How far a reading has come in one transaction.
package struct ReadingStep<Reading: RegisterReading>: Sendable {
  package var reading: Reading
  package var asked: [RegisterRange] = []
  package var hasAnswer = false
  /// Why it did not go on.
  package var failure: (any Error)?
  /// False when another transaction goes ahead.
  package var isDone = false
}

extension RegisterConnection {
  /// Goes on with a reading in one transaction, until all is read, something fails, or another transaction waits.
  /// - Parameter answered: called after every answer.
  package func goOn<Reading: RegisterReading>(
    with begun: Reading, answered: @escaping @Sendable () -> Void = {}
  ) async throws -> ReadingStep<Reading> {
    try await transact { exchange in
      var step = ReadingStep(reading: begun)
      do {
        while let range = try step.reading.next() {
          try Task.checkCancellation()
          if exchange.isAwaited, !step.asked.isEmpty { return step }
          step.asked.append(range)
          do throws(RegisterError) {
            step.reading.receive(try await exchange.read(range), from: range)
            step.hasAnswer = true
            answered()
          } catch {
            if error.isWireFailure { throw error }
            try step.reading.refused(range, error)
          }
        }
        step.isDone = true
      } catch {
        step.failure = error
      }
      return step
    }
  }
}
