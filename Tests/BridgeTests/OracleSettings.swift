import FieldCodec
import Foundation
import Mate3
import RegisterIO
import Registry
import TestSupport
import Topics

@testable import Bridge
@testable import Mate3

/// Commands of several settings, put together as the bridge's services do it.
extension OracleBridge {
  struct SettingsJob {
    let parts: [OracleCommand]
    let topic: String
    let payload: CommandPayload
    let received: Int
    let token = UUID()
    let isRelease: Bool
    var run: SettingsRun
    /// What the read-back of a release is still waited for.
    var waiting: Set<Int> = []
    /// Those that the oracle has judged.
    var judged: Set<String> = []
    var line: WriteEnd?

    func command(_ part: SettingsRun.Part) -> OracleCommand? {
      parts.first { "\($0.field.device)/\($0.port)/\($0.field.name)" == part.name }
    }
  }

  func isBusy(_ device: DeviceKey) -> Bool {
    jobs.contains { $0.request.block.key == device }
      || sets.values.contains { set in !set.isRelease && set.run.parts.contains { $0.device == device } }
  }

  /// - Parameter scope: the name of the devices, where all of them are meant.
  mutating func command(
    _ parts: [OracleCommand], all scope: String?, _ payload: CommandPayload, _ wire: inout OracleWire,
    _ oracle: inout SafetyOracle
  ) {
    guard let several = parts.first?.several else { return }
    received += 1
    let isRelease = several.isRelease && !payload.isDryRun
    var run: SettingsRun
    do throws(CommandRefusal) {
      if !isRelease, !payload.isDryRun,
        try answers.answer(several.topic, payload, at: Self.instant(wire.world)) != nil
      {
        return
      }
      if let end = payload.expiresAt, end.timeIntervalSince1970 <= wire.world.wall {
        throw CommandRefusal(.expired, "expired")
      }
      if isRelease, !isAnswering || image == nil || wantsScan { _ = oracle.scan(&self, &wire) }
      guard isAnswering, let image else { throw CommandRefusal(.gatewayOffline, "offline") }
      if let scope, !isRelease,
        book.pins.keys.contains(where: { pin in
          pin.block == scope && !image.layout.blocks.contains { PinKey($0) == pin }
        })
      {
        // Where all are meant and one is away, there is nothing to judge of each.
        return
      }
      run = SettingsRun(
        parts.map { part in
          SettingsRun.Part(
            device: DeviceKey(name: part.field.device, port: part.port), field: part.field.name, text: part.text,
            request: request(part, payload, image, wire.world))
        }, isRelease: isRelease, isDryRun: payload.isDryRun)
      if !isRelease {
        for part in run.parts {
          guard case .success(let request) = part.request else { continue }
          guard !isBusy(request.block.key) else { throw CommandRefusal(.busy, "busy") }
          if released.contains(where: { isAfter($0, request, received) }) { throw CommandRefusal(.superseded, "") }
        }
      }
    } catch {
      for part in parts { oracle.judge(WriteOutcome(error), of: part, &wire) }
      return
    }
    sets[several.number] = SettingsJob(
      parts: parts, topic: several.topic, payload: payload, received: received, isRelease: isRelease, run: run)
    if !isRelease { rehearse(several.number, &wire) }
    goOn(several.number, &wire, &oracle)
  }

  private func request(
    _ part: OracleCommand, _ payload: CommandPayload, _ image: SystemImage, _ world: OracleWorld
  ) -> Result<WriteRequest, CommandRefusal> {
    do throws(CommandRefusal) {
      return .success(
        try validator.request(
          device: DeviceKey(name: part.field.device, port: part.port), field: part.field.name, text: part.text,
          isDryRun: false, image: image, pins: book, limit: 100, at: Self.look(world)))
    } catch {
      return .failure(error)
    }
  }

  private mutating func rehearse(_ number: Int, _ wire: inout OracleWire) {
    guard var run = sets[number]?.run else { return }
    var readings: [WriteOutcome.Reading] = []
    var hasRetried = false
    for range in run.reads(keepingWhole: image?.map.whole ?? [], limit: 100) {
      while true {
        wire.begin()
        if case .words(let words) = wire.read(range) {
          readings.append(WriteOutcome.Reading(address: range.start, words: words))
          break
        }
        guard !hasRetried else {
          run.refuseAll(CommandRefusal(.gatewayOffline, "offline"))
          sets[number]?.run = run
          return
        }
        hasRetried = true
      }
    }
    let order = run.rehearse(on: readings)
    if run.parts.contains(where: { $0.outcome?.code == .identityMismatch }) { wantsScan = true }
    let now = Date(timeIntervalSince1970: wire.world.wall)
    if let (index, refusal) = caps.refusal(of: order, at: now) { run.refuse(index, refusal) }
    sets[number]?.run = run
  }

  /// Writes what is still to be written, as far as it can.
  private mutating func goOn(_ number: Int, _ wire: inout OracleWire, _ oracle: inout SafetyOracle) {
    while let set = sets[number], let index = set.run.next {
      guard let outcome = write(index, of: number, &wire, &oracle) else {
        guard set.isRelease else { return }
        sets[number]?.waiting.insert(index)
        sets[number]?.run.end(index, WriteOutcome(.unconfirmed, .answerLost, ""))
        continue
      }
      end(index, of: number, outcome, &wire, &oracle)
    }
    if let set = sets[number], set.waiting.isEmpty { finish(number, &wire, &oracle) }
  }

  /// - Returns: nil when it is still being verified.
  private mutating func write(
    _ index: Int, of number: Int, _ wire: inout OracleWire, _ oracle: inout SafetyOracle
  ) -> WriteOutcome? {
    guard let set = sets[number], let command = set.command(set.run.parts[index]) else { return nil }
    var job: Job
    do throws(CommandRefusal) {
      if let end = command.expiresAt, end <= wire.world.wall { throw CommandRefusal(.expired, "expired") }
      guard isAnswering, let image else { throw CommandRefusal(.gatewayOffline, "offline") }
      let request = try request(command, set.payload, image, wire.world).get()
      if !set.isRelease, released.contains(where: { isAfter($0, request, set.received) }) {
        throw CommandRefusal(.superseded, "")
      }
      if !request.isRelease, let refusal = capRefusal(request, wire.world) { throw refusal }
      job = Job(
        command: command, ending: nil, payload: set.payload.part(command.text), wish: nil, received: set.received,
        procedure: WriteProcedure(request))
      job.several = WriteIntent.Several(command: set.token, following: set.run.following(index))
    } catch {
      return WriteOutcome(error)
    }
    let (request, received) = (job.request, set.received)
    let outcome = drive(&job, &wire, &oracle)
    if set.isRelease, outcome?.status != .rejected {
      released.append((request.block.key, request.range, received))
    }
    return outcome
  }

  private mutating func end(
    _ index: Int, of number: Int, _ outcome: WriteOutcome, _ wire: inout OracleWire, _ oracle: inout SafetyOracle
  ) {
    guard let part = sets[number]?.run.parts[index], let command = sets[number]?.command(part) else { return }
    sets[number]?.run.end(index, outcome)
    sets[number]?.judged.insert(part.name)
    oracle.judge(outcome, of: command, &wire)
    oracle.keep(disk)
  }

  /// Goes on with the command that a write was one of, which is judged already.
  mutating func goOn(after job: Job, _ outcome: WriteOutcome, _ wire: inout OracleWire, _ oracle: inout SafetyOracle) {
    guard let number = job.command?.several?.number else { return }
    note(outcome, of: job, in: number)
    goOn(number, &wire, &oracle)
  }

  mutating func note(_ outcome: WriteOutcome, of job: Job, in number: Int) {
    let name = "\(job.request.block.key)/\(job.request.field.name)"
    guard let index = sets[number]?.run.parts.firstIndex(where: { $0.name == name }) else { return }
    sets[number]?.waiting.remove(index)
    sets[number]?.judged.insert(name)
    sets[number]?.run.end(index, outcome)
  }

  private mutating func finish(_ number: Int, _ wire: inout OracleWire, _ oracle: inout SafetyOracle) {
    guard let set = sets.removeValue(forKey: number) else { return }
    let outcome = set.run.outcome
    for part in set.run.parts where !set.judged.contains(part.name) {
      guard let command = set.command(part), let outcome = part.outcome else { continue }
      oracle.judge(outcome, of: command, &wire)
    }
    oracle.judge(set.run, number)
    if var line = set.line, disk.takesEnd {
      line.answer = WriteEnd.Answer(outcome)
      disk.ledger.append(.end(line))
    }
    if outcome.status != .rejected, !set.payload.isDryRun {
      answers.keep(
        [], set.topic, set.payload.id, asked: set.payload.asked, at: Self.instant(wire.world))
    }
  }

  /// The bridge is stopped, or killed.
  mutating func stopSets(isKilled: Bool, _ wire: inout OracleWire, _ oracle: inout SafetyOracle) {
    for number in sets.keys.sorted() {
      guard !isKilled else {
        sets[number] = nil
        continue
      }
      while let index = sets[number]?.run.next {
        end(index, of: number, WriteOutcome(.rejected, .shuttingDown, "shutting down"), &wire, &oracle)
      }
      finish(number, &wire, &oracle)
    }
  }
}

/// What holds of several settings as one command.
extension SafetyOracle {
  /// Rule 11: none is written when one can't be, nor after one that went wrong.
  mutating func checkSeveral(_ command: OracleCommand, _ what: String) {
    guard let several = command.several else { return }
    writtenSets.insert(several.number)
    guard !several.isRelease else { return }
    if several.isImpossible { violate("\(what), though another of its settings can't be written") }
    if stoppedSets.contains(several.number) { violate("\(what), though the command had stopped before") }
  }

  mutating func noteSeveral(_ outcome: WriteOutcome, _ command: OracleCommand) {
    guard let several = command.several, outcome.status != .accepted, outcome.status != .unchanged else { return }
    stoppedSets.insert(several.number)
  }

  /// Rule 12: no write of a command leaves float above absorb that was not so before.
  mutating func checkOrder(
    _ write: OracleWire.Write, _ job: OracleBridge.Job, _ field: OracleCommand.Field, _ world: OracleWorld,
    _ what: String
  ) {
    guard job.command != nil, !write.isTorn, world.late.isEmpty, world.settling.isEmpty,
      ["absorb_volts", "float_volts"].contains(field.name), let word = write.words.first,
      let old = write.before.first
    else { return }
    let isFloat = field.name == "float_volts"
    let isCharger = field.device.hasPrefix("charge")
    guard
      let other = world.words(of: write.owner, write.physical, at: isFloat ? 11 : isCharger ? 15 : 13, count: 1).first
    else { return }
    func isWrong(_ word: UInt16) -> Bool { isFloat ? word > other : word < other }
    if isWrong(word), !isWrong(old) { violate("\(what), beside \(other) of the other one") }
  }

  /// The answer to the whole of it agrees with what was written.
  mutating func judge(_ run: SettingsRun, _ number: Int) {
    let outcome = run.outcome
    totals.setOutcomes["\(outcome.status.rawValue) \(outcome.code.rawValue)", default: 0] += 1
    let isWritten = writtenSets.contains(number)
    if isWritten == (outcome.status == .rejected), !run.parts.contains(where: { $0.outcome?.status == .unchanged }) {
      violate("several settings: \(outcome.status) \(outcome.reason), written: \(isWritten)")
    }
    let isGood = run.parts.allSatisfy { [.accepted, .unchanged].contains($0.outcome?.status) }
    if isGood != (outcome.status == .accepted || outcome.status == .unchanged) {
      violate("several settings: \(outcome.status) \(outcome.reason)")
    }
    if isWritten, !isGood, run.parts.count > 1, outcome.code != .incomplete {
      violate("several settings: \(outcome.status) \(outcome.code), \(outcome.reason)")
    }
  }
}

extension OracleRun {
  /// A command of several settings: of one device, or of all charge controllers or inverters.
  mutating func several() {
    number += 1
    let set = number
    let isCharger = chance(0.7)
    let places = shown(isCharger ? .charger : .inverter)
    guard let place = places.randomElement(using: &random) else { return }
    let device = isCharger ? "charge_controller_configuration" : "radian_inverter_configuration"
    let own = isCharger ? OracleCommand.chargerFields : OracleCommand.inverterFields
    let isAll = chance(0.3)
    let isOfGateway = !isAll && chance(0.1)
    let targets =
      isAll
      ? wire.world.places.indices.filter { places.contains($0) && wire.world.places[$0].isShown } : [place]
    guard !targets.isEmpty else { return }
    var values: [(field: OracleCommand.Field, text: String)] = []
    let isOff = isAll && chance(0.4)
    if isOff {
      values = [(own[0], "off")]
    } else if isOfGateway {
      for field in OracleCommand.gatewayFields.prefix(2) { values.append((field, pick(["6", "22", "10"]))) }
    } else {
      let float = isCharger ? OracleCommand.chargerFloat : OracleCommand.inverterFloat
      for field in [own[1], float] { values.append((field, pick(["54.0", "54.4", "56.0", "57.6", "58.0", "57.0"]))) }
      if chance(0.1) { values[1].text = "70.0" }
      if chance(0.4) { values.append((own[0], pick(["off", "auto", "on"]))) }
    }
    let name = isOfGateway ? "gateway" : device
    let port = isOfGateway ? 0 : wire.world.places[place].port
    let several = OracleCommand.Several(
      number: set, topic: "mate3/\(name)/\(isAll ? "all" : "\(port)")/set",
      isRelease: values.allSatisfy { $0.field.release == $0.text }, isImpossible: values.contains { $0.text == "70.0" })
    let id: String? = chance(0.4) ? pick(["a", "b"]) : nil
    let isDryRun = chance(0.08)
    let expiresAt: Double? = chance(0.1) ? wire.world.wall + pick([0.2, 0.6, 100]) : nil
    var parts: [OracleCommand] = []
    for target in isOfGateway ? [place] : targets {
      let port = isOfGateway ? 0 : wire.world.places[target].port
      for value in values {
        number += 1
        var part = OracleCommand(
          target: isOfGateway ? .gateway : .port(port), field: value.field, port: port, text: value.text, id: id)
        (part.isDryRun, part.expiresAt, part.number, part.several) = (isDryRun, expiresAt, number, several)
        parts.append(part)
      }
    }
    let payload = CommandPayload(
      values: Dictionary(values.map { ($0.field.name, $0.text) }, uniquingKeysWith: { first, _ in first }), id: id,
      expiresAt: expiresAt.map(Date.init(timeIntervalSince1970:)), isDryRun: isDryRun)
    let isTroubled = chance(0.5)
    tell("several settings", "\(several.topic) \(payload.text) \(id ?? "")\(isDryRun ? " dry" : "")")
    if isTroubled, let first = parts.first { makeTrouble(first, within: 40) }
    oracle.hasTrouble = isTroubled
    oracle.totals.commands += 1
    wire.forget()
    bridge.command(parts, all: isAll ? device : nil, payload, &wire, &oracle)
    oracle.hasTrouble = false
    oracle.keep(bridge.disk)
    wire.trouble = OracleWire.Trouble()
  }
}
