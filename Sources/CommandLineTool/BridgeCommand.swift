import ArgumentParser
import Bridge
import Configuration
import Foundation
import Logging
import StateStore
import Threads

/// `mate3 bridge`: a gateway's registers to MQTT topics, and commands back.
struct BridgeCommand: AsyncParsableCommand {
  /// EX_CONFIG of sysexits.h: a supervisor need not try again.
  static let configurationExitCode = ExitCode(78)

  static let configuration = CommandConfiguration(
    commandName: "bridge",
    abstract: "Publishes a gateway's registers to MQTT and carries commands back.",
    usage: """
      mate3 bridge [--config <file>] [--<setting> <value> …]
      mate3 bridge --host <host> --broker <url> [--<setting> <value> …]
      """,
    discussion: """
      Settings come from flags, else from the environment, else from the file. Each has a name in the file, such as \
      gateway.max_read, and one in the environment, such as MATE3_GATEWAY_MAX_READ; a flag may have the whole name too, \
      as --gateway-unit for --unit. The broker's password comes from \
      MATE3_BROKER_PASSWORD or a file, never from a flag. A configuration that can't be used ends with status 78.
      """)

  @Option(help: "Configuration file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Flag(help: "Print every setting as a Markdown table and exit.")
  var printConfigurationReference = false

  @Flag(help: "Read the configuration, name what is wrong with it, and exit. Nothing else is opened or asked.")
  var check = false

  @OptionGroup(title: "Settings") var flags: BridgeFlags

  // Mistyped flags: the table of settings knows what they are nearest to, and flags by the settings' whole names.
  @Argument(parsing: .allUnrecognized, help: .hidden)
  var settings: [String] = []

  func run() async throws {
    if printConfigurationReference {
      StandardOutput.write(ConfigurationReference.markdown)
      return
    }
    let load: @Sendable () throws(ConfigurationError) -> LoadedConfiguration = {
      [config, words = flags.words + settings.map(Self.long)] () throws(ConfigurationError) in
      try BridgeConfiguration.load(
        path: config, environment: ProcessInfo.processInfo.environment, arguments: words)
    }
    let loaded: LoadedConfiguration
    do {
      loaded = try load()
    } catch {
      StandardError.write(error.description)
      if config == nil, access(SetupTarget.service, F_OK) == 0 {
        StandardError.write("there is \(SetupTarget.service); give it with --config \(SetupTarget.service)")
      }
      throw Self.configurationExitCode
    }
    if check {
      do {
        _ = try BridgeRunner.postgres(loaded.configuration)
      } catch {
        StandardError.write(error.description)
        throw Self.configurationExitCode
      }
      let warnings = loaded.warnings.map(\.description) + [TimeZoneName.warning].compactMap(\.self)
      for warning in warnings { StandardError.write("warning: \(warning)") }
      StandardOutput.write("the configuration can be used\n")
      return
    }
    let format = loaded.configuration.log.format
    StandardError.neverWait { LineLogHandler.line(format, .warning, "log lines were lost", ["count": "\($0)"]) }
    for warning in loaded.warnings { Self.logger(loaded).warning("\(warning)") }
    if let warning = TimeZoneName.warning { Self.logger(loaded).warning("\(warning)") }
    let hangups = Signals([SIGHUP, SIGTERM, SIGINT])
    let reload = ConfigurationReload(loaded, load: load)
    let listening = Task { await reload.run(hangups) { Self.logger($0) } }
    defer { listening.cancel() }
    let manager = ServiceManager()
    do {
      try await run(loaded, reload, manager)
    } catch let error as any BridgeGroup.ConfigurationFault {
      StandardError.write(error.description)
      throw Self.configurationExitCode
    }
  }

  /// The other verbs' short flags, with or without a value behind `=`.
  private static func long(_ word: String) -> String {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let flag = ["-H": "--host", "-p": "--port", "-l": "--log-level"][parts[0]]
    return ([flag.map { $0[...] } ?? parts[0]] + parts.dropFirst()).joined(separator: "=")
  }

  /// Runs the bridges, and anew with each configuration that SIGHUP has found. One that can't be run leaves the one
  /// before in place.
  private func run(
    _ first: LoadedConfiguration, _ reload: ConfigurationReload, _ manager: ServiceManager?
  ) async throws {
    var loaded = first
    var previous: LoadedConfiguration?
    var isAnew = false
    while true {
      let group = BridgeGroup(
        configuration: loaded.configuration, registry: loaded.registry, logger: Self.logger(loaded))
      let parts: BridgeGroup.Parts
      do {
        parts = try await Self.parts(of: group, isFirst: !isAnew)
      } catch {
        guard let before = previous else { throw error }
        Self.logger(before).error("the new configuration can't be run, and the one before stays: \(error)")
        reload.wentBack(to: before)
        (loaded, previous) = (before, nil)
        continue
      }
      let logger = Self.logger(loaded)
      let living = Task {
        await manager?.keepAlive {
          await parts.touch()
          return true
        } dead: {
          logger.critical("\($0)")
        }
      }
      defer { living.cancel() }
      manager?.ready(
        parts.bridges.count == 1 ? "one gateway is bridged" : "\(parts.bridges.count) gateways are bridged")
      try await group.run(parts, reload)
      guard let next = reload.takeNext() else { return }
      manager?.reloading()
      (previous, loaded, isAnew) = (loaded, next, true)
    }
  }

  /// What the bridges before have held, their state directory above all, is free when the last of their tasks has ended.
  private static let handOver: Duration = .seconds(5)

  private static func parts(of group: BridgeGroup, isFirst: Bool) async throws -> BridgeGroup.Parts {
    let deadline = ContinuousClock.now + handOver
    while true {
      do {
        return try group.parts()
      } catch let error as StateError where error.code == .locked && !isFirst && ContinuousClock.now < deadline {
        await pause(for: .milliseconds(50))
      }
    }
  }

  private static func logger(_ loaded: LoadedConfiguration) -> Logger {
    let log = loaded.configuration.log
    return Logger(label: "mate3") { _ in LineLogHandler(log) }
  }
}
