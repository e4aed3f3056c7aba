import Mate3
import Registry

/// Which devices' readings are fresh, for one layout: it is installed at the publisher together with it, so that what is
/// said of a device always belongs to the devices that are published.
struct Freshness: Sendable {
  /// Groups older than this many of their own intervals are stale.
  static let staleAfter = 3
  /// How late a look at them may be.
  static let slack: Duration = .milliseconds(5)
  /// How long one reading of everything may take before what it is yet to bring counts as old.
  static let longestReading: Duration = .seconds(60)

  let devices: [DeviceKey]
  var isClockStopped = false
  private let live: Duration
  /// The device of each group, by its position, and how old a reading of the group may be.
  private let groups: [(device: Int, limit: Duration)]
  /// When each group was last read whole.
  private var lastRead: [ContinuousClock.Instant?]
  private var lastLive: ContinuousClock.Instant
  /// The cycle or scan under way, and when it brought its last answer.
  private var reading: (begin: ContinuousClock.Instant, lastAnswer: ContinuousClock.Instant?)?

  /// - Parameter read: the groups that the scan has read whole.
  init(
    _ layout: SystemLayout, _ map: ReadMap, settings: PollSettings, read: [Int], at now: ContinuousClock.Instant
  ) {
    var devices: [DeviceKey] = []
    groups = map.groups.map { group in
      let key = layout.blocks[group.blockIndex].key
      let device = devices.firstIndex(of: key) ?? devices.count
      if device == devices.count { devices.append(key) }
      return (device, settings.interval(group.interval) * Self.staleAfter)
    }
    self.devices = devices
    live = settings.live
    lastRead = Array(repeating: nil, count: groups.count)
    lastLive = now
    note(read, isLive: true, at: now)
  }

  /// These groups were read whole.
  /// - Parameter isLive: whether the gateway has shown that it lives.
  mutating func note(_ groups: [Int], isLive: Bool, at now: ContinuousClock.Instant) {
    for group in groups where lastRead.indices.contains(group) { lastRead[group] = now }
    if isLive { lastLive = now }
  }

  /// The gateway has answered, though nothing of what is polled was read whole.
  mutating func showedLife(at now: ContinuousClock.Instant) { lastLive = max(lastLive, now) }

  mutating func begin(at now: ContinuousClock.Instant) { reading = (now, nil) }
  mutating func answered(at now: ContinuousClock.Instant) { reading?.lastAnswer = now }
  mutating func end() { reading = nil }

  /// Whether each device is fresh.
  func states(at now: ContinuousClock.Instant) -> [Bool] {
    var isFresh = Array(repeating: !isClockStopped && isAnswering(at: now), count: devices.count)
    let moment = moment(at: now)
    for (group, lastRead) in zip(groups, lastRead) {
      if lastRead.map({ $0.duration(to: moment) > group.limit }) ?? true { isFresh[group.device] = false }
    }
    return isFresh
  }

  /// Whether the gateway answers at all. That its clock stands still makes its readings doubtful, but must not keep an
  /// emergency `off` from it: a command reads what it needs itself.
  func isAnswering(at now: ContinuousClock.Instant) -> Bool {
    lastLive.duration(to: moment(at: now)) <= patience
  }

  /// When to look again: when the first of the readings that are fresh now is stale unless it is repeated; 5 s later at
  /// the latest, for the sake of topics that are to be cleared by then.
  func nextLook(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    var limits = zip(groups, lastRead).compactMap { group, lastRead in lastRead.map { $0 + group.limit } }
    limits.append(lastLive + patience)
    if let reading {
      limits.append(reading.begin + Self.longestReading)
      if let last = reading.lastAnswer { limits.append(last + patience) }
    }
    let longest = now + min(patience, .seconds(5))
    // At its limit a reading is still fresh. A little late rather than a little early, which would see everything still
    // fresh and wait again.
    return min(limits.filter { $0 >= now }.min() ?? longest, longest) + Self.slack
  }

  private var patience: Duration { live * Self.staleAfter }

  /// The moment at which readings are judged: while a reading that brings answers is under way, its beginning, because a
  /// gateway may take longer for it than a reading may be old.
  private func moment(at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    guard let reading, let last = reading.lastAnswer, last.duration(to: now) <= patience,
      reading.begin.duration(to: now) <= Self.longestReading
    else { return now }
    return min(reading.begin, now)
  }
}
