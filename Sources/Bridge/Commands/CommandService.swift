import FieldCodec
import Foundation
package import Logging
package import Mate3
package import MessageIO
import RegisterIO
import Registry
import Threads
package import Topics

/// Takes `/set` messages one after the other through validation and the write procedure, and answers each once.
package actor CommandService {
  /// Most commands that wait their turn.
  package static let queueLimit = 64

  let gateway: GatewayService
  let connection: GuardedConnection
  let publisher: StatePublisher
  let scheme: TopicScheme
  let writes: WriteGuard
  let logger: Logger
  let queue: CommandQueue
  private let releases: Releases
  var answers = AnswerMemory()
  /// Devices whose last command still waits for its read-back, or has more to write.
  var busy = CountedSet<DeviceKey>()
  /// What is being written, or waits for its read-back.
  private var underWay: [WriteRequest] = []
  /// Releases that were carried out lately: what came before them is not carried out after them.
  private var released: [Released] = []
  /// Releases whose turn has come, until it is known what became of them.
  private var releasing: [UUID: Released] = [:]
  /// Whether one is being written.
  private var isWritingRelease = false
  /// Releases that wait for what stands in their way.
  var retries = 0
  var isStopping = false
  /// Ends timed commands; nil while there are none.
  var timing: Task<Void, Never>?
  /// The wait for the end of the next one.
  var timerSleeper: Task<Void, Never>?
  /// What is known of the ends of timed commands whose time has come, by the timers' names.
  var ends: [String: DueEnd] = [:]

  private struct Released {
    let block: DeviceKey
    let range: RegisterRange
    let receivedAt: ContinuousClock.Instant

    init(_ release: Command, _ request: WriteRequest) {
      (block, range, receivedAt) = (request.block.key, request.range, release.receivedAt)
    }

    func comesAfter(_ command: Command, _ request: WriteRequest) -> Bool {
      block == request.block.key && range.start < request.range.end && request.range.start < range.end
        && receivedAt > command.receivedAt
    }
  }

  /// - Parameter ledger: what an earlier run has carried out, so that a command that comes again is known.
  package init(
    gateway: GatewayService, publisher: StatePublisher, scheme: TopicScheme,
    writes: WriteGuard, ledger: [LedgerEntry] = [], logger: Logger
  ) {
    self.gateway = gateway
    connection = gateway.connection
    self.publisher = publisher
    self.scheme = scheme
    self.writes = writes
    self.logger = logger
    queue = CommandQueue(limit: Self.queueLimit)
    releases = Releases(registry: gateway.registry, scheme: scheme)
    answers.recall(ledger)
  }

  /// Takes a message; one that finds no place is answered at once.
  nonisolated package func submit(_ message: InboundMessage) {
    let command = Command(message, scheme, releases)
    if let refusal = queue.add(command) { answer(command, WriteOutcome(refusal)) }
  }

  /// Whether a message makes the system safer.
  nonisolated func isRelease(_ message: InboundMessage) -> Bool { releases.contains(message) }

  /// Answers what still waits, and takes no more.
  package func stop() {
    isStopping = true
    timing?.cancel()
    queue.close()
  }

  /// Works until ``stop()``, and until the last read-back is done or the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      while let command = await queue.next() {
        isWritingRelease = command.isRelease
        let rest = await handle(command)
        isWritingRelease = false
        for late in queue.removeExpired() {
          if let refusal = late.expired() { answer(late, WriteOutcome(refusal)) }
        }
        switch rest {
        case .one(let waiting): group.addTask { await self.wait(for: waiting) }
        case .several(let job): group.addTask { await self.goOn(with: job) }
        case .again: group.addTask { await self.tryAgain(command) }
        case nil: break
        }
      }
    }
  }

  /// Answers when it is this one's turn.
  func touch() {}

  /// What is left of a command while others have their turn.
  enum Rest: Sendable {
    case one(Waiting)
    case several(SettingsJob)
    /// It is tried once more.
    case again
  }

  /// A write whose read-back is to be repeated.
  struct Waiting: Sendable {
    let command: Command
    let context: CommandContext
    let procedure: WriteProcedure
    let duration: Duration
  }

  private func handle(_ command: Command) async -> Rest? {
    do throws(CommandRefusal) {
      return try await carryOut(command)
    } catch {
      answer(command, WriteOutcome(error))
      return nil
    }
  }

  static let shuttingDown = CommandRefusal(.shuttingDown, "the bridge is shutting down; nothing was written")

  private func carryOut(_ command: Command) async throws(CommandRefusal) -> Rest? {
    guard !isStopping else { throw Self.shuttingDown }
    let payload = try command.content.get()
    // What makes the system safer is carried out as often as it is asked for, and a dry run carries nothing out.
    if !command.isRelease, !payload.isDryRun, let first = try answers.answer(command.topic, payload) {
      publish(first, answering: command)
      return nil
    }
    let turn: Turn
    do throws(CommandRefusal) {
      if let scope = command.scope { return try await begin(command, scope, payload).map { .several($0) } }
      guard let place = command.place else {
        throw CommandRefusal(.unknownTopic, "the topic names no device and field")
      }
      turn = try await write(command, place, payload)
    } catch {
      guard await mayPass(WriteOutcome(error), command) else { throw error }
      return .again
    }
    switch turn {
    case .waiting(let waiting): return .one(waiting)
    case .finished(let request, let outcome, let context) where await mayPass(outcome, command):
      await giveUp(request, outcome, context)
      return .again
    case .finished(let request, let outcome, let context):
      await finish(command, request, outcome, context)
      return nil
    }
  }

  enum Turn {
    case waiting(Waiting)
    case finished(WriteRequest, WriteOutcome, CommandContext)
  }

  /// - Parameter several: the command of several settings that this is one of, which has had its turn.
  func write(
    _ command: Command, _ place: (device: DeviceKey, field: String), _ payload: CommandPayload,
    several: WriteIntent.Several? = nil
  ) async throws(CommandRefusal) -> Turn {
    var isAgain = false
    while true {
      let attempt = try await attempt(command, place, payload, several)
      guard case .finished(let request, let outcome, let context) = attempt else { return attempt }
      // An `off` does not end with blocks that moved: once the gateway is scanned again it is tried once more.
      if outcome.isMoved { await gateway.layoutMoved() }
      guard outcome.isMoved, outcome.status == .rejected, command.isRelease, !isAgain else { return attempt }
      isAgain = true
      await giveUp(request, outcome, context)
    }
  }

  private func attempt(
    _ command: Command, _ place: (device: DeviceKey, field: String), _ payload: CommandPayload,
    _ several: WriteIntent.Several?
  ) async throws(CommandRefusal) -> Turn {
    if let refusal = several == nil ? command.expired() : command.expiredByItself() { throw refusal }
    let deadline = (several == nil ? command.receivedAt : .now) + command.patience
    try await gateway.awaitTurn(isRelease: command.isRelease, until: min(deadline, .now + Command.patience))
    let prepared = try await gateway.prepare(device: place.device, field: place.field, payload: payload)
    let request = prepared.request
    do throws(CommandRefusal) {
      try checkTurn(command, request, isPart: several != nil)
      if !request.isRelease, let refusal = writes.capRefusal(request, scaleWord: prepared.scaleWord) { throw refusal }
      // Also where the value stands already, and no write would find it.
      if payload.forSeconds != nil, !command.isRelease, let refusal = writes.timerRefusal(request) { throw refusal }
    } catch {
      await gateway.release(request)
      throw error
    }
    logger.debug(
      "command goes ahead",
      metadata: [
        "topic": "\(command.topic)", "registers": "\(request.range)", "dry_run": "\(request.isDryRun)",
      ])
    let context = CommandContext(
      who: command.topic, id: payload.id, asked: try command.content.get().asked, forSeconds: payload.forSeconds,
      then: payload.then,
      generation: prepared.generation, several: several)
    // Marked before the first wait, so that no other command comes in between.
    mark(request)
    let release = command.isRelease ? beginReleasing(command, request) : nil
    defer { if let release { endReleasing(release) } }
    let (gateway, writes) = (gateway, writes)
    let progress = await connection.advance(
      WriteProcedure(request), startingBy: deadline,
      beforeWrite: {
        if let refusal = command.expiredByItself() { throw refusal }
        // One of several settings has its turn beside the queue, so that a release may have come in between.
        if several != nil, await self.isReleased(command, request) { throw Self.superseded }
        try await gateway.confirm(prepared)
        try await writes.begin(context, $0, $1)
      })
    gateway.note(progress)
    switch progress {
    case .paused(let procedure, let duration):
      if command.isRelease { note(release: request, command) }
      return .waiting(Waiting(command: command, context: context, procedure: procedure, duration: duration))
    case .finished(let outcome):
      if command.isRelease, outcome.status != .rejected { note(release: request, command) }
      logger.debug(
        "command was judged",
        metadata: [
          "topic": "\(command.topic)", "code": "\(outcome.code.rawValue)",
          "evidence": "\(outcome.evidence.joined(separator: "; "))",
        ])
      return .finished(request, outcome, context)
    }
  }

  /// Has all that makes the system safer and waits go first. A flow of it does not hold up anything for ever.
  func letReleasesGo() async {
    let latest = ContinuousClock.now + Command.patience
    while queue.hasReleases || isWritingRelease, .now < latest, !isStopping, !Task.isCancelled {
      await pause(for: .milliseconds(20))
    }
  }

  /// Looks whether a command can be carried out as things stand between commands.
  /// - Parameter isPart: whether it is one of several settings, whose devices are marked already.
  func checkTurn(_ command: Command, _ request: WriteRequest, isPart: Bool) throws(CommandRefusal) {
    // An emergency `off` gets through also while the last command is being verified.
    guard !command.isRelease else { return }
    if !isPart, let device = beingVerified(request) {
      throw CommandRefusal(
        .busy, "the last command to \(device) is still being verified; try again in a few seconds")
    }
    if !isPart, let timer = endThatGoesFirst(before: request) {
      throw CommandRefusal(
        .busy, "the time of the command to \(timer) is over, and its end goes first; try again in a few seconds")
    }
    released.removeAll { $0.receivedAt.duration(to: .now) > Self.releaseMemory }
    if isSuperseded(command, request) { throw Self.superseded }
  }

  /// A device whose last command is still being verified, so that this one can't be judged yet: its own, or one whose
  /// settings a rule looks at.
  func beingVerified(_ request: WriteRequest) -> DeviceKey? {
    request.concerned.first(where: busy.contains)
  }

  /// Whether the end of a timed command must wait for what is under way: for what its rules look at, unless it makes the
  /// system safer, and for a later command to its own field.
  func mustWait(_ end: WriteRequest) -> Bool {
    underWay.contains { $0.range.overlaps(end.range) || !end.isRelease && end.isJudged(by: $0) }
  }

  func mark(_ request: WriteRequest) {
    busy.add(request.block.key)
    underWay.append(request)
  }

  /// Ends what ``mark(_:)`` began; of several that are alike it does not matter which.
  func unmark(_ request: WriteRequest) {
    busy.remove(request.block.key)
    if let index = underWay.firstIndex(where: { $0.range == request.range }) { underWay.remove(at: index) }
  }

  /// Longer than any command waits that came before.
  private static let releaseMemory: Duration = .seconds(120)

  private static let superseded = CommandRefusal(
    .superseded, "a later command to this field goes first; nothing was written")

  private func note(release request: WriteRequest, _ command: Command) {
    released.append(Released(command, request))
  }

  func beginReleasing(_ command: Command, _ request: WriteRequest) -> UUID {
    let token = UUID()
    releasing[token] = Released(command, request)
    return token
  }

  func endReleasing(_ token: UUID) { releasing[token] = nil }

  private func wait(for waiting: Waiting) async {
    await finish(waiting.command, waiting.procedure.request, await settled(waiting), waiting.context)
  }

  func settled(_ waiting: Waiting) async -> WriteOutcome {
    await settle(.paused(waiting.procedure, waiting.duration)) {
      await self.isSuperseded(waiting.command, waiting.procedure.request)
    }
  }

  /// Whether what makes the system safer came after a command, also where its own write is still to come.
  func isReleased(_ command: Command, _ request: WriteRequest) -> Bool {
    !command.isRelease
      && (isSuperseded(command, request) || releasing.values.contains { $0.comesAfter(command, request) })
  }

  func isSuperseded(_ command: Command, _ request: WriteRequest) -> Bool {
    released.contains { $0.comesAfter(command, request) }
  }

  private func finish(
    _ command: Command, _ request: WriteRequest, _ outcome: WriteOutcome, _ context: CommandContext
  ) async {
    let answer = await conclude(request, outcome, context).outcome
    let bytes = self.answer(command, answer)
    // What was refused may be tried again with its id; what may have been written may not.
    if answer.status != .rejected, !request.isDryRun {
      answers.keep(bytes, command.topic, context.id, asked: context.asked ?? "")
    }
  }

  /// Takes an outcome: the state first, which was read just now and is not news any more when the disk has had its time;
  /// then ledger and timers.
  /// - Returns: the outcome, with what is to be said of its timer and of the disk, and its line in the ledger.
  func conclude(
    _ request: WriteRequest, _ outcome: WriteOutcome, _ context: CommandContext
  ) async -> (outcome: WriteOutcome, line: WriteEnd?) {
    let begin = ContinuousClock.now
    let saving = await gateway.finish(request, outcome)
    var answer = outcome
    var line: WriteEnd?
    do {
      let writes = writes
      let (remark, kept) = try await withTimeout(Self.diskPatience) {
        let ended = await writes.finish(context, request, outcome)
        // Also where the answer could not wait so long.
        await self.startTimers()
        return ended
      }
      line = kept
      if let remark { answer.reason += "; \(remark)" }
      if let saving {
        try await withTimeout(max(.zero, Self.diskPatience - begin.duration(to: .now))) { await saving.value }
      }
    } catch {
      answer.reason += "; the disk has not taken the outcome yet"
    }
    await gateway.report(writes.problems)
    if context.origin != .revert, outcome.status == .accepted || outcome.status == .unchanged {
      // What is said of an earlier timed command's end is not true of this one's value.
      await gateway.setAlert(.timer, "\(PinKey(request.block)).\(request.field.name)", nil)
      if !request.isDryRun { publisher.noteCommanded(request.fieldsConcerned) }
    }
    unmark(request)
    return (answer, line)
  }

  /// How long an answer waits for its outcome to be on disk.
  static let diskPatience: Duration = .seconds(2)

  /// Repeats the read-back as long as the procedure wants to.
  /// - Parameter isSuperseded: whether a later command has written over this one, so that its value can't show any more.
  func settle(
    _ progress: WriteProgress, unless isSuperseded: @Sendable () async -> Bool = { false }
  ) async -> WriteOutcome {
    var progress = progress
    while true {
      switch progress {
      case .finished(let outcome): return outcome
      case .paused(let procedure, let duration):
        await pause(for: duration)
        await letReleasesGo()
        guard !Task.isCancelled else { return procedure.interrupted() }
        guard connection.mayBeUsed else { return handedOver(procedure) }
        if await isSuperseded() { return procedure.superseded() }
        progress = await connection.advance(procedure)
        gateway.note(progress)
      }
    }
  }
}
