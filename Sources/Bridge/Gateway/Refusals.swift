import RegisterIO

/// What the gateway refuses to read. Smaller pieces may find out what is the matter, but a weak gateway hangs when it is
/// asked too much: there are no more of them a minute than a full read has requests, and what was refused even so is left
/// out from then on, but for a look now and then.
struct Refusals: Sendable {
  /// Pieces a minute while it is not known yet what a full read has.
  static let leastPieces = 16
  /// Longest time between two looks at what was refused.
  static let longestProbe: Duration = .seconds(60)
  /// For so long there is a look in every interval: a gateway that starts gives in a moment what it has refused.
  static let startingTime: Duration = .seconds(60)

  /// Registers that the gateway does not give.
  private(set) var ranges: [RegisterRange] = []
  private var pieces = 0
  private var minute: ContinuousClock.Instant?
  private var probeAt: ContinuousClock.Instant?
  private var probeDistance: Duration = .zero
  /// When the first of the ranges was refused.
  private var since: ContinuousClock.Instant?

  /// How many pieces may still be asked for in this minute.
  mutating func left(of limit: Int, at now: ContinuousClock.Instant) -> Int {
    if minute.map({ $0.duration(to: now) >= .seconds(60) }) ?? true {
      minute = now
      pieces = 0
    }
    return max(0, max(limit, Self.leastPieces) - pieces)
  }

  mutating func count(_ pieces: Int) { self.pieces += pieces }

  /// Takes note of registers that were refused.
  /// - Parameter interval: how soon to look at them again, for the first time.
  /// - Returns: whether it was not known of them.
  mutating func note(_ range: RegisterRange, every interval: Duration, at now: ContinuousClock.Instant) -> Bool {
    guard !ranges.contains(where: { $0.overlaps(range) }) else { return false }
    ranges.append(range)
    guard probeAt == nil else { return true }
    since = now
    probeDistance = interval
    probeAt = now + interval
    return true
  }

  /// Registers to look at again in this cycle, nil for none.
  mutating func probe(at now: ContinuousClock.Instant) -> RegisterRange? {
    guard let first = ranges.first, let due = probeAt, due <= now else { return nil }
    ranges.append(ranges.removeFirst())
    if since.map({ $0.duration(to: now) >= Self.startingTime }) ?? true {
      probeDistance = max(probeDistance, min(probeDistance * 2, Self.longestProbe))
    }
    probeAt = now + probeDistance
    return first
  }

  /// Something that was refused is given again: the rest is likely to be, too.
  mutating func forget() {
    ranges = []
    probeAt = nil
  }
}
