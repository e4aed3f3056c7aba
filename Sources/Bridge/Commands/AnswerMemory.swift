import DequeModule
import FieldCodec
import Foundation
import Mate3
import Topics

/// What became of commands with an id, for some minutes: an id stands for one command, which is not carried out twice.
struct AnswerMemory {
  /// How long an id counts.
  static let lifetime: Duration = .seconds(600)
  /// Most answers that are kept, and most bytes that they have.
  static let limit = 256
  static let byteLimit = 1 << 20

  private struct Entry {
    let asked: String
    let answer: [UInt8]
    let until: ContinuousClock.Instant
  }

  private var entries: [String: Entry] = [:]
  private var order: Deque<String> = []
  private var bytes = 0

  /// The first answer to a command that comes again.
  /// - Throws: ``CommandRefusal`` when the id was another command's.
  mutating func answer(
    _ topic: String, _ payload: CommandPayload, at now: ContinuousClock.Instant = .now
  ) throws(CommandRefusal) -> [UInt8]? {
    guard let id = payload.id, let entry = entries["\(topic) \(id)"], entry.until > now else { return nil }
    guard entry.asked == payload.asked else {
      throw CommandRefusal(
        .idUsed,
        "the id ‘\(id)’ was another command's on this topic less than \(Self.lifetime.components.seconds / 60) minutes ago; give each "
          + "command an id of its own")
    }
    return entry.answer
  }

  /// - Parameter asked: what the command asked for.
  mutating func keep(
    _ answer: [UInt8], _ topic: String, _ id: String?, asked: String, for time: Duration = Self.lifetime,
    at now: ContinuousClock.Instant = .now
  ) {
    guard let id else { return }
    let key = "\(topic) \(id)"
    if let old = entries[key] {
      if old.until > now { return }
      forget(key)
      order.removeAll { $0 == key }
    }
    entries[key] = Entry(asked: asked, answer: answer, until: now + time)
    order.append(key)
    bytes += answer.count + asked.utf8.count + key.utf8.count
    while let oldest = order.first,
      order.count > Self.limit || bytes > Self.byteLimit || entries[oldest].map({ $0.until <= now }) ?? true
    {
      order.removeFirst()
      forget(oldest)
    }
  }

  private mutating func forget(_ key: String) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    bytes -= entry.answer.count + entry.asked.utf8.count + key.utf8.count
  }

  /// Takes from the ledger what an earlier run has carried out lately.
  mutating func recall(
    _ entries: [LedgerEntry], at now: Date = Date(), clock: ContinuousClock.Instant = .now
  ) {
    var ends: [Int: WriteEnd] = [:]
    for case .end(let end) in entries { ends[end.number] = end }
    func recall(_ intent: WriteIntent, status: String?, _ result: ResultMessage) {
      let age = max(0, now.timeIntervalSince(intent.at))
      guard intent.origin == .command, let asked = intent.asked, .seconds(age) < Self.lifetime,
        status != WriteOutcome.Status.rejected.rawValue
      else { return }
      keep(
        JSONPayload.bytes(result), intent.who, intent.id, asked: asked, for: Self.lifetime - .seconds(age),
        at: clock)
    }
    for case .intent(let intent) in entries where intent.several == nil {
      let end = ends[intent.number]
      recall(intent, status: end?.status, ResultMessage(intent, end))
    }
    for command in entries.commands {
      guard let (intent, end) = command.last else { continue }
      recall(intent, status: command.answer?.status, ResultMessage(command, intent, end))
    }
  }

  /// Takes what has become of a write that a crash had left open.
  mutating func learn(_ intent: WriteIntent, _ end: WriteEnd) { learn(intent, ResultMessage(intent, end)) }

  /// As ``learn(_:_:)``, of several settings.
  mutating func learn(_ command: LedgerCommand) {
    guard let (intent, end) = command.last else { return }
    learn(intent, ResultMessage(command, intent, end))
  }

  private mutating func learn(_ intent: WriteIntent, _ result: ResultMessage) {
    guard let id = intent.id, let old = entries["\(intent.who) \(id)"], old.asked == intent.asked else { return }
    let answer = JSONPayload.bytes(result)
    entries["\(intent.who) \(id)"] = Entry(asked: old.asked, answer: answer, until: old.until)
    bytes += answer.count - old.answer.count
  }
}

extension ResultMessage {
  /// The answer to a command of several settings that an earlier run has carried out, or had under way.
  fileprivate init(_ command: LedgerCommand, _ intent: WriteIntent, _ end: WriteEnd?) {
    var outcome = command.outcome
    if let answer = command.answer, let status = WriteOutcome.Status(rawValue: answer.status) {
      outcome.status = status
      outcome.code = ResultCode(rawValue: answer.code) ?? .incomplete
      outcome.reason = "\(Self.again). Its answer was: \(answer.reason)"
    } else if outcome.status == .accepted {
      outcome.reason = Self.again
    } else {
      outcome.reason =
        "this command was under way when the bridge was stopped; it is not carried out again. \(outcome.reason)"
    }
    self.init(
      outcome: outcome, field: nil, requested: nil, value: nil, id: intent.id, receivedAt: intent.at,
      finishedAt: end?.at ?? intent.at)
  }

  /// The answer to a command that an earlier run has carried out.
  fileprivate init(_ intent: WriteIntent, _ end: WriteEnd?) {
    var outcome = WriteOutcome(
      .unconfirmed, .answerLost, "this command was under way when the bridge was stopped; it is not carried out again",
      written: intent.words, evidence: intent.evidence)
    if let end, let status = end.told {
      outcome.status = status
      outcome.read = end.read
      switch end.code {
      case WriteEnd.foundWritten:
        outcome.code = .ok
        outcome.reason += "; after that the register held what was to be written"
      case WriteEnd.foundNotWritten:
        outcome.code = .notTaken
        outcome.reason += "; after that the register did not hold what was to be written"
      case WriteEnd.notReadable: break
      default:
        outcome.code = ResultCode(rawValue: end.code) ?? .answerLost
        outcome.reason = Self.again
      }
    }
    self.init(
      outcome: outcome, field: "\(intent.block)/\(intent.field)", requested: nil, value: nil, id: intent.id,
      receivedAt: intent.at, finishedAt: end?.at ?? intent.at)
  }

  private static let again = "an earlier run of the bridge has carried this command out; it is not carried out again"
}
