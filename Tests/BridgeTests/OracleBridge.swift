import FieldCodec
import Foundation
import Mate3
import RegisterIO
import Registry
import TestSupport
import Topics

@testable import Bridge
@testable import Mate3

/// The parts of the bridge put together as its services put them, in a time that does not pass by itself.
struct OracleBridge {
  /// What is on disk, and how well that works.
  struct Disk {
    var pins: [Pin]?
    var timers: [TimedCommand] = []
    var ledger: [LedgerEntry] = []
    var takesPins = true
    var takesTimers = true
    var takesBegin = true
    var takesEnd = true

    var hasEarlierRun: Bool { !ledger.isEmpty || !timers.isEmpty }
    var works: Bool { takesPins && takesTimers && takesBegin && takesEnd }
  }

  /// A write between its preparation and its end.
  struct Job {
    /// Nil for the end of a timed command.
    let command: OracleCommand?
    let ending: TimedCommand?
    let payload: CommandPayload?
    let wish: TimerBook.Wish?
    /// Of one of several settings.
    var several: WriteIntent.Several?
    let token = UUID()
    let received: Int
    var procedure: WriteProcedure
    var note: WriteCaps.Note?
    var number: Int?
    var due = 0.0

    var request: WriteRequest { procedure.request }
  }

  static let registry: Registry = {
    do { return try Registry.embedded() } catch { preconditionFailure("\(error)") }
  }()
  static let caps = WriteCaps.Settings(fieldPerDay: 3, devicePerDay: 4, gatewayPerDay: 7)
  private static let start = ContinuousClock.now
  private static let limits: CommandPolicy.Bounds = {
    CommandPolicy.Bounds(minimum: ScaledDecimal("40"), maximum: ScaledDecimal("66"))
  }()

  let validator: CommandValidator
  var book = PinBook()
  var layout: SystemLayout?
  var image: SystemImage?
  /// The words of the last scan and the polls since, from 40000 on.
  var words: [UInt16?] = []
  private(set) var images: [[Int]: SystemImage] = [:]
  var caps = WriteCaps(Self.caps)
  private(set) var timers = TimerBook()
  var answers = AnswerMemory()
  var jobs: [Job] = []
  /// Commands of several settings under way, by their numbers.
  var sets: [Int: SettingsJob] = [:]
  var released: [(key: DeviceKey, range: RegisterRange, received: Int)] = []
  private var retryAt: [String: (at: Double, failures: Int)] = [:]
  var received = 0
  var disk = Disk()
  var isAnswering = false
  var wantsScan = true

  init() {
    validator = CommandValidator(
      policy: CommandPolicy(
        classes: [.operational, .setpoint],
        limits: [
          "charge_controller_configuration.absorb_volts": Self.limits,
          "radian_inverter_configuration.absorb_volts": Self.limits,
          "charge_controller_configuration.float_volts": Self.limits,
        ]), registry: Self.registry)
  }

  static func instant(_ world: OracleWorld) -> ContinuousClock.Instant { start + .seconds(world.now) }

  static func look(_ world: OracleWorld) -> LookTime {
    LookTime(wall: Date(timeIntervalSince1970: world.wall), clock: instant(world))
  }

  static func machine(_ world: OracleWorld) -> MachineTime {
    MachineTime(sinceBoot: world.now, bootID: "boot", wall: Date(timeIntervalSince1970: world.wall))
  }

  // MARK: Scan and poll

  /// - Returns: whether the scan was complete.
  mutating func scan(_ wire: inout OracleWire) -> Bool {
    wire.begin()
    var walk = ChainWalk(registry: Self.registry, limit: 100)
    do {
      while case .read(let range) = try walk.next() {
        switch wire.read(range) {
        case .words(let words): walk.receive(words, from: range)
        case .failed(let error):
          if !error.isWireFailure {
            if walk.expectNothing() { continue }
            if range.count > 8 {
              walk.lower(limit: range.count / 2, afterRefused: range)
              continue
            }
          }
          isAnswering = isAnswering && !error.isWireFailure
          return false
        case .written: return false
        }
      }
    } catch {
      return false
    }
    isAnswering = true
    wantsScan = false
    let layout = walk.layout(registry: Self.registry, names: DeviceNames())
    self.layout = layout
    let shape = layout.blocks.flatMap { [Int($0.definition.did), $0.length, $0.key.port] }
    let image = images[shape] ?? SystemImage(layout: layout)
    images[shape] = image
    self.image = image
    words = (40000..<layout.end + 2).map(walk.word)
    let known = book
    _ = book.observe(layout, at: Self.look(wire.world)) { [words] in word($0, in: words) }
    savePins(ifNot: known)
    return true
  }

  /// Reads the counters, as a poll does.
  mutating func poll(_ wire: inout OracleWire) -> Bool {
    guard let layout, !words.isEmpty else { return false }
    var changed: [PlacedBlock] = []
    var unchanged: [PlacedBlock] = []
    wire.begin()
    for block in layout.blocks where block.definition.fields.contains(where: { $0.evidence == .grows }) {
      guard let range = block.range else { continue }
      guard case .words(let read) = wire.read(range) else {
        wantsScan = true
        isAnswering = false
        return false
      }
      isAnswering = true
      let old = (range.start..<range.end).map { word($0, in: words) }
      guard read.prefix(3).elementsEqual(old.prefix(3), by: { $0 == $1 }) else {
        wantsScan = true
        return false
      }
      if read.elementsEqual(old, by: { $0 == $1 }) { unchanged.append(block) } else { changed.append(block) }
      for (index, word) in read.enumerated() { words[range.start - 40000 + index] = word }
    }
    let known = book
    let look = Self.look(wire.world)
    if !changed.isEmpty, !book.follow(changed, in: layout, at: look, word: { [words] in word($0, in: words) }) {
      wantsScan = true
    } else {
      book.noteUnchanged(unchanged, at: look, word: { [words] in word($0, in: words) })
    }
    savePins(ifNot: known)
    return !wantsScan
  }

  private mutating func savePins(ifNot known: PinBook) {
    if book.pins != known.pins || disk.pins == nil { savePins() }
  }

  mutating func savePins() {
    if disk.takesPins, !book.pins.isEmpty { disk.pins = Array(book.pins.values) }
  }

  /// As the bridge does when a disk works again.
  mutating func saveAll() {
    savePins()
    disk.timers = timers.timers
  }

  // MARK: A command

  /// What the command is answered with, or nil when it is still being verified.
  mutating func command(_ command: OracleCommand, _ wire: inout OracleWire, _ oracle: inout SafetyOracle)
    -> WriteOutcome?
  {
    received += 1
    let payload = CommandPayload(
      text: command.text, id: command.id, expiresAt: command.expiresAt.map(Date.init(timeIntervalSince1970:)),
      isDryRun: command.isDryRun, forSeconds: command.forSeconds, then: command.then)
    let isRelease = command.isRelease && !command.isDryRun
    var job: Job
    do throws(CommandRefusal) {
      if !isRelease, !command.isDryRun,
        try answers.answer(command.topic, payload, at: Self.instant(wire.world)) != nil
      {
        return WriteOutcome(.rejected, .idUsed, "the first answer again")
      }
      if let end = command.expiresAt, end <= wire.world.wall { throw CommandRefusal(.expired, "expired") }
      if isRelease, !isAnswering || image == nil || wantsScan { _ = oracle.scan(&self, &wire) }
      guard isAnswering, let image else { throw CommandRefusal(.gatewayOffline, "offline") }
      let request = try prepare(command, payload, image, wire.world)
      if !isRelease {
        guard !isBusy(request.block.key) else { throw CommandRefusal(.busy, "busy") }
        if released.contains(where: { isAfter($0, request, received) }) { throw CommandRefusal(.superseded, "") }
        if let refusal = capRefusal(request, wire.world) { throw refusal }
        if payload.forSeconds != nil, let refusal = timers.refusal(for: request) { throw refusal }
      }
      let generation = book.pins[PinKey(request.block)]?.generation
      let wish = payload.forSeconds.map {
        TimerBook.Wish(seconds: $0, then: payload.then, id: payload.id, generation: generation)
      }
      job = Job(
        command: command, ending: nil, payload: payload, wish: wish, received: received,
        procedure: WriteProcedure(request))
    } catch {
      return WriteOutcome(.rejected, error.code, error.reason)
    }
    let outcome = drive(&job, &wire, &oracle)
    if isRelease, outcome?.status != .rejected {
      released.append((job.request.block.key, job.request.range, received))
    }
    return outcome
  }

  private func prepare(
    _ command: OracleCommand, _ payload: CommandPayload, _ image: SystemImage, _ world: OracleWorld
  ) throws(CommandRefusal) -> WriteRequest {
    let device = DeviceKey(name: command.field.device, port: command.port)
    let look = Self.look(world)
    var request = try validator.request(
      device: device, field: command.field.name, text: payload.text, isDryRun: payload.isDryRun, image: image,
      pins: book, limit: 100, at: look)
    if let then = payload.then {
      try validator.checkEnd(
        then, of: request, named: command.field.name, image: image, pins: book, limit: 100, at: look)
    } else if payload.forSeconds != nil, !request.field.access.isReadable {
      throw CommandRefusal(.badPayload, "then is missing")
    }
    if payload.forSeconds != nil { request.end = payload.then.map { .value($0) } ?? .before }
    return request
  }

  func isAfter(
    _ release: (key: DeviceKey, range: RegisterRange, received: Int), _ request: WriteRequest, _ received: Int
  ) -> Bool {
    release.key == request.block.key && release.range.start < request.range.end
      && request.range.start < release.range.end && release.received > received
  }

  mutating func capRefusal(_ request: WriteRequest, _ world: OracleWorld) -> CommandRefusal? {
    let key = PinKey(request.block)
    let scale = request.scale.flatMap { word($0.start, in: words) }
    if let words = try? request.field.encode(request.text, scaleWord: scale),
      caps.restores(words, key, request.field.name)
    {
      return nil
    }
    return caps.refusal(
      key, request.field.name, isOperational: request.isOperational, at: Date(timeIntervalSince1970: world.wall))
  }

  // MARK: The write

  /// Has a job go on as far as it can.
  mutating func drive(_ job: inout Job, _ wire: inout OracleWire, _ oracle: inout SafetyOracle) -> WriteOutcome? {
    let job0 = job
    while true {
      wire.begin()
      var step = job.procedure.next(.begin)
      inner: while true {
        switch step {
        case .read(let range):
          switch wire.read(range) {
          case .words(let words): step = job.procedure.next(.read(words))
          case .failed(let error): step = job.procedure.next(.failed(error))
          case .written: return nil
          }
        case .write(let words, let address):
          if let refusal = begin(&job, words, wire.world) {
            job.procedure.abandon(refusal)
            step = .finish
            continue
          }
          switch wire.write(words, at: address, { oracle.saw($1, &$0, of: job0) }) {
          case .written: step = job.procedure.next(.written)
          case .failed(let error): step = job.procedure.next(.failed(error))
          case .words: return nil
          }
        case .pause(.zero): break inner
        case .pause(let duration):
          job.due = wire.world.now + duration / .seconds(1)
          jobs.append(job)
          return nil
        case .finish:
          finish(job, job.procedure.outcome, wire.world)
          return job.procedure.outcome
        }
      }
    }
  }

  /// Goes on with what has waited long enough.
  mutating func resume(_ wire: inout OracleWire, _ oracle: inout SafetyOracle) {
    while let index = jobs.firstIndex(where: { $0.due <= wire.world.now }) {
      var job = jobs.remove(at: index)
      if job.ending == nil, released.contains(where: { isAfter($0, job.request, job.received) }) {
        let outcome = job.procedure.superseded()
        finish(job, outcome, wire.world)
        oracle.judge(outcome, of: job, &wire)
        oracle.keep(disk)
        goOn(after: job, outcome, &wire, &oracle)
      } else if let outcome = drive(&job, &wire, &oracle) {
        oracle.judge(outcome, of: job, &wire)
        ended(job, outcome, wire.world)
        oracle.keep(disk)
        goOn(after: job, outcome, &wire, &oracle)
      }
    }
    released.removeAll { received - $0.received > 8 }
  }

  private mutating func begin(_ job: inout Job, _ words: [UInt16], _ world: OracleWorld) -> CommandRefusal? {
    let request = job.request
    if let end = job.command?.expiresAt, end <= world.wall { return CommandRefusal(.expired, "expired") }
    let mustGoAhead = request.isRelease || job.ending != nil
    if job.ending != nil, !timers.isStanding(job.ending) { return CommandRefusal(.superseded, "cancelled") }
    let key = PinKey(request.block)
    let isFree = mustGoAhead || caps.restores(words, key, request.field.name)
    let now = Date(timeIntervalSince1970: world.wall)
    if !isFree,
      let refusal = caps.refusal(key, request.field.name, isOperational: request.isOperational, at: now)
    {
      return refusal
    }
    let intent = WriteIntent(
      number: disk.ledger.count, at: Date(timeIntervalSince1970: world.wall),
      origin: job.ending == nil ? .command : .revert, who: job.command?.topic ?? "timed command", id: job.command?.id,
      asked: job.command?.several.flatMap { sets[$0.number]?.payload.asked } ?? job.payload?.asked, block: key,
      field: request.field.name, address: request.range.start,
      before: job.procedure.outcome.before, words: words, evidence: [], isFree: isFree,
      several: job.several)
    if let wish = job.wish {
      do throws(CommandRefusal) {
        try timers.arm(
          wish, of: job.token, request, before: job.procedure.outcome.beforeText, words: words,
          at: Self.machine(world))
      } catch {
        if !mustGoAhead { return error }
      }
    }
    job.note = caps.note(intent, isOperational: request.isOperational)
    if disk.takesBegin, job.wish == nil || disk.takesTimers {
      if job.wish != nil { disk.timers = timers.timers }
      disk.ledger.append(.intent(intent))
      job.number = intent.number
    } else if !mustGoAhead {
      timers.disarm(job.token)
      if let note = job.note { caps.takeBack(note) }
      job.note = nil
      return CommandRefusal(.stateUnwritable, "the disk is full")
    }
    return nil
  }

  mutating func finish(_ job: Job, _ outcome: WriteOutcome, _ world: OracleWorld) {
    let known = book
    switch outcome.code {
    case .identityMismatch: wantsScan = true
    case .identityChangedDuringWrite:
      wantsScan = true
      book.distrust(job.request.block, after: outcome)
    default: break
    }
    if outcome.status == .accepted { book.repin(job.request.field, of: job.request.block, words: outcome.read) }
    savePins(ifNot: known)
    if outcome.status == .rejected, let note = job.note { caps.takeBack(note) }
    if job.ending == nil, !job.request.isDryRun {
      let before = timers.timers
      _ = timers.finish(job.wish, of: job.token, job.request, outcome, at: Self.machine(world))
      if timers.timers != before, disk.takesTimers { disk.timers = timers.timers }
    }
    if let number = job.number, disk.takesEnd {
      let line = WriteEnd(
        number: number, at: Date(timeIntervalSince1970: world.wall), status: outcome.status.rawValue,
        code: outcome.code.rawValue, read: outcome.read)
      disk.ledger.append(.end(line))
      if let set = job.command?.several?.number { sets[set]?.line = line }
    }
    if let command = job.command, command.several == nil, outcome.status != .rejected, !job.request.isDryRun {
      answers.keep([], command.topic, command.id, asked: job.payload?.asked ?? "", at: Self.instant(world))
    }
  }

  // MARK: Timed commands

  /// Ends the timed commands whose time is over, as far as they may be tried again.
  mutating func endTimers(_ wire: inout OracleWire, _ oracle: inout SafetyOracle) {
    for timer in timers.timers
    where timer.remaining(at: Self.machine(wire.world)) <= 0 && retryAt[timer.name]?.at ?? 0 <= wire.world.now {
      guard isAnswering, let image else {
        retryAt[timer.name] = (wire.world.now + 1, retryAt[timer.name]?.failures ?? 0)
        continue
      }
      var job: Job
      do throws(CommandRefusal) {
        let request = try validator.revert(
          timer, image: image, pins: book, limit: 100, at: Self.look(wire.world))
        guard !isBusy(request.block.key) else {
          retryAt[timer.name] = (wire.world.now + 1, retryAt[timer.name]?.failures ?? 0)
          continue
        }
        job = Job(
          command: nil, ending: timer, payload: nil, wish: nil, received: received, procedure: WriteProcedure(request))
      } catch {
        over(timer, WriteOutcome(.rejected, error.code, error.reason), wire.world)
        continue
      }
      if let outcome = drive(&job, &wire, &oracle) {
        oracle.judge(outcome, of: job, &wire)
        ended(job, outcome, wire.world)
        oracle.keep(disk)
      }
    }
  }

  private mutating func ended(_ job: Job, _ outcome: WriteOutcome, _ world: OracleWorld) {
    if let timer = job.ending { over(timer, outcome, world) }
  }

  private mutating func over(_ timer: TimedCommand, _ outcome: WriteOutcome, _ world: OracleWorld) {
    switch (outcome.status, outcome.code) {
    case (.accepted, _), (.unchanged, _), (_, .superseded):
      _ = timers.drop(timer)
      retryAt[timer.name] = nil
      if disk.takesTimers { disk.timers = timers.timers }
    case (_, .gatewayOffline):
      _ = timers.fail(timer, outcome.reason)
      retryAt[timer.name] = (world.now + 1, retryAt[timer.name]?.failures ?? 0)
    default:
      _ = timers.fail(timer, outcome.reason)
      let failures = (retryAt[timer.name]?.failures ?? 0) + 1
      retryAt[timer.name] = (world.now + Double(min(5 << min(failures - 1, 4), 60)), failures)
    }
  }

  // MARK: Restart

  /// Stops and starts again with what is on disk.
  mutating func restart(isKilled: Bool, _ wire: inout OracleWire, _ oracle: inout SafetyOracle) throws {
    for job in jobs {
      let outcome = job.procedure.interrupted()
      if !isKilled { finish(job, outcome, wire.world) }
      oracle.judge(outcome, of: job, &wire)
      if let set = job.command?.several?.number { note(outcome, of: job, in: set) }
    }
    stopSets(isKilled: isKilled, &wire, &oracle)
    let disk = self.disk
    self = OracleBridge(keeping: images)
    self.disk = disk
    let pins = try JSONDecoder().decode([Pin].self, from: JSONEncoder().encode(disk.pins ?? []))
    let isLost = disk.pins == nil && disk.hasEarlierRun
    book = PinBook(pins: pins, lost: isLost ? "the pins are gone though the ledger tells of an earlier run" : nil)
    timers = TimerBook(try JSONDecoder().decode([TimedCommand].self, from: JSONEncoder().encode(disk.timers)))
    let unsent = disk.ledger.compactMap { entry -> Int? in
      if case .end(let end) = entry, end.status == "rejected" { end.number } else { nil }
    }
    for case .intent(let intent) in disk.ledger where !unsent.contains(intent.number) {
      let field = Self.registry.block(named: intent.block.block)?.target(intent.field)
      let value = field?.rawNumber(intent.words).map { Int($0) }
      caps.note(
        intent,
        isOperational: (value.map { field?.command?.commandClass(of: $0) } ?? field?.command?.standard) == .operational)
    }
    answers.recall(
      disk.ledger, at: Date(timeIntervalSince1970: wire.world.wall), clock: Self.instant(wire.world))
  }

  init(keeping images: [[Int]: SystemImage]) {
    self.init()
    self.images = images
  }
}

private func word(_ address: Int, in words: [UInt16?]) -> UInt16? {
  words.indices.contains(address - 40000) ? words[address - 40000] : nil
}
