public import RegisterIO

extension RegisterConnection {
  /// Drives a write procedure to its end: everything between two pauses in one uninterrupted transaction.
  /// - Parameters:
  ///   - deadline: when a command that is still waiting for its turn is too old to be carried out.
  ///   - onPause: called when the procedure leaves its transaction, with the outcome still open.
  ///   - sleep: waits between read-backs; throwing ends the procedure with what is known.
  public func perform(
    _ procedure: WriteProcedure, startingBy deadline: ContinuousClock.Instant? = nil,
    sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) async -> WriteOutcome {
    var procedure = procedure
    var isFirst = true
    while true {
      let current = procedure
      let latest = isFirst ? deadline : nil
      isFirst = false
      var step: WriteProcedure.Step
      do {
        (procedure, step) = try await transact { exchange in
          try Self.run(current, on: exchange, startingBy: latest)
        }
      } catch let error as RegisterError {
        step = procedure.next(.failed(error))
      } catch is TooLate {
        return WriteOutcome(
          .rejected, .expired, "the command waited too long for the connection; nothing was written")
      } catch {
        step = procedure.next(.failed(RegisterError(.connectionLost, "\(error)")))
      }
      switch step {
      case .finish: return procedure.outcome
      case .pause(let duration):
        do {
          if duration > .zero { try await sleep(duration) }
        } catch {
          return procedure.interrupted()
        }
      case .read, .write: return procedure.interrupted()
      }
    }
  }

  private static func run(
    _ procedure: WriteProcedure, on exchange: any RegisterExchange, startingBy deadline: ContinuousClock.Instant?
  ) throws -> (WriteProcedure, WriteProcedure.Step) {
    if let deadline, ContinuousClock.now > deadline { throw TooLate() }
    var procedure = procedure
    var step = procedure.next(.begin)
    while true {
      do {
        switch step {
        case .read(let range): step = procedure.next(.read(try exchange.read(range)))
        case .write(let words, let address):
          try exchange.write(words, at: address)
          step = procedure.next(.written)
        case .pause, .finish: return (procedure, step)
        }
      } catch {
        step = procedure.next(.failed(error))
      }
    }
  }
}

private struct TooLate: Error {}

extension WriteProcedure {
  /// The outcome when the procedure can't go on, at shutdown for one.
  func interrupted() -> WriteOutcome {
    var outcome = outcome
    if outcome.written.isEmpty {
      outcome.status = .rejected
      outcome.code = .shuttingDown
      outcome.reason = "the bridge is shutting down; nothing was written"
    } else {
      outcome.status = .unconfirmed
      outcome.code = .answerLost
      outcome.reason = "written, but the bridge is shutting down before the read-back has confirmed it"
    }
    return outcome
  }
}
