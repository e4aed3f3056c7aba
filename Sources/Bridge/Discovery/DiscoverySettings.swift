/// What Home Assistant is told, and where.
public struct DiscoverySettings: Sendable, Equatable {
  public var isOn = true
  /// First level of Home Assistant's discovery topics.
  public var prefix = "homeassistant"

  public init() {}

  /// Topic on which Home Assistant says that it has started; nil when discovery is off.
  var statusTopic: String? { isOn ? "\(prefix)/status" : nil }

  /// Filter for what an earlier run left.
  var leftoverFilter: String { "\(prefix)/device/+/config" }
}
