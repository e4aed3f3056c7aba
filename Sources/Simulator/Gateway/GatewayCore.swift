import RegisterIO
import Registry

/// A simulated gateway without its sockets: requests go in, answers come out, faults are applied, time is handed in.
struct GatewayCore: Sendable {
  /// What to do with a request's answer.
  struct Reply: Hashable, Sendable {
    /// What to send; empty for nothing.
    var bytes: [UInt8] = []
    /// How long to wait before that.
    var delay: Duration = .zero
    /// Whether to close the connection afterwards.
    var closes = false
  }

  var map: GatewayMap
  /// The map as it was at start, for `restore`.
  let baseline: GatewayMap
  let options: SimulatorOptions
  var counters = GatewayCounters()
  var clock: GatewayClock?
  var wire = WireFaults()
  var errors = ErrorRegister()
  var reboot: Reboot?
  /// In volts; 0 where devices take what is written.
  var voltageStep = 0.0
  var life: LivingSystem?
  /// Connections that were open when this number was raised have to be closed.
  private(set) var connectionEra = 0
  /// What clients wrote, by block key and offset (from 1), so that it survives `restore` and `reboot`.
  var journal: [Int: [Int: UInt16]] = [:]
  /// Registers that hold other words than they would, by block key and offset.
  var overrides: [Int: [Int: UInt16]] = [:]
  /// Registers that read 0x8000, with the time when that ends.
  private var busy: [Int: Duration] = [:]
  /// How long registers are busy after a write.
  var busyAfterWrite: Duration = .zero
  var schedule: [ScheduledFault]
  /// Time since start up to which everything was brought.
  private(set) var now: Duration = .zero
  private var lastRefresh: Duration?

  /// When a system without a clock begins to live: noon of a day in June 2025.
  private static let noon = 1_749_988_800.0

  init(_ image: RegisterImage, registry: Registry, options: SimulatorOptions, life: LivingSystem.Parameters? = nil) {
    map = GatewayMap(image, registry: registry)
    self.options = options
    schedule = options.faults
    clock = options.runsClock ? GatewayClock(map, isFrozen: options.freezesClock) : nil
    for name in options.writeRules == .registry ? WriteRules.writeOnlyControls : [] {
      // A dump may hold anything here, while the real thing reads 0 (application note, table 21, marked W).
      guard let control = map.placement(id: WriteRules.systemControl) else { break }
      map.set(name, bits: 0, in: control)
    }
    baseline = map
    self.life = life.map { LivingSystem(map, time: clock?.seconds ?? Self.noon, parameters: $0) }
    refresh(force: true)
  }

  // MARK: Time

  /// Brings everything to a time since start. Going back does nothing.
  mutating func advance(to time: Duration) {
    while let index = dueSchedule(at: time) {
      let fault = schedule.remove(at: index)
      if case .elapsed(let due) = fault.trigger { pass(to: max(due, now)) }
      // A scheduled action that no longer fits (its device is gone) has no one to be reported to.
      try? apply(fault.action)
    }
    pass(to: time)
    refresh(force: false)
  }

  private func dueSchedule(at time: Duration) -> Int? {
    let due = schedule.enumerated().compactMap { index, fault -> (index: Int, time: Duration)? in
      if case .elapsed(let at) = fault.trigger, at <= time { (index, at) } else { nil }
    }
    return due.min { ($0.time, $0.index) < ($1.time, $1.index) }?.index
  }

  private mutating func pass(to time: Duration) {
    guard time > now else { return }
    let seconds = (time - now).seconds * options.speed
    now = time
    clock?.advance(by: seconds)
    // A gateway whose clock stands still has stopped renewing its registers altogether.
    if clock?.isFrozen != true { life?.advance(by: seconds) }
    busy = busy.filter { $0.value > now }
    if let reboot { show(reboot) }
  }

  /// Shows the state of clock and life in the registers. Real gateways renew their registers about once a second and
  /// not at every request; a third of that is often enough here and cheap.
  mutating func refresh(force: Bool) {
    guard force || lastRefresh.map({ now - $0 >= options.refreshInterval }) ?? true else { return }
    lastRefresh = now
    clock?.show(in: &map)
    life?.show(in: &map)
    errors.show(in: &map)
    map = map.replaying(overrides)
  }

  // MARK: Requests

  /// Answers a request.
  mutating func answer(_ frame: ModbusFrame, at time: Duration) -> Reply {
    advance(to: time)
    counters.requests += 1
    let number = counters.requests
    let era = connectionEra
    runSchedule(.beforeRequest(number))
    if connectionEra != era { return Reply(closes: true) }
    if let reboot, now < reboot.downUntil { return Reply(closes: true) }
    let isWrite = [ModbusRequest.writeSingleFunction, ModbusRequest.writeMultipleFunction]
      .contains(frame.pdu.first ?? 0)
    let effects = wire.effects(isWrite: isWrite, at: now)
    var reply = Reply(delay: options.delay)
    for case .delay(let delay) in effects { reply.delay += delay }
    if effects.contains(.silence) { return Reply() }
    var answer = frame
    answer.pdu = carryOut(frame.pdu, number: number, effects: effects)
    runSchedule(.afterRequest(number))
    if connectionEra != era { return Reply(closes: true) }
    for effect in effects {
      switch effect {
      case .loseAnswer(let closing): return Reply(delay: reply.delay, closes: closing)
      case .wrongTransaction: answer.transaction ^= 0x5555
      case .cut(let count):
        reply.bytes = Array(answer.bytes.prefix(max(0, count)))
        reply.closes = true
      case .delay, .silence, .exception, .refuseInside: break
      }
    }
    if !reply.closes { reply.bytes = answer.bytes }
    return reply
  }

  private mutating func carryOut(_ pdu: [UInt8], number: Int, effects: [WireFaults.Effect]) -> [UInt8] {
    do throws(ModbusRefusal) {
      for case .exception(let exception) in effects { throw ModbusRefusal(exception) }
      switch try ModbusRequest(pdu: pdu) {
      case .read(let range): return ModbusRequest.answer(read: try read(range))
      case .write(let range, let words, let single):
        guard map.image.words(in: range) != nil else { throw ModbusRefusal(.illegalDataAddress) }
        counters.count(.init(request: number, address: range.start, words: words))
        var refusal: UInt16 = 0
        for case .refuseInside(let bits) in effects { refusal |= bits }
        write(words, range, refusedWith: refusal)
        return ModbusRequest.answer(write: range, words: words, single: single)
      }
    } catch {
      counters.exceptions += 1
      return ModbusRequest.answer(error.exception, to: pdu)
    }
  }

  private mutating func read(_ range: RegisterRange) throws(ModbusRefusal) -> [UInt16] {
    guard var words = map.image.words(in: range) else { throw ModbusRefusal(.illegalDataAddress) }
    counters.registers += range.count
    for index in words.indices where busy[range.start + index] != nil { words[index] = 0x8000 }
    return words
  }

  private mutating func write(_ words: [UInt16], _ range: RegisterRange, refusedWith refusal: UInt16) {
    errors.beginWrite()
    if refusal != 0 || errors.isLocked {
      errors.add(refusal | (errors.isLocked ? ErrorRegister.locked : 0))
    } else {
      WriteRules.write(words, at: range.start, to: &self)
    }
    if busyAfterWrite > .zero {
      for address in range.start..<range.end { busy[address] = now + busyAfterWrite }
    }
    // Shown at once: a client reads back before the next renewal.
    refresh(force: true)
  }

  private mutating func runSchedule(_ trigger: FaultTrigger) {
    for fault in schedule where fault.trigger == trigger { try? apply(fault.action) }
    schedule.removeAll { $0.trigger == trigger }
  }

  /// Counts a new connection.
  /// - Returns: False when it has to be refused.
  mutating func connectionOpened(at time: Duration) -> Bool {
    advance(to: time)
    guard !options.isSingleClient || counters.open == 0 else {
      counters.refused += 1
      return false
    }
    counters.connections += 1
    counters.open += 1
    return true
  }

  mutating func connectionClosed() {
    counters.open -= 1
  }

  /// Has every connection that is open now closed.
  mutating func closeConnections() {
    connectionEra += 1
  }

  mutating func endBusy() {
    busy = [:]
    busyAfterWrite = .zero
  }
}

extension Duration {
  /// The duration as a count of seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
