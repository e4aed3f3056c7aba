import Foundation
import RegisterIO
import Registry
import Synchronization
import TestSupport
import Testing

@testable import Mate3

/// Randomised commands, swaps, replacements, reboots, lost answers and restarts against a model that knows which piece
/// of hardware is where. `MATE3_SEQUENCES` and `MATE3_SEED` set how many and which.
@Suite struct SafetyModelTests {
  static let sequences = ProcessInfo.processInfo.environment["MATE3_SEQUENCES"].flatMap(Int.init) ?? 5000
  static let seed =
    ProcessInfo.processInfo.environment["MATE3_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64(UInt32.max))

  @Test func noWriteReachesAnotherDeviceUnseen() async throws {
    print("safety model: \(Self.sequences) sequences, MATE3_SEED=\(Self.seed)")
    var totals = SafetyTotals()
    for number in 0..<Self.sequences {
      let run = SafetyRun(seed: Self.seed &+ UInt64(number))
      try await run.play()
      totals.add(run.totals)
      if let problem = run.problem {
        Issue.record("seed \(Self.seed &+ UInt64(number)): \(problem)")
        return
      }
    }
    print("safety model: \(totals)")
    // A run in which nothing happens proves nothing.
    #expect(totals.accepted > Self.sequences / 5)
    #expect(totals.refusedForIdentity > Self.sequences / 50)
    #expect(totals.changedDuringWrite > 0 || Self.sequences < 500)
  }
}

struct SafetyTotals: CustomStringConvertible {
  var commands = 0
  var writes = 0
  var accepted = 0
  var refusedForIdentity = 0
  /// Writes that reached another device whose evidence was equal in everything.
  var undetectable = 0
  /// Writes that reached another device because of a change after the last identity read; never accepted.
  var afterLastRead = 0
  var changedDuringWrite = 0

  mutating func add(_ other: SafetyTotals) {
    commands += other.commands
    writes += other.writes
    accepted += other.accepted
    refusedForIdentity += other.refusedForIdentity
    undetectable += other.undetectable
    afterLastRead += other.afterLastRead
    changedDuringWrite += other.changedDuringWrite
  }

  var description: String {
    "\(commands) commands, \(writes) writes, \(accepted) accepted, \(refusedForIdentity) refused for identity, "
      + "\(changedDuringWrite) found changed during the write; to another device: \(undetectable) with all evidence "
      + "equal, \(afterLastRead) by a change after the last identity read"
  }
}

/// One sequence.
private final class SafetyRun: @unchecked Sendable {
  private(set) var totals = SafetyTotals()
  private(set) var problem: String?

  private var random: SplitMix64
  private var world = SafetyWorld()
  private let connection: ReplayConnection
  private var book = PinBook()
  private var image: SystemImage?
  /// The hardware that a device and port meant when it was pinned or trusted.
  private var bound: [PinKey: Int] = [:]
  private var shown = 0
  private let validator: CommandValidator
  private let wire = Mutex(Wire())

  /// What passed on the wire during one command.
  private struct Wire {
    var served: [Int: UInt16] = [:]
    var writes: [(address: Int, words: [UInt16], evidenceAsRead: [Int: UInt16], hardware: Int?, isAfterAmbush: Bool)] =
      []
    /// What happens to the world just before a request is served, so many requests from now.
    var ambush: (requests: Int, change: @Sendable () -> Void)?
    /// Whether the change has happened after some of the evidence had been read.
    var isSprung = false
    var loses = false
    var refusesInside = false
    var silentReads = 0
    /// Words that a write refused inside gives back, before the next request.
    var undo: [Int: UInt16]?
    var isRecording = false
  }

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    connection = ReplayConnection(world.registers())
    validator = CommandValidator(policy: CommandPolicy(), registry: TestSystem.registry)
  }

  func play() async throws {
    connection.memory.onRequest { [unowned self] request in answer(request) }
    defer { connection.memory.onRequest(nil) }
    try await scan()
    for _ in 0..<Int.random(in: 3...8, using: &random) where problem == nil {
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<8: try await command()
      case 8: change { $0.devices.swapPorts(0, 1) }
      case 9: change { $0.devices.swapPorts(2, 3) }
      case 10: change { Bool.random(using: &self.random) ? $0.devices.trade(0, 1) : $0.devices.trade(2, 3) }
      case 11: change { $0.devices[Int.random(in: 0..<4, using: &self.random)].look &+= 1 }
      case 12: change { $0.devices[Int.random(in: 0..<4, using: &self.random)].isPresent.toggle() }
      case 13: try await reboot()
      case 14: change { $0.isGatewaySwapped.toggle() }
      case 15: try await restart()
      case 16: change { $0.devices[Int.random(in: 2..<4, using: &self.random)].lifetime &+= 3 }
      case 17: trust()
      default: try await scan()
      }
    }
  }

  // MARK: The world

  private func change(_ body: (inout SafetyWorld) -> Void) {
    body(&world)
    show()
  }

  private func show() {
    let all = RegisterRange(start: 40000, count: 2000)
    let words = world.registers()
    // The chain may have become shorter: what lay behind its end is gone.
    if words.count < shown, let all { connection.memory.remove(all) }
    shown = words.count
    connection.memory.set(words)
  }

  private func reboot() async throws {
    let present = world.devices.map(\.isPresent)
    change { world in
      world.hasMAC = false
      for index in world.devices.indices { world.devices[index].isPresent = false }
    }
    try await scan()
    try await command()
    change { $0.hasMAC = true }
    for index in world.devices.indices {
      change { $0.devices[index].isPresent = present[index] }
      if Bool.random(using: &random) { try await scan() }
    }
  }

  private func restart() async throws {
    let data = try JSONEncoder().encode(Array(book.pins.values))
    book = PinBook(pins: try JSONDecoder().decode([Pin].self, from: data))
    image = nil
    try await scan()
  }

  private func scan() async throws {
    wire.withLock { $0.silentReads = 0 }
    guard let found = try? await walk(connection) else { return }
    let layout = found.layout(registry: TestSystem.registry, names: DeviceNames())
    var scanned = SystemImage(layout: layout)
    scanned.beginCycle()
    for block in layout.blocks {
      guard let range = block.range else { continue }
      let words = (range.start..<range.end).compactMap(found.word)
      if words.count == range.count { scanned.take(words, from: range) }
    }
    _ = scanned.commit()
    let before = book.pins
    for notice in book.observe(layout, word: scanned.word) {
      if case .pinned(let key) = notice { bound[key] = hardware(at: key) }
    }
    for key in book.pins.keys where before[key] == nil { bound[key] = hardware(at: key) }
    image = scanned
  }

  private func trust() {
    guard let layout = image?.layout,
      let block = layout.blocks.filter({ $0.key.port > 0 }).randomElement(using: &random)
    else { return }
    // The owner looks at the device as the last scan saw it; a change since then is for the write to find.
    guard isAsScanned(block) else { return }
    for key in book.trust(block, in: layout) { bound[key] = hardware(at: key) }
  }

  private func isAsScanned(_ block: PlacedBlock) -> Bool {
    guard let image, let range = block.range else { return false }
    let now = connection.memory.registers
    return (range.start..<range.end).allSatisfy { image.word($0) == now[$0] }
  }

  private func hardware(at key: PinKey) -> Int? {
    let kind: SafetyWorld.Kind = key.block.contains("charge") ? .charger : .inverter
    return world.devices.first { $0.isPresent && $0.port == key.port && $0.kind == kind }?.hardware
  }

  // MARK: A command

  private func command() async throws {
    guard let image else { return }
    totals.commands += 1
    let (block, port) =
      [
        ("radian_inverter_configuration", 1), ("radian_inverter_configuration", 2),
        ("charge_controller_configuration", 3),
        ("charge_controller_configuration", 4),
      ].randomElement(using: &random) ?? ("", 0)
    let value = ["off", "auto", "on"].randomElement(using: &random) ?? "on"
    let request: WriteRequest
    do {
      request = try validator.request(
        device: DeviceKey(name: block, port: port), field: "aux_control", text: value, isDryRun: false, image: image,
        pins: book, limit: 100)
    } catch {
      if error.code == .untrusted { totals.refusedForIdentity += 1 }
      return
    }
    prepareTrouble(port)
    let outcome = await connection.perform(WriteProcedure(request), sleep: { _ in })
    judge(outcome, request)
    wire.withLock { wire in
      wire.ambush = nil
      wire.isRecording = false
    }
    if outcome.code == .identityMismatch { totals.refusedForIdentity += 1 }
    if outcome.code == .identityChangedDuringWrite {
      totals.changedDuringWrite += 1
      book.distrust(request.block, in: image.layout, because: outcome.reason, word: outcome.word)
    }
  }

  private func prepareTrouble(_ port: Int) {
    let trouble = Int.random(in: 0..<12, using: &random)
    let requests = Int.random(in: 1...9, using: &random)
    let swap: @Sendable () -> Void = { [unowned self] in
      change { port <= 2 ? $0.devices.trade(0, 1) : $0.devices.trade(2, 3) }
    }
    wire.withLock { wire in
      wire.served.removeAll(keepingCapacity: true)
      wire.writes = []
      wire.isRecording = true
      wire.isSprung = false
      wire.loses = trouble == 0
      wire.refusesInside = trouble == 1
      wire.silentReads = trouble == 2 ? 1 : 0
      wire.ambush = trouble >= 9 ? (requests, swap) : nil
    }
  }

  /// Every request on the wire passes here, in order and one at a time.
  private func answer(_ request: GatewayRequest) -> GatewayFault? {
    if let undo = wire.withLock({ wire in
      defer { wire.undo = nil }
      return wire.undo
    }) {
      connection.memory.set(undo)
    }
    ambush()
    guard wire.withLock({ $0.isRecording }) else { return nil }
    let registers = connection.memory.registers
    return wire.withLock { wire in
      switch request {
      case .read(let range):
        if wire.silentReads > 0 {
          wire.silentReads -= 1
          wire.served = [:]
          return .silence
        }
        for address in range.start..<range.end { wire.served[address] = registers[address] }
        return nil
      case .write(let words, let address):
        let index = world.device(controlledAt: address)
        wire.writes.append(
          (address, words, wire.served, index.map { world.devices[$0].hardware }, wire.isSprung))
        if let index, !wire.refusesInside { world.devices[index].isOn = words.first ?? 0 }
        if wire.refusesInside { wire.undo = [address: registers[address] ?? 0] }
        return wire.loses ? .lostReply : nil
      }
    }
  }

  /// Carries out the change that was planned for this request: a swap at the worst moment.
  private func ambush() {
    let change = wire.withLock { wire -> (@Sendable () -> Void)? in
      guard var ambush = wire.ambush else { return nil }
      ambush.requests -= 1
      wire.ambush = ambush.requests == 0 ? nil : ambush
      if ambush.requests == 0, !wire.served.isEmpty { wire.isSprung = true }
      return ambush.requests == 0 ? ambush.change : nil
    }
    change?()
  }

  private func judge(_ outcome: WriteOutcome, _ request: WriteRequest) {
    let writes = wire.withLock { $0.writes }
    totals.writes += writes.count
    let what = "\(request.block.key) \(request.text): \(outcome.status) \(outcome.code)"
    if writes.count > 1 { problem = "\(what) was written \(writes.count) times" }
    switch outcome.status {
    case .rejected, .unchanged:
      if !writes.isEmpty { problem = "\(what), yet it was written" }
    case .accepted:
      totals.accepted += 1
      if writes.count != 1 { problem = "\(what) with \(writes.count) writes" }
      if outcome.read != outcome.written { problem = "\(what), yet the words differ" }
    case .failed, .unconfirmed: break
    }
    guard let write = writes.first else { return }
    if outcome.status == .accepted {
      let last = wire.withLock { $0.served }
      for item in request.evidence where (item.range.start..<item.range.end).compactMap({ last[$0] }) != item.expected {
        problem = "\(what), though \(item.name) differed in the read-back"
      }
    }
    for item in request.evidence {
      let read = (item.range.start..<item.range.end).compactMap { write.evidenceAsRead[$0] }
      if read != item.expected { problem = "\(what) was written though \(item.name) differed" }
    }
    for item in request.counters {
      let read = (item.range.start..<item.range.end).compactMap { write.evidenceAsRead[$0] }
      if item.judge(read) != .fits { problem = "\(what) was written though \(item.judge(read))" }
    }
    guard let meant = bound[PinKey(request.block)], let hit = write.hardware, meant != hit else { return }
    // Another device was hit, and everything compared was equal, as seen above. Either it always is, or the devices
    // changed places after it was read, which the read-back must find.
    if write.isAfterAmbush, outcome.status != .accepted {
      totals.afterLastRead += 1
    } else {
      totals.undetectable += 1
    }
  }
}

extension [SafetyWorld.Device] {
  /// Two devices trade their cables: each answers with the other's port, at the other's place in the map.
  mutating func trade(_ one: Int, _ other: Int) {
    swapAt(one, other)
    swapPorts(one, other)
  }

  /// Two devices trade their port numbers, and their places in the map stay.
  mutating func swapPorts(_ one: Int, _ other: Int) {
    guard indices.contains(one), indices.contains(other) else { return }
    (self[one].port, self[other].port) = (self[other].port, self[one].port)
  }
}
