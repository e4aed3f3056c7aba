import ArgumentParser
import Configuration
import FieldCodec
import Foundation
import Mate3
import Registry
import Threads

/// `mate3 watch`: the important values, live.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Shows the important values of each device, live, until Ctrl-C.",
    discussion: """
      On a terminal in place, with the whole house where a bridge is asked (--broker); elsewhere a line for each device whose values have changed. With --format csv or json a \
      stream for programs: a line a value, or an object a device, of each device that has changed.
      """)

  @OptionGroup var gateway: GatewayOptions
  @OptionGroup var broker: BrokerOptions

  @Option(name: [.customShort("f"), .long], help: "How to print.")
  var format = WatchFormat.text

  @Option(help: "Time between readings, such as 5s or 1m.", transform: Self.duration)
  var interval = Duration.seconds(5)

  /// Lines that stand below the values.
  @Option(help: .hidden)
  var hint: [String] = []

  private static func duration(_ text: String) throws -> Duration {
    guard let duration = Duration(shortText: text), (.seconds(1)...(.seconds(3600))).contains(duration) else {
      throw ValidationError("--interval takes a duration from 1s to 1h, such as 5, 5s or 1m, not ‘\(text.prefix(60))’.")
    }
    return duration
  }

  func run() async throws {
    let signals = Signals([SIGINT, SIGTERM])
    let settings = try gateway.settings(broker)
    let connection = broker.isGiven ? nil : try await gateway.open(settings)
    let title = broker.isGiven ? "through the bridge" : gateway.from ?? settings.configuration.gateway.host
    StandardError.neverWait()
    let output = StandardOutput.lineWriter()
    let screen: any WatchOutput =
      switch format {
      case .csv: CSVStream(output)
      case .json: JSONStream(output: output)
      case .text: Terminal.isOutput ? LiveScreen(title, hints: hint, output) : PlainLines(output: output)
      }
    // Somebody who looks at it waits for what comes; a program must hear that there is nothing.
    let isPatient = format == .text && Terminal.isOutput
    let watching = Task {
      defer { signals.finish() }
      if let connection { return await watch(connection, settings, screen, isPatient) }
      return await watchBridge(settings, screen, isPatient)
    }
    for await _ in signals.stream { break }
    watching.cancel()
    connection?.close()
    // A broker that hangs takes longer.
    let failure = try? await withTimeout(.seconds(1)) { await watching.value }
    screen.end()
    output.flush(within: .milliseconds(500))
    if let failure = failure ?? nil { throw failure }
  }

  /// Follows what the bridge publishes, and shows it at each interval. Devices that are offline there are not shown.
  /// - Parameter isPatient: whether it waits for a bridge that is not there from the beginning.
  /// - Returns: why nothing could be shown at all.
  private func watchBridge(_ settings: VerbSettings, _ screen: any WatchOutput, _ isPatient: Bool) async -> Failure? {
    var hasBegun = isPatient
    while !Task.isCancelled {
      let topics = BridgeTopics()
      let showing = Task { await show(topics, settings.registry, screen) }
      do {
        try await BridgeClient.follow(settings.configuration, into: topics)
      } catch {
        showing.cancel()
        await showing.value
        if !hasBegun, !topics.hasBegun, let failure = Failure(error) { return failure }
        // Old values must not pass for new ones.
        if !Task.isCancelled { screen.fail(Failure(error)?.description ?? "\(error)") }
      }
      hasBegun = true
      showing.cancel()
      try? await Task.sleep(for: interval)
    }
    return nil
  }

  private func show(_ topics: BridgeTopics, _ registry: Registry, _ screen: any WatchOutput) async {
    var bridge = WatchedBridge(registry)
    while !Task.isCancelled {
      guard let moment = topics.news() else {
        try? await Task.sleep(for: .milliseconds(100))
        continue
      }
      do {
        screen.show(try bridge.frame(moment))
      } catch {
        screen.fail(Failure(error)?.description ?? "\(error)")
      }
      try? await Task.sleep(for: interval)
    }
  }

  /// - Returns: why nothing could be shown at all.
  private func watch(
    _ connection: Gateway, _ settings: VerbSettings, _ screen: any WatchOutput, _ isPatient: Bool
  ) async -> Failure? {
    var hasBegun = isPatient
    let registry = settings.registry
    let blocks = settings.blocks
    while !Task.isCancelled {
      var state = WatchState(registry)
      do {
        for try await changes in connection.changes(every: interval) {
          let readings = changes.map { ($0.device, blocks[$0.device] ?? $0.device.name, $0.field, $0.value) }
          screen.show(WatchFrame(rows: state.apply(readings)))
          hasBegun = true
        }
      } catch {
        if !hasBegun, let failure = Failure(error) { return failure }
        // Old values must not pass for new ones.
        if !Task.isCancelled { screen.fail(Failure(error)?.description ?? "\(error)") }
      }
      try? await Task.sleep(for: interval)
    }
    return nil
  }
}
