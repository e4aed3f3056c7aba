import Derived
import Mate3
import Topics

extension PublishedState {
  /// Begins the totals of a new layout, which go on with what the last ones counted. They have values once it is known
  /// which devices are fresh.
  /// - Parameter pinned: every block that is known to belong to the system, also when it is away.
  /// - Returns: the values that the system has.
  mutating func beginHouse(
    _ layout: SystemLayout, _ map: ReadMap, pinned: some Sequence<PinKey>
  ) -> [DerivedField] {
    guard settings.publishesHouse else { return [] }
    let totals = HouseTotals(layout: layout, map: map, pinned: pinned, energies: energies, after: house)
    // It takes over with the layout's values: without them it would have none to show.
    nextHouse = totals
    return totals.fields
  }

  /// Takes changed values of the whole system over. Its availability is that of its readings: it is offline when none
  /// of its values can be computed.
  mutating func updateHouse(at now: ContinuousClock.Instant) {
    guard let changes = house?.update(at: now), !changes.isEmpty else { return }
    for change in changes { topics.set(houseTopic(change.field), change.text) }
    let isOnline = house?.isOnline ?? false
    if online[HouseTotals.device] != isOnline { setOnline(HouseTotals.device, isOnline) }
    objects.mark(HouseTotals.device)
  }

  /// The position of a value's topic.
  mutating func houseTopic(_ field: DerivedField) -> Int {
    let device = HouseTotals.device
    return topics.index(of: settings.scheme.state(device, field.name), rank: .state, device: device)
  }
}
