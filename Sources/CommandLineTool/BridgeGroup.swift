import Bridge
import Configuration
import Foundation
import History
import Logging
import Page
import Registry
import ServiceLifecycle
import Synchronization
import Threads
import UnixSignals

/// Runs the bridges of all configured gateways in one process, until SIGTERM or SIGINT.
///
/// Each has its own connections, state and thread: a gateway that is slow or dead delays no other.
struct BridgeGroup {
  let configuration: BridgeConfiguration
  let registry: Registry
  let logger: Logger

  /// Descriptors of one gateway: its connection, the broker's, two ends each of the pipes that wake their threads and of
  /// libmosquitto's own pair of sockets, lock and ledger, the three files of its history, and one while a name is looked
  /// up.
  static let descriptorsPerGateway = 14
  /// With a PostgreSQL server, the files of the history once more, and a connection.
  static let descriptorsOfPostgres = 4
  /// What the program itself has open, and to spare.
  static let otherDescriptors = 72
  /// As much for a single gateway: with fewer in all than 22, something was seen to fail, and the socket of `mate3 health`
  /// has come to it since.
  static let otherDescriptorsOfOne = 30
  /// What the page may take: its connections, and those of its history.
  static let pageDescriptors = PageLimits().connections + 32

  /// How many the process needs for so many gateways.
  static func descriptors(_ count: Int) -> Int {
    count * descriptorsPerGateway + (count == 1 ? otherDescriptorsOfOne : otherDescriptors)
  }

  /// What the configuration asks for can't be had as it is.
  protocol ConfigurationFault: Error, CustomStringConvertible {}

  /// Sockets beyond what the system lets a process have open would fail one by one, for whichever gateway comes last.
  struct TooManyGateways: ConfigurationFault {
    let description: String
  }

  /// With so few a bridge could neither work nor end.
  struct TooFewDescriptors: ConfigurationFault {
    let description: String
  }

  /// Pins, timed commands and the ledger of a single gateway lie where those of several are not looked for.
  struct StateOfOneGateway: ConfigurationFault {
    let description: String
  }

  /// libpq can't make sense of the server's URL.
  struct BadPostgres: ConfigurationFault {
    let description: String
  }

  private func checkState() throws {
    let bridges = configuration.bridges
    guard let first = bridges.first, !bridges.contains(where: { $0.stateDirectory == configuration.stateDirectory })
    else { return }
    let files = ["pins.json", "timers.json", "ledger.jsonl", "energies.json"].filter {
      FileManager.default.fileExists(atPath: "\(configuration.stateDirectory)/\($0)")
    }
    guard !files.isEmpty else { return }
    throw StateOfOneGateway(
      description: """
        \(configuration.stateDirectory) holds \(files.joined(separator: ", ")) of a single gateway, and with ‘gateways’ \
        each has a folder of its own: write keeps_state: true to the gateway that they belong to, or move the files to \
        its folder, such as \(first.stateDirectory), so that identities and timed commands are not lost
        """)
  }

  /// The bridge of each gateway, and what shows them over HTTP.
  struct Parts {
    let bridges: [BridgeService]
    let page: PageServer
  }

  /// - Throws: ``TooManyGateways``, ``StateOfOneGateway``, or when a bridge can't be set up at all.
  func parts() throws -> Parts {
    let bridges = configuration.bridges
    try checkState()
    try checkDescriptors(bridges.count)
    let watch = ThreadExecutor(name: "watch")
    let historian = configuration.history.isOn ? ThreadExecutor(name: "history") : nil
    let sender = configuration.history.postgres != nil ? ThreadExecutor(name: "postgres") : nil
    let models = bridges.map { _ in PageModel(registry: registry, wantsTopics: configuration.page.listen != nil) }
    let services = try bridges.enumerated().map { index, bridge in
      try BridgeRunner(
        configuration: bridge, registry: registry, logger: logger(of: bridge),
        startDelay: bridge.intervals.live * index / bridges.count, watch: watch, historian: historian,
        sender: sender, model: models[index]
      ).service()
    }
    return Parts(bridges: services, page: page(services, zip(bridges, models).map(pageGateway)))
  }

  /// Runs until SIGTERM or SIGINT, or until another configuration takes its place.
  func run(_ parts: Parts, _ reload: ConfigurationReload) async throws {
    let services = parts.bridges
    let serving = Task { await parts.page.run() }
    let bridges = configuration.bridges
    let stopped = Stopped()
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(
            service: AllTogether(bridges: services, loggers: bridges.map(logger(of:)), stopped: stopped),
            successTerminationBehavior: .gracefullyShutdownGroup)
        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger))
    await reload.runs(group)
    defer { serving.cancel() }
    try await group.run()
    await reload.runs(nil)
    serving.cancel()
    // The next configuration may want the same address.
    _ = try? await withTimeout(Self.pageFarewell) { await serving.value }
    // A supervisor is to know when there is nothing left to run.
    let ended = stopped.reasons.withLock { $0 }
    if !ended.isEmpty, ended.count == services.count { throw BridgeStopped(description: ended.joined(separator: "; ")) }
  }

  /// Why bridges could not go on.
  private final class Stopped: Sendable {
    let reasons = Mutex<[String]>([])
  }

  /// One service: a group ends several one after the other, and a hanging broker would hold up each in turn.
  private struct AllTogether: Service {
    let bridges: [BridgeService]
    let loggers: [Logger]
    let stopped: Stopped

    /// - Throws: what keeps the only bridge from going on. One of several leaves the others running.
    func run() async throws {
      if bridges.count == 1, let bridge = bridges.first { return try await bridge.run() }
      await withDiscardingTaskGroup { group in
        for (bridge, logger) in zip(bridges, loggers) {
          group.addTask {
            do {
              try await bridge.run()
            } catch {
              logger.critical("this gateway is no longer bridged: \(error)")
              stopped.reasons.withLock { $0.append("\(error)") }
            }
          }
        }
      }
    }
  }

  private func logger(of bridge: BridgeConfiguration) -> Logger {
    var own = logger
    if configuration.bridges.count > 1 { own[metadataKey: "base"] = "\(bridge.topics.base)" }
    return own
  }

  /// Asks the system for as many descriptors as it gives, and compares.
  private func checkDescriptors(_ count: Int) throws {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    if limit.rlim_cur < limit.rlim_max {
      limit.rlim_cur = limit.rlim_max
      _ = setrlimit(resource, &limit)
      _ = getrlimit(resource, &limit)
    }
    let perGateway =
      Self.descriptorsPerGateway + (configuration.history.postgres == nil ? 0 : Self.descriptorsOfPostgres)
    let needed =
      Self.descriptors(count) + count * (perGateway - Self.descriptorsPerGateway)
      + (configuration.page.listen == nil ? 0 : Self.pageDescriptors)
    guard let most = Int(exactly: limit.rlim_cur), needed > most else { return }
    guard count > 1 else {
      throw TooFewDescriptors(
        description: """
          a bridge needs \(needed) open files and connections, and the system allows this process \(most): raise the \
          limit (LimitNOFILE= of the systemd unit, or ulimit -n)
          """)
    }
    throw TooManyGateways(
      description: """
        \(count) gateways need \(needed) open files and connections, and the system allows this process \(most): raise \
        the limit (LimitNOFILE= of the systemd unit, or ulimit -n), or split the gateways over several processes of at \
        most \(max(1, (most - Self.otherDescriptors) / perGateway))
        """)
  }

  /// The service group's own messages are of no interest unless something is to be traced.
  private var quietLogger: Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }
}
