public import Mate3
import MessageIO
import Topics

extension BridgeConfiguration {
  /// How the gateway is read.
  public var pollSettings: PollSettings {
    PollSettings(
      live: intervals.live, settings: intervals.settings, fixed: intervals.fixed, maxRead: gateway.maxRead,
      keepsConnection: gateway.keepsConnection, checksClock: gateway.checksClock)
  }

  /// What may be commanded, in the form that the validator takes.
  public var commandPolicy: CommandPolicy {
    CommandPolicy(
      classes: commands.allow, fields: Set(commands.fields.map(\.description)),
      limits: Dictionary(
        commands.limits.map { ("\($0.key)", CommandPolicy.Bounds(minimum: $0.value.minimum, maximum: $0.value.maximum)) },
        uniquingKeysWith: { first, _ in first }),
      confirmedLabels: Set(commands.labelsConfirmed.map(\.description)))
  }

  /// What is published, and where.
  public var publisherSettings: StatePublisher.Settings {
    StatePublisher.Settings(
      scheme: TopicScheme(base: topics.base), publishesPersonal: topics.publishesPersonal,
      stateQoS: QoS(rawValue: topics.stateQoS) ?? .atMostOnce, resultQoS: QoS(rawValue: topics.resultQoS) ?? .atLeastOnce,
      forgetAfter: topics.forgetAfter)
  }
}
