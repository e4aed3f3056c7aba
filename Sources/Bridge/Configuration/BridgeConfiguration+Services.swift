public import Mate3
import Topics

extension BridgeConfiguration {
  /// How the gateway is read.
  public var pollSettings: PollSettings {
    PollSettings(
      live: intervals.live, settings: intervals.settings, fixed: intervals.fixed, maxRead: gateway.maxRead,
      keepsConnection: gateway.keepsConnection, checksClock: gateway.checksClock)
  }

  /// What is published, and where.
  public var publisherSettings: StatePublisher.Settings {
    StatePublisher.Settings(
      scheme: TopicScheme(base: topics.base), publishesPersonal: topics.publishesPersonal,
      publishesHouse: topics.publishesHouse, publishesObjects: topics.publishesObjects, stateQoS: topics.stateQoS,
      resultQoS: topics.resultQoS, forgetAfter: topics.forgetAfter)
  }

  /// The MQTT client id: the user's, or one that no other run and no other gateway has.
  /// - Parameter instance: what tells this run of the program from others.
  public func clientID(instance: String) -> String {
    broker.clientID ?? "mate3-\(topics.baseAsName)-\(instance)"
  }

  /// The user's names in the form that the layout takes.
  public var deviceNames: DeviceNames {
    DeviceNames(
      Dictionary(
        devices.map { (DeviceKey(name: $0.block, port: $0.port), $0.name) }, uniquingKeysWith: { first, _ in first }))
  }
}
