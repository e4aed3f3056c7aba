import FieldCodec
import Mate3

/// The rules of a write, by what was read before it and what got it.
extension SafetyOracle {
  /// A write arrives at the world.
  mutating func saw(_ write: OracleWire.Write, _ wire: inout OracleWire, of job: OracleBridge.Job) {
    totals.writes += 1
    let world = wire.world
    let what =
      "\(job.command.map { "\($0)" } ?? "the end of \(job.ending?.name ?? "")") wrote \(write.words) at \(write.address)"
    guard let (target, field) = asked(job) else { return violate("\(what), which nobody asked for") }
    if let command = job.command {
      if command.isDryRun { violate("\(what), a dry run") }
      if let end = command.expiresAt, end + 0.1 < world.wall { violate("\(what), after it had expired") }
      if sent[command.number] != nil { violate("\(what) a second time for one command") }
      checkID(command, world, what)
      checkSeveral(command, what)
    } else {
      totals.ends += 1
    }
    if memory.sealed.contains(target) { violate("\(what), though its device is to be trusted first") }
    let start = write.address - field.offset + 1
    let scale = field.scale.flatMap { wire.read(start + $0 - 1) }
    checkEvidence(target, start, field.isRelease(write.words) || endsRun(job, target, write.words), &wire, what)
    let isAstray = checkHit(write, target, field, world, what)
    checkWords(write, job, target, field, scale, wire, what)
    checkRange(write, job, field, scale, wire, what)
    checkCaps(write, job, target, field, world, what)
    checkOrder(write, job, field, world, what)
    let record = Sent(
      write: write, readBefore: wire.read(write.address, write.words.count), scale: scale, isAstray: isAstray,
      wasUnsettled: !world.settling.isEmpty, at: world.now)
    // What a command writes after an end says nothing of the end; nor does what a device takes only after it, wherever
    // that stands.
    let takenAt = world.now + (wire.trouble.takesAfter ?? 0)
    let device: Int? = if case .configuration = write.owner { write.physical } else { nil }
    for index in timers.indices where job.command != nil && timers[index].endsAt < takenAt {
      let place = device != nil && timers[index].device == device ? timers[index].target : target
      if timers[index].overlaps(place, field) { timers[index].isRequired = false }
    }
    if let command = job.command { sent[command.number] = [record] } else { sent[-1] = [record] }
  }

  private func asked(_ job: OracleBridge.Job) -> (Target, OracleCommand.Field)? {
    if let command = job.command { return (command.target, command.field) }
    guard let ending = job.ending else { return nil }
    let timer = timers.last { $0.field.name == ending.field && Self.name($0) == ending.block.description }
    return timer.map { ($0.target, $0.field) }
  }

  /// Whether a generator that was started for a time goes back to its rules.
  private func endsRun(_ job: OracleBridge.Job, _ target: Target, _ words: [UInt16]) -> Bool {
    guard target == .system, words != [1], let ending = job.ending else { return false }
    return timers.last { $0.field.name == ending.field && Self.name($0) == ending.block.description }
      .map { !$0.field.isRelease($0.words) } ?? false
  }

  static func name(_ timer: Timer) -> String {
    if case .port(let port) = timer.target { return "\(timer.field.device)/\(port)" }
    return "\(timer.field.device)/0"
  }

  /// Rule 8: an id stands for one command.
  private mutating func checkID(_ command: OracleCommand, _ world: OracleWorld, _ what: String) {
    guard let id = command.id, !command.isRelease else { return }
    let key = "\(command.topic) \(id)" + (command.several == nil ? "" : " \(command.target) \(command.field.name)")
    if let last = ids[key], world.now - last.at < 590, world.wall - last.wall < 590 {
      violate("\(what) though its id was carried out \(world.now - last.at) s before")
    }
    ids[key] = (world.now, world.wall)
  }

  /// Rule 2: everything that identifies the device was read in this transaction, and is the meant one's.
  private mutating func checkEvidence(
    _ target: Target, _ start: Int, _ isRelease: Bool, _ wire: inout OracleWire, _ what: String
  ) {
    let world = wire.world
    guard let owner = memory.meant[.gateway] else { return violate("\(what) before a scan") }
    let gateway = world.gateways[owner.hardware]
    if wire.read(40052, 4) != Array(gateway.blocks[0][50..<54]) {
      violate("\(what) without the gateway's serial read and right")
    }
    if wire.read(40075, 7) != Array(gateway.blocks[1][6..<13]) {
      violate("\(what) without the gateway's MAC read and right")
    }
    switch target {
    case .gateway: if wire.read(start, 2) != [64110, 420] { violate("\(what) without its header") }
    case .system:
      if wire.read(start, 2) != [64120, 27] { violate("\(what) without its header") }
      if !isRelease { checkChain(wire, what) }
    case .port(let port):
      guard let meant = memory.meant[target] else { return violate("\(what), a device never seen") }
      let device = world.hardware[meant.hardware]
      let offsets = device.kind == .charger ? Self.chargerLook : Self.inverterLook
      for (offset, word) in zip(offsets, meant.look) where wire.read(start + offset - 1) != word {
        return violate("\(what) though register \(offset) of its device was not read as \(word)")
      }
      if wire.read(start + 2) != UInt16(port) { violate("\(what) without its port") }
      let status = start - device.status.count
      if wire.read(status, 3) != [device.status[0], device.status[1], UInt16(port)] {
        violate("\(what) without the header of its status block")
      }
      if device.kind == .charger {
        let counters = OracleWorld.counterOffsets.compactMap { wire.read(status + $0 - 1) }
        if !isConsistent(counters, target, world) || counters.count != 5 {
          violate(
            "\(what) though its counters were read as \(counters) after \(String(describing: memory.known[target]))")
        }
      }
    }
  }

  /// The headers of the whole map, as they were read, are those of the devices that are meant.
  private mutating func checkChain(_ wire: OracleWire, _ what: String) {
    var address = 40002
    var found: Set<Target> = []
    while let did = wire.read(address), let length = wire.read(address + 1), did != 0xFFFF {
      if did != 1, did != 64110, did != 64120 {
        guard let port = wire.read(address + 2) else { return violate("\(what) without the port of block \(did)") }
        found.insert(.port(Int(port)))
      }
      address += Int(length) + 2
    }
    guard wire.read(address, 2) == [0xFFFF, 0] else { return violate("\(what) without the end of the map") }
    let expected = Set(memory.meant.keys.filter { $0 != .gateway && $0 != .system && !memory.forgotten.contains($0) })
    if found != expected { violate("\(what) with \(found) there in place of \(expected)") }
  }

  /// Rule 1: a write reaches what its owner meant.
  /// - Returns: whether it went to another device, which only what comes after it can show.
  private mutating func checkHit(
    _ write: OracleWire.Write, _ target: Target, _ field: OracleCommand.Field, _ world: OracleWorld, _ what: String
  ) -> Bool {
    guard let meant = memory.meant[target] else { return false }
    let isPlace: Bool
    switch (write.owner, target) {
    case (.gateway(1), .gateway), (.gateway(2), .system): isPlace = true
    case (.configuration(let place), .port(let port)): isPlace = world.places[place].port == port
    default: isPlace = false
    }
    if isPlace, write.offset == field.offset, write.physical == meant.hardware { return false }
    let isHidden = isPlace && write.offset == field.offset && isUndetectable(target, world)
    if isHidden {
      totals.undetectable += 1
      return false
    }
    if !write.isTorn {
      violate("\(what), which is \(write.owner) of hardware \(write.physical), not \(meant.hardware)")
    }
    totals.afterLastRead += 1
    return true
  }

  /// Rule 3: the words are those that the text means with the scale factor that was read.
  private mutating func checkWords(
    _ write: OracleWire.Write, _ job: OracleBridge.Job, _ target: Target, _ field: OracleCommand.Field,
    _ scale: UInt16?, _ wire: OracleWire, _ what: String
  ) {
    if let command = job.command {
      if OracleCommand.words(command.text, field, scale: scale) != write.words {
        violate("\(what), which is not what was asked for with the scale \(String(describing: scale))")
      }
      return
    }
    guard let timer = timers.last(where: { $0.target == target && $0.field == field }) else { return }
    if timer.hardware != write.physical, memory.meant[target]?.hardware == write.physical, !write.isTorn {
      violate("\(what), the end of a command that hardware \(timer.hardware) got, to hardware \(write.physical)")
    }
    // Where the disk has not taken the last command, an earlier one is ended after a restart.
    let all = timers.filter { $0.target == target && $0.field == field }
    let fits = (hadDiskTrouble ? all.flatMap(\.reverts) : timer.reverts).contains { revert in
      switch revert {
      case .text(let text): return OracleCommand.words(text, field, scale: scale) == write.words
      case .words(let words, let before):
        return before == scale ? words == write.words : scaled(words, before) == scaled(write.words, scale)
      }
    }
    // Where the owner has raised the float voltage above it, the nearest value is the float voltage.
    if !fits, field.name != "absorb_volts" {
      violate("\(what), which is not what stood before or was asked for as then")
    }
    if write.words.contains(0x8000) { violate("\(what), a sentinel") }
    let holds =
      write.before == timer.words
      || all.contains { $0.words == write.before }
      // What makes the system safer does not wait until it is known what it replaces.
      || (field.isRelease(write.words) && wire.read(write.address) == 0x8000)
    if field.isReadable, !holds, !write.isTorn { violate("\(what) though the field held \(write.before)") }
  }

  /// Rule 10: a setpoint suits the model and the voltage that were read, and a command's the device's steps. A Radian at
  /// 48 V takes 44 to 64 V in steps of 0.4 V; of the charge controllers here no document tells, so the owner's bounds
  /// alone count.
  private mutating func checkRange(
    _ write: OracleWire.Write, _ job: OracleBridge.Job, _ field: OracleCommand.Field, _ scale: UInt16?,
    _ wire: OracleWire, _ what: String
  ) {
    guard ["absorb_volts", "float_volts"].contains(field.name) else { return }
    if wire.read(40474) != 48 { violate("\(what) at a voltage of \(String(describing: wire.read(40474)))") }
    guard let value = scaled(write.words, scale) else { return }
    let isInverter = field.device.hasPrefix("radian")
    if !(isInverter ? 4400...6400 : 4000...6600).contains(value) { violate("\(what), outside of its range") }
    if isInverter, job.command != nil, value % 40 != 0 { violate("\(what), between two steps") }
  }

  private func scaled(_ words: [UInt16], _ scale: UInt16?) -> Int? {
    guard let scale, let word = words.first else { return nil }
    switch Int16(bitPattern: scale) {
    case 0: return Int(word) * 100
    case -1: return Int(word) * 10
    case -2: return Int(word)
    default: return nil
    }
  }

  /// Rule 9: no more writes of setpoints a day than allowed.
  private mutating func checkCaps(
    _ write: OracleWire.Write, _ job: OracleBridge.Job, _ target: Target, _ field: OracleCommand.Field,
    _ world: OracleWorld, _ what: String
  ) {
    let own = history.filter { $0.target == target && $0.field == field.name }
    let isFree =
      job.command == nil || job.command?.isRelease ?? false || own.suffix(3).contains { $0.before == write.words }
    history.append((target, field.name, world.now, world.wall, write.before, write.words, isFree || !field.isSetpoint))
    guard !isFree, field.isSetpoint else { return }
    // A wall clock that was set back brings no earlier day back.
    let day = history.filter {
      !$0.isFree && $0.wall <= world.wall && $0.wall > world.wall - 86400 && $0.at > world.now - 86400
    }
    let device = day.filter { $0.target == target }
    let count = (device.count { $0.field == field.name }, device.count, day.count)
    if count.0 > OracleBridge.caps.fieldPerDay || count.1 > OracleBridge.caps.devicePerDay
      || count.2 > OracleBridge.caps.gatewayPerDay
    {
      violate("\(what), the write number \(count) of a day")
    }
  }

  // MARK: The answer

  static let identityCodes: Set<ResultCode> = [
    .identityBlank, .identityMismatch, .untrusted, .deviceMissing, .unknownDevice,
  ]
  private static let releaseCodes: Set<ResultCode> = identityCodes.union([
    .gatewayOffline, .expired, .dryRun, .fieldAbsent, .unknownField, .notImplemented, .badPayload, .invalidValue,
    .outOfLimits, .crossField, .shuttingDown,
  ])

  mutating func judge(_ outcome: WriteOutcome, of job: OracleBridge.Job, _ wire: inout OracleWire) {
    guard let command = job.command else {
      judgeEnd(outcome, wire)
      noteEndElsewhere(outcome, job, wire.world)
      return
    }
    judge(outcome, of: command, &wire)
  }

  private mutating func judgeEnd(_ outcome: WriteOutcome, _ wire: OracleWire) {
    totals.endOutcomes["\(outcome.status.rawValue) \(outcome.code.rawValue)", default: 0] += 1
    guard let record = sent.removeValue(forKey: -1)?.first else { return }
    if outcome.status == .accepted, record.isAstray { violate("an end that went astray was accepted") }
    if outcome.status == .rejected { violate("an end was written and called rejected") }
    sealIfChanged(outcome, record, wire.world)
  }

  /// An end that what passes for the device has got will not come to the device.
  private mutating func noteEndElsewhere(_ outcome: WriteOutcome, _ job: OracleBridge.Job, _ world: OracleWorld) {
    guard outcome.status != .rejected || outcome.code == .superseded, let (target, field) = asked(job),
      !stands(target, world)
    else { return }
    for index in timers.indices where timers[index].target == target && timers[index].field == field {
      timers[index].isRequired = false
    }
  }

  mutating func judge(_ outcome: WriteOutcome, of command: OracleCommand, _ wire: inout OracleWire) {
    let what = "\(command): \(outcome.status) \(outcome.code), \(outcome.reason)"
    totals.outcomes["\(outcome.status.rawValue) \(outcome.code.rawValue)", default: 0] += 1
    let record = sent.removeValue(forKey: command.number)?.first
    noteSeveral(outcome, command)
    switch outcome.status {
    case .rejected: if record != nil { violate("\(what), yet it was written") }
    case .unchanged: if record != nil, command.field.isReadable { violate("\(what), yet it was written") }
    case .accepted:
      guard let record else { return violate("\(what), yet nothing was written") }
      if record.isAstray { violate("\(what), though another device got it") }
      checkHeld(outcome, command, record, wire, what)
    case .failed, .unconfirmed: if record == nil { violate("\(what), yet nothing was written") }
    }
    if outcome.status == .accepted || (outcome.status == .unchanged && command.field.isReadable) {
      let shown = outcome.value?.text
      let held = shown.flatMap(Double.init) ?? -1
      let isMeant =
        !command.field.isReadable || shown == command.text || held == Double(command.text)
        || (Self.rounds(command.field) && abs(held - (Double(command.text) ?? -1)) < 0.201)
      if !isMeant { violate("\(what), shown as \(shown ?? "nothing")") }
    }
    if outcome.status == .rejected, command.mustGetThrough, !command.isDryRun,
      !Self.releaseCodes.contains(outcome.code)
    {
      violate("\(what), a release")
    }
    // One of several may have been refused a while before the command is answered.
    if outcome.status == .rejected, command.several == nil, Self.identityCodes.contains(outcome.code),
      mustBeTaken(command, wire)
    {
      violate("\(what), though everything is as it was pinned")
    }
    if let record { sealIfChanged(outcome, record, wire.world, command.target) }
    takeTimer(outcome, command, record, wire)
  }

  /// Whether a device keeps the field in steps of 0.4 V.
  private static func rounds(_ field: OracleCommand.Field) -> Bool {
    ["absorb_volts", "float_volts"].contains(field.name) && field.device.hasPrefix("radian")
  }

  /// Rule 4: accepted only what the device held at the read-back.
  private mutating func checkHeld(
    _ outcome: WriteOutcome, _ command: OracleCommand, _ record: Sent, _ wire: OracleWire, _ what: String
  ) {
    let start = record.write.address - command.field.offset + 1
    if command.field.isReadable {
      let held = wire.read(record.write.address, record.write.words.count)
      let difference = zip(held ?? [], record.write.words).map { abs(Int($0) - Int($1)) }.max() ?? 99
      // Half a step is 0.2 V, and a tenth of a volt is one or ten.
      let isHalfStep =
        Self.rounds(command.field) && difference <= (record.scale == 0xFFFE ? 20 : 2) && held != record.write.before
      if held != record.write.words, !isHalfStep {
        violate("\(what), yet the words were not read back")
      }
    } else if (wire.read(start + 10).map { $0 & OracleWorld.useBit != 0 }) != (command.text == "use") {
      violate("\(what), yet the status does not show it")
    }
    if let scale = command.field.scale, wire.read(start + scale - 1) != record.scale {
      violate("\(what), yet the scale factor was not read back the same")
    }
  }

  private mutating func sealIfChanged(
    _ outcome: WriteOutcome, _ record: Sent, _ world: OracleWorld, _ target: Target? = nil
  ) {
    guard outcome.code == .identityChangedDuringWrite else { return }
    totals.changedDuringWrite += 1
    // The device that is meant got it, and its blocks stand elsewhere now, or others beside the gateway's: nobody need
    // trust anything.
    if !record.isAstray, isRight(.gateway, world),
      record.isMoved(in: world) || record.write.owner == .gateway(2)
    {
      return
    }

    guard let target else { return memory.exempt.formUnion(memory.meant.keys) }
    memory.sealed.insert(target)
    memory.exempt.formUnion(memory.meant.keys)
    guard record.isAstray, case .configuration = record.write.owner else { return }
    let other = memory.meant.first { entry in
      guard case .port = entry.key else { return false }
      return entry.key != target && entry.value.hardware == record.write.physical
    }?.key
    if let other, rivals(of: target).contains(other) { memory.sealed.insert(other) }
  }

  // MARK: Timed commands

  private mutating func takeTimer(
    _ outcome: WriteOutcome, _ command: OracleCommand, _ record: Sent?, _ wire: OracleWire
  ) {
    // What a device made something else of may end, with the timed command before where there is one.
    let isNotTaken = outcome.code == .notTaken && command.forSeconds != nil
    guard !command.isDryRun, outcome.status != .rejected, outcome.status != .failed || isNotTaken else { return }
    let overlapping = timers.indices.filter { timers[$0].overlaps(command.target, command.field) }
    guard let seconds = command.forSeconds else {
      if outcome.status != .unconfirmed {
        for index in overlapping { timers[index].isRequired = false }
        untimed.append((command.target, command.field, command.number))
      }
      return
    }
    // One that came before it may be answered after it, as when a restart cuts it short.
    let isCancelled = untimed.contains { later in
      later.number > command.number
        && Timer(
          target: later.target, field: later.field, hardware: 0, words: [], scale: nil, reverts: [], isOpen: false,
          endsAt: 0
        ).overlaps(command.target, command.field)
    }
    totals.timed += 1
    var reverts: [Revert] = command.then.map { [.text($0)] } ?? []
    if command.then == nil {
      reverts = timers.filter { $0.target == command.target && $0.field == command.field }.flatMap(\.reverts)
      if let record {
        reverts.append(.words(record.write.before, scale: record.scale))
        // Of another that came into its place unnoticed after that was read.
        if let read = record.readBefore { reverts.append(.words(read, scale: record.scale)) }
      }
    }
    // What stood already has nothing to go back to but `then`.
    let isTimed = command.then != nil || record.map { !$0.wasUnsettled } ?? false
    let isMeant = record.map { $0.write.physical == memory.meant[command.target]?.hardware } ?? true
    if !isNotTaken {
      for index in overlapping { timers[index].isRequired = false }
    }
    // Whatever has superseded it and says nothing of what comes back takes that over.
    if outcome.code == .superseded {
      for index in overlapping where timers[index].isOpen { timers[index].reverts += reverts }
    }
    let words =
      outcome.status == .accepted && command.field.isReadable ? outcome.read : record?.write.words ?? outcome.read
    // What got it unnoticed passes for the meant one, which its end is for.
    guard let hardware = memory.meant[command.target]?.hardware else { return }
    // What was superseded may be answered after what has superseded it, whose end it is now.
    timers.insert(
      Timer(
        target: command.target, field: command.field, hardware: hardware, words: words, scale: record?.scale,
        reverts: reverts, isOpen: command.then == nil, endsAt: (record?.at ?? wire.world.now) + seconds,
        isRequired: isTimed && isMeant && !isCancelled && outcome.code != .identityChangedDuringWrite
          && outcome.code != .superseded && !isNotTaken && !(record?.isAstray ?? false)),
      at: outcome.code == .superseded || isNotTaken ? 0 : timers.count)
  }
}
