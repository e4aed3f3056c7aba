public import Derived
import FieldCodec
import Foundation
public import Logging
public import Mate3
public import RegisterIO
public import Registry
import Synchronization

/// Reads one gateway: scan, poll, compare, decode, hand on; and says which of its devices are fresh.
///
/// It works on its connection's thread, so that a cycle costs one wake-up. What must be known without waiting for that
/// thread is in ``Freshness``.
public actor GatewayService {
  public nonisolated var unownedExecutor: UnownedSerialExecutor { connection.unownedExecutor }

  let settings: PollSettings
  let registry: Registry
  let names: DeviceNames
  let connection: any RegisterConnection
  let publisher: StatePublisher
  let discovery: DiscoveryService?
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
  /// False from the moment a header differed until a scan has found the new layout.
  var isLayoutValid = false
  var held = CountedSet<Int>()
  var times: [PlacedTime] = []
  var schedule: PollSchedule
  var clockWatch = ClockWatch()
  /// Addresses of the gateway's clock in the layout, in a fixed order.
  var clockAddresses: [Int] = []
  let freshness: Freshness
  var infoDue = ContinuousClock.now
  var lastReadTimes: [IntervalClass: Date] = [:]
  var isSilent = false
  var counters = GatewayCounters()
  var plans: [Set<IntervalClass>: [RegisterRange]] = [:]
  let wish = ScanWish()
  let use = Mutex(GatewayUse.kept)
  var undone = UndoneWrites()
  private var backoff = Backoff()
  var evidenceScans = EvidenceScans()
  /// Whether a scan was made only to confirm what the one before it saw.
  var isConfirming = false
  /// When to look again for pinned devices that the last scan did not see, and how long to wait after that.
  var searchAt: ContinuousClock.Instant?
  var searchInterval: Duration = .seconds(10)

  public init(
    settings: PollSettings, registry: Registry, names: DeviceNames = DeviceNames(),
    policy: CommandPolicy = CommandPolicy(), identity: IdentityState = IdentityState(),
    keepEnergies: @escaping @Sendable (DailyEnergies) throws -> Void = { _ in }, connection: any RegisterConnection,
    publisher: StatePublisher, discovery: DiscoveryService? = nil,
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
    self.connection = connection
    self.publisher = publisher
    self.discovery = discovery
    self.startDelay = startDelay
    self.logger = logger
    validator = CommandValidator(policy: policy, registry: registry)
    freshness = Freshness(settings: settings)
    size = ReadSize(configured: settings.maxRead)
    schedule = PollSchedule(settings: settings, startingAt: .now)
  }

  /// Scans and polls until the task is cancelled.
  public func run() async {
    saveLater(.check)
    await pause(startDelay)
    while !Task.isCancelled {
      guard currentUse != .none else {
        await rest()
        continue
      }
      do {
        if !isLayoutValid || wish.isMade() { try await scan() }
        try await poll()
      } catch is CancellationError {
        return
      } catch let change as LayoutChange {
        await layoutChanged(change)
        await pause(min(settings.live, .seconds(1)))
      } catch {
        if Task.isCancelled { return }
        await unreachable(error)
        await backOff()
        schedule.makeAllDue()
      }
    }
  }

  /// Whether a scan has succeeded since the start.
  var isRead: Bool { image != nil }

  /// Has the chain walked again before the next cycle.
  nonisolated public func rescan() {
    wish.make()
    connection.wake()
  }

  /// Has the gateway tried at once, for a command that makes the system safer.
  nonisolated func tryNow() { rescan() }

  /// As ``rescan()``, but not more often than the gateway can bear.
  /// - Returns: false when such a scan was asked for just now, so that this one has to wait.
  nonisolated public func rescanForUser(at now: ContinuousClock.Instant = .now) -> Bool {
    // Also for one that has to wait: so that the wait for the next cycle ends in time.
    defer { connection.wake() }
    return wish.makeForUser(at: now)
  }

  private func poll() async throws {
    while !wish.isMade() {
      await pause(until: min(schedule.nextLive, wish.due ?? schedule.nextLive))
      try Task.checkCancellation()
      if wish.isMade() || currentUse == .none { return }
      let now = ContinuousClock.now
      if evidenceScans.isDue(at: now) || searchAt.map({ $0 <= now }) ?? false {
        wish.make()
        return
      }
      // Woken for a scan that has to wait: no reason for a cycle out of turn.
      if schedule.nextLive > now { continue }
      try await cycle(schedule.begin(at: .now))
      if !settings.keepsConnection || currentUse == .shared { await connection.disconnect() }
    }
  }

  private func cycle(_ due: Set<IntervalClass>) async throws {
    guard image != nil else { return }
    image?.beginCycle()
    do {
      var rest = plan(due)[...]
      while !rest.isEmpty {
        try Task.checkCancellation()
        rest = rest.dropFirst(try await fetch(rest))
      }
    } catch let error as RegisterError {
      if error.code == .timedOut || error.code == .badReply {
        size.noteSilence()
        plans = [:]
      }
      throw error
    }
    size.noteGoodCycle()
    backoff.reset()
    try image?.checkHeaders()
    let now = ContinuousClock.now
    guard let (changes, groups) = image?.commit(holding: held.elements) else { return }
    counters.cycles += 1
    if takeEvidence(changes, read: groups) { evidenceScans.want(at: now) }
    if let image, !changes.isEmpty {
      // Before the values, so that no entity shows what it does not know.
      discovery?.changed(changes, image)
      publishTimes(after: changes)
      publisher.apply(changes)
    }
    await completed(groups, at: now)
  }

  /// Reads ranges of the plan in one transaction, which a waiting command ends after the range under way.
  /// - Returns: how many ranges are done with, at least one.
  private func fetch(_ ranges: ArraySlice<RegisterRange>) async throws -> Int {
    let (read, failure) = try await connection.transact { exchange in
      var read: [[UInt16]] = []
      do {
        for range in ranges {
          read.append(try await exchange.read(range))
          if exchange.isAwaited || Task.isCancelled { break }
        }
        return (read, RegisterError?.none)
      } catch let error as RegisterError {
        return (read, error)
      }
    }
    for (range, words) in zip(ranges, read) {
      counters.note(range)
      image?.take(words, from: range)
    }
    guard let failure else { return read.count }
    let refused = ranges[ranges.startIndex + read.count]
    counters.note(refused)
    if failure.isWireFailure { throw failure }
    _ = try await fetchInPieces(refused, failure)
    return read.count + 1
  }

  /// Reads a range that the gateway has refused in smaller pieces. What it refuses even so is left out, and with it the
  /// groups that need it.
  /// - Returns: whether all of it was read.
  private func fetchInPieces(_ range: RegisterRange, _ refusal: RegisterError) async throws -> Bool {
    guard let smaller = size.smaller(than: range.count), let whole = image?.map.whole else {
      counters.refusedReads += 1
      logger.debug("a read was refused", metadata: ["registers": "\(range)", "reason": "\(refusal)"])
      return false
    }
    var isWhole = true
    for piece in ReadPlan.requests(for: [range], keepingWhole: whole, limit: smaller) {
      do {
        image?.take(try await request(piece), from: piece)
      } catch let error as RegisterError where !error.isWireFailure {
        if try await !fetchInPieces(piece, error) { isWhole = false }
      }
    }
    // Where the pieces were refused too, size was not the cause.
    let isSize = refusal.code == .exception(.illegalDataAddress) || refusal.code == .exception(.illegalDataValue)
    if isWhole, isSize, smaller < size.current {
      logger.notice(
        "the gateway refuses requests of \(range.count) registers; smaller ones are used",
        metadata: ["registers": "\(smaller)"])
      size.remember(smaller)
      plans = [:]
    }
    return isWhole
  }

  private func request(_ range: RegisterRange) async throws -> [UInt16] {
    counters.note(range)
    return try await connection.transact { try await $0.read(range) }
  }

  private func plan(_ due: Set<IntervalClass>) -> [RegisterRange] {
    if let plan = plans[due] { return plan }
    let plan = image?.map.requests(due, limit: size.current) ?? []
    plans[due] = plan
    return plan
  }

  /// Waits; a wish to scan cuts it short.
  func pause(_ duration: Duration) async { await pause(until: .now + duration) }

  /// Waits before the gateway is tried again. A wish to scan does not cut this short: who does not answer is not to be
  /// asked more often.
  private func backOff() async {
    let deadline = ContinuousClock.now + backoff.take()
    let use = currentUse
    while !Task.isCancelled, deadline > .now, currentUse == use { await pause(until: deadline) }
  }

  private func pause(until deadline: ContinuousClock.Instant) async {
    guard deadline > .now else { return }
    await connection.sleep(until: deadline)
  }
}

/// What the reading of a gateway has cost since the start.
public struct GatewayCounters: Sendable, Hashable, Encodable {
  public var cycles = 0
  public var requests = 0
  public var registers = 0
  public var refusedReads = 0
  public var failures = 0

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
