import Bridge
import Configuration
import Mate3
import Topics

/// What each part of the bridge takes from the configuration.
extension BridgeConfiguration {
  /// How the gateway is read.
  var pollSettings: PollSettings {
    PollSettings(
      live: intervals.live, settings: intervals.settings, fixed: intervals.fixed, maxRead: gateway.maxRead,
      keepsConnection: gateway.keepsConnection, checksClock: gateway.checksClock)
  }

  /// What is published, and where.
  var publisherSettings: StatePublisher.Settings {
    StatePublisher.Settings(
      scheme: TopicScheme(base: topics.base), publishesPersonal: topics.publishesPersonal,
      publishesHouse: topics.publishesHouse, publishesObjects: topics.publishesObjects, stateQoS: topics.stateQoS,
      resultQoS: topics.resultQoS, forgetAfter: topics.forgetAfter)
  }

  /// What Home Assistant is told.
  var discoverySettings: DiscoverySettings {
    var settings = DiscoverySettings()
    settings.isOn = homeAssistant.isOn
    settings.prefix = homeAssistant.prefix
    return settings
  }
}
