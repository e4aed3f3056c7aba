/// When to scan again because the last scan did not show all, or perhaps not for good: a gateway that reboots shows no
/// devices at first, then blank and odd values, then one device after the other.
struct Search: Sendable {
  /// How long after the last sign of trouble to look every one and a half live intervals, so that a scan ends in time.
  static let unrest: Duration = .seconds(60)
  static let shortest: Duration = .seconds(10)
  static let longest: Duration = .seconds(300)

  /// When to scan; nil for not at all.
  private(set) var due: ContinuousClock.Instant?
  private var restAt: ContinuousClock.Instant?
  private var distance = shortest

  /// There are signs of trouble.
  mutating func begin(every interval: Duration, at now: ContinuousClock.Instant) {
    restAt = now + Self.unrest
    let soon = now + Self.soon(interval)
    due = due.map { min($0, soon) } ?? soon
  }

  /// A scan has seen a system for the first time.
  mutating func lookAgain(at now: ContinuousClock.Instant) { due = due ?? now + Self.shortest }

  /// A scan has ended.
  /// - Parameter isWhole: whether it showed all that is known to be there.
  mutating func scanned(isWhole: Bool, every interval: Duration, at now: ContinuousClock.Instant) {
    if let restAt, now < restAt {
      due = now + Self.soon(interval)
      distance = Self.shortest
    } else if isWhole {
      due = nil
      distance = Self.shortest
    } else {
      due = now + distance
      distance = min(distance * 2, Self.longest)
    }
  }

  private static func soon(_ interval: Duration) -> Duration { min(interval * 3 / 2, shortest) }
}
