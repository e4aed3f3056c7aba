package import RegisterIO
import Threads

extension RegisterConnection {
  /// Drives a write procedure until it is finished or wants to wait: everything in one uninterrupted transaction.
  /// - Parameters:
  ///   - procedure: as far as it has come.
  ///   - deadline: when a command that is still waiting for its turn is too old to be carried out.
  ///   - evidenceAge: how long `beforeWrite` is waited for: what was proven before it is no proof for ever, and nobody
  ///     else has the connection meanwhile.
  ///   - beforeWrite: called inside the transaction when all is proven and the write comes next, with its words; what
  ///     it throws keeps the write from being sent.
  package func advance(
    _ procedure: WriteProcedure, startingBy deadline: ContinuousClock.Instant? = nil,
    evidenceAge: Duration = .seconds(2),
    beforeWrite: @escaping @Sendable (WriteProcedure, [UInt16]) async throws -> Void = { _, _ in }
  ) async -> WriteProgress {
    var procedure = procedure
    var deadline = deadline
    while true {
      let current = procedure
      let latest = deadline
      deadline = nil
      var step: WriteProcedure.Step
      do {
        (procedure, step) = try await transact { exchange in
          try await Self.run(current, on: exchange, startingBy: latest, evidenceAge: evidenceAge, beforeWrite)
        }
      } catch let error as RegisterError {
        step = procedure.next(.failed(error))
      } catch is TooLate {
        return .finished(
          WriteOutcome(.rejected, .expired, "the command waited too long for the connection; nothing was written"))
      } catch {
        step = procedure.next(.failed(RegisterError(.connectionLost, "\(error)")))
      }
      switch step {
      case .pause(.zero): continue
      case .pause(let duration): return .paused(procedure, duration)
      case .finish, .read, .write: return .finished(procedure.outcome)
      }
    }
  }

  /// Drives a write procedure to its end.
  /// - Parameters:
  ///   - procedure: at its beginning.
  ///   - deadline: when a command that is still waiting for its turn is too old to be carried out.
  ///   - beforeWrite: called when all is proven and the write comes next; what it throws prevents the write.
  ///   - sleep: waits between read-backs; throwing ends the procedure with what is known.
  package func perform(
    _ procedure: WriteProcedure, startingBy deadline: ContinuousClock.Instant? = nil,
    beforeWrite: @escaping @Sendable (WriteProcedure, [UInt16]) async throws -> Void = { _, _ in },
    sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) async -> WriteOutcome {
    var progress = await advance(procedure, startingBy: deadline, beforeWrite: beforeWrite)
    while case .paused(let waiting, let duration) = progress {
      do {
        try await sleep(duration)
      } catch {
        return waiting.interrupted()
      }
      progress = await advance(waiting)
    }
    guard case .finished(let outcome) = progress else { return procedure.interrupted() }
    return outcome
  }

  private static var tooOld: CommandRefusal {
    CommandRefusal(
      .stateUnwritable,
      "it took so long to put the write down on disk that what was proven about the device is too old; nothing was "
        + "written")
  }

  private static var ending: CommandRefusal {
    CommandRefusal(.shuttingDown, "the bridge is shutting down; nothing was written")
  }

  private static func run(
    _ procedure: WriteProcedure, on exchange: any RegisterExchange, startingBy deadline: ContinuousClock.Instant?,
    evidenceAge: Duration, _ beforeWrite: @escaping @Sendable (WriteProcedure, [UInt16]) async throws -> Void
  ) async throws -> (WriteProcedure, WriteProcedure.Step) {
    if let deadline, ContinuousClock.now > deadline { throw TooLate() }
    var procedure = procedure
    var step = procedure.next(.begin)
    while true {
      do {
        switch step {
        case .read(let range): step = procedure.next(.read(try await exchange.read(range)))
        case .write(let words, let address):
          do {
            guard !Task.isCancelled else { throw Self.ending }
            let (proven, provenAt) = (procedure, ContinuousClock.now)
            try await withTimeout(evidenceAge) { try await beforeWrite(proven, words) }
            // A machine that slept meanwhile wakes up with the work done and the limit long over.
            guard provenAt.duration(to: .now) <= evidenceAge else { throw TookTooLong() }
          } catch is TookTooLong {
            procedure.abandon(Self.tooOld)
            return (procedure, .finish)
          } catch {
            procedure.abandon(error)
            return (procedure, .finish)
          }
          try await exchange.write(words, at: address)
          step = procedure.next(.written)
        case .pause, .finish: return (procedure, step)
        }
      } catch {
        step = procedure.next(.failed(error))
      }
    }
  }
}

/// How far a write procedure has come.
package enum WriteProgress: Sendable {
  case finished(WriteOutcome)
  /// The read-back is to be repeated after a while; other requests may go in between.
  case paused(WriteProcedure, Duration)

  /// Whether all that was asked last was answered.
  package var hasReadings: Bool {
    switch self {
    case .finished(let outcome): !outcome.readings.isEmpty
    case .paused(let procedure, _): !procedure.outcome.readings.isEmpty
    }
  }
}

private struct TooLate: Error {}

extension WriteProcedure {
  /// Ends the procedure at the point where the write would come next.
  mutating func abandon(_ error: any Error) {
    if let refusal = error as? CommandRefusal {
      reject(refusal)
    } else {
      reject(CommandRefusal(.stateUnwritable, "the ledger can't be written, so nothing was: \(error)"))
    }
  }

  /// The outcome when a later command has written over this one before it was verified.
  package func superseded() -> WriteOutcome {
    var outcome = outcome
    outcome.status = .unconfirmed
    outcome.code = .superseded
    outcome.reason =
      "written, but a later command that makes the system safer has taken its place before it was verified"
    return outcome
  }

  /// The outcome when the procedure can't go on, at shutdown for one.
  package func interrupted() -> WriteOutcome {
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
