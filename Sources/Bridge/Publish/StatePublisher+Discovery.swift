import Mate3
import Synchronization

extension StatePublisher {
  /// Announces devices to Home Assistant, or withdraws them.
  func announce(_ announcements: [Announcement], at now: ContinuousClock.Instant = .now) {
    state.withLock { $0.announce(announcements, at: now) }
  }

  /// Says of each device with commands why they are refused; nil when they are not.
  func setCommandStates(_ reasons: [DeviceKey: String?]) { state.withLock { $0.setCommandStates(reasons) } }

  /// Takes what is made of several fields in a new layout; its values follow with ``setCombined(_:)``.
  func installCombined(_ fields: [(device: DeviceKey, field: String)]) {
    state.withLock { $0.installCombined(fields) }
  }

  /// Publishes every value that is made of several fields, in the order in which they were installed; nil for those that
  /// the device does not have now.
  func setCombined(_ texts: [String?]) { state.withLock { $0.setCombined(texts) } }

  /// Sends everything retained once more.
  func repeatAll() { state.withLock { $0.repeatAll() } }
}
