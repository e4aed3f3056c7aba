import FieldCodec
import Logging
import Mate3
import RegisterIO
import Registry

/// One reading of what is due, and what follows from it.
extension GatewayService {
  func cycle(_ due: Set<IntervalClass>) async throws {
    guard image != nil else { return }
    attempts.begin(at: now)
    live.beginReading(at: now)
    image?.beginCycle()
    let reading: PlanReading
    do {
      if let range = refusals.probe(at: now) { try await probe(range) }
      reading = try await read(plan(due))
    } catch let error as RegisterError {
      if error.code == .timedOut || error.code == .badReply {
        size.noteSilence()
        plans = [:]
      }
      throw error
    }
    // Who refuses everything gives no readings, however fast it answers.
    if !reading.hasRead, let refusal = reading.refusal { throw refusal }
    var news: [RegisterRange] = []
    for range in reading.refused {
      logger.debug("a read was refused", metadata: ["registers": "\(range)"])
      if refusals.note(range, every: settings.live, at: now) { news.append(range) }
      plans = [:]
    }
    if try await isGone(news) { search.begin(every: settings.live, at: now) }
    let limit = size.current
    size.noteGoodCycle()
    if size.current != limit { plans = [:] }
    backoff.reset()
    try image?.checkHeaders()
    let now = self.now
    guard let (changes, groups) = image?.commit(holding: held.elements) else { return }
    counters.cycles += 1
    if takeEvidence(changes, read: groups) { evidenceScans.want(at: now) }
    if changes.contains(where: { !$0.value.isPresent }) { search.begin(every: settings.live, at: now) }
    logger.debug(
      "read",
      metadata: [
        "intervals": "\(due.map(\.rawValue).sorted().joined(separator: " "))", "changes": "\(changes.count)",
        "refused": "\(reading.refusedReads)",
      ])
    var read = Cycle(at: now, changes: changes)
    if let image { read.times = timeValues(after: changes, image) }
    await completed(publish(read, groups: groups), at: now)
  }

  /// Reads the ranges of a plan into the image; in smaller pieces where the gateway refuses them.
  private func read(_ ranges: [RegisterRange]) async throws -> PlanReading {
    var piecesLeft = refusals.left(of: fullRead, at: now)
    let plan = PlanReading(ranges, keepingWhole: image?.map.whole ?? [], size: size, piecesLeft: piecesLeft)
    let limit = size.current
    let reading = try await read(plan) { reading in
      for (range, words) in reading.takeBrought() {
        logger.trace("words", metadata: ["registers": "\(range)", "words": "\(Self.text(words))"])
        image?.receive(words, from: range)
      }
      refusals.count(piecesLeft - reading.piecesLeft)
      piecesLeft = reading.piecesLeft
      size = reading.size
    }
    counters.refusedReads += reading.refusedReads
    if size.current < limit {
      logger.notice(
        "the gateway refuses requests of \(limit) registers; smaller ones are used",
        metadata: ["registers": "\(size.current)"])
      plans = [:]
    }
    return reading
  }

  /// Reads in as few transactions as it takes when waiting commands go ahead between two requests.
  /// - Parameter take: called after each with what it has brought.
  func read<Reading: RegisterReading>(_ begun: Reading, take: (inout Reading) -> Void) async throws -> Reading {
    var reading = begun
    while true {
      let (live, connection) = (live, connection)
      let step = try await connection.goOn(with: reading) { live.answered(at: connection.now) }
      reading = step.reading
      for range in step.asked { counters.note(range) }
      logger.debug(
        "asked the gateway",
        metadata: ["registers": "\(step.asked.map(\.description).joined(separator: " "))"])
      take(&reading)
      if let failure = step.failure { throw failure }
      if step.isDone { return reading }
    }
  }

  /// Whether a block is not there any more of which registers were refused: the last device of the chain is gone, and
  /// nothing has moved into its place.
  private func isGone(_ refused: [RegisterRange]) async throws -> Bool {
    let concerned = image?.layout.blocks.first { block in
      refused.contains { block.range?.overlaps($0) ?? false }
    }
    guard let concerned, let header = concerned.header else { return false }
    var words: [UInt16] = []
    _ = try await read(PlanReading([header], keepingWhole: [], size: size, piecesLeft: 0)) { reading in
      for (_, brought) in reading.takeBrought() { words += brought }
    }
    return concerned.isMoved { _ in words }
  }

  private static func text(_ words: [UInt16]) -> String {
    words.map { String($0, radix: 16) }.joined(separator: " ")
  }

  /// Looks at registers again that were refused.
  private func probe(_ range: RegisterRange) async throws {
    let reading = try await read(PlanReading([range], keepingWhole: [], size: size, piecesLeft: 0)) { _ in }
    counters.refusedReads += reading.refusedReads
    guard reading.hasRead else { return }
    refusals.forget()
    plans = [:]
    schedule.makeAllDue(at: now)
  }

  /// How many requests a full read has.
  var fullRead: Int { plan(Set(IntervalClass.allCases)).count }

  private func plan(_ due: Set<IntervalClass>) -> [RegisterRange] {
    if let plan = plans[due] { return plan }
    let plan = image?.map.requests(due, limit: size.current, avoiding: refusals.ranges) ?? []
    plans[due] = plan
    return plan
  }
}
