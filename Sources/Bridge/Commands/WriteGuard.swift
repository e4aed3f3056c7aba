import FieldCodec
package import Foundation
package import Mate3
import RegisterIO
package import Registry
package import StateStore
import Synchronization
import Threads

/// What a command is on its way through the checks.
package struct CommandContext: Sendable {
  let token: UUID
  let origin: WriteIntent.Origin
  let who: String
  let id: String?
  /// What the command asked for, to know a repetition by.
  let asked: String?
  let timing: TimerBook.Wish?
  /// The timed command that this ends.
  let ending: TimedCommand?
  /// The command of several settings that this is one of.
  let several: WriteIntent.Several?

  package init(
    origin: WriteIntent.Origin = .command, who: String, id: String? = nil, asked: String? = nil,
    forSeconds: Double? = nil, then: String? = nil, generation: Int? = nil, ending: TimedCommand? = nil,
    several: WriteIntent.Several? = nil
  ) {
    token = UUID()
    self.several = several
    self.ending = ending
    self.origin = origin
    self.who = who
    self.id = id
    self.asked = asked
    timing = forSeconds.map { TimerBook.Wish(seconds: $0, then: then, id: id, generation: generation) }
  }
}

/// The bookkeeping around every write: caps, ledger and timed commands. What it remembers is there for anyone at once;
/// the disk is waited for on the thread for files.
package final class WriteGuard: Sendable {
  private struct Memory {
    var caps: WriteCaps
    var timers: TimerBook
    /// Writes that are to be put down or were, and have no outcome yet.
    var open: [UUID: Open] = [:]
    /// What can't be kept on disk now, by file.
    var problems: [String: String] = [:]
  }

  /// A write on its way.
  private struct Open {
    /// Its number in the ledger; nil while it is not there.
    var number: Int?
    var note: WriteCaps.Note?
    /// Why it went ahead without its line.
    var unlogged: String?
    /// Whether the disk is taking its line.
    var isUnderWay = false
    /// The outcome that came before the disk had taken the line.
    var outcome: WriteEnd?
  }

  /// Most pieces of work that wait for the disk.
  static let waitingLimit = 16
  /// How long what makes the system safer waits for its line in the ledger.
  static let releasePatience: Duration = .seconds(1)

  private let memory: Mutex<Memory>
  private let waiting = Atomic(0)
  private let ledger: any WriteLedger
  private let saveTimers: @Sendable ([TimedCommand]) throws -> Void

  package init(
    ledger: any WriteLedger = NoLedger(), caps: WriteCaps = WriteCaps(WriteCaps.Settings()),
    timers: [TimedCommand] = [],
    saveTimers: @escaping @Sendable ([TimedCommand]) throws -> Void = { _ in }
  ) {
    self.ledger = ledger
    self.saveTimers = saveTimers
    memory = Mutex(Memory(caps: caps, timers: TimerBook(timers)))
  }

  /// The guard of a state directory: caps count what its ledger holds. Timed commands that can't be read are among the
  /// problems.
  package static func load(
    _ directory: StateDirectory, ledger: LedgerFile, caps settings: WriteCaps.Settings, registry: Registry,
    record: (@Sendable (LedgerEntry) -> Void)? = nil
  ) -> WriteGuard {
    var caps = WriteCaps(settings)
    var unsent: Set<Int> = []
    for case .end(let end) in ledger.entries where end.status == WriteOutcome.Status.rejected.rawValue {
      unsent.insert(end.number)
    }
    for case .intent(let intent) in ledger.entries where !unsent.contains(intent.number) {
      let rule = registry.block(named: intent.block.block)?.target(intent.field)
      let value = rule?.rawNumber(intent.words).map { Int($0) }
      caps.note(
        intent,
        isOperational: (value.map { rule?.command?.commandClass(of: $0) } ?? rule?.command?.standard) == .operational)
    }
    let file = TimerFile(directory)
    var timers: [TimedCommand] = []
    var problem: String?
    do throws(StateError) {
      timers = try file.load()
    } catch {
      problem = error.message
    }
    let kept: any WriteLedger = record.map { RecordedLedger(ledger, record: $0) } ?? ledger
    let writes = WriteGuard(ledger: kept, caps: caps, timers: timers, saveTimers: { try file.save($0) })
    if let problem { writes.memory.withLock { $0.problems["timers.json"] = problem } }
    return writes
  }

  /// What can't be kept on disk now, by file: empty while all is well.
  package var problems: [String: String] { memory.withLock { $0.problems } }

  // MARK: Caps

  /// Why a request must wait, or nil. What makes the system safer, or brings back what stood before our last write,
  /// never waits.
  package func capRefusal(_ request: WriteRequest, scaleWord: UInt16?, at now: Date = Date()) -> CommandRefusal? {
    guard !request.isRelease else { return nil }
    let key = PinKey(request.block)
    // What can't be encoded restores nothing; the procedure says why it can't.
    let words = try? request.field.encode(request.text, scaleWord: scaleWord)
    return memory.withLock { memory in
      if let words, memory.caps.restores(words, key, request.field.name) { return nil }
      return memory.caps.refusal(key, request.field.name, isOperational: request.isOperational, at: now)
    }
  }

  /// Which of several writes must wait, and why, or nil.
  package func capRefusal(
    _ writes: [(request: WriteRequest, words: [UInt16])], at now: Date = Date()
  ) -> (index: Int, refusal: CommandRefusal)? {
    memory.withLock { $0.caps }.refusal(of: writes, at: now)
  }

  /// Whether a timed command has registers of a request.
  package func isTimed(_ request: WriteRequest) -> Bool {
    memory.withLock { $0.timers.timers.contains { $0.overlaps(request) } }
  }

  /// Why a request can't be given a time, or nil.
  package func timerRefusal(_ request: WriteRequest) -> CommandRefusal? {
    memory.withLock { $0.timers.refusal(for: request) }
  }

  // MARK: The write

  /// Puts the write down before it is sent: the timer that ends it first, so that no value is left standing, then the
  /// ledger's line. What makes the system safer, and the end of a timed command, go ahead also when the disk does not
  /// take it.
  /// - Throws: ``CommandRefusal``, ``StateError`` or `CancellationError`; nothing may be sent then.
  package func begin(_ context: CommandContext, _ procedure: WriteProcedure, _ words: [UInt16]) async throws {
    try Task.checkCancellation()
    let request = procedure.request
    let mustGoAhead = request.isRelease || context.origin == .revert
    let intent = try remember(context, procedure, words, mustGoAhead: mustGoAhead)
    do {
      guard mustGoAhead else { return try await putDown(intent, context, request) }
      try await withTimeout(Self.releasePatience) { try await self.putDown(intent, context, request) }
    } catch is CancellationError {
      forget(context)
      throw CancellationError()
    } catch {
      guard mustGoAhead else {
        forget(context)
        if !(error is CommandRefusal) { memory.withLock { $0.problems["ledger.jsonl"] = "\(error)" } }
        throw error
      }
      let reason = error is TookTooLong ? "the disk is too slow" : "\(error)"
      memory.withLock { memory in
        if memory.open[context.token]?.number == nil { memory.open[context.token]?.unlogged = reason }
        memory.problems["ledger.jsonl"] = "writes can't be put down: \(reason)"
      }
    }
  }

  /// What follows from a write that is about to be sent, in memory.
  private func remember(
    _ context: CommandContext, _ procedure: WriteProcedure, _ words: [UInt16], mustGoAhead: Bool
  ) throws(CommandRefusal) -> WriteIntent {
    let request = procedure.request
    let key = PinKey(request.block)
    let result = memory.withLock { memory -> Result<WriteIntent, CommandRefusal> in
      if context.origin == .revert, !memory.timers.isStanding(context.ending) {
        return .failure(
          CommandRefusal(.superseded, "the timed command was cancelled or prolonged in the meantime"))
      }
      let restores = memory.caps.restores(words, key, request.field.name)
      // What passed for a restoration with the scale factor as it was read before may be none.
      if !mustGoAhead, !restores,
        let refusal = memory.caps.refusal(key, request.field.name, isOperational: request.isOperational, at: Date())
      {
        return .failure(refusal)
      }
      let intent = WriteIntent(
        number: 0, at: Date(), origin: context.origin, who: context.who, id: context.id, asked: context.asked,
        block: key, field: request.field.name, address: request.range.start, before: procedure.outcome.before,
        words: words, evidence: procedure.outcome.evidence, isFree: mustGoAhead || restores, several: context.several)
      if let wish = context.timing {
        do throws(CommandRefusal) {
          try memory.timers.arm(
            wish, of: context.token, request, before: procedure.outcome.beforeText, words: words,
            at: MachineTime.now())
        } catch {
          // An `off` without an end is better than none.
          if !mustGoAhead { return .failure(error) }
        }
      }
      memory.open[context.token] = Open(note: memory.caps.note(intent, isOperational: request.isOperational))
      return .success(intent)
    }
    return try result.get()
  }

  /// A write that is not sent leaves nothing behind.
  private func forget(_ context: CommandContext) {
    memory.withLock { memory in
      memory.timers.disarm(context.token)
      if let note = memory.open[context.token]?.note { memory.caps.takeBack(note) }
      memory.open[context.token]?.note = nil
    }
  }

  private func putDown(_ intent: WriteIntent, _ context: CommandContext, _ request: WriteRequest) async throws {
    try await onDisk { [self] in
      let isWanted = memory.withLock { memory in
        guard let open = memory.open[context.token], open.unlogged == nil else { return false }
        memory.open[context.token]?.isUnderWay = true
        return true
      }
      guard isWanted else {
        throw CommandRefusal(.stateUnwritable, "the command was given up before the disk took it")
      }
      do {
        if context.timing != nil { try keepTimers() }
        let number = try ledger.begin(intent)
        let late = memory.withLock { memory -> WriteEnd? in
          memory.problems["ledger.jsonl"] = nil
          memory.open[context.token]?.number = number
          memory.open[context.token]?.isUnderWay = false
          guard let outcome = memory.open[context.token]?.outcome else { return nil }
          memory.open[context.token] = nil
          return outcome
        }
        if var late {
          late.number = number
          try ledger.end(late)
        }
      } catch {
        memory.withLock { memory in
          memory.open[context.token]?.isUnderWay = false
          if memory.open[context.token]?.outcome != nil { memory.open[context.token] = nil }
        }
        throw error
      }
    }
  }

  /// Takes the outcome: what becomes of a timed command on the field, and the ledger's second line.
  /// - Returns: what to add to the answer's sentence.
  package func end(_ context: CommandContext, _ request: WriteRequest, _ outcome: WriteOutcome) async -> String? {
    await finish(context, request, outcome).remark
  }

  /// As ``end(_:_:_:)``.
  /// - Returns: what to add to the answer's sentence, and the outcome's line in the ledger, nil where it has none.
  func finish(
    _ context: CommandContext, _ request: WriteRequest, _ outcome: WriteOutcome
  ) async -> (remark: String?, line: WriteEnd?) {
    let line = WriteEnd(
      number: 0, at: Date(), status: outcome.status.rawValue, code: outcome.code.rawValue, read: outcome.read)
    let (open, changed, timing) = memory.withLock { memory -> (Open?, Bool, String?) in
      let open = memory.open.removeValue(forKey: context.token)
      if let open, open.isUnderWay {
        memory.open[context.token] = Open(note: nil, isUnderWay: true, outcome: line)
      }
      if outcome.status == .rejected, let note = open?.note { memory.caps.takeBack(note) }
      guard context.origin == .command, !request.isDryRun else { return (open, false, nil) }
      let before = memory.timers.timers
      let remark = memory.timers.finish(
        context.timing, of: context.token, request, outcome, at: MachineTime.now())
      return (open, memory.timers.timers != before, remark)
    }
    var remarks = [timing].compactMap(\.self)
    if let reason = open?.unlogged { remarks.append("it is not in the ledger: \(reason)") }
    var kept: WriteEnd?
    if let number = open?.number {
      var line = line
      line.number = number
      kept = line
      await keep("ledger.jsonl") { [ledger, line] in try ledger.end(line) }
    }
    if open?.isUnderWay ?? false { remarks.append("the disk has not taken the outcome yet") }
    if changed {
      await keep("timers.json") { [self] in try keepTimers() }
      if let problem = problems["timers.json"] {
        remarks.append("timers.json still says what it said before, and a restart goes by it: \(problem)")
      }
    }
    return (remarks.isEmpty ? nil : remarks.joined(separator: "; "), kept)
  }

  /// Puts down how a command of several settings ended.
  /// - Parameter line: of the last of its writes.
  func close(_ line: WriteEnd, _ outcome: WriteOutcome) async {
    var line = line
    line.answer = WriteEnd.Answer(outcome)
    await keep("ledger.jsonl") { [ledger, line] in try ledger.end(line) }
  }

  /// Works on the thread for files.
  /// - Throws: ``CommandRefusal`` when too much waits for the disk already, or what the work throws.
  private func onDisk(_ work: @escaping @Sendable () throws -> Void) async throws {
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.waitingLimit else {
      waiting.subtract(1, ordering: .relaxed)
      throw CommandRefusal(.stateUnwritable, "the disk has not taken earlier writes yet; nothing was written")
    }
    try await ThreadExecutor.files.run { [self] in
      // Not when the caller gives up: the work waits all the same.
      defer { waiting.subtract(1, ordering: .relaxed) }
      try work()
    }
  }

  /// Keeps something on disk; what fails is a problem until it works again.
  private func keep(_ name: String, _ work: @escaping @Sendable () throws -> Void) async {
    do {
      try await onDisk(work)
      memory.withLock { $0.problems[name] = nil }
    } catch {
      memory.withLock { $0.problems[name] = "\(error)" }
    }
  }

  /// Only on the thread for files, so that the latest state is written last.
  private func keepTimers() throws { try saveTimers(timers) }

  // MARK: Timers

  package var timers: [TimedCommand] { memory.withLock { $0.timers.timers } }

  /// The timed command is over.
  /// - Returns: false when another one, or none, stands in its place already.
  func drop(_ timer: TimedCommand) -> Bool {
    guard memory.withLock({ $0.timers.drop(timer) }) else { return false }
    keepTimersLater()
    return true
  }

  /// An attempt to end the timed command failed.
  func fail(_ timer: TimedCommand, _ problem: String) -> TimedCommand? {
    memory.withLock { $0.timers.fail(timer, problem) }
  }

  /// What ended is ended, whatever the disk does; should it stand there after a restart, its end finds nothing to do.
  private func keepTimersLater() {
    Task.detached { [self] in
      await keep("timers.json") { [self] in try keepTimers() }
    }
  }

  /// Closes what a crash has left open in the ledger.
  func resolve(_ line: WriteEnd) async {
    await keep("ledger.jsonl") { [ledger] in try ledger.end(line) }
  }
}
