import Foundation
import Logging
import Mate3
import RegisterIO
import Threads
import Topics

/// Several settings as one command: all checked before the first write, then each written as a command of its own would
/// be, in an order that breaks no rule on the way.
extension CommandService {
  struct SettingsJob: Sendable {
    var command: Command
    let payload: CommandPayload
    /// Which command this is in the ledger.
    let token = UUID()
    var run: SettingsRun
    /// Devices that no other command is for meanwhile.
    var devices: Set<DeviceKey> = []
    /// What makes the system safer does not wait for its read-back before the next.
    var waiting: [(index: Int, write: Waiting)] = []
    /// The line in the ledger of what was written last.
    var line: WriteEnd?
    /// What this one releases, all of it from its turn until its end.
    var releasing: [UUID] = []
  }

  /// Takes the turn of a command. What makes the system safer is written at once; anything else goes on beside other
  /// commands, so that they need not wait until all of it is written.
  /// - Returns: what is left to be done; nil when it was answered.
  func begin(
    _ command: Command, _ scope: Command.Scope, _ payload: CommandPayload
  ) async throws(CommandRefusal) -> SettingsJob? {
    if let refusal = command.expired() { throw refusal }
    try await gateway.awaitTurn(
      isRelease: command.isRelease, until: min(command.receivedAt + command.patience, .now + Command.patience))
    var job = SettingsJob(
      command: command, payload: payload,
      run: try await gateway.settings(scope, payload, isRelease: command.isRelease))
    if command.isRelease {
      for part in job.run.parts {
        if case .success(let request) = part.request { job.releasing.append(beginReleasing(command, request)) }
      }
      while let index = job.run.next { await write(index, of: &job) }
      return job
    }
    for part in job.run.parts {
      if case .success(let request) = part.request { try checkTurn(command, request, isPart: false) }
    }
    // Marked before the next wait, so that no other command comes in between.
    job.devices = Set(job.run.parts.map(\.device))
    for device in job.devices { busy.add(device) }
    return job
  }

  /// Does what is left of a command, and answers it.
  func goOn(with job: SettingsJob) async {
    var job = job
    if !job.command.isRelease {
      await rehearse(&job)
      while let index = job.run.next {
        await letReleasesGo()
        await write(index, of: &job)
      }
    }
    await settle(&job)
    await tryAgain(&job)
    for device in job.devices { busy.remove(device) }
    for (index, part) in job.run.parts.enumerated() {
      // What was as asked for when it was its turn may have been released since.
      if case .success(let request) = part.request, isReleased(job.command, request) { job.run.supersede(index) }
    }
    for token in job.releasing { endReleasing(token) }
    await finish(job)
  }

  /// Sees to what became of all that was written and waits for its read-back.
  func settle(_ job: inout SettingsJob) async {
    for (index, waiting) in job.waiting { await conclude(index, of: &job, await settled(waiting), waiting) }
    job.waiting = []
  }

  private func finish(_ job: SettingsJob) async {
    let outcome = job.run.outcome
    if let line = job.line {
      let writes = writes
      do {
        try await withTimeout(Self.diskPatience) { await writes.close(line, outcome) }
      } catch {
        logger.warning("the disk has not taken the end of a command yet", metadata: ["topic": "\(job.command.topic)"])
      }
    }
    let bytes = answer(job.command, outcome, job.run.parts)
    if outcome.status != .rejected, !job.payload.isDryRun {
      answers.keep(bytes, job.command.topic, job.payload.id, asked: job.payload.asked)
    }
  }

  // MARK: Before the first write

  /// Reads what all settings need once, and finds the order to write them in.
  private func rehearse(_ job: inout SettingsJob) async {
    let order: [(request: WriteRequest, words: [UInt16])]
    do throws(CommandRefusal) {
      let readings = try await readings(for: job)
      order = job.run.rehearse(on: readings, isTimed: writes.isTimed)
    } catch {
      return job.run.refuseAll(error)
    }
    for part in job.run.parts {
      if let outcome = part.outcome, outcome.code == .identityMismatch { await gateway.noteMismatch(outcome) }
    }
    if let (index, refusal) = writes.capRefusal(order) { job.run.refuse(index, refusal) }
  }

  /// One request a transaction, so that what makes the system safer waits for one at most.
  private func readings(for job: SettingsJob) async throws(CommandRefusal) -> [WriteOutcome.Reading] {
    var readings: [WriteOutcome.Reading] = []
    var hasRetried = false
    for range in await gateway.reads(for: job.run) {
      while true {
        guard !isStopping, !Task.isCancelled else { throw Self.shuttingDown }
        if let refusal = job.command.expiredByItself() { throw refusal }
        do {
          let words = try await connection.transact { try await $0.read(range) }
          readings.append(WriteOutcome.Reading(address: range.start, words: words))
          break
        } catch {
          // A connection that the gateway had dropped while idle deserves a second attempt.
          guard let failure = error as? RegisterError, failure.isWireFailure, failure.code != .connectFailed,
            failure.code != .closed, !hasRetried
          else {
            let why = (error as? RegisterError)?.message ?? "\(error)"
            throw CommandRefusal(.gatewayOffline, "\(why); nothing was written")
          }
          hasRetried = true
        }
      }
    }
    return readings
  }

  // MARK: The writes

  /// Writes one of the settings.
  func write(_ index: Int, of job: inout SettingsJob) async {
    let part = job.run.parts[index]
    let several = WriteIntent.Several(command: job.token, following: job.run.following(index))
    let turn: Turn
    do throws(CommandRefusal) {
      guard !isStopping else { throw Self.shuttingDown }
      turn = try await write(
        job.command, (part.device, part.field), job.payload.part(part.text), several: several)
    } catch {
      return job.run.end(index, WriteOutcome(error))
    }
    switch turn {
    case .waiting(let waiting) where job.command.isRelease:
      job.waiting.append((index, waiting))
      job.run.end(index, waiting.procedure.outcome)
    case .waiting(let waiting):
      await conclude(index, of: &job, await settled(waiting), waiting)
    case .finished(let request, let outcome, let context):
      await conclude(index, of: &job, outcome, request, context)
    }
  }

  private func conclude(_ index: Int, of job: inout SettingsJob, _ outcome: WriteOutcome, _ waiting: Waiting) async {
    await conclude(index, of: &job, outcome, waiting.procedure.request, waiting.context)
  }

  private func conclude(
    _ index: Int, of job: inout SettingsJob, _ outcome: WriteOutcome, _ request: WriteRequest, _ context: CommandContext
  ) async {
    let (answer, line) = await conclude(request, outcome, context)
    if let line { job.line = line }
    job.run.end(index, answer)
  }
}
