import Derived
import Mate3
import Topics

extension StatePublisher {
  /// Takes changed values of the whole system. Its availability is that of its readings: it is offline when none of
  /// its values can be computed.
  func setHouse(_ changes: [DerivedChange], isOnline: Bool) {
    for change in changes { topics.set(houseTopic(change.field), Array(change.text.utf8)) }
    if online[HouseTotals.device] != isOnline { setOnline(HouseTotals.device, isOnline) }
    objects.mark(HouseTotals.device)
    publishObjects()
    flush()
  }

  /// The position of a value's topic.
  func houseTopic(_ field: DerivedField) -> Int {
    let device = HouseTotals.device
    return topics.index(of: settings.scheme.state(device, field.name), rank: .state, device: device)
  }
}
