import ArgumentParser
import Configuration
import Foundation

/// Every setting as a flag, for `--help` and completions; the table of settings reads them.
struct BridgeFlags: ParsableArguments {
  @Option(setting: "gateway.host") var gatewayHost: [String]
  @Option(setting: "gateway.name") var gatewayName: [String]
  @Option(setting: "gateway.port") var gatewayPort: [String]
  @Option(setting: "gateway.unit") var gatewayUnit: [String]
  @Option(setting: "gateway.max_read") var gatewayMaxRead: [String]
  @Option(setting: "gateway.response_timeout") var gatewayResponseTimeout: [String]
  @Option(setting: "gateway.connect_timeout") var gatewayConnectTimeout: [String]
  @Option(setting: "gateway.keep_connection") var gatewayKeepConnection: [String]
  @Option(setting: "gateway.clock_check") var gatewayClockCheck: [String]
  @Option(setting: "broker.url") var brokerUrl: [String]
  @Option(setting: "broker.client_id") var brokerClientId: [String]
  @Option(setting: "broker.password_file") var brokerPasswordFile: [String]
  @Option(setting: "broker.ca_file") var brokerCaFile: [String]
  @Option(setting: "broker.certificate_file") var brokerCertificateFile: [String]
  @Option(setting: "broker.key_file") var brokerKeyFile: [String]
  @Option(setting: "broker.keepalive") var brokerKeepalive: [String]
  @Option(setting: "topics.base") var topicsBase: [String]
  @Option(setting: "topics.publish_personal") var topicsPublishPersonal: [String]
  @Option(setting: "topics.internal") var topicsInternal: [String]
  @Option(setting: "topics.house") var topicsHouse: [String]
  @Option(setting: "topics.json") var topicsJson: [String]
  @Option(setting: "topics.state_qos") var topicsStateQos: [String]
  @Option(setting: "topics.result_qos") var topicsResultQos: [String]
  @Option(setting: "topics.forget_after") var topicsForgetAfter: [String]
  @Option(setting: "intervals.live") var intervalsLive: [String]
  @Option(setting: "intervals.settings") var intervalsSettings: [String]
  @Option(setting: "intervals.fixed") var intervalsFixed: [String]
  @Option(setting: "battery.nominal") var batteryNominal: [String]
  @Option(setting: "battery.chemistry") var batteryChemistry: [String]
  @Option(setting: "battery.absorb") var batteryAbsorb: [String]
  @Option(setting: "battery.float") var batteryFloat: [String]
  @Option(setting: "battery.equalise") var batteryEqualise: [String]
  @Option(setting: "battery.lowest") var batteryLowest: [String]
  @Option(setting: "battery.charge_current") var batteryChargeCurrent: [String]
  @Option(setting: "devices") var devices: [String]
  @Option(setting: "gateways") var gateways: [String]
  @Option(setting: "commands.allow") var commandsAllow: [String]
  @Option(setting: "commands.fields") var commandsFields: [String]
  @Option(setting: "commands.limits") var commandsLimits: [String]
  @Option(setting: "commands.labels_confirmed") var commandsLabelsConfirmed: [String]
  @Option(setting: "home_assistant.discovery") var homeAssistantDiscovery: [String]
  @Option(setting: "home_assistant.prefix") var homeAssistantPrefix: [String]
  @Option(setting: "caps.field_interval") var capsFieldInterval: [String]
  @Option(setting: "caps.field_per_day") var capsFieldPerDay: [String]
  @Option(setting: "caps.device_per_day") var capsDevicePerDay: [String]
  @Option(setting: "caps.gateway_per_day") var capsGatewayPerDay: [String]
  @Option(setting: "history.enabled") var historyEnabled: [String]
  @Option(setting: "history.interval") var historyInterval: [String]
  @Option(setting: "history.write_interval") var historyWriteInterval: [String]
  @Option(setting: "history.keep") var historyKeep: [String]
  @Option(setting: "history.keep_five_minutes") var historyKeepFiveMinutes: [String]
  @Option(setting: "history.max_size") var historyMaxSize: [String]
  @Option(setting: "history.postgres") var historyPostgres: [String]
  @Option(setting: "history.postgres_password_file") var historyPostgresPasswordFile: [String]
  @Option(setting: "history.postgres_hypertables") var historyPostgresHypertables: [String]
  @Option(setting: "page.listen") var pageListen: [String]
  @Option(setting: "page.hosts") var pageHosts: [String]
  @Option(setting: "page.proxy") var pageProxy: [String]
  @Option(setting: "page.commands") var pageCommands: [String]
  @Option(setting: "page.token_file") var pageTokenFile: [String]
  @Option(setting: "state_dir") var stateDir: [String]
  @Option(setting: "registry") var registry: [String]
  @Option(setting: "log.level") var logLevel: [String]
  @Option(setting: "log.format") var logFormat: [String]

  /// What was given, as on the command line.
  var words: [String] {
    Mirror(reflecting: self).children.flatMap { child in
      (child.value as? Option<[String]>).map { option in
        let name = child.label.flatMap { Self.names[String($0.drop { $0 == "_" })] } ?? ""
        return option.wrappedValue.map { "--\(name)=\($0)" }
      } ?? []
    }
  }

  /// The flags' names by the properties above, which are the settings' paths in one word.
  private static let names: [String: String] = Dictionary(
    ConfigurationReference.flags.map { path, flag in
      let words = path.split { "._".contains($0) }
      return (words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined(), flag.name)
    }, uniquingKeysWith: { first, _ in first })
}

extension Option where Value == [String] {
  /// A flag of the table of settings. Given twice, it is the table's to complain.
  init(setting path: String) {
    let flag = ConfigurationReference.flags[path]
    let completion: CompletionKind =
      switch flag {
      case let flag? where !flag.choices.isEmpty: .list(flag.choices)
      case _ where path == "state_dir" || path == "registry": .directory
      case let flag? where flag.kind == "path": .file()
      default: .default
      }
    self.init(
      wrappedValue: [], name: .customLong(flag?.name ?? path), parsing: .singleValue,
      help: ArgumentHelp(flag?.summary ?? "", valueName: flag?.kind ?? path), completion: completion)
  }
}
