import FieldCodec
import Foundation
import Logging
import Mate3
import Registry
import StateStore
import Threads

extension CommandService {
  /// The end of a timed command whose time has come.
  struct DueEnd {
    /// Whether it is being written or verified.
    var isUnderWay = false
    /// Whether this run has tried it in vain.
    var hasFailed = false
    /// When it is tried again.
    var retryAt: ContinuousClock.Instant?
    /// How often it has waited for the end of another timed command, that makes room for it.
    var timesHeldUp = 0
    /// While it waits until others are verified: nothing that would hold it up goes before it.
    var waiting: WriteRequest?
  }

  /// Whether there are ends whose time has come and which were not tried yet.
  var hasUntriedEnds: Bool {
    let now = MachineTime.now()
    return writes.timers.contains { $0.remaining(at: now) <= 0 && !(ends[$0.name]?.hasFailed ?? false) }
  }

  /// How long before its time an end counts as due: another bridge needs so long to hand over.
  private static let lead: TimeInterval = 10

  nonisolated var timersLeft: TimersLeft {
    let timers = writes.timers
    guard !timers.isEmpty else { return .none }
    let now = MachineTime.now()
    // One that can't be written now must not keep back those of another bridge.
    return timers.contains { $0.failures == 0 && $0.remaining(at: now) < Self.lead } ? .due : .later
  }

  /// Has timed commands end when their time has come: those of an earlier run, and those that were added.
  package func startTimers() {
    publisher.setTimers(writes.timers)
    guard timing == nil else {
      timerSleeper?.cancel()
      return
    }
    guard !isStopping, !writes.timers.isEmpty else { return }
    timing = Task.detached { await self.watchTimers() }
  }

  /// Works until there is no timed command any more. Ends are written one after the other, so that what makes the system
  /// safer goes in between, and each is verified beside the next.
  private func watchTimers() async {
    repeat {
      await withDiscardingTaskGroup { group in
        while !Task.isCancelled, !writes.timers.isEmpty {
          await pauseTimers()
          for timer in timersToEnd() {
            if !isRelease(timer) {
              await endReleases(in: &group)
              await letReleasesGo()
              await endReleases(in: &group)
            }
            await end(timer, in: &group)
          }
        }
      }
      // While the last ends were being finished, another timed command may have come.
    } while !Task.isCancelled && !writes.timers.isEmpty
    timing = nil
  }

  /// Writes an end, and has it verified beside the next.
  private func end(_ timer: TimedCommand, in group: inout DiscardingTaskGroup) async {
    guard !Task.isCancelled, writes.timers.contains(timer), !(ends[timer.name]?.isUnderWay ?? false) else { return }
    ends[timer.name, default: DueEnd()].isUnderWay = true
    let beginning = await begin(timer)
    if case .written = beginning {
      group.addTask { await self.finish(timer, beginning) }
    } else {
      await finish(timer, beginning)
    }
  }

  /// Writes the ends that make the system safer, also those that could not be written just now.
  private func endReleases(in group: inout DiscardingTaskGroup) async {
    for timer in overdueTimers() where isRelease(timer) { await end(timer, in: &group) }
  }

  /// Those whose time has come and whose end is not under way.
  private func overdueTimers() -> [TimedCommand] {
    let now = MachineTime.now()
    let due = writes.timers.filter { $0.remaining(at: now) <= 0 }
    // Of a timer that was cancelled or prolonged meanwhile nothing is left for the next one on its field.
    ends = ends.filter { name, end in end.isUnderWay || due.contains { $0.name == name } }
    return due.filter { !(ends[$0.name]?.isUnderWay ?? false) }
  }

  /// Of the overdue ones those that are to be tried, with those first that make the system safer.
  private func timersToEnd() -> [TimedCommand] {
    let free = overdueTimers().filter { ends[$0.name]?.retryAt.map { $0 <= .now } ?? true }
    return free.filter(isRelease) + free.filter { !isRelease($0) }
  }

  private func isRelease(_ timer: TimedCommand) -> Bool {
    gateway.registry.block(named: timer.block.block)?.field(timer.field)?.isRelease(timer.revertTo) ?? false
  }

  private func finish(_ timer: TimedCommand, _ beginning: Beginning) async {
    switch await end(timer, beginning) {
    case .over: ends[timer.name] = nil
    case .again(let duration):
      ends[timer.name]?.isUnderWay = false
      ends[timer.name]?.retryAt = .now + duration
    }
    timerSleeper?.cancel()
  }

  /// The timed command whose end waits for its turn and would be held up by a request.
  func endThatGoesFirst(before request: WriteRequest) -> String? {
    // Looked up, because a timer may have been cancelled or prolonged while its end waited.
    let now = MachineTime.now()
    return writes.timers.first {
      $0.remaining(at: now) <= 0 && ends[$0.name]?.waiting?.isJudged(by: request) ?? false
    }?.name
  }

  /// Waits until the next timed command ends or is to be tried again; a new one cuts the wait short.
  private func pauseTimers() async {
    let now = MachineTime.now()
    let waits = writes.timers.filter { !(ends[$0.name]?.isUnderWay ?? false) }.map { timer in
      max(
        .seconds(timer.remaining(at: now)),
        ends[timer.name]?.retryAt.map { ContinuousClock.now.duration(to: $0) } ?? .zero)
    }
    // At least now and then: a machine that slept has another idea of how much is left.
    let wait = max(min(waits.min() ?? .seconds(5), .seconds(5)), .milliseconds(50))
    let sleeper = Task { await pause(for: wait) }
    timerSleeper = sleeper
    _ = await withTaskCancellationHandler {
      await sleeper.value
    } onCancel: {
      sleeper.cancel()
    }
    timerSleeper = nil
  }

  /// How long an end waits for the gateway to be tried.
  private static let endPatience: Duration = .seconds(3)

  private enum Attempt {
    case over
    case again(Duration)
  }

  private enum Beginning {
    case written(WriteRequest, WriteProgress, CommandContext)
    case refused(WriteOutcome)
    /// Until what it is judged by is known.
    case waits
  }

  /// How long before its time the end of another timed command is waited for.
  private static let soon: TimeInterval = 15
  /// How often, twice a second, an end is tried that could only be written in part, while that other one may make room.
  private static let mostHeldUp = 30

  /// Writes what stood before a timed command.
  private func begin(_ timer: TimedCommand) async -> Beginning {
    do {
      // What is due does not wait until the gateway is tried again by itself.
      if !gateway.isAnswering() { await tryGateway() }
      // Nor does what makes the system safer wait until blocks that move are scanned by themselves.
      if isRelease(timer) { try await gateway.awaitTurn(isRelease: true, until: .now + Self.endPatience) }
      // Where its first reading takes longer, nothing has gone wrong.
      if await gateway.isBeingFound { return .waits }
      let now = MachineTime.now()
      let isPatient = ends[timer.name]?.timesHeldUp ?? 0 < Self.mostHeldUp
      let others = writes.timers.filter {
        isPatient && $0.name != timer.name && $0.remaining(at: now) < Self.soon
      }
      let prepared = try await gateway.prepare(timer, besides: others)
      let request = prepared.request
      guard !mustWait(request) else {
        ends[timer.name]?.waiting = request
        await gateway.release(request)
        return .waits
      }
      ends[timer.name]?.waiting = nil
      mark(request)
      let context = CommandContext(origin: .revert, who: "timed command", id: timer.id, ending: timer)
      let (gateway, writes) = (gateway, writes)
      let progress = await connection.advance(
        WriteProcedure(request),
        beforeWrite: {
          try await gateway.confirm(prepared)
          try await writes.begin(context, $0, $1)
        })
      gateway.note(progress)
      return .written(request, progress, context)
    } catch {
      return .refused(WriteOutcome(error))
    }
  }

  /// Sees to what became of an end.
  private func end(_ timer: TimedCommand, _ beginning: Beginning) async -> Attempt {
    let outcome: WriteOutcome
    switch beginning {
    case .waits: return .again(.milliseconds(200))
    case .refused(let refusal): outcome = refusal
    case .written(let request, let progress, let context):
      outcome = await conclude(request, await settle(progress), context).outcome
      if outcome.isMoved { await gateway.layoutMoved() }
      if request.isExact, outcome.status == .rejected {
        ends[timer.name]?.timesHeldUp += 1
        return .again(.milliseconds(500))
      }
    }
    switch (outcome.status, outcome.code) {
    case (.accepted, _), (.unchanged, _):
      // What the device holds, where it rounded.
      let held = outcome.written.isEmpty || outcome.read == outcome.written ? nil : outcome.value?.text
      if let substitute = outcome.substitute {
        let message =
          "the time of the command is over; \(timer.name) could not go back to \(timer.revertTo) as the system is now, and "
          + "is \(held ?? substitute), the nearest that it allows"
        await drop(timer, .timedCommandEnded, message)
        await gateway.setAlert(.timer, timer.name, message)
      } else {
        await drop(
          timer, .timedCommandEnded,
          held.map {
            "the time of the command is over; \(timer.name) was set to \(timer.revertTo), and the device holds \($0)"
          }
            ?? "\(timer.name) is \(timer.revertTo) again: the time of the command is over")
      }
    case (_, .superseded) where await !gateway.pins.isPinned(timer):
      let message =
        "the time of the command is over, but what is trusted as \(timer.block) by now is not what was commanded, be it "
        + "another device or that one with other firmware: nothing was written to it, and \(timer.field) was not set back "
        + "to \(timer.revertTo)"
      await drop(timer, .timedCommandSuperseded, message)
      await gateway.setAlert(.timer, timer.name, message)
    case (_, .superseded):
      await drop(
        timer, .timedCommandSuperseded,
        "\(timer.name) was changed since the timed command, and is left as it is: \(outcome.reason)")
    case (_, .gatewayOffline):
      await fail(timer, outcome.reason)
      return .again(isRelease(timer) ? .seconds(1) : .seconds(5))
    default:
      // 5 s, doubling, at most a minute.
      let failures = await fail(timer, outcome.reason)
      return .again(isRelease(timer) ? .seconds(1) : min(.seconds(5 << min(max(failures, 1) - 1, 4)), .seconds(60)))
    }
    return .over
  }

  private func tryGateway() async {
    let gateway = gateway
    do {
      _ = try await withTimeout(Self.endPatience) { await gateway.tryNow() }
    } catch {
      logger.debug("the gateway was not read in time for the end of a timed command", metadata: ["reason": "\(error)"])
    }
  }

  private func drop(_ timer: TimedCommand, _ event: BridgeEvent.Kind, _ message: String) async {
    // Of one that was prolonged or cancelled while its end waited, the answer to that command has told.
    if writes.drop(timer) || event == .timedCommandEnded {
      publisher.publish(event: BridgeEvent(event, message))
    }
    await gateway.setAlert(.timer, timer.name, nil)
    publisher.setTimers(writes.timers)
  }

  /// - Returns: how often it has failed by now.
  @discardableResult
  private func fail(_ timer: TimedCommand, _ problem: String) async -> Int {
    // It has not failed, and this bridge takes over for it.
    guard connection.mayBeUsed else { return 0 }
    ends[timer.name]?.hasFailed = true
    guard let failed = writes.fail(timer, problem) else { return 1 }
    await gateway.setAlert(.timer, timer.name, "\(timer.name) could not be set back to \(timer.revertTo): \(problem)")
    if failed.problem != timer.problem { publisher.setTimers(writes.timers) }
    return failed.failures
  }
}
