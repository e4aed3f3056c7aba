package import Mate3

/// Something new of what is published, for whoever shows it elsewhere.
package enum StateChange: Sendable {
  /// The payload of a retained topic, by the topic's last level; empty when it is cleared. The device is nil for what the
  /// bridge says of itself.
  case topic(DeviceKey?, name: String, payload: String)
  /// The gateway was read.
  case reading(ContinuousClock.Instant)
  /// What is published on `bridge/event`.
  case event([UInt8])
  /// The answer to a command.
  case result([UInt8])
  case broker(isConnected: Bool)
  /// Another bridge serves; this one reads and publishes nothing.
  case standingBy
}

/// Takes what is new, and returns at once: whoever publishes waits for it.
package protocol StateObserver: Sendable {
  /// Whether every topic is of interest. Otherwise it hears of devices' availability alone.
  var wantsTopics: Bool { get }
  func apply(_ changes: [StateChange])
}
