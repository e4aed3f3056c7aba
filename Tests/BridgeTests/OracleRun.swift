import Mate3
import RegisterIO
import Registry
import TestSupport

@testable import Bridge
@testable import Mate3

/// One random sequence.
struct OracleRun {
  var random: SplitMix64
  var wire: OracleWire
  var bridge: OracleBridge
  var oracle = SafetyOracle()
  var number = 0
  private var hadDiskTrouble = false
  /// What was done, for whoever looks for why.
  var story: [String] = []
  let tells: Bool

  init(seed: UInt64, images: [[Int]: SystemImage], tells: Bool = false) {
    random = SplitMix64(seed: seed)
    wire = OracleWire(OracleWorld(&random))
    bridge = OracleBridge(keeping: images)
    self.tells = tells
  }

  mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }

  mutating func pick<Element>(_ all: [Element]) -> Element { all[Int.random(in: 0..<all.count, using: &random)] }

  mutating func tell(_ event: String, _ detail: @autoclosure () -> String = "") {
    oracle.totals.events[event, default: 0] += 1
    if tells { story.append("\(wire.world.now): \(event) \(detail())") }
  }

  mutating func play() throws {
    if chance(0.05) {
      reboot()
    } else {
      scan()
    }
    for _ in 0..<Int.random(in: 4...12, using: &random) where oracle.violation == nil && !oracle.isMuddled {
      try act()
      pass(pick([0.05, 0.2, 1, 3, 12, 40]))
      if chance(0.12) { calm() }
    }
    if oracle.violation == nil, !oracle.isMuddled { calm() }
    if tells { tellKnown() }
  }

  /// What really hangs where, and what is known of it.
  private mutating func tellKnown() {
    for place in wire.world.places {
      let counters = place.hardware.map { wire.world.hardware[$0].counters } ?? []
      story.append("  port \(place.port), shown \(place.isShown): \(place.hardware ?? -1) with \(counters)")
    }
    for (target, known) in oracle.memory.known {
      story.append("  known of \(target): \(known), and \(oracle.memory.passed[target] ?? [:])")
    }
    for pin in bridge.book.pins.values where !pin.counters.isEmpty {
      story.append("  \(pin.key) \(pin.state): \(pin.counters), at \(String(describing: pin.countersAt))")
    }
  }

  // MARK: Time

  /// Time passes, and the bridge does what is due.
  private mutating func pass(_ seconds: Double) {
    wire.world.pass(seconds)
    bridge.resume(&wire, &oracle)
    bridge.endTimers(&wire, &oracle)
    if bridge.wantsScan, chance(0.7) { scan() } else if chance(0.4) { oracle.poll(&bridge, &wire) }
  }

  private mutating func scan() {
    _ = oracle.scan(&bridge, &wire)
    if bridge.book.wantsAnotherScan, chance(0.8) {
      wire.world.pass(0.2)
      _ = oracle.scan(&bridge, &wire)
    }
  }

  private mutating func act() throws {
    switch Int.random(in: 0..<32, using: &random) {
    case 0..<11: command()
    case 11: chance(0.5) ? command() : adopt()
    case 12: exchange()
    case 13: replace()
    case 14: unplug()
    case 15: append()
    case 16: reboot()
    case 17:
      tell("gateway replaced")
      wire.world.change { $0.gateway = 1 - $0.gateway }
    case 18, 19: try restart()
    case 20: breakDisk()
    case 21: keypad()
    case 22: misread()
    case 23: trust()
    case 24: forget()
    case 25: stepClock()
    case 26, 27: putBack()
    case 28:
      tell("long wait")
      let seconds: Double = pick([600, 3600, 20000, 86400, 300_000])
      for _ in 0..<3 { pass(seconds / 3) }
    case 29:
      let number = Int.random(in: 0..<wire.world.hardware.count, using: &random)
      tell("firmware changed", "of \(number)")
      let index = wire.world.hardware[number].kind == .charger ? 51 : 7
      wire.world.change { $0.hardware[number].configuration[index] += 1 }
    case 30: adopt()
    default: scan()
    }
  }

  /// A device is replaced while a timed command holds on it, and the owner trusts the new one.
  private mutating func adopt() {
    guard let timer = oracle.timers.last(where: \.isRequired), case .port(let port) = timer.target,
      let place = wire.world.places.firstIndex(where: { $0.port == port }),
      let spare = spares(wire.world.places[place].kind).randomElement(using: &random)
    else { return scan() }
    tell("replaced and trusted", "place \(place) by \(spare)")
    let words = wire.world.words(
      of: .configuration(place: place), timer.hardware, at: timer.field.offset, count: timer.field.count)
    wire.world.change { $0.places[place].hardware = spare }
    // It happens to hold the same.
    wire.world.put(words, into: .configuration(place: place), spare, at: timer.field.offset)
    for _ in 0..<2 { _ = oracle.scan(&bridge, &wire) }
    trust(timer.target)
    for _ in 0..<3 {
      wire.world.pass(max(20, (timer.endsAt - wire.world.now) / 2))
      bridge.resume(&wire, &oracle)
      bridge.endTimers(&wire, &oracle)
    }
  }

  // MARK: The world

  func shown(_ kind: OracleWorld.Kind) -> [Int] {
    wire.world.places.indices.filter {
      wire.world.places[$0].kind == kind && wire.world.places[$0].hardware != nil
    }
  }

  private func spares(_ kind: OracleWorld.Kind) -> [Int] {
    let used = wire.world.places.compactMap(\.hardware)
    return wire.world.hardware.indices.filter { wire.world.hardware[$0].kind == kind && !used.contains($0) }
  }

  /// Two of a kind change places.
  private mutating func exchange() {
    let places = shown(chance(0.8) ? .charger : .inverter).shuffled(using: &random)
    guard places.count >= 2 else { return }
    tell("exchanged", "\(places[0]) and \(places[1])")
    wire.world.change { $0.exchange(places[0], places[1]) }
    if chance(0.3) { scan() }
    if chance(0.3) { command() }
    if chance(0.4) { wire.world.change { $0.exchange(places[0], places[1]) } }
  }

  private mutating func replace() {
    let kind: OracleWorld.Kind = chance(0.8) ? .charger : .inverter
    let (places, spares) = (shown(kind), spares(kind))
    guard !places.isEmpty, !spares.isEmpty else { return }
    let (place, spare) = (pick(places), pick(spares))
    tell("replaced", "place \(place) by \(spare)")
    wire.world.change { $0.places[place].hardware = spare }
  }

  private mutating func unplug() {
    let place = Int.random(in: 0..<4, using: &random)
    tell(wire.world.places[place].isShown ? "unplugged" : "plugged in", "place \(place)")
    wire.world.change { $0.places[place].isShown.toggle() }
    // Its twin comes into its place.
    let twins = shown(wire.world.places[place].kind).filter { $0 != place && wire.world.places[$0].isShown }
    if chance(0.3), let twin = twins.randomElement(using: &random), !wire.world.places[place].isShown {
      tell("moved", "\(twin) to \(place)")
      wire.world.change {
        $0.exchange(place, twin)
        $0.places[place].isShown = true
        $0.places[twin].isShown = false
      }
    }
  }

  private mutating func append() {
    let place = Int.random(in: 4..<6, using: &random)
    if wire.world.places[place].hardware != nil {
      tell("removed")
      wire.world.change { $0.places[place].hardware = nil }
    } else if let spare = spares(wire.world.places[place].kind).randomElement(using: &random) {
      tell("appended", "\(spare)")
      wire.world.change { $0.places[place].hardware = spare }
      if chance(0.6) { command() }
    }
  }

  private mutating func reboot() {
    tell("rebooted")
    let shown = wire.world.places.map(\.isShown)
    let sentinel: UInt16? = pick([nil, 0x8000, 0xFFFF, 0])
    let isBlank = chance(0.6)
    let isEmpty = chance(0.5)
    wire.world.change { world in
      world.isBlank = isBlank
      world.sentinel = sentinel
      if isEmpty { for index in world.places.indices { world.places[index].isShown = false } }
    }
    scan()
    if chance(0.5) { command() }
    for index in wire.world.places.indices {
      wire.world.change { $0.places[index].isShown = shown[index] }
      if chance(0.2) { scan() }
      if chance(0.2) { wire.world.change { $0.sentinel = nil } }
      if chance(0.1) { command() }
    }
    wire.world.change { world in
      world.isBlank = false
      world.sentinel = nil
    }
    scan()
  }

  private mutating func restart() throws {
    let isKilled = chance(0.5)
    tell(isKilled ? "killed" : "restarted")
    oracle.totals.restarts += 1
    if !isKilled { bridge.savePins() }
    oracle.keep(bridge.disk)
    try bridge.restart(isKilled: isKilled, &wire, &oracle)
    if hadDiskTrouble { for index in oracle.timers.indices { oracle.timers[index].isRequired = false } }
    if chance(0.05) {
      tell("pins deleted")
      bridge.disk.pins = nil
      try bridge.restart(isKilled: true, &wire, &oracle)
    }
    if chance(0.3) { wire.world.pass(pick([5, 400, 7200, 200_000])) }
    oracle.restarted(isOnDisk: bridge.disk, in: wire.world)
    if chance(0.2) { exchange() }
    scan()
  }

  private mutating func breakDisk() {
    let isWorking = bridge.disk.works
    tell(isWorking ? "disk broken" : "disk mended")
    guard isWorking else { return mendDisk() }
    hadDiskTrouble = true
    oracle.hadDiskTrouble = true
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bridge.disk.takesTimers = false
    case 1: bridge.disk.takesBegin = false
    case 2: bridge.disk.takesEnd = false
    default:
      (bridge.disk.takesPins, bridge.disk.takesTimers) = (false, false)
      (bridge.disk.takesBegin, bridge.disk.takesEnd) = (false, false)
    }
  }

  private mutating func mendDisk() {
    (bridge.disk.takesPins, bridge.disk.takesTimers) = (true, true)
    (bridge.disk.takesBegin, bridge.disk.takesEnd) = (true, true)
    bridge.saveAll()
    oracle.keep(bridge.disk)
  }

  /// The owner changes a field himself.
  private mutating func keypad() {
    let places = wire.world.places.indices.filter { wire.world.places[$0].hardware != nil }
    guard let place = places.randomElement(using: &random), let number = wire.world.places[place].hardware else {
      return
    }
    let kind = wire.world.places[place].kind
    let fields = kind == .charger ? OracleCommand.chargerFields : OracleCommand.inverterFields
    let field = pick(fields)
    let word: UInt16 = field.scale == nil ? pick([0, 1, 2, 7]) : pick([560, 576, 580])
    tell("keypad", "\(field.name) of \(number): \(word)")
    wire.world.put([word], into: .configuration(place: place), number, at: field.offset)
    oracle.changedByOwner(.port(wire.world.places[place].port), field.offset, of: number)
    if chance(0.2) {
      // Float volts.
      wire.world.put(
        [pick([540, 560, 572])], into: .configuration(place: place), number, at: kind == .charger ? 15 : 13)
    }
    if chance(0.3) {
      tell("keypad of the gateway")
      wire.world.put([pick([5, 22])], into: .gateway(1), wire.world.gateway, at: 338)
      oracle.changedByOwner(.gateway, 338)
    }
  }

  /// One counter is read wrong, by one scan or command.
  private mutating func misread() {
    guard let place = shown(.charger).randomElement(using: &random) else { return }
    tell("misread")
    let (counter, word) = (Int.random(in: 0..<3, using: &random), pick([UInt16(0x8000), 0xFFFF, 0, 65000]))
    wire.world.change { $0.badReading = (place, counter, word) }
    if chance(0.5) { _ = oracle.scan(&bridge, &wire) } else { command() }
    wire.world.change { $0.badReading = nil }
  }

  private mutating func trust() {
    let targets = oracle.seen.filter(\.value.isSane).map(\.key).sorted { "\($0)" < "\($1)" }
    if let target = targets.randomElement(using: &random) { trust(target) }
  }

  private mutating func trust(_ target: OracleCommand.Target) {
    tell("trusted", "\(target)")
    // What is there now is trusted, and not what an earlier scan saw.
    guard oracle.scan(&bridge, &wire), let layout = bridge.layout, oracle.seen[target]?.isSane ?? false else { return }
    var isTrusted = false
    for block in layout.blocks {
      let isMeant =
        switch target {
        case .gateway, .system: block.key.port == 0
        case .port(let port): block.key.port == port && block.definition.kind == .configuration
        }
      if isMeant, !bridge.book.trust(block, in: layout).isEmpty { isTrusted = true }
    }
    guard isTrusted else { return }
    bridge.savePins()
    for each in target == .gateway || target == .system ? [.gateway, .system] : [target] { oracle.trusted(each, wire) }
    oracle.keep(bridge.disk)
  }

  private mutating func forget() {
    guard let layout = bridge.layout else { return }
    tell("forgot the missing")
    let gone = bridge.book.forgetMissing(from: layout)
    bridge.savePins()
    oracle.forgot(allBut: Set(layout.blocks.map(\.key.port)))
    oracle.keep(bridge.disk)
    if !gone.isEmpty { oracle.totals.events["forgotten", default: 0] += 1 }
  }

  private mutating func stepClock() {
    tell("clock stepped")
    wire.world.wallOffset += pick([-3600, -30, 30, 3600, 90000, -90000])
  }

  private mutating func putBack() {
    tell("put back")
    wire.world.putBack(oracle.memory.meant)
    if chance(0.5) { scan() }
  }

  // MARK: Commands

  private mutating func command() {
    if chance(0.2) { return several() }
    let command = ask()
    number += 1
    var asked = command
    asked.number = number
    perform(asked, troubled: chance(0.45))
  }

  private mutating func perform(_ command: OracleCommand, troubled: Bool) {
    tell("command", "\(command)")
    if troubled { makeTrouble(command) }
    oracle.hasTrouble = troubled
    oracle.totals.commands += 1
    wire.forget()
    if let outcome = bridge.command(command, &wire, &oracle) {
      if tells { story.append("  \(outcome.status) \(outcome.code) \(outcome.reason)") }
      if !troubled, oracle.mustBeTaken(command, wire) { oracle.totals.calmCommands += 1 }
      oracle.judge(outcome, of: command, &wire)
    }
    oracle.hasTrouble = false
    oracle.keep(bridge.disk)
    wire.trouble = OracleWire.Trouble()
  }

  private mutating func ask() -> OracleCommand {
    let place = chance(0.8) ? pick(shown(.charger) + shown(.inverter) + [0]) : 0
    let kind = wire.world.places[place].kind
    let port = wire.world.places[place].port
    let (target, fields): (OracleCommand.Target, [OracleCommand.Field]) =
      switch Int.random(in: 0..<8, using: &random) {
      case 0: (.gateway, OracleCommand.gatewayFields)
      case 1: (.system, OracleCommand.systemFields)
      default: (.port(port), kind == .charger ? OracleCommand.chargerFields : OracleCommand.inverterFields)
      }
    let field = pick(fields)
    var command = OracleCommand(
      target: target, field: field, port: target == .port(port) ? port : 0, text: text(field))
    if chance(0.3) { command.id = pick(["a", "b"]) }
    if chance(0.35) {
      command.forSeconds = pick([20, 60, 600, 7200])
      if chance(0.5) || !field.isReadable { command.then = text(field) }
    }
    if chance(0.06) { command.isDryRun = true }
    if chance(0.08) { command.expiresAt = wire.world.wall + pick([-5, 0.05, 100]) }
    return command
  }

  private mutating func text(_ field: OracleCommand.Field) -> String {
    if !field.labels.isEmpty { return pick(field.labels.keys.sorted()) }
    if field.scale != nil { return pick(["56.0", "57.0", "57.6", "58.0", "54.4"]) }
    return pick(field.count == 2 ? ["06:45", "22:10", "06:10"] : ["6", "22", "10"])
  }

  mutating func makeTrouble(_ command: OracleCommand, within limit: Int = 14) {
    let requests = Int.random(in: 1...limit, using: &random)
    var trouble = OracleWire.Trouble()
    switch Int.random(in: 0..<17, using: &random) {
    case 0..<4:
      let places = shown(chance(0.8) ? .charger : .inverter).shuffled(using: &random)
      guard places.count >= 2 else { return }
      tell("exchanged during a command")
      trouble.ambush = (requests, { $0.exchange(places[0], places[1]) })
    case 4:
      guard let place = shown(.charger).randomElement(using: &random), let spare = spares(.charger).first else {
        return
      }
      trouble.ambush = (requests, { $0.places[place].hardware = spare })
    case 5: trouble.ambush = (requests, { $0.isBlank = true })
    case 6: trouble.ambush = (requests, { $0.gateway = 1 - $0.gateway })
    case 7: trouble.silentReads = Int.random(in: 1...3, using: &random)
    case 8: trouble.refusedReads = Int.random(in: 1...3, using: &random)
    case 9: trouble.losesAnswer = true
    case 10:
      if chance(0.5) { trouble.refusesWrite = true } else { trouble.errorBits = pick([1, 2, 4, 0x400]) }
    case 11:
      if chance(0.5) { trouble.ignoresWrite = true } else { trouble.takesAfter = pick([0.3, 2, 8]) }
    case 12: trouble.settlesFor = pick([0.4, 3, 30])
    case 13: trouble.scaleAfterWrite = command.field.scale == nil ? nil : 0xFFFE
    case 14:
      trouble.rounds =
        ["absorb_volts", "float_volts"].contains(command.field.name) && command.field.device.hasPrefix("radian")
    case 15: trouble.systemVoltage = pick([24, 0xFFFF])
    default: trouble.answersNothing = true
    }
    wire.trouble = trouble
    tell("trouble", "\(trouble)")
  }

  // MARK: Calm

  /// Everything is put back as it is meant, and has its time; then every command must be taken and every end done.
  private mutating func calm() {
    tell("calm")
    wire.world.putBack(oracle.memory.meant)
    mendDisk()
    wire.world.pass(31)
    bridge.resume(&wire, &oracle)
    for _ in 0..<3 {
      _ = oracle.scan(&bridge, &wire)
      wire.world.pass(1)
    }
    for target in oracle.memory.meant.keys.sorted(by: { "\($0)" < "\($1)" }) {
      let fields: [OracleCommand.Field]
      var port = 0
      switch target {
      case .gateway: fields = OracleCommand.gatewayFields
      case .system: fields = OracleCommand.systemFields
      case .port(let number):
        port = number
        let kind = wire.world.places.first { $0.port == number }?.kind
        fields = kind == .charger ? OracleCommand.chargerFields : OracleCommand.inverterFields
      }
      number += 1
      perform(
        OracleCommand(
          target: target, field: fields[0], port: port, text: text(fields[0]), isDryRun: chance(0.7), number: number),
        troubled: false)
    }
    finishTimers()
    if oracle.violation == nil { hadDiskTrouble = false }
  }

  private mutating func finishTimers() {
    guard oracle.timers.contains(where: \.isRequired) else { return }
    let last = oracle.timers.filter(\.isRequired).map(\.endsAt).max() ?? 0
    if chance(0.6), last > wire.world.now {
      let step = (last - wire.world.now) / 3 + 0.1
      for _ in 0..<3 {
        wire.world.pass(step)
        oracle.poll(&bridge, &wire)
        bridge.resume(&wire, &oracle)
        bridge.endTimers(&wire, &oracle)
      }
    }
    for _ in 0..<8 {
      wire.world.pass(25)
      bridge.resume(&wire, &oracle)
      bridge.endTimers(&wire, &oracle)
      if bridge.wantsScan { _ = oracle.scan(&bridge, &wire) }
    }
    oracle.checkEnds(&wire)
  }
}

extension OracleWorld {
  mutating func exchange(_ one: Int, _ other: Int) {
    (places[one].hardware, places[other].hardware) = (places[other].hardware, places[one].hardware)
  }

  /// Brings everything back to where it is meant to be, as it was.
  mutating func putBack(_ meant: [OracleCommand.Target: SafetyOracle.Meant]) {
    change { world in
      (world.isBlank, world.sentinel, world.badReading) = (false, nil, nil)
      world.gateway = meant[.gateway]?.hardware ?? 0
      var used: Set<Int> = []
      for index in world.places.indices {
        world.places[index].hardware = nil
        world.places[index].isShown = true
        guard let own = meant[.port(world.places[index].port)], used.insert(own.hardware).inserted else { continue }
        world.places[index].hardware = own.hardware
        let isCharger = world.hardware[own.hardware].kind == .charger
        let offset = isCharger ? 51 : 7
        world.hardware[own.hardware].configuration[offset] = own.standing.first ?? 0
      }
    }
  }
}
