package import History
package import Logging
package import Mate3
package import MessageIO
package import RegisterIO
import ServiceLifecycle
package import Threads
import Topics

/// The bridge can't go on: another client took its client id, for one.
package struct BridgeStopped: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// One gateway bridged to one broker: starts the parts and takes everything down within two seconds, whatever the
/// gateway or the broker does.
package struct BridgeService: Service {
  /// Time a command under way gets to end before the gateway connection is cut.
  static let commandGrace: Duration = .milliseconds(600)
  /// Time for the one that sends the history on to end before the history is closed.
  static let sinkGrace: Duration = .milliseconds(300)
  /// Time for saying goodbye to the broker.
  static let farewellLimit: Duration = .milliseconds(800)

  /// Time that overdue timed commands get before the broker is connected to: three seconds until the gateway may be used
  /// without a broker, and a scan.
  static let overdueLimit: Duration = .seconds(10)
  /// Time for everything, with what is left of two seconds for the program to end.
  static let shutdownLimit: Duration = .milliseconds(1700)

  private let connection: any RegisterConnection
  private let broker: any BrokerConnection
  private let publisher: StatePublisher
  private let gateway: GatewayService
  private let commands: CommandService
  private let router: EventRouter
  private let unresolved: [WriteIntent]
  private let cut: [LedgerCommand]
  private let history: HistoryService?
  private let sink: (any HistorySink)?
  private let logger: Logger
  /// Where the age of readings is watched: a thread that nothing else can hold up. Nil for Swift's own threads.
  package var watch: ThreadExecutor?

  /// - Parameters:
  ///   - writes: caps, ledger and timed commands.
  ///   - unresolved: writes that an earlier run left open.
  ///   - ledger: what it has carried out, as far as it is known.
  ///   - history: nil when none is kept.
  ///   - sink: another place that gets it, or nil.
  ///   - instance: tells this run of the program from every other.
  package init(
    connection: any RegisterConnection, broker: any BrokerConnection, publisher: StatePublisher,
    gateway: GatewayService, discovery: DiscoverySettings? = nil, writes: WriteGuard = WriteGuard(),
    unresolved: [WriteIntent] = [], ledger: [LedgerEntry] = [], history: HistoryService? = nil,
    sink: (any HistorySink)? = nil, instance: String, logger: Logger
  ) {
    self.unresolved = unresolved
    cut = ledger.commands.filter(\.isCut)
    self.history = history
    self.sink = sink
    self.connection = connection
    self.broker = broker
    self.publisher = publisher
    self.gateway = gateway
    self.logger = logger
    commands = CommandService(
      gateway: gateway, publisher: publisher, scheme: publisher.settings.scheme, writes: writes,
      ledger: ledger, logger: logger)
    router = EventRouter(
      broker: broker, publisher: publisher, gateway: gateway, commands: commands, discovery: discovery,
      instance: instance, logger: logger)
  }

  /// Goes once through what may not stand still: who has the gateway, and who carries out commands.
  package func touch() async {
    _ = await gateway.isRead
    await commands.touch()
  }

  /// Takes a command that comes from elsewhere than the broker. It is judged and answered as if it had come from there.
  /// - Returns: false when another bridge has the gateway, or may have it; then nothing is done.
  package func submit(_ device: DeviceKey, _ field: String, _ payload: [UInt8]) -> Bool {
    guard gateway.currentUse != .none else { return false }
    commands.submit(InboundMessage(topic: publisher.settings.scheme.command(device, field), payload: payload))
    return true
  }

  /// Runs until graceful shutdown or cancellation.
  /// - Throws: ``BridgeStopped``, or what keeps the broker connection from being started.
  package func run() async throws {
    // Until it is known that no other bridge has it.
    gateway.setUse(.none)
    let isOverdue = await commands.hasUntriedEnds
    if !isOverdue { try await broker.start() }
    let reading = start(on: connection.taskExecutor) { await gateway.run() }
    let watching = start(on: watch) { [watch] in await gateway.watchFreshness(on: watch) }
    let commanding = start { await commands.run() }
    await commands.startTimers()
    let resolving =
      unresolved.isEmpty && cut.isEmpty ? nil : start { [cut] in await commands.resolve(unresolved, cut: cut) }
    let routing = start { await router.run() }
    let recording = history.map { history in start(on: history.thread) { await record(history) } }
    let sending = sink.map { sink in start(on: sink.thread) { await send(sink) } }
    var failure: (any Error)?
    if isOverdue {
      await endOverdueTimers()
      if !Task.isShuttingDownGracefully {
        do { try await broker.start() } catch { failure = error }
      }
    }
    let reason = failure == nil ? await untilTheEnd() : nil

    let beginning = ContinuousClock.now
    reading.cancel()
    watching.cancel()
    sending?.cancel()
    let saving = start { await gateway.saveLast() }
    resolving?.cancel()
    publisher.stop()
    await commands.stop()
    await ends(commanding, within: Self.commandGrace)
    // What is left waits between read-backs, and answers at once when cancelled, or hangs on the gateway.
    commanding.cancel()
    await ends(commanding, within: .milliseconds(100))
    connection.shutdown()
    await ends(commanding, within: .milliseconds(200))
    let recorded = start {
      // Who reads along goes first: SQLite clears up beside the file when its last connection goes, unless that only reads.
      if let sending { await ends(sending, within: Self.sinkGrace) }
      recording?.cancel()
      await recording?.value
    }
    await broker.stop(farewell: publisher.farewell(), within: Self.farewellLimit)
    // What commands have left to be put down comes first there.
    let kept = start { try? await ThreadExecutor.files.run {} }
    for task in [saving, kept, recorded] {
      await ends(task, within: max(.zero, Self.shutdownLimit - beginning.duration(to: .now)))
    }
    routing.cancel()
    logger.info("stopped")
    if let failure { throw failure }
    if let reason { throw BridgeStopped(description: reason) }
  }

  /// A broker can end the program: libmosquitto 2.0.11 does not stand a property that it does not know. What an earlier
  /// run has left overdue is ended before the broker gets the opportunity, unless that takes too long.
  private func endOverdueTimers() async {
    let deadline = ContinuousClock.now + Self.overdueLimit
    while await commands.hasUntriedEnds, .now < deadline, !Task.isCancelled, !Task.isShuttingDownGracefully {
      await pause(for: .milliseconds(100))
    }
  }

  private func record(_ history: HistoryService) async {
    await history.run(
      alert: { await gateway.setAlert(.history, "history.db", $0) }, notice: { publisher.historyNotice($0) })
  }

  private func send(_ sink: any HistorySink) async {
    await sink.run(
      alert: { await gateway.setAlert(.history, $0, $1) }, note: { [logger] in logger.notice("\($0)") })
  }

  /// Detached, so that it does not take copies along of what the service group has for its own tasks.
  private func start(
    on thread: (any TaskExecutor)? = nil, _ work: @escaping @Sendable () async -> Void
  ) -> Task<Void, Never> {
    Task.detached(executorPreference: thread, operation: work)
  }

  /// Waits for the graceful shutdown, or for what keeps the bridge from going on.
  private func untilTheEnd() async -> String? {
    await withGracefulShutdownHandler {
      for await reason in router.fatal { return reason }
      return nil
    } onGracefulShutdown: {
      router.endWait()
    }
  }

  /// Waits for a task, but no longer than `limit`.
  private func ends(_ task: Task<Void, Never>, within limit: Duration) async {
    try? await withTimeout(limit) { await task.value }
  }
}
