import Bridge
import Configuration
import MQTTTransport
import Mate3
import ModbusTransport
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
      publishesInternal: topics.publishesInternal, publishesHouse: topics.publishesHouse,
      publishesObjects: topics.publishesObjects, stateQoS: topics.stateQoS,
      resultQoS: topics.resultQoS, forgetAfter: topics.forgetAfter)
  }

  /// What Home Assistant is told.
  var discoverySettings: DiscoverySettings {
    var settings = DiscoverySettings()
    settings.isOn = homeAssistant.isOn
    settings.prefix = homeAssistant.prefix
    settings.name = gateway.name
    return settings
  }

  /// The way to the broker.
  func mosquittoOptions(clientID: String) -> MosquittoOptions {
    var options = MosquittoOptions(
      host: broker.address.host, port: UInt16(clamping: broker.address.port), clientID: clientID,
      username: broker.address.user, password: broker.password?.value)
    if broker.address.usesTLS {
      options.tls = MosquittoOptions.TLS(
        authorityFile: broker.caFile, certificateFile: broker.certificateFile, keyFile: broker.keyFile)
    }
    options.passwordFile = broker.passwordFile
    options.keepAlive = broker.keepalive
    return options
  }

  /// Where what a broker wants to know goes that lets nobody in without it; nil where it was given.
  var missingCredentials: String? {
    let place = "MATE3_BROKER_PASSWORD or a file for broker.password_file (--broker-password-file)"
    guard broker.address.user != nil else {
      return
        "no user was given; write it into broker.url (--broker), as in mqtt://user@\(broker.address.host), and its "
        + "password into \(place)"
    }
    guard broker.password == nil, broker.passwordFile == nil else { return nil }
    return "no password was given; it goes into \(place)"
  }
}

extension BridgeConfiguration.Gateway {
  /// The way to the gateway.
  var modbusOptions: ModbusOptions {
    ModbusOptions(
      host: host, port: UInt16(clamping: port), unit: UInt8(clamping: unit), responseTimeout: responseTimeout,
      connectTimeout: connectTimeout)
  }
}
