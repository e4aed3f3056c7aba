package import Derived
import FieldCodec
import Foundation
package import Logging
package import Mate3
package import RegisterIO
package import Registry

/// Reads one gateway: scan, poll, compare, decode, hand on; and says which of its devices are fresh.
///
/// It works on its connection's thread, so that a cycle costs one wake-up. What must be known without waiting for that
/// thread, the publisher knows.
package actor GatewayService {
  package nonisolated var unownedExecutor: UnownedSerialExecutor { connection.unownedExecutor }

  let settings: PollSettings
  let registry: Registry
  let names: DeviceNames
  let connection: GuardedConnection
  let publisher: StatePublisher
  nonisolated let live: LiveSystem
  let validator: CommandValidator
  let logger: Logger

  var image: SystemImage?
  var pins: PinBook
  let storePins: @Sendable (PinBook) throws -> Void
  /// The pins as they are on disk.
  var keptPins: [PinKey: Pin]
  /// When pins whose counters alone have risen are kept.
  var pinsDue = ContinuousClock.now + pinsInterval
  let checkFiles: @Sendable () -> [String: String]
  /// Why nothing at all is written, because the state on disk can't be relied on.
  var statesProblem: String?
  let keepEnergies: @Sendable (DailyEnergies) throws -> Void
  var unsaved = Unsaved()
  var saving: Task<Void, Never>?
  var alerts: [BridgeAlert.Kind: [String: BridgeAlert]] = [:]
  var size: ReadSize
  private let startDelay: Duration
  /// Where the last scan, or one of an earlier run, found the end of the map.
  var expectedEnd: Int?
  let saveEnd: @Sendable (Int) throws -> Void
  /// When the last scan began that saw who is there; nil before the first.
  var seenSince: ContinuousClock.Instant?
  /// False from the moment a header differed until a scan has found the new layout.
  var isLayoutValid = false
  /// Slots whose state commands that are not finished hold.
  var held = CountedSet<Int>() {
    didSet { heldMeanwhile?.formUnion(held.elements) }
  }
  /// Slots that were held at any time since the scan under way began; nil while there is none.
  var heldMeanwhile: Set<Int>?
  var times: [PlacedTime] = []
  var schedules: [PlacedSchedule] = []
  var schedule: PollSchedule
  var clockWatch = ClockWatch()
  var clockDrift = ClockDrift()
  /// Addresses of the gateway's clock in the layout, in a fixed order.
  var clockAddresses: [Int] = []
  var infoDue: ContinuousClock.Instant
  var lastReadTimes: [IntervalClass: Date] = [:]
  /// Since when the gateway could not be read.
  var silentSince: ContinuousClock.Instant?
  var hasWarnedOfSilence = false
  /// When a poll has last noted that the counters of a group stand still.
  var unchangedNoted: [Int: ContinuousClock.Instant] = [:]
  var counters = GatewayCounters()
  var plans: [Set<IntervalClass>: [RegisterRange]] = [:]
  let wish = ScanWish()
  var undone = UndoneWrites()
  let attempts = Attempts()
  var refusals = Refusals()
  var backoff: Backoff
  private var layoutBackoff: Backoff
  private var lastLayoutChange: ContinuousClock.Instant?
  var evidenceScans = EvidenceScans()
  /// Whether a scan was made only to confirm what the one before it saw.
  var isConfirming = false
  var search = Search()
  /// Where a chain without an end block was last reported to break off, and where the last walk did.
  var reportedCut: Int?
  var lastBreakOff: Int?

  package init(
    settings: PollSettings, registry: Registry, names: DeviceNames = DeviceNames(),
    policy: CommandPolicy = CommandPolicy(), identity: IdentityState = IdentityState(),
    energies: DailyEnergies = DailyEnergies(),
    keepEnergies: @escaping @Sendable (DailyEnergies) throws -> Void = { _ in }, connection: any RegisterConnection,
    publisher: StatePublisher, discovery: DiscoverySettings? = nil,
    startDelay: Duration = .zero, logger: Logger
  ) {
    pins = identity.pins
    storePins = identity.save
    expectedEnd = identity.mapEnd
    saveEnd = identity.saveMapEnd
    statesProblem = identity.problem
    keptPins = identity.pins.pins
    checkFiles = identity.check
    self.keepEnergies = keepEnergies
    self.settings = settings
    self.registry = registry
    self.names = names
    self.connection = GuardedConnection(connection)
    self.publisher = publisher
    live = LiveSystem(
      publisher: publisher, settings: settings,
      discovery: discovery.map {
        DiscoveryState(
          settings: $0, policy: policy, version: publisher.version, scheme: publisher.settings.scheme, logger: logger)
      }, energies: energies)
    self.startDelay = startDelay
    self.logger = logger
    validator = CommandValidator(policy: policy, registry: registry)
    size = ReadSize(configured: settings.maxRead)
    infoDue = connection.now
    schedule = PollSchedule(settings: settings, startingAt: connection.now)
    backoff = Backoff(settings: settings)
    layoutBackoff = Backoff(settings: settings)
  }

  nonisolated var now: ContinuousClock.Instant { connection.now }

  /// Scans and polls until the task is cancelled.
  package func run() async {
    saveLater(.check)
    await pause(startDelay)
    while !Task.isCancelled {
      guard currentUse != .none else {
        await rest()
        continue
      }
      do {
        if !isLayoutValid || wish.isMade(at: now) { try await scan() }
        try await poll()
      } catch let change as LayoutChange {
        layoutChanged(change)
        await backOff(layoutBackoff.advance())
      } catch {
        if Task.isCancelled || error is CancellationError { break }
        // It was taken from this bridge, and has not failed.
        if currentUse == .none { continue }
        await unreachable(error)
        await backOff(backoff.advance())
        schedule.makeAllDue(at: now)
      }
    }
    attempts.close()
  }

  /// Whether a scan has succeeded since the start.
  var isRead: Bool { image != nil }

  /// Whether the first scan is still under way, and has not failed.
  var isBeingFound: Bool { image == nil && silentSince == nil }

  /// Has the chain walked again before the next cycle.
  nonisolated package func rescan() {
    wish.make()
    connection.wake()
  }

  /// As ``rescan()``, but not more often than the gateway can bear.
  /// - Returns: false when such a scan was asked for just now, so that this one has to wait.
  nonisolated package func rescanForUser() -> Bool {
    // Also for one that has to wait: so that the wait for the next cycle ends in time.
    defer { connection.wake() }
    return wish.makeForUser(at: connection.now)
  }

  private func poll() async throws {
    while isLayoutValid, !wish.isMade(at: now) {
      let wanted = [schedule.nextLive, wish.due, attempts.due(at: now), search.due].compactMap(\.self)
      await pause(until: wanted.min() ?? schedule.nextLive)
      try Task.checkCancellation()
      let now = self.now
      if wish.isMade(at: now) || currentUse == .none || !isLayoutValid { return }
      if evidenceScans.isDue(at: now) || search.due.map({ $0 <= now }) ?? false {
        wish.make()
        return
      }
      let isWanted = attempts.due(at: now).map { $0 <= now } ?? false
      // Woken for a scan that has to wait: no reason for a cycle out of turn.
      guard schedule.nextLive <= now || isWanted else { continue }
      try await cycle(schedule.begin(at: now))
      if !settings.keepsConnection || currentUse == .shared { await connection.disconnect() }
    }
  }

  private func layoutChanged(_ change: LayoutChange) {
    let now = self.now
    // One that stood for a while may change again at once.
    if lastLayoutChange.map({ $0.duration(to: now) > .seconds(60) }) ?? false { layoutBackoff.reset() }
    lastLayoutChange = now
    isLayoutValid = false
    expectedEnd = nil
    live.readingFailed(at: now)
    search.begin(every: settings.live, at: now)
    publisher.publish(event: BridgeEvent(.layoutChanged, "\(change.message); the gateway is scanned again"))
  }

  func pause(_ duration: Duration) async { await pause(until: now + duration) }

  /// Waits before the gateway is tried again. A wish to scan does not cut this short: who does not answer is not to be
  /// asked more often.
  private func backOff(_ duration: Duration) async {
    let deadline = now + duration
    let use = currentUse
    while !Task.isCancelled, use != .none, currentUse == use {
      let end = min(deadline, attempts.due(at: now) ?? deadline)
      guard end > now else { return }
      await pause(until: end)
    }
  }

  private func pause(until deadline: ContinuousClock.Instant) async {
    guard deadline > now else { return }
    await connection.sleep(until: deadline)
  }
}

/// What the reading of a gateway has cost since the start.
package struct GatewayCounters: Sendable, Hashable, Encodable {
  package var cycles = 0
  package var requests = 0
  package var registers = 0
  package var refusedReads = 0
  package var failures = 0

  /// Counts a request.
  mutating func note(_ range: RegisterRange) {
    requests += 1
    registers += range.count
  }

  enum CodingKeys: String, CodingKey {
    case cycles, requests, registers, failures
    case refusedReads = "refused_reads"
  }
}
