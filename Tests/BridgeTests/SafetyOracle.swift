import Mate3
import Registry

/// Judges by the wire and by which hardware really stands where. It knows nothing of pins, requests and procedures.
struct SafetyOracle {
  typealias Target = OracleCommand.Target

  /// Which hardware the owner means at a place, and how it looked when it was first seen or last trusted.
  struct Meant {
    var hardware: Int
    /// The words that tell devices apart, and those that change seldom.
    var look: [UInt16]
    var standing: [UInt16]
  }

  /// Counters as they were read when all was in order.
  struct Known {
    var counters: [UInt16]
    var former: [UInt16?]
    /// By a clock that only the run knows which has read them; by the wall's.
    var at: Double
    let wall: Double
  }

  /// What outlives a restart as far as it is on disk.
  struct Memory {
    var meant: [Target: Meant] = [:]
    var known: [Target: Known] = [:]
    /// What was known last of each piece of hardware that stood in a place and passed for the meant one, itself too:
    /// whichever comes back goes on from there.
    var passed: [Target: [Int: Known]] = [:]
    /// Where nothing may be written until the owner trusts again.
    var sealed: Set<Target> = []
    /// Where a refusal is right until the owner trusts again.
    var exempt: Set<Target> = []
    var forgotten: Set<Target> = []
    /// Since when a scan has seen something else in a place.
    var leftAt: [Target: Double] = [:]
    /// What had another beside it that looks the same, since all was as it is meant.
    var doubled: Set<Target> = []
    /// Where another device passed for the meant one, and the places of those that look like it, until the owner trusts
    /// again: of them the counters may be kept that were known before.
    var mistaken: Set<Target> = []
  }

  struct Timer {
    let target: Target
    let field: OracleCommand.Field
    var hardware: Int
    let words: [UInt16]
    let scale: UInt16?
    /// The texts and words that may come back.
    var reverts: [Revert]
    /// Whether the command has not said what comes back.
    let isOpen: Bool
    let endsAt: Double
    /// False where something has happened after which it need not end.
    var isRequired = true

    /// The piece of hardware that is no gateway.
    var device: Int? { if case .port = target { hardware } else { nil } }

    func overlaps(_ other: Target, _ field: OracleCommand.Field) -> Bool {
      target == other && self.field.offset < field.offset + field.count
        && field.offset < self.field.offset + self.field.count
    }
  }

  enum Revert {
    case text(String)
    case words([UInt16], scale: UInt16?)
  }

  /// A write that is not judged yet.
  struct Sent {
    let write: OracleWire.Write
    /// What the field held when it was read for the write.
    let readBefore: [UInt16]?
    let scale: UInt16?
    /// Sent after a change that nothing that was read before could show.
    let isAstray: Bool
    /// What the field held could not be seen.
    let wasUnsettled: Bool
    let at: Double

    /// Whether another block stands at its address now.
    func isMoved(in world: OracleWorld) -> Bool {
      world.stretches.first { $0.owner == write.owner }?.start != write.address - write.offset + 1
    }
  }

  var memory = Memory()
  var disk = Memory()
  var seen: [Target: (meant: Meant, counters: [UInt16], isSane: Bool)] = [:]
  private var misreadings: [Target: Int] = [:]
  /// Counters as a scan has shown them behind a gateway that showed nothing, which proves nothing of its devices.
  private var untaken: [Target: [UInt16]] = [:]
  /// When the last scan saw it.
  private var seenAt = (now: 0.0, wall: 0.0)
  /// Whose counters have risen in a time that nothing but a clock which was set back could tell of.
  private var timeless: Set<Target> = []
  /// Whether something changed under it.
  private var isSeenTorn = false
  /// How many scans in a row have seen a place, or all of them, as they are meant.
  var settled: [Target: Int] = [:]
  var systemSettled = 0
  /// What stood where when a scan has looked last.
  private var stretchesSeen: [OracleWorld.Stretch] = []
  var timers: [Timer] = []
  /// The last commands without a time that took effect, by number.
  var untimed: [(target: Target, field: OracleCommand.Field, number: Int)] = []
  var sent: [Int: [Sent]] = [:]
  var ids: [String: (at: Double, wall: Double)] = [:]
  var history:
    [(target: Target, field: String, at: Double, wall: Double, before: [UInt16], words: [UInt16], isFree: Bool)] = []
  var hasLostPins = false
  /// Whether this run has begun without pins that an earlier one must have had.
  private var isPinless = false
  /// Whether a disk has ever refused something.
  var hadDiskTrouble = false
  /// When the first devices were seen, while others may still join them.
  private var foundedAt: Double?
  /// The trouble that a command meets.
  var hasTrouble = false
  /// Whether nothing more can be said in this sequence.
  private(set) var isMuddled = false
  private(set) var violation: String?
  var totals = OracleTotals()
  /// Commands of several settings of which one has gone wrong, so that none may follow; those that are written.
  var stoppedSets: Set<Int> = []
  var writtenSets: Set<Int> = []

  mutating func violate(_ sentence: String) {
    if violation == nil, !isMuddled { violation = sentence }
  }

  // MARK: What can be told apart

  private static func offsets(_ block: String, _ evidence: Evidence) -> [Int] {
    OracleBridge.registry.block(named: block)?.fields.filter { $0.evidence == evidence && $0.name != "port_number" }
      .flatMap { Array($0.offset..<$0.endOffset) } ?? []
  }
  static let chargerLook = offsets("charge_controller_configuration", .fixed)
  static let inverterLook = offsets("radian_inverter_configuration", .fixed)
  private static let chargerStanding = offsets("charge_controller_configuration", .standing)
  private static let inverterStanding = offsets("radian_inverter_configuration", .standing)

  static func look(of device: OracleWorld.Hardware, _ number: Int) -> Meant {
    let isCharger = device.kind == .charger
    return Meant(
      hardware: number,
      look: (isCharger ? chargerLook : inverterLook).map { device.configuration[$0 - 1] },
      standing: (isCharger ? chargerStanding : inverterStanding).map { device.configuration[$0 - 1] })
  }

  static func place(_ target: Target, in world: OracleWorld) -> Int? {
    guard case .port(let port) = target else { return nil }
    return world.places.firstIndex { $0.port == port && $0.isShown && $0.hardware != nil }
  }

  /// What really stands at a place.
  static func real(_ target: Target, in world: OracleWorld) -> Meant? {
    guard case .port = target else { return Meant(hardware: world.gateway, look: [], standing: []) }
    guard let place = place(target, in: world), let number = world.places[place].hardware else { return nil }
    return look(of: world.hardware[number], number)
  }

  static func counters(_ target: Target, in world: OracleWorld) -> [UInt16] {
    guard let place = place(target, in: world), let number = world.places[place].hardware else { return [] }
    return world.hardware[number].counters.map { UInt16($0) }
  }

  /// Whether what was known could have become this: not fallen, or to less than a fiftieth, and not risen faster than
  /// the largest devices can work.
  func isConsistent(_ now: [UInt16], _ target: Target, _ world: OracleWorld) -> Bool {
    isConsistent(now, memory.known[target], world)
      || memory.passed[target, default: [:]].values.contains { isConsistent(now, $0, world) }
  }

  func isConsistent(_ now: [UInt16], _ known: Known?, _ world: OracleWorld) -> Bool {
    guard let known, known.counters.count == now.count else { return true }
    let elapsed = max(world.now - known.at, world.wall < known.wall ? 86400 : world.wall - known.wall)
    func most(_ index: Int) -> Double {
      let (hour, day): (Double, Double) = index == 0 ? (6, 60) : (10, 100)
      return 2 + min(hour * elapsed / 3600, day * (elapsed / 86400).rounded(.up))
    }
    return now.indices.allSatisfy { index in
      let (old, new) = (Int(known.counters[index]), Int(now[index]))
      func isReached(_ from: Int) -> Bool { new >= from && (index > 1 || Double(new - from) <= most(index)) }
      return isReached(old) || (old >= 50 && new < old && new * 50 <= old)
        || (known.former[index].map { isReached(Int($0)) } ?? false)
    }
  }

  /// Whether the place holds what is meant there, as far as the wire can show.
  func isRight(_ target: Target, _ world: OracleWorld) -> Bool {
    guard let meant = memory.meant[target], let real = Self.real(target, in: world) else { return false }
    guard case .port = target else { return meant.hardware == real.hardware }
    return meant.look == real.look && meant.standing == real.standing
      && isConsistent(Self.counters(target, in: world), target, world)
  }

  /// Whether the place holds the very hardware that is meant there, unchanged.
  func stands(_ target: Target, _ world: OracleWorld) -> Bool {
    guard let meant = memory.meant[target], let real = Self.real(target, in: world) else { return false }
    return meant.hardware == real.hardware && meant.look == real.look && meant.standing == real.standing
  }

  /// The other places whose devices look the same.
  func rivals(of target: Target) -> [Target] {
    guard let meant = memory.meant[target], case .port = target else { return [] }
    return memory.meant.filter { $0.key != target && !memory.forgotten.contains($0.key) && $0.value.look == meant.look }
      .map(\.key)
  }

  /// Whether nothing on the wire can show that another device is in a place.
  func isUndetectable(_ target: Target, _ world: OracleWorld) -> Bool {
    guard case .port = target, isRight(target, world) else { return false }
    for rival in rivals(of: target) {
      // What the last scan has not seen nobody reads.
      guard memory.known[rival] != nil, seen[rival] != nil, Self.place(rival, in: world) != nil else { continue }
      if !isConsistent(Self.counters(rival, in: world), rival, world) { return false }
    }
    return !isNearerToAbsent(target, world, surely: true)
  }

  /// Whether what stands in a place goes on from the counters of another that is away, by more than two steps better
  /// than from its own.
  /// - Parameter surely: whatever of its own counters has been read last, which a poll may have done too.
  private func isNearerToAbsent(_ target: Target, _ world: OracleWorld, surely: Bool) -> Bool {
    let now = Self.counters(target, in: world)
    guard let known = memory.known[target] else { return false }
    let own = [known] + memory.passed[target, default: [:]].values
    func isNearer(than own: Known) -> Bool {
      rivals(of: target).contains { rival in
        guard Self.place(rival, in: world) == nil, let known = memory.known[rival], isConsistent(now, known, world)
        else { return false }
        return now.indices.contains { index in
          let steps = Int(now[index]) - Int(own.counters[index])
          return now[index] >= known.counters[index] && Int(now[index]) - Int(known.counters[index]) < steps
            && steps > 2
        }
      }
    }
    return surely ? own.allSatisfy(isNearer) : own.contains(where: isNearer)
  }

  // MARK: Scans

  /// Has the bridge scan, and takes what it can have seen.
  mutating func scan(_ bridge: inout OracleBridge, _ wire: inout OracleWire) -> Bool {
    guard bridge.scan(&wire) else { return false }
    totals.scans += 1
    scanned(wire)
    keep(bridge.disk)
    return true
  }

  mutating func poll(_ bridge: inout OracleBridge, _ wire: inout OracleWire) {
    if bridge.poll(&wire) { follow(wire, isPoll: true) } else { notePassedOff(wire) }
    keep(bridge.disk)
  }

  mutating func keep(_ onDisk: OracleBridge.Disk) {
    if onDisk.takesPins, onDisk.pins != nil { disk = memory }
  }

  private mutating func scanned(_ wire: OracleWire) {
    let world = wire.world
    // The gateway as it was read, whatever it is by now.
    guard wire.read(40052, 4) != [0, 0, 0, 0], wire.read(40075, 7) != [UInt16](repeating: 0, count: 7) else {
      for target in memory.known.keys { untaken[target] = Self.counters(target, in: world) }
      // It has seen what stands where, all the same.
      stretchesSeen = world.stretches
      return
    }
    untaken = [:]
    let isFirst = isFounding(world)
    var newcomers: Set<Target> = []
    seen = [:]
    seenAt = (world.now, world.wall)
    isSeenTorn = wire.isTorn
    noteMisreading(world)
    for target in [Target.gateway, .system] + world.places.map({ .port($0.port) }) {
      guard let real = Self.real(target, in: world) else { continue }
      // A device that shows nothing has not been seen.
      if case .port = target, world.sentinel != nil { continue }
      let isSane = !isMisread(target, world)
      let isNew = memory.meant[target] == nil
      seen[target] = (real, Self.counters(target, in: world), isSane)
      if isNew {
        memory.meant[target] = real
        // A sentinel is no counter, and says nothing of those that come.
        if isSane || ![0x8000, 0xFFFF].contains(world.badReading?.word) { memory.known[target] = known(target, wire) }
        if let known = memory.known[target] { memory.passed[target] = [real.hardware: known] }
        if !isFirst { newcomers.insert(target) }
      }
      // Also what comes later in a run that has found no pins.
      if hasLostPins || (isPinless && isNew) {
        memory.sealed.insert(target)
        memory.exempt.insert(target)
      }
      if memory.forgotten.remove(target) != nil {
        // What comes back with a wrong reading looks like another device.
        if !isSane || !isRight(target, world) { memory.exempt.insert(target) }
        if !isRight(target, world) { memory.sealed.insert(target) }
      }
    }
    if hasLostPins { isPinless = true }
    hasLostPins = false
    // Half of it was seen before something changed and half after: what was pinned of what is new, nobody can tell.
    if wire.isTorn, isFirst || !newcomers.isEmpty { isMuddled = true }
    let isGateway = isRight(.gateway, world)
    var isSystem = isGateway && newcomers.isEmpty && !wire.isTorn
    for target in memory.meant.keys where !memory.forgotten.contains(target) {
      // Of what changes under a scan it has seen a part before and a part after.
      let isRight =
        isGateway && !wire.isTorn && isRight(target, world) && world.sentinel == nil && !isMisread(target, world)
        && !isNearerToAbsent(target, world, surely: false)
      settled[target] = isRight ? settled[target, default: 0] + 1 : 0
      if !isRight { isSystem = false }
      noteAbsence(target, isRight, world)
    }
    systemSettled = isSystem ? systemSettled + 1 : 0
    if !newcomers.isEmpty { memory.exempt.formUnion(memory.meant.keys.filter { !rivals(of: $0).isEmpty }) }
    if systemSettled >= 2, memory.exempt.isEmpty { memory.doubled = [] }
    memory.doubled.formUnion(memory.meant.keys.filter(hasDouble))
    stretchesSeen = world.stretches
    follow(wire)
  }

  /// Whether the system is seen for the first time: all that a starting gateway shows in three minutes belongs to it.
  private mutating func isFounding(_ world: OracleWorld) -> Bool {
    if memory.meant.isEmpty { foundedAt = world.now }
    return foundedAt.map { world.now - $0 < 180 } ?? false
  }

  /// A value that two looks in a row have read wrong is taken for good.
  private mutating func noteMisreading(_ world: OracleWorld) {
    guard let bad = world.badReading else { return }
    let target = Target.port(world.places[bad.place].port)
    misreadings[target, default: 0] += 1
    if misreadings[target, default: 0] > 1 { memory.exempt.formUnion([target] + rivals(of: target)) }
  }

  func isMisread(_ target: Target, _ world: OracleWorld) -> Bool {
    guard let bad = world.badReading else { return false }
    return target == .port(world.places[bad.place].port)
  }

  private mutating func follow(_ wire: OracleWire, isPoll: Bool = false) {
    let world = wire.world
    notePassedOff(wire)
    for target in memory.known.keys where isRight(target, world) {
      let rivals = rivals(of: target)
      func isSettled(_ looks: Int) -> Bool {
        settled[target, default: 0] >= looks
          && rivals.allSatisfy { Self.place($0, in: world) == nil || settled[$0, default: 0] >= looks }
      }
      // A poll takes what fits without waiting for a scan.
      guard !isMisread(target, world), isSettled(1) || (isPoll && rivals.allSatisfy { isRight($0, world) }),
        let real = Self.real(target, in: world)
      else { continue }
      // Of what has not changed since nothing was taken of it, a poll says nothing.
      if isPoll, untaken[target] == Self.counters(target, in: world) { continue }
      untaken[target] = nil
      // The first look may be taken already.
      let known = known(target, wire)
      if !memory.mistaken.contains(target) { memory.passed[target, default: [:]][real.hardware] = known }
      if isSettled(2) { memory.known[target] = known }
    }
  }

  /// A device that has worked elsewhere for so long that its counters rose by more than may be between two looks needs
  /// trust when it is back: in the time that something else stood in its place nothing may rise.
  private mutating func noteAbsence(_ target: Target, _ isRight: Bool, _ world: OracleWorld) {
    guard isRight else {
      memory.leftAt[target] = memory.leftAt[target] ?? world.now
      return
    }
    guard memory.leftAt.removeValue(forKey: target) != nil, let known = memory.known[target] else { return }
    let now = Self.counters(target, in: world)
    if zip(now, known.counters).prefix(2).contains(where: { Int($0) > Int($1) + 2 }) {
      memory.exempt.formUnion([target] + rivals(of: target))
    }
  }

  /// What stands unnoticed in the place of another is taken for it, and the other for a stranger when it is back. A poll
  /// reads counters alone.
  private mutating func notePassedOff(_ wire: OracleWire) {
    let world = wire.world
    // Half of the devices were read before a change and half after it.
    if wire.isTorn { memory.exempt.formUnion(memory.meant.keys.filter { !rivals(of: $0).isEmpty }) }
    for target in memory.meant.keys where !stands(target, world) && Self.place(target, in: world) != nil {
      let counters = Self.counters(target, in: world)
      guard let real = Self.real(target, in: world), real.look == memory.meant[target]?.look,
        isConsistent(counters, target, world)
      else { continue }
      memory.exempt.formUnion([target] + rivals(of: target))
      memory.mistaken.formUnion([target] + rivals(of: target))
      // Its end may come to what passes for the device.
      for index in timers.indices where timers[index].target == target { timers[index].isRequired = false }
      guard !counters.isEmpty else { continue }
      memory.passed[target, default: [:]][real.hardware] = Known(
        counters: counters, former: counters.map { _ in nil }, at: world.now, wall: world.wall)
    }
  }

  private func known(_ target: Target, _ wire: OracleWire) -> Known? {
    guard let place = Self.place(target, in: wire.world), wire.world.places[place].kind == .charger,
      let start = wire.world.stretches.first(where: { $0.owner == .status(place: place) })?.start
    else { return nil }
    let read = OracleWorld.counterOffsets.compactMap { wire.read(start + $0 - 1) }
    let counters = read.count == 5 ? read : Self.counters(target, in: wire.world)
    let old = memory.known[target]
    let former = counters.indices.map { index -> UInt16? in
      guard let old, old.counters.indices.contains(index) else { return nil }
      if counters[index] < old.counters[index] { return old.counters[index] }
      return old.former[index].flatMap { counters[index] >= $0 ? nil : $0 }
    }
    return Known(counters: counters, former: former, at: wire.world.now, wall: wire.world.wall)
  }

  // MARK: The owner

  mutating func trusted(_ target: Target, _ wire: OracleWire) {
    timeless.remove(target)
    guard let now = seen[target] else { return }
    // Whether what was before the change was trusted or what came after, nobody can tell.
    if isSeenTorn { isMuddled = true }
    let isSame =
      memory.meant[target].map { $0.look == now.meant.look && $0.standing == now.meant.standing } ?? false
      && isConsistent(now.counters, target, wire.world)
    for index in timers.indices where timers[index].target == target {
      timers[index].isRequired = false
      if isSame { timers[index].hardware = now.meant.hardware }
    }
    memory.exempt.remove(target)
    memory.mistaken.remove(target)
    // A trust while a change is not confirmed yet says nothing of what that will put in doubt: what looks like the device
    // that was meant, or like the one that is.
    var alike = memory.meant.keys.filter { !rivals(of: $0).isEmpty }
    memory.meant[target] = now.meant
    alike += memory.meant.keys.filter { !rivals(of: $0).isEmpty }
    if systemSettled < 2 { memory.exempt.formUnion(alike) }
    // What passes for a like device puts this one in doubt again when that is back.
    let isBesideAnother = rivals(of: target).contains {
      Self.place($0, in: wire.world) != nil && !stands($0, wire.world)
    }
    if isBesideAnother { memory.exempt.insert(target) }
    memory.passed[target] = nil
    memory.sealed.remove(target)
    memory.forgotten.remove(target)
    settled[target] = 0
    systemSettled = 0
    if case .port = target, !now.counters.isEmpty {
      let known = Known(
        counters: now.counters, former: now.counters.map { _ in nil }, at: seenAt.now, wall: seenAt.wall)
      memory.known[target] = known
      memory.passed[target] = [now.meant.hardware: known]
    }
  }

  /// - Parameter ports: where the last walk over the chain has found devices.
  mutating func forgot(allBut ports: Set<Int>) {
    memory.forgotten.formUnion(
      memory.meant.keys.filter { target in
        if case .port(let port) = target { !ports.contains(port) } else { false }
      })
  }

  /// - Parameter hardware: the device where the change was made, wherever it stood.
  mutating func changedByOwner(_ target: Target, _ offset: Int, of hardware: Int? = nil) {
    for index in timers.indices {
      guard timers[index].target == target || (hardware != nil && timers[index].device == hardware) else { continue }
      let field = timers[index].field
      if (field.offset..<field.offset + field.count).contains(offset) { timers[index].isRequired = false }
    }
  }

  /// Rule 6: what was timed no longer stands.
  mutating func checkEnds(_ wire: inout OracleWire) {
    let world = wire.world
    for index in timers.indices where timers[index].isRequired && timers[index].endsAt < world.now - 140 {
      let timer = timers[index]
      guard let owner = owner(of: timer.target, world) else { continue }
      let look = OracleCommand(target: timer.target, field: timer.field, port: 0, text: "")
      guard mustBeTaken(look, wire), let physical = world.physical(owner), physical == timer.hardware else { continue }
      timers[index].isRequired = false
      totals.endsChecked += 1
      let now = world.words(of: owner, physical, at: timer.field.offset, count: timer.field.count)
      let scale = timer.field.scale.flatMap { world.words(of: owner, physical, at: $0, count: 1).first }
      let mayStand = timer.reverts.contains { revert in
        switch revert {
        case .text(let text): OracleCommand.words(text, timer.field, scale: scale) == timer.words
        case .words(let words, _): words == timer.words
        }
      }
      // The nearest that the float voltage allows.
      let float = world.hardware.indices.contains(physical) && world.hardware[physical].kind == .charger ? 15 : 13
      let isNearest =
        timer.field.name == "absorb_volts" && now == world.words(of: owner, physical, at: float, count: 1)
      if now == timer.words, !mayStand, !isNearest, scale == timer.scale {
        violate(
          "\(timer.field.name) of \(timer.target) still holds \(now), \(world.now - timer.endsAt) s after its time")
      }
    }
  }

  private func owner(of target: Target, _ world: OracleWorld) -> OracleWorld.Owner? {
    switch target {
    case .gateway: .gateway(1)
    case .system: .gateway(2)
    case .port: Self.place(target, in: world).map { .configuration(place: $0) }
    }
  }

  /// Whether nothing stands in the way of a command to a place.
  func mustBeTaken(_ command: OracleCommand, _ wire: OracleWire) -> Bool {
    var world = wire.world
    _ = world.show()
    let target = command.target
    guard !hasTrouble, !world.isBlank, world.sentinel == nil, world.badReading == nil,
      world.settling.isEmpty, world.late.isEmpty, isRight(.gateway, world), settled[.gateway, default: 0] >= 2,
      stretchesSeen == world.stretches, !memory.forgotten.contains(target), !isClosed(target),
      !isClosed(.gateway), !isClosed(.system)
    else { return false }
    if target == .gateway || (target == .system && command.isRelease) { return true }
    guard timeless.isEmpty else { return false }
    guard target == .system || !rivals(of: target).isEmpty || hasDouble(target) else {
      return stands(target, world) && isRight(target, world) && settled[target, default: 0] >= 2
    }
    let isWhole = memory.meant.keys.allSatisfy {
      memory.forgotten.contains($0) || (stands($0, world) && isRight($0, world))
    }
    return isWhole && systemSettled >= 2 && memory.exempt.isEmpty && memory.sealed.isEmpty
      && (target != .system || memory.forgotten.isEmpty)
  }

  /// Whether the last scan saw another device that looks like the one that is meant, or one here that looks like
  /// another that is meant.
  private func hasDouble(_ target: Target) -> Bool {
    guard case .port = target else { return false }
    return memory.doubled.contains(target)
      || seen.contains { $0.key != target && $0.value.meant.look == memory.meant[target]?.look }
      || memory.meant.contains { $0.key != target && $0.value.look == seen[target]?.meant.look }
  }

  private func isClosed(_ target: Target) -> Bool { memory.exempt.contains(target) || memory.sealed.contains(target) }

  // MARK: Restart

  mutating func restarted(isOnDisk: OracleBridge.Disk, in world: OracleWorld) {
    let before = memory.meant
    memory = disk
    let now = world.now
    ids = ids.filter { world.wall - $0.value.wall < 590 }
    // How long ago that was, only the wall's clock tells now, right or wrong.
    timeless.formUnion(memory.known.filter { now - $0.value.at > world.wall - $0.value.wall + 60 }.keys)
    for target in memory.known.keys { memory.known[target]?.at = now }
    for target in memory.passed.keys {
      for hardware in memory.passed[target, default: [:]].keys { memory.passed[target]?[hardware]?.at = now }
    }
    // A trust that the disk did not take, of what looks like the device before it.
    for index in timers.indices {
      guard let one = before[timers[index].target], let other = memory.meant[timers[index].target],
        one.look == other.look, one.standing == other.standing, timers[index].hardware == one.hardware
      else { continue }
      timers[index].hardware = other.hardware
    }
    settled = [:]
    systemSettled = 0
    seen = [:]
    foundedAt = nil
    isPinless = false
    if isOnDisk.pins == nil {
      memory = Memory()
      hasLostPins = isOnDisk.hasEarlierRun
      // Nobody can tell any more whose they are.
      for index in timers.indices { timers[index].isRequired = false }
    }
  }
}
