public import Derived
public import Mate3
import Synchronization

extension StatePublisher {
  /// Begins the values of the whole system for a new layout, to be called before it is installed.
  /// - Parameter pinned: every block that is known to belong to the system, also when it is away.
  /// - Returns: the values that the system has; none when they are not wanted.
  @discardableResult
  public func beginHouse(_ layout: SystemLayout, _ map: ReadMap, pinned: some Sequence<PinKey>) -> [DerivedField] {
    state.withLock { $0.beginHouse(layout, map, pinned: pinned) }
  }

  /// The daily counters, when it is time to keep them.
  func energiesToSave(at now: ContinuousClock.Instant) -> DailyEnergies? {
    state.withLock { $0.house?.energiesToSave(at: now) }
  }

  /// The daily counters as they are now; nil when there are none.
  var dailyEnergies: DailyEnergies? { state.withLock { $0.house?.dailyEnergies } }
}
