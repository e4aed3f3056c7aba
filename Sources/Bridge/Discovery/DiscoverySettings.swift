/// What Home Assistant is told, and where.
package struct DiscoverySettings: Sendable, Equatable {
  package var isOn = true
  /// First level of Home Assistant's discovery topics.
  package var prefix = "homeassistant"
  /// What the names of all devices begin with, nil for nothing.
  package var name: String?

  package init() {}

  /// Topic on which Home Assistant says that it has started; nil when discovery is off.
  var statusTopic: String? { isOn ? "\(prefix)/status" : nil }

  /// Filter for what an earlier run left.
  var leftoverFilter: String { "\(prefix)/device/+/config" }
}
