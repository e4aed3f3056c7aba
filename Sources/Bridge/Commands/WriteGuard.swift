import FieldCodec
package import Foundation
public import Mate3
import RegisterIO
public import Registry
public import StateStore
import Synchronization
import Threads

/// What a command is on its way through the checks.
public struct CommandContext: Sendable {
  let token: UUID
  let origin: WriteIntent.Origin
  let who: String
  let id: String?
  let forSeconds: Double?
  let then: String?
  /// The timed command that this ends.
  let ending: TimedCommand?

  package init(
    origin: WriteIntent.Origin = .command, who: String, id: String? = nil, forSeconds: Double? = nil,
    then: String? = nil, ending: TimedCommand? = nil
  ) {
    token = UUID()
    self.ending = ending
    self.origin = origin
    self.who = who
    self.id = id
    self.forSeconds = forSeconds
    self.then = then
  }
}

/// The bookkeeping around every write: caps, ledger and timed commands. It works on the thread for files, which it may
/// keep waiting for the disk; what it remembers is there for anyone at once.
public actor WriteGuard {
  public nonisolated var unownedExecutor: UnownedSerialExecutor { ThreadExecutor.files.asUnownedSerialExecutor() }

  /// What is asked for without a wait for the disk.
  private struct Memory {
    var caps: WriteCaps
    /// Changed by the actor alone.
    var timers: [String: TimedCommand]
    /// Commands that wanted to be put down and have no outcome yet.
    var begun: Set<UUID> = []
  }

  /// A write that was put down.
  private struct Open {
    let number: Int
    /// The timer that ends it.
    let armed: TimedCommand?
    /// The timer that stands again if this write is not taken.
    var replaced: TimedCommand?
    let note: WriteCaps.Note
  }

  /// Most writes and outcomes that wait for the disk when another write wants to. Outcomes of commands that were not put
  /// down may be twice as many; those of the others are as many as these.
  static let waitingLimit = 8

  private let memory: Mutex<Memory>
  /// By command.
  private var open: [UUID: Open] = [:]
  private let waiting = Atomic(0)
  private let ledger: any WriteLedger
  private let saveTimers: @Sendable ([TimedCommand]) throws -> Void

  public init(
    ledger: any WriteLedger = NoLedger(), caps: WriteCaps = WriteCaps(WriteCaps.Settings()),
    timers: [TimedCommand] = [],
    saveTimers: @escaping @Sendable ([TimedCommand]) throws -> Void = { _ in }
  ) {
    self.ledger = ledger
    self.saveTimers = saveTimers
    memory = Mutex(
      Memory(caps: caps, timers: Dictionary(timers.map { ($0.name, $0) }, uniquingKeysWith: { $1 })))
  }

  /// The guard of a state directory: caps count what its ledger holds.
  /// - Throws: ``StateError``.
  public static func load(
    _ directory: StateDirectory, ledger: LedgerFile, caps settings: WriteCaps.Settings, registry: Registry
  ) throws(StateError) -> WriteGuard {
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
    return WriteGuard(ledger: ledger, caps: caps, timers: try file.load(), saveTimers: { try file.save($0) })
  }

  // MARK: Caps

  /// Why a request must wait, or nil. What makes the system safer, or brings back what stood before our last write,
  /// never waits.
  package nonisolated func capRefusal(
    _ request: WriteRequest, scaleWord: UInt16?, at now: Date = Date()
  ) -> CommandRefusal? {
    guard !request.isRelease else { return nil }
    let key = PinKey(request.block)
    let words = try? request.field.encode(request.text, scaleWord: scaleWord)
    return memory.withLock { memory in
      if let words, memory.caps.restores(words, key, request.field.name) { return nil }
      return memory.caps.refusal(key, request.field.name, isOperational: request.isOperational, at: now)
    }
  }

  // MARK: The write

  /// Puts the write down before it is sent: the timer that ends it first, so that no value is left standing, then the
  /// ledger's line.
  package nonisolated func begin(
    _ context: CommandContext, _ procedure: WriteProcedure, _ words: [UInt16]
  ) async throws {
    defer { waiting.subtract(1, ordering: .relaxed) }
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.waitingLimit else {
      throw CommandRefusal(.stateUnwritable, "the disk has not taken earlier writes yet; nothing was written")
    }
    memory.withLock { _ = $0.begun.insert(context.token) }
    // Given up while it waited for the look at what is known by now.
    if Task.isCancelled {
      memory.withLock { _ = $0.begun.remove(context.token) }
      throw CancellationError()
    }
    try await putDown(context, procedure, words)
  }

  private func putDown(_ context: CommandContext, _ procedure: WriteProcedure, _ words: [UInt16]) throws {
    let request = procedure.request
    let key = PinKey(request.block)
    let name = "\(key).\(request.field.name)"
    guard memory.withLock({ $0.begun.contains(context.token) }) else {
      throw CommandRefusal(.stateUnwritable, "the command was given up before the disk took it")
    }
    let replaced = timer(name)
    if context.origin == .revert, !isStanding(context.ending) {
      throw CommandRefusal(.superseded, "the timed command was cancelled or prolonged in the meantime")
    }
    let restores = memory.withLock { $0.caps.restores(words, key, request.field.name) }
    var intent = WriteIntent(
      number: 0, at: Date(), origin: context.origin, who: context.who, id: context.id, block: key,
      field: request.field.name, address: request.range.start, before: procedure.outcome.before, words: words,
      evidence: procedure.outcome.evidence, isFree: context.origin == .revert || request.isRelease || restores)
    let isTimed = context.forSeconds != nil
    do {
      if isTimed {
        try arm(context, request, before: procedure.outcome.beforeText, words: words, over: replaced)
      }
      intent.number = try ledger.begin(intent)
    } catch {
      if isTimed { try? set(name, replaced) }
      throw error
    }
    let note = memory.withLock { [intent] in $0.caps.note(intent, isOperational: request.isOperational) }
    open[context.token] = Open(
      number: intent.number, armed: isTimed ? timer(name) : nil, replaced: replaced, note: note)
  }

  /// Takes the outcome: the ledger's second line, and what becomes of a timed command on the field.
  /// - Returns: what to add to the answer's sentence.
  package nonisolated func end(
    _ context: CommandContext, _ request: WriteRequest, _ outcome: WriteOutcome
  ) async -> String? {
    defer { waiting.subtract(1, ordering: .relaxed) }
    let waiting = waiting.add(1, ordering: .relaxed).newValue
    guard waiting <= 2 * Self.waitingLimit || memory.withLock({ $0.begun.contains(context.token) }) else {
      return "the disk has not taken earlier outcomes yet, nor this one"
    }
    return await takeOutcome(context, request, outcome)
  }

  private func takeOutcome(_ context: CommandContext, _ request: WriteRequest, _ outcome: WriteOutcome) -> String? {
    let name = "\(PinKey(request.block)).\(request.field.name)"
    memory.withLock { _ = $0.begun.remove(context.token) }
    let intent = open.removeValue(forKey: context.token)
    if let intent {
      try? ledger.end(
        WriteEnd(
          number: intent.number, at: Date(), status: outcome.status.rawValue, code: outcome.code.rawValue,
          read: outcome.read))
      if outcome.status == .rejected { memory.withLock { $0.caps.takeBack(intent.note) } }
    }
    guard context.origin == .command, !request.isDryRun else { return nil }
    switch outcome.status {
    case .accepted, .unchanged:
      if context.forSeconds != nil {
        if let armed = intent?.armed {
          // What the timer before has written is gone now.
          if var settled = timer(name), settled.isSame(as: armed), settled.took != nil {
            settled.took = nil
            try? set(name, settled)
          }
        } else if context.then != nil || timer(name) != nil {
          let now = outcome.read.isEmpty ? outcome.written : outcome.read
          try? arm(context, request, before: nil, words: now, over: isOnItsWay(name) ? timer(name) : nil)
        }
        return timer(name).map { "it ends after \(Int(context.forSeconds ?? 0)) s with \($0.revertTo)" }
          ?? "it stood before and has nothing to go back to, so it is not timed"
      }
      guard timer(name) != nil else { return nil }
      if outcome.status == .unchanged, isOnItsWay(name) {
        return "a timed command on this field is still on its way and may show after this; it ends as it was to"
      }
      try? set(name, nil)
      return "the timed command on this field is cancelled"
    case .rejected, .failed:
      // Unless a release that went first has set a timer of its own, or cancelled this one.
      guard let armed = intent?.armed else { return nil }
      if isStanding(armed) { try? set(name, intent?.replaced) }
      // Whoever took over from this timer has taken over from the one before.
      for (token, later) in open where later.replaced?.isSame(as: armed) ?? false {
        open[token]?.replaced = intent?.replaced
      }
      return nil
    case .unconfirmed: return nil
    }
  }

  /// - Parameter replaced: the timer that this one takes over from, if what that wrote may still stand.
  private func arm(
    _ context: CommandContext, _ request: WriteRequest, before: String?, words: [UInt16], over replaced: TimedCommand?
  ) throws {
    let key = PinKey(request.block)
    let name = "\(key).\(request.field.name)"
    let seconds = context.forSeconds ?? 0
    let now = MachineTime.now()
    guard let original = context.then ?? timer(name)?.revertTo ?? before else {
      throw CommandRefusal(.badPayload, "\(name) can't be read, so what comes back must be given as ‘then’")
    }
    let timer = TimedCommand(
      block: key, field: request.field.name, revertTo: original, wrote: words,
      took: Self.took(replaced, besides: words), id: context.id, bootDeadline: now.sinceBoot + seconds,
      bootID: now.bootID, startedAt: now.wall, endsAt: now.wall.addingTimeInterval(seconds))
    try set(name, timer)
  }

  /// Most words that a timed command takes over: the latest are the likeliest to stand.
  private static let tookLimit = 8

  private static func took(_ replaced: TimedCommand?, besides words: [UInt16]) -> [[UInt16]]? {
    guard let replaced else { return nil }
    var took: [[UInt16]] = []
    for each in [replaced.wrote] + (replaced.took ?? []) where each != words && !took.contains(each) {
      took.append(each)
    }
    return took.isEmpty ? nil : Array(took.prefix(tookLimit))
  }

  // MARK: Timers

  private func isStanding(_ timer: TimedCommand?) -> Bool {
    guard let timer, let standing = self.timer(timer.name) else { return false }
    return standing.isSame(as: timer)
  }

  nonisolated var timers: [TimedCommand] { memory.withLock { $0.timers.values.sorted { $0.name < $1.name } } }

  private func timer(_ name: String) -> TimedCommand? { memory.withLock { $0.timers[name] } }

  private func set(_ name: String, _ timer: TimedCommand?) throws {
    let all = memory.withLock { memory in
      memory.timers[name] = timer
      return Array(memory.timers.values)
    }
    try saveTimers(all)
  }

  /// Whether the command of the standing timer is not verified yet, so that what it wrote may show later.
  private func isOnItsWay(_ name: String) -> Bool {
    open.values.contains { $0.armed?.name == name && isStanding($0.armed) }
  }

  /// The timed command is over.
  /// - Returns: false when another one, or none, stands in its place already.
  func drop(_ timer: TimedCommand) -> Bool {
    guard isStanding(timer) else { return false }
    try? set(timer.name, nil)
    return true
  }

  /// An attempt to end the timed command failed.
  func fail(_ timer: TimedCommand, _ problem: String) -> TimedCommand? {
    guard isStanding(timer), var failed = self.timer(timer.name) else { return nil }
    failed.failures += 1
    failed.problem = problem
    try? set(timer.name, failed)
    return failed
  }

  /// Closes what a crash has left open in the ledger.
  func resolve(_ intent: WriteIntent, now words: [UInt16]) {
    try? ledger.end(
      WriteEnd(
        number: intent.number, at: Date(), status: WriteOutcome.Status.unconfirmed.rawValue,
        code: words.isEmpty ? "not_readable" : words == intent.words ? "found_written" : "found_not_written",
        read: words))
  }
}
