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
    var reading = CycleReading()
    do {
      if let range = refusals.probe(at: now) { try await probe(range) }
      var rest = plan(due)[...]
      while !rest.isEmpty {
        try Task.checkCancellation()
        let limit = size.current
        rest = rest.dropFirst(try await fetch(rest, &reading))
        if size.current < limit, let map = image?.map {
          rest = ReadPlan.requests(for: Array(rest), keepingWhole: map.whole, limit: size.current)[...]
        }
      }
    } catch let error as RegisterError {
      if error.code == .timedOut || error.code == .badReply {
        size.noteSilence()
        plans = [:]
      }
      throw error
    }
    // Who refuses everything gives no readings, however fast it answers.
    if !reading.hasRead, let refusal = reading.refusal { throw refusal }
    for range in reading.refused {
      refusals.note(range, every: settings.live, at: now)
      plans = [:]
    }
    size.noteGoodCycle()
    backoff.reset()
    try image?.checkHeaders()
    let now = self.now
    guard let (changes, groups) = image?.commit(holding: held.elements) else { return }
    counters.cycles += 1
    if takeEvidence(changes, read: groups) { evidenceScans.want(at: now) }
    if changes.contains(where: { !$0.value.isPresent }) { search.begin(every: settings.live, at: now) }
    var read = Cycle(at: now, changes: changes)
    if let image { read.times = timeValues(after: changes, image) }
    await completed(publish(read, groups: groups), at: now)
  }

  private struct CycleReading {
    var hasRead = false
    var refusal: RegisterError?
    /// What was refused however small.
    var refused: [RegisterRange] = []
  }

  /// Reads ranges of the plan in one transaction, which a waiting command ends after the range under way.
  /// - Returns: how many ranges are done with, at least one.
  private func fetch(_ ranges: ArraySlice<RegisterRange>, _ reading: inout CycleReading) async throws -> Int {
    let (live, connection) = (live, connection)
    let (read, failure) = try await connection.transact { exchange in
      var read: [[UInt16]] = []
      do {
        for range in ranges {
          read.append(try await exchange.read(range))
          live.answered(at: connection.now)
          if exchange.isAwaited || Task.isCancelled { break }
        }
        return (read, RegisterError?.none)
      } catch let error as RegisterError {
        return (read, error)
      }
    }
    for (range, words) in zip(ranges, read) {
      counters.note(range)
      image?.take(words, from: range)
      reading.hasRead = true
    }
    guard let failure else { return read.count }
    let refused = ranges[ranges.startIndex + read.count]
    counters.note(refused)
    if failure.isWireFailure { throw failure }
    reading.refusal = failure
    _ = try await fetchInPieces(refused, failure, &reading)
    return read.count + 1
  }

  /// Reads a range that the gateway has refused in smaller pieces. What it refuses even so is left out, and with it the
  /// groups that need it.
  /// - Returns: whether all of it was read.
  private func fetchInPieces(
    _ range: RegisterRange, _ refusal: RegisterError, _ reading: inout CycleReading
  ) async throws -> Bool {
    guard let half = size.smaller(than: range.count), let whole = image?.map.whole else {
      counters.refusedReads += 1
      logger.debug("a read was refused", metadata: ["registers": "\(range)", "reason": "\(refusal)"])
      reading.refused.append(range)
      return false
    }
    let smaller = range.count > size.current ? size.current : half
    var isWhole = true
    for piece in ReadPlan.requests(for: [range], keepingWhole: whole, limit: smaller) {
      guard refusals.left(of: fullRead, at: now) > 0 else {
        counters.refusedReads += 1
        return false
      }
      refusals.count(1)
      do {
        image?.take(try await request(piece), from: piece)
        reading.hasRead = true
      } catch let error as RegisterError where !error.isWireFailure {
        if try await !fetchInPieces(piece, error, &reading) { isWhole = false }
      }
    }
    // Where the pieces were refused too, size was not the cause.
    if isWhole, refusal.meansAbsent, smaller < size.current {
      logger.notice(
        "the gateway refuses requests of \(range.count) registers; smaller ones are used",
        metadata: ["registers": "\(smaller)"])
      size.remember(smaller)
      plans = [:]
    }
    return isWhole
  }

  /// Looks at registers again that were refused.
  private func probe(_ range: RegisterRange) async throws {
    do {
      _ = try await request(range)
      refusals.forget()
      plans = [:]
      schedule.makeAllDue(at: now)
    } catch let error as RegisterError where !error.isWireFailure {
      counters.refusedReads += 1
    }
  }

  private func request(_ range: RegisterRange) async throws -> [UInt16] {
    counters.note(range)
    let words = try await connection.transact { try await $0.read(range) }
    live.answered(at: now)
    return words
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
