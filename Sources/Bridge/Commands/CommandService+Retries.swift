import Mate3
import Threads

/// What makes the system safer is tried again for a while where what stands in its way may end by itself.
extension CommandService {
  /// From one attempt of an `off` to the next, while others have their turn.
  private static let retryDistance: Duration = .seconds(1)

  /// Whether an `off` is tried again: after a gateway that starts, a link that was lost twice, or a reading that nothing
  /// has confirmed.
  func mayPass(_ outcome: WriteOutcome, _ command: Command, _ device: DeviceKey? = nil) async -> Bool {
    guard outcome.status == .rejected, mayWait(command) else { return false }
    if outcome.isMoved { return true }
    let device = device ?? command.place?.device
    switch outcome.code {
    case .identityBlank, .identityMismatch, .gatewayOffline, .deviceMissing: return true
    case .unknownDevice:
      guard let device else { return false }
      return await gateway.isAwaited(device)
    case .untrusted: return await gateway.isDoubtNew(of: device)
    default: return false
    }
  }

  /// Not so many at once that a flood of them would take memory without end.
  private func mayWait(_ command: Command) -> Bool {
    command.isRelease && !isStopping && connection.mayBeUsed
      && command.triedUntil.map { .now < $0 } ?? (retries < Self.queueLimit)
  }

  /// Puts an `off` back into the queue after a while.
  func tryAgain(_ command: Command) async {
    var again = command
    again.triedUntil = command.triedUntil ?? .now + Command.patience
    retries += 1
    await pauseForRetry()
    retries -= 1
    if let refusal = queue.add(again) { answer(again, WriteOutcome(refusal)) }
  }

  /// Each setting that could not be written goes by itself.
  func tryAgain(_ job: inout SettingsJob) async {
    guard mayWait(job.command) else { return }
    job.command.triedUntil = .now + Command.patience
    retries += 1
    defer { retries -= 1 }
    while !Task.isCancelled {
      var again: [Int] = []
      for (index, part) in job.run.parts.enumerated() {
        if let outcome = part.outcome, await mayPass(outcome, job.command, part.device) { again.append(index) }
      }
      guard !again.isEmpty else { return }
      await pauseForRetry()
      for index in again { await write(index, of: &job) }
      await settle(&job)
    }
  }

  /// Who is there is looked for meanwhile.
  private func pauseForRetry() async {
    _ = gateway.rescanForUser()
    await pause(for: Self.retryDistance)
  }

  /// An attempt that wrote nothing is over, and leaves nothing behind.
  func giveUp(_ request: WriteRequest, _ outcome: WriteOutcome, _ context: CommandContext) async {
    await gateway.release(request)
    _ = await writes.end(context, request, outcome)
    unmark(request)
  }
}
