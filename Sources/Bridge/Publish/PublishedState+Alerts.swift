import Mate3
import Topics

/// What the bridge says of itself: alerts and `bridge/info`.
extension PublishedState {
  /// Takes the alerts that stand; an empty list is published as one.
  mutating func setAlerts(_ alerts: [BridgeAlert]) {
    self.alerts = alerts
    publishAlerts()
  }

  private mutating func publishAlerts() { setBridge(settings.scheme.bridgeAlerts, alerts + passing.all) }

  /// Raises an alert that ends by itself.
  mutating func note(
    _ kind: BridgeAlert.Kind, _ name: String, _ message: String, at now: ContinuousClock.Instant = .now
  ) {
    passing.raise(kind, name, message, at: now)
    publishAlerts()
  }

  mutating func messagesDropped(_ count: Int) {
    droppedInbound += count
    note(
      .dropped, "commands",
      """
      more came at once than can be judged, or larger than it may be: \(droppedInbound) messages since the start were \
      dropped without an answer, commands perhaps among them
      """)
  }

  /// Takes what is known of the gateway into `bridge/info`.
  mutating func setGatewayInfo(_ gateway: GatewayInfo) {
    gatewayInfo = gateway
    publishInfo()
  }

  /// Takes the timed commands that are under way into `bridge/info`.
  mutating func setTimers(_ timers: [TimedCommand]) {
    self.timers = timers
    publishInfo()
  }

  /// Takes over from another bridge, which had these timed commands.
  mutating func takeOver(_ timers: [TimerMark]) {
    othersTimers = timers
    settled = []
    publishInfo()
  }

  /// Fields were commanded: what another bridge has timed there is over, and it is told when it comes back.
  mutating func noteCommanded(_ fields: [String]) {
    let over = othersTimers.filter { fields.contains($0.field) }
    guard !over.isEmpty else { return }
    othersTimers.removeAll { fields.contains($0.field) }
    settled += over
    publishInfo()
  }

  mutating func publishInfo(at now: ContinuousClock.Instant = .now) {
    if passing.expire(at: now) { publishAlerts() }
    guard let gatewayInfo else { return }
    setBridge(
      settings.scheme.bridgeInfo,
      BridgeInfo(
        program: program, gateway: gatewayInfo, dropped: dropped, droppedInbound: droppedInbound,
        brokerProblem: brokerProblem, timers: timers.map(TimerEntry.init), settled: settled))
  }
}
