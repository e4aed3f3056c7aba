import Bridge
import Configuration
import Derived
import Foundation
import History
import HistoryStore
import Logging
import MQTTTransport
import Mate3
import MessageIO
import ModbusTransport
import Page
import PostgresStore
import Registry
import ServiceLifecycle
import StateStore
import Threads
import Topics
import UnixSignals

/// Puts a gateway's bridge together from its connections and services.
struct BridgeRunner {
  let configuration: BridgeConfiguration
  let registry: Registry
  let logger: Logger
  /// How long after the start the gateway is read first, so that many of them are not read all at once.
  var startDelay: Duration = .zero
  /// The thread that watches the age of readings, for all gateways.
  var watch: ThreadExecutor?
  /// The thread that writes the history, for all gateways; nil when none is kept.
  var historian: ThreadExecutor?
  /// The thread that sends it to a PostgreSQL server, for all gateways; nil where there is none.
  var sender: ThreadExecutor?
  /// What the page and `mate3 health` know of this gateway.
  var model: PageModel?

  /// - Throws: when a connection can't be set up at all; a gateway or broker that is away is waited for.
  func service() throws -> BridgeService {
    let instance = String(UInt32.random(in: .min ... .max), radix: 16)
    let recorder = historian.map { _ in HistoryRecorder(interval: configuration.history.interval, clock: .system) }
    let state = try State(configuration, registry, logger) { [model] entry in
      recorder?.record(entry)
      model?.apply(entry)
    }
    let connection = try ModbusConnection(configuration.gateway.modbusOptions)
    let releases = Releases(registry: registry, scheme: configuration.publisherSettings.scheme)
    let broker = try MosquittoClient(
      mosquittoOptions(instance: instance),
      commands: InboundCommands(isCommand: { $0.hasSuffix("/set") }, isRelease: releases.contains))
    let publisher = StatePublisher(
      settings: configuration.publisherSettings, program: program(instance: instance), broker: broker,
      history: recorder, observer: model, logger: logger)
    let gateway = GatewayService(
      settings: configuration.pollSettings, registry: registry, names: configuration.deviceNames,
      policy: configuration.commands, identity: state.identity, energies: state.energies,
      keepEnergies: state.keepEnergies, connection: connection, publisher: publisher,
      discovery: configuration.discoverySettings, startDelay: startDelay, logger: logger)
    logger.info(
      "started",
      metadata: [
        "version": "\(Mate3Command.version)", "instance": "\(instance)",
        "gateway": "\(configuration.gateway.host):\(configuration.gateway.port)",
        "broker": "\(configuration.broker.address)", "base": "\(configuration.topics.base)",
      ])
    if configuration.commands.battery == nil, configuration.commands.opensSetpoints {
      logger.notice(
        """
        no battery profile: battery settings can be written anywhere in their documented ranges; the section ‘battery’ \
        of the configuration would be safer
        """)
    }
    let history = history(recorder)
    var service = BridgeService(
      connection: connection, broker: broker, publisher: publisher, gateway: gateway,
      discovery: configuration.discoverySettings,
      writes: state.writes, unresolved: state.unresolved, ledger: state.ledger, history: history?.service,
      sink: try sink(history?.progress), instance: instance, logger: logger)
    service.watch = watch
    return service
  }

  /// What the state directory holds. What can't be understood stops all writes, and readings go on.
  private struct State {
    /// Lines of the ledger that history and page get once more.
    static let ledgerLines = 200

    var identity: IdentityState
    var writes: WriteGuard
    var unresolved: [WriteIntent]
    var ledger: [LedgerEntry] = []
    var energies = DailyEnergies()
    var keepEnergies: @Sendable (DailyEnergies) throws -> Void

    /// - Throws: ``StateError`` when the directory can't be had at all.
    init(
      _ configuration: BridgeConfiguration, _ registry: Registry, _ logger: Logger,
      _ record: @escaping @Sendable (LedgerEntry) -> Void
    ) throws {
      let directory = try StateDirectory(configuration.stateDirectory, owner: "mate3 bridge")
      let file = PinFile(directory)
      identity = IdentityState(save: { try file.save($0) })
      let mapEnd = MapEndFile(directory)
      identity.mapEnd = mapEnd.load()
      identity.saveMapEnd = { try mapEnd.save($0) }
      writes = WriteGuard()
      unresolved = []
      let counters = EnergyFile(directory)
      keepEnergies = { try counters.save($0) }
      do {
        energies = try counters.load()
      } catch {
        logger.warning("\(error.message)")
      }
      identity.check = {
        directory.check()
        return directory.problems
      }
      let ledger = LedgerFile(directory, perField: configuration.caps.fieldPerDay)
      unresolved = ledger.unresolved
      self.ledger = ledger.entries
      // What a crash has kept from the history, or a disk; it knows what it has already.
      for entry in self.ledger.suffix(Self.ledgerLines) { record(entry) }
      do {
        identity.pins = try file.load()
        if let loss = file.loss() { identity.pins = PinBook(lost: loss) }
      } catch {
        identity.problem = error.message
        logger.error("\(error.message)")
      }
      writes = WriteGuard.load(
        directory, ledger: ledger, caps: configuration.caps, registry: registry, record: record)
    }
  }

  private func history(_ recorder: HistoryRecorder?) -> (service: HistoryService, progress: HistoryProgress)? {
    guard let recorder, let historian else { return nil }
    let store = HistoryFile(
      folder: configuration.stateDirectory, gateway: configuration.topics.base, settings: configuration.history,
      on: historian)
    let service = HistoryService(
      recorder: recorder, store: store, on: historian, every: configuration.history.writeInterval)
    return (service, store.progress)
  }

  /// - Throws: when libpq can't make sense of the URL.
  static func postgres(_ configuration: BridgeConfiguration) throws(BridgeGroup.BadPostgres) -> PostgresAddress? {
    guard let url = configuration.history.postgres else { return nil }
    do throws(PostgresProblem) {
      return try PostgresAddress(
        url: url.text, password: configuration.postgresPassword?.value,
        passwordFile: configuration.postgresPasswordFile)
    } catch {
      throw BridgeGroup.BadPostgres(description: "history.postgres \(error)")
    }
  }

  private func sink(_ progress: HistoryProgress?) throws -> PostgresSink? {
    let history = configuration.history
    guard let progress, let sender, let address = try Self.postgres(configuration) else { return nil }
    var settings = PostgresSink.Settings(
      gateway: configuration.topics.base, folder: configuration.stateDirectory, interval: history.interval,
      writeInterval: history.writeInterval)
    settings.usesHypertables = history.usesHypertables
    return PostgresSink(
      settings, address, progress: progress, clock: .system, on: sender, comment: HistoryComments(registry).text)
  }

  private func mosquittoOptions(instance: String) -> MosquittoOptions {
    let scheme = configuration.publisherSettings.scheme
    var options = configuration.mosquittoOptions(clientID: configuration.clientID(instance: instance))
    if let missing = configuration.missingCredentials { options.refusalAdvice = missing }
    options.will = OutboundMessage(topic: scheme.bridgeState, text: "offline", qos: .atLeastOnce, retain: true)
    // What an earlier run left comes in one go: a large system has some thousand topics.
    options.inboundLimit = 8192
    return options
  }

  private func program(instance: String) -> ProgramInfo {
    ProgramInfo(
      version: Mate3Command.version, instance: instance, startedAt: Date(),
      settings: { [configuration] in
        Dictionary(configuration.redacted.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      })
  }
}
