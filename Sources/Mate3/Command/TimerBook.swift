package import Foundation
import RegisterIO
import Registry

/// The timed commands of a gateway, and what writes under way may still do to them. Pure.
package struct TimerBook: Sendable {
  /// By block and field.
  private(set) var standing: [String: TimedCommand]
  /// Timed commands that are not verified yet, by their write.
  private var pending: [UUID: Pending] = [:]

  private struct Pending {
    let armed: TimedCommand
    /// The timer that stands again if the write is not taken.
    var replaced: TimedCommand?
  }

  /// What a command asks of the book.
  package struct Wish: Sendable {
    package let seconds: Double
    /// What comes back; nil for what stood before.
    package let then: String?
    package let id: String?
    package let generation: Int?

    package init(seconds: Double, then: String? = nil, id: String? = nil, generation: Int? = nil) {
      self.seconds = seconds
      self.then = then
      self.id = id
      self.generation = generation
    }
  }

  package init(_ timers: [TimedCommand] = []) {
    standing = Dictionary(timers.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }

  package var timers: [TimedCommand] { standing.values.sorted { $0.name < $1.name } }
  package var isEmpty: Bool { standing.isEmpty }

  /// Whether a timed command is as it was.
  package func isStanding(_ timer: TimedCommand?) -> Bool {
    guard let timer, let now = standing[timer.name] else { return false }
    return now.isSame(as: timer)
  }

  /// Why a request can't be given a time, or nil.
  package func refusal(for request: WriteRequest) -> CommandRefusal? {
    if request.block.definition.kind == .gateway, Self.clock.contains(request.field.name) {
      return CommandRefusal(
        .badPayload, "the gateway's clock goes on by itself, so its \(request.field.name) can't be set for a time")
    }
    let name = name(of: request)
    guard let other = timers.first(where: { $0.name != name && $0.overlaps(request) }) else { return nil }
    return CommandRefusal(
      .busy,
      "a timed command on \(other.field) has some of these registers until it ends; end it first, or time that one")
  }

  /// Arms the timer of a write before it is sent.
  /// - Parameters:
  ///   - before: what stands in the field now, nil when it can't be written back.
  ///   - words: what is written.
  /// - Throws: ``CommandRefusal``.
  package mutating func arm(
    _ wish: Wish, of write: UUID, _ request: WriteRequest, before: String?, words: [UInt16], at now: MachineTime
  ) throws(CommandRefusal) {
    let replaced = standing[name(of: request)]
    let armed = try set(wish, request, before: before, words: words, over: replaced, at: now)
    pending[write] = Pending(armed: armed, replaced: replaced)
  }

  /// The write of a timed command was not sent after all.
  package mutating func disarm(_ write: UUID) {
    guard let gone = pending.removeValue(forKey: write) else { return }
    // Unless a release that went first has set a timer of its own, or cancelled this one.
    if isStanding(gone.armed) { standing[gone.armed.name] = gone.replaced }
    // Whoever took over from this timer has taken over from the one before.
    for (later, each) in pending where each.replaced?.isSame(as: gone.armed) ?? false {
      pending[later]?.replaced = gone.replaced
    }
  }

  /// Takes the outcome of a command.
  /// - Parameter wish: of a timed one.
  /// - Returns: what to add to the answer's sentence.
  package mutating func finish(
    _ wish: Wish?, of write: UUID, _ request: WriteRequest, _ outcome: WriteOutcome, at now: MachineTime
  ) -> String? {
    switch outcome.status {
    case .failed where outcome.code == .notTaken && wish != nil:
      return keep(write, outcome)
    case .rejected, .failed:
      disarm(write)
      return nil
    case .unconfirmed:
      pending[write] = nil
      return nil
    case .accepted, .unchanged:
      let own = pending.removeValue(forKey: write)
      guard let wish else { return cancel(request, isUnchanged: outcome.status == .unchanged) }
      return settle(wish, own, request, outcome, at: now)
    }
  }

  /// The timed command is over.
  /// - Returns: false when another one, or none, stands in its place already.
  package mutating func drop(_ timer: TimedCommand) -> Bool {
    guard isStanding(timer) else { return false }
    standing[timer.name] = nil
    return true
  }

  /// An attempt to end the timed command failed.
  package mutating func fail(_ timer: TimedCommand, _ problem: String) -> TimedCommand? {
    guard isStanding(timer) else { return nil }
    standing[timer.name]?.failures += 1
    standing[timer.name]?.problem = problem
    return standing[timer.name]
  }

  // MARK: -

  /// A write was sent, and the device holds something else, which may be its owner's choice. Should it take the write late,
  /// that ends all the same, with the timed command before where there was one.
  private mutating func keep(_ write: UUID, _ outcome: WriteOutcome) -> String? {
    guard let own = pending[write], isStanding(own.armed) else {
      disarm(write)
      return nil
    }
    let name = own.armed.name
    if own.replaced == nil {
      pending[write] = nil
    } else {
      disarm(write)
    }
    guard let timer = standing[name] else { return nil }
    standing[name]?.took = Self.took([outcome.written] + (timer.took ?? []), besides: timer.wrote)
    return "should it take this late, that ends with the time of the command, with \(timer.revertTo)"
  }

  private mutating func settle(
    _ wish: Wish, _ own: Pending?, _ request: WriteRequest, _ outcome: WriteOutcome, at now: MachineTime
  ) -> String {
    let name = name(of: request)
    if let own {
      // What the timer before has written is gone now.
      if isStanding(own.armed) {
        standing[name]?.took = nil
        // Of a device that rounds only what it holds is ours: the words written may be its owner's later choice.
        if !outcome.read.isEmpty { standing[name]?.wrote = outcome.read }
      }
    } else if wish.then != nil || standing[name] != nil {
      let words = outcome.read.isEmpty ? outcome.written : outcome.read
      do {
        _ = try set(
          wish, request, before: nil, words: words, over: isOnItsWay(name) ? standing[name] : nil, at: now)
      } catch {
        return "it is not timed: \(error.reason)"
      }
    }
    return standing[name].map { "it ends after \(Int(wish.seconds)) s with \($0.revertTo)" }
      ?? "it stood before and has nothing to go back to, so it is not timed"
  }

  /// A command without a time ends the timed ones that have any of its registers.
  private mutating func cancel(_ request: WriteRequest, isUnchanged: Bool) -> String? {
    let over = timers.filter { $0.overlaps(request) }
    guard !over.isEmpty else { return nil }
    if isUnchanged, over.contains(where: { isOnItsWay($0.name) }) {
      return "a timed command on this field is still on its way and may show after this; it ends as it was to"
    }
    for timer in over { standing[timer.name] = nil }
    return "the timed command on \(over.map(\.field).joined(separator: " and ")) is cancelled"
  }

  /// Whether the command of the standing timer is not verified yet, so that what it wrote may show later.
  private func isOnItsWay(_ name: String) -> Bool {
    pending.values.contains { $0.armed.name == name && isStanding($0.armed) }
  }

  /// - Parameter replaced: the timer that this one takes over from, if what that wrote may still stand.
  private mutating func set(
    _ wish: Wish, _ request: WriteRequest, before: String?, words: [UInt16], over replaced: TimedCommand?,
    at now: MachineTime
  ) throws(CommandRefusal) -> TimedCommand {
    let name = name(of: request)
    if let refusal = refusal(for: request) { throw refusal }
    if wish.then == nil, standing[name] == nil, let global = GlobalRule.global(setting: request.field.name),
      let other = timers.first(where: { $0.field == global })
    {
      throw CommandRefusal(
        .badPayload,
        "what stands now may be the value of the timed command on \(other.name), which does not last; say with ‘then’ what "
          + "is to come back")
    }
    guard let original = wish.then ?? standing[name]?.revertTo ?? before else {
      throw CommandRefusal(
        .badPayload, "\(name) has no value that could come back, so it must be given as ‘then’")
    }
    let timer = TimedCommand(
      block: PinKey(request.block), field: request.field.name, revertTo: original, wrote: words,
      took: Self.took(replaced?.ours ?? [], besides: words), id: wish.id, generation: wish.generation,
      isRelease: request.isRelease && !(request.field.isRelease(original)), bootDeadline: now.sinceBoot + wish.seconds,
      bootID: now.bootID, startedAt: now.wall,
      endsAt: now.wall.addingTimeInterval(wish.seconds))
    standing[name] = timer
    return timer
  }

  /// Most words that a timed command takes over: the latest are the likeliest to stand.
  private static let tookLimit = 8

  private static func took(_ words: [[UInt16]], besides own: [UInt16]) -> [[UInt16]]? {
    var took: [[UInt16]] = []
    for each in words where each != own && !took.contains(each) { took.append(each) }
    return took.isEmpty ? nil : Array(took.prefix(tookLimit))
  }

  private static let clock: Set<String> = ["year", "month", "day", "hour", "minute", "second"]

  private func name(of request: WriteRequest) -> String { "\(PinKey(request.block)).\(request.field.name)" }
}

extension TimedCommand {
  /// Whether a request writes any of the registers that the timed command has.
  package func overlaps(_ request: WriteRequest) -> Bool {
    guard block == PinKey(request.block) else { return false }
    guard let own = request.block.definition.target(field).flatMap(request.block.range(of:)) else {
      return field == request.field.name
    }
    return own.start < request.range.end && request.range.start < own.end
  }
}
