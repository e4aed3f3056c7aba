import ArgumentParser
import Bridge
import Configuration
import Foundation
import Logging

/// `mate3 bridge`: a gateway's registers to MQTT topics, and commands back.
struct BridgeCommand: AsyncParsableCommand {
  /// EX_CONFIG of sysexits.h: a supervisor need not try again.
  static let configurationExitCode = ExitCode(78)

  static let configuration = CommandConfiguration(
    commandName: "bridge",
    abstract: "Publishes a gateway's registers to MQTT and carries commands back.",
    usage: "mate3 bridge [--config <file>] [--host <host> --broker <url>] [--<setting> <value> …]",
    discussion: """
      Settings come from flags, else from the environment, else from the file. Each has a name in the file, such as \
      gateway.max_read, and one in the environment, such as MATE3_GATEWAY_MAX_READ. The broker's password comes from \
      MATE3_BROKER_PASSWORD or a file, never from a flag. A configuration that can't be used ends with status 78.

      SETTINGS:
      \(ConfigurationReference.help)

      """)

  @Option(help: "Configuration file (YAML).")
  var config: String?

  @Flag(help: "Print every setting as a Markdown table and exit.")
  var printConfigurationReference = false

  // The settings' flags come from the table that reads them, which the argument parser does not know.
  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func run() async throws {
    if printConfigurationReference {
      StandardOutput.write(ConfigurationReference.markdown)
      return
    }
    let loaded: LoadedConfiguration
    do {
      loaded = try BridgeConfiguration.load(
        path: config, environment: ProcessInfo.processInfo.environment, arguments: settings)
    } catch {
      StandardError.write(error.description)
      throw Self.configurationExitCode
    }
    let log = loaded.configuration.log
    StandardError.neverWait { LineLogHandler.line(log.format, .warning, "log lines were lost", ["count": "\($0)"]) }
    let logger = Logger(label: "mate3") { _ in LineLogHandler(log) }
    for warning in loaded.warnings { logger.warning("\(warning)") }
    do {
      try await BridgeGroup(configuration: loaded.configuration, registry: loaded.registry, logger: logger).run()
    } catch let error as any BridgeGroup.ConfigurationFault {
      StandardError.write(error.description)
      throw Self.configurationExitCode
    }
  }
}
