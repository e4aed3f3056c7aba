import Derived
import Mate3

extension PublishedState {
  /// These groups of the installed layout were read whole.
  /// - Parameter isLive: whether the gateway has shown that it lives.
  mutating func completed(_ groups: [Int], isLive: Bool, at now: ContinuousClock.Instant) {
    freshness?.note(groups, isLive: isLive, at: now)
    freshness?.end()
    judge(at: now)
  }

  mutating func setClockStopped(_ isStopped: Bool, at now: ContinuousClock.Instant) {
    freshness?.isClockStopped = isStopped
    judge(at: now)
  }

  /// Says of each device of the installed layout whether its readings are fresh.
  mutating func judge(at now: ContinuousClock.Instant) {
    guard let freshness else { return }
    let states = freshness.states(at: now)
    let changed = zip(freshness.devices, states).filter { online[$0] != $1 }.sorted { "\($0.0)" < "\($1.0)" }
    guard !changed.isEmpty else { return }
    for (device, isOnline) in changed { setOnline(device, isOnline) }
    house?.setFresh(Dictionary(zip(freshness.devices, states), uniquingKeysWith: { $0 && $1 }), at: now)
    updateHouse(at: now)
    publishObjects()
    flush()
  }
}
