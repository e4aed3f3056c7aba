import Configuration
import Foundation
import Mate3
import Registry

/// What a verb goes by: its flags, else the environment, else the configuration file, by the bridge's own table of
/// settings.
struct VerbSettings {
  /// Of the one gateway that is meant.
  let configuration: BridgeConfiguration
  let registry: Registry
  /// What of the environment has no effect.
  let warnings: [String]
  /// Whether the file has several gateways, of which this is one.
  let isOneOfSeveral: Bool
  /// Whether the verb could go through a bridge as well.
  var takesBroker = false

  /// - Parameters:
  ///   - words: flags as `bridge` has them.
  ///   - host: chooses among several gateways of the file.
  ///   - base: chooses as well.
  ///   - choice: the flags that choose, for a message.
  /// - Throws: ``Failure``.
  init(
    _ config: String?, words: [String], for use: ConfigurationUse, host: String? = nil, base: String? = nil,
    choice: String = "--host or, through a broker, --base"
  ) throws(Failure) {
    let loaded: LoadedConfiguration
    do {
      loaded = try BridgeConfiguration.load(
        path: config, environment: ProcessInfo.processInfo.environment, arguments: words, for: use)
    } catch {
      throw Failure(Self.status(error, config), error.description)
    }
    registry = loaded.registry
    warnings = loaded.warnings.map(\.description)
    isOneOfSeveral = !loaded.configuration.gateways.isEmpty
    configuration = try Self.one(of: loaded.configuration, host: host, base: base, choice)
  }

  /// Block of each device that has a name of the user's own.
  var blocks: [DeviceKey: String] {
    var blocks: [DeviceKey: String] = [:]
    for device in configuration.devices {
      blocks[DeviceKey(name: device.name, port: device.port)] = device.block
      let family = registry.block(named: device.block)?.family
      guard let part = registry.blocks.first(where: { $0.kind == .configuration && $0.family == family }) else {
        continue
      }
      blocks[DeviceKey(name: device.name + "_configuration", port: device.port)] = part.name
    }
    return blocks
  }

  static func words(_ flags: [(String, String?)]) -> [String] { given(flags).map { "\($0.flag)=\($0.value)" } }

  /// Those flags that have a value.
  static func given(_ flags: [(String, String?)]) -> [(flag: String, value: String)] {
    flags.compactMap { flag, value in value.map { (flag, $0) } }
  }

  private static func status(_ error: ConfigurationError, _ config: String?) -> ExitStatus {
    let places = error.problems.map(\.place)
    let isFile = places.allSatisfy { place in
      switch place {
      case .flag(let flag):
        [
          "--registry", "--broker-ca-file", "--broker-password-file", "--broker-certificate-file", "--broker-key-file",
        ].contains(flag)
      case .file(let name, _, _): name != config
      case .environment, .missing: false
      }
    }
    let isUsage = places.allSatisfy { if case .flag = $0 { true } else { false } }
    return isFile ? .file : isUsage ? .usage : .configuration
  }

  private static func one(
    of configuration: BridgeConfiguration, host: String?, base: String?, _ choice: String
  ) throws(Failure) -> BridgeConfiguration {
    guard !configuration.gateways.isEmpty else { return configuration }
    let bridges = configuration.bridges
    let fits = bridges.filter {
      (host == nil || $0.gateway.host == configuration.gateway.host) && (base == nil || $0.topics.base == base)
    }
    if let only = fits.first, fits.count == 1 { return only }
    guard host == nil else {
      var other = configuration
      other.gateways = []
      return other
    }
    let places = bridges.map { "\($0.gateway.host):\($0.gateway.port) (\($0.topics.base))" }.joined(separator: ", ")
    throw Failure(.usage, "the configuration has several gateways: \(places); say which with \(choice)")
  }
}
