import Foundation

/// Alerts about what is over when it can be told; they end by themselves.
struct PassingAlerts {
  static let duration: Duration = .seconds(600)

  private var alerts: [String: (alert: BridgeAlert, until: ContinuousClock.Instant)] = [:]

  var all: [BridgeAlert] { alerts.sorted { $0.key < $1.key }.map(\.value.alert) }

  mutating func raise(_ kind: BridgeAlert.Kind, _ name: String, _ message: String, at now: ContinuousClock.Instant) {
    let since = alerts[name]?.alert.since ?? Date()
    alerts[name] = (BridgeAlert(kind: kind, name: name, message: message, since: since), now + Self.duration)
  }

  /// - Returns: whether one has ended.
  mutating func expire(at now: ContinuousClock.Instant) -> Bool {
    let count = alerts.count
    alerts = alerts.filter { $0.value.until > now }
    return alerts.count < count
  }
}
