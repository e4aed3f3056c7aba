import Mate3
import Registry
import Synchronization

/// Which devices' readings are fresh. A lock, not an actor: it is asked also by the thread that watches the age of
/// readings, whatever keeps the one that reads.
final class Freshness: Sendable {
  /// Groups older than this many of their own intervals are stale.
  static let staleAfter = 3
  /// How late a look at them may be.
  static let slack: Duration = .milliseconds(5)

  /// What is to be said of each device. Of two, the one with the higher version is the later.
  struct Verdict: Sendable {
    let states: [DeviceKey: Bool]
    let version: Int
  }

  private struct State {
    var devices: [DeviceKey] = []
    /// The device of each group, by its position, and how old a reading of the group may be.
    var groups: [(device: Int, limit: Duration)] = []
    /// When each group was last read whole.
    var lastRead: [ContinuousClock.Instant?] = []
    var lastLive: ContinuousClock.Instant?
    var isClockStopped = false
    /// Whether each device was said to be fresh; empty when nothing was said yet.
    var said: [Bool] = []
    var version = 0
  }

  private let settings: PollSettings
  private let state = Mutex(State())

  init(settings: PollSettings) { self.settings = settings }

  /// Takes a new layout together with what the scan has read of it, so that at no moment everything seems unread.
  func install(_ image: SystemImage, read: [Int], at now: ContinuousClock.Instant) {
    var devices: [DeviceKey] = []
    let groups = image.map.groups.map { group in
      let key = image.layout.blocks[group.blockIndex].key
      let device = devices.firstIndex(of: key) ?? devices.count
      if device == devices.count { devices.append(key) }
      return (device, settings.interval(group.interval) * Self.staleAfter)
    }
    state.withLock { state in
      state.devices = devices
      state.groups = groups
      state.lastRead = Array(repeating: nil, count: groups.count)
      for group in read where groups.indices.contains(group) { state.lastRead[group] = now }
      state.lastLive = now
      state.said = []
    }
  }

  /// These groups were read whole.
  /// - Parameter isLive: whether the gateway has shown that it lives.
  func note(_ groups: [Int], isLive: Bool, at now: ContinuousClock.Instant) {
    state.withLock { state in
      for group in groups where state.lastRead.indices.contains(group) { state.lastRead[group] = now }
      if isLive { state.lastLive = now }
    }
  }

  func setClockStopped(_ isStopped: Bool) { state.withLock { $0.isClockStopped = isStopped } }

  /// Judges every device.
  /// - Returns: nil when that is what was said before.
  func check(at now: ContinuousClock.Instant) -> Verdict? {
    state.withLock { state in
      let isAlive = !state.isClockStopped && isAnswering(state, at: now)
      var isFresh = Array(repeating: isAlive, count: state.devices.count)
      for (group, lastRead) in zip(state.groups, state.lastRead) {
        if lastRead.map({ $0.duration(to: now) > group.limit }) ?? true { isFresh[group.device] = false }
      }
      guard isFresh != state.said else { return nil }
      state.said = isFresh
      state.version += 1
      return Verdict(
        states: Dictionary(zip(state.devices, isFresh), uniquingKeysWith: { $0 && $1 }), version: state.version)
    }
  }

  /// Whether the gateway as a whole answers with live readings.
  func isFresh(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { !$0.isClockStopped && isAnswering($0, at: now) }
  }

  /// Whether the gateway answers at all. That its clock stands still makes its readings doubtful, but must not keep an
  /// emergency `off` from it: a command reads what it needs itself.
  func isAnswering(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { isAnswering($0, at: now) }
  }

  private func isAnswering(_ state: State, at now: ContinuousClock.Instant) -> Bool {
    state.lastLive.map { $0.duration(to: now) <= settings.live * Self.staleAfter } ?? false
  }

  /// Judges every device, and says when to look again: when the first of the readings that are fresh now is stale
  /// unless it is repeated; 5 s later at the latest, for the sake of topics that are to be cleared by then.
  ///
  /// Both from one moment: what became stale between two would wait for the look after the next.
  func look(at now: ContinuousClock.Instant) -> (verdict: Verdict?, again: ContinuousClock.Instant) {
    let verdict = check(at: now)
    let next = state.withLock { state in
      var limits = zip(state.groups, state.lastRead).compactMap { group, lastRead in lastRead.map { $0 + group.limit } }
      if let lastLive = state.lastLive { limits.append(lastLive + settings.live * Self.staleAfter) }
      let longest = now + min(settings.live * Self.staleAfter, .seconds(5))
      // At its limit a reading is still fresh.
      return min(limits.filter { $0 >= now }.min() ?? longest, longest)
    }
    // A little late rather than a little early, which would see everything still fresh and wait again.
    return (verdict, next + Self.slack)
  }
}
