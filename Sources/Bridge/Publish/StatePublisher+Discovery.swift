import Mate3
import Synchronization

extension StatePublisher {
  /// Announces devices to Home Assistant, or withdraws them.
  func announce(_ announcements: [Announcement], at now: ContinuousClock.Instant = .now) {
    state.withLock { $0.announce(announcements, at: now) }
  }

  /// Says of each device with commands why they are refused; nil when they are not.
  func setCommandStates(_ reasons: [DeviceKey: String?]) { state.withLock { $0.setCommandStates(reasons) } }

  /// Publishes every value that is made of several fields; nil for those that the device does not have now.
  func setCombined(_ values: [(device: DeviceKey, field: String, text: String?)]) {
    state.withLock { $0.setCombined(values) }
  }

  /// Sends everything retained once more.
  func repeatAll() { state.withLock { $0.repeatAll() } }
}
