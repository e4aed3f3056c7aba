import Derived
package import Mate3

/// What one reading of the gateway has brought. It goes through ``LiveSystem``, which adds what follows from it, and
/// then once to the publisher.
package struct Cycle: Sendable {
  /// What a scan has found.
  package struct System: Sendable {
    package let layout: SystemLayout
    package let map: ReadMap
    /// Every block that is known to belong to the system, also when it is away.
    var pinned: [PinKey] = []
    /// The times of day, and then the schedules, in the order of ``Cycle/times``.
    var times: [PlacedTime] = []
    var schedules: [PlacedSchedule] = []
    var devices: [DeviceEntry] = []
    /// Of each device with commands why they are refused; nil when they are not.
    var commandStates: [DeviceKey: String?] = [:]

    package init(layout: SystemLayout, map: ReadMap) {
      self.layout = layout
      self.map = map
    }
  }

  package let at: ContinuousClock.Instant
  /// Nil when the layout is still the one of the last scan.
  package var system: System?
  /// Changed values in the order of the layout's slots; with a system every value that the scan has found.
  package var changes: [FieldChange] = []
  /// Every value that is made of several fields, nil for those that the device does not have now; nil when none changed.
  var times: [String?]?
  /// The groups that were read whole; nil when this is no reading of the gateway.
  var groups: [Int]?
  /// Whether the gateway has shown that it lives.
  var isLive = false
  var isClockStopped = false

  // What follows from it.

  /// What Home Assistant is told before the values.
  var announcements: [Announcement] = []
  /// The values of the whole system that a new one has; nil when they are not wanted.
  var houseFields: [DerivedField]?
  var house: [DerivedChange] = []
  var events: [BridgeEvent] = []
  /// Which devices are fresh, those of the layout and that of the whole system, where that is news.
  var isFresh: [DeviceKey: Bool] = [:]
  /// The daily counters, when it is time to keep them.
  var energies: DailyEnergies?

  package init(at now: ContinuousClock.Instant = .now, system: System? = nil, changes: [FieldChange] = []) {
    at = now
    self.system = system
    self.changes = changes
  }
}
