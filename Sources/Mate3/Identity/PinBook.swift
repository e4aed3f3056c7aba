import FieldCodec
import Foundation
import RegisterIO
package import Registry

/// The pins of one gateway's devices, and what follows from each look at them. Pure: a store keeps it on disk.
///
/// Trust ends only when two complete scans in a row agree on a difference. A device that is missing, a gateway that is
/// silent, and whatever is blank while it reboots, merely suspend writes; what shows its pinned evidence again is
/// trusted again.
public struct PinBook: Sendable, Equatable {
  /// The pins, to be kept: each can be encoded.
  public internal(set) var pins: [PinKey: Pin]
  /// Why there were no pins at the start although there had been some: what is seen first is not trusted then, also what
  /// comes back later from a reboot.
  private let lost: String?
  var looks = IdentityGrades()
  /// What the last sighting saw, or the one that is being judged.
  var present: Set<PinKey> = []
  /// The evidence of the last sighting, which a new trust pins.
  var last = IdentitySighting()
  private var lastAt = LookTime.now
  /// Differences that one scan saw and no second one has confirmed.
  private var unconfirmed: IdentitySighting?
  /// Blocks that the last sighting has newly pinned, beside others already known.
  private var newcomers: Set<PinKey> = []
  /// Since when this run has seen something else in a pinned place.
  var doubts: [PinKey: ContinuousClock.Instant] = [:]
  /// When the first devices were seen, while others may still join them.
  private var foundedAt: ContinuousClock.Instant?
  /// Longer than any gateway takes to show all its devices.
  private static let founding = Duration.seconds(180)
  /// When this run has read the counters of each pin last.
  var countersRead: [PinKey: ContinuousClock.Instant] = [:]
  /// Counters that the last sighting, and none before it, saw fall to about zero.
  var resets: [PinKey: Set<String>] = [:]

  /// Highest values above the pinned ones that the last look has seen, and none before it.
  var highs: [PinKey: [String: Int64]] = [:]

  /// Takes up the pins that were kept; none at a first start.
  /// - Parameters:
  ///   - pins: what an earlier run has kept.
  ///   - lost: why pins that an earlier run must have had are not there.
  public init(pins: [Pin] = [], lost: String? = nil) {
    self.pins = Dictionary(pins.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    self.lost = lost
  }

  /// Grades by the last sighting.
  public var grades: [PinKey: IdentityGrade] { looks.grades }

  /// The blocks that belong to the system, there or not: all but those that were given up.
  package var expected: [PinKey] { pins.values.filter { $0.state != .forgotten }.map(\.key).sorted() }

  /// Whether something stands in a device's place that may go again, so that scans are worth while.
  package var isInDoubt: Bool {
    pins.values.contains { pin in
      switch pin.state {
      case .changed, .doubtful: true
      case .trusted, .untrusted, .adopting, .forgotten: false
      }
    }
  }

  /// Whether what is doubted may be put right by the next scans: it was seen just now, or is gone again.
  package func isDoubtNew(at now: ContinuousClock.Instant) -> Bool {
    wantsAnotherScan || isInDoubt && doubts.values.allSatisfy { now - $0 < .seconds(15) }
  }

  /// True when a difference has been seen once and another scan should confirm it soon.
  package var wantsAnotherScan: Bool { unconfirmed != nil || !resets.isEmpty }

  /// Whether the device that a timed command was meant for is the pinned one.
  package func isPinned(_ timer: TimedCommand) -> Bool { timer.generation ?? 0 == pins[timer.block]?.generation ?? 0 }

  /// Whether another book is the same but for when counters were looked at, so that no write to disk is worth it.
  package func isSettled(as other: PinBook) -> Bool {
    pins.count == other.pins.count && pins.allSatisfy { key, pin in other.pins[key]?.settled == pin.settled }
  }

  /// Takes a complete scan.
  /// - Parameters:
  ///   - layout: what the scan found.
  ///   - word: the word at an address of the scan.
  package mutating func observe(
    _ layout: SystemLayout, at now: LookTime = .now, word: (Int) -> UInt16?
  ) -> [IdentityNotice] {
    var sighting = IdentitySighting(layout, word)
    guard !isGatewayBlank(sighting, layout) else { return [.gatewayBlank] }
    let isFirst = isFounding(at: now)
    present = Set(sighting.words.keys)
    let absent = expected.filter { !present.contains($0) }
    looks = IdentityGrades(
      layout, absent: absent, seen: { sighting.words[$0] }, pinned: { pins[$0]?.words })
    var notices: [IdentityNotice] = []
    var added: Set<PinKey> = []
    var verdicts: [PinKey: EvidenceVerdict] = [:]
    for block in layout.blocks where !block.isDuplicate {
      let key = PinKey(block)
      guard sighting.words[key] != nil else {
        verdicts[key] = .blank("\(block.key) shows nothing for the moment")
        continue
      }
      let state = pins[key]?.state
      let verdict = state == nil || state == .adopting ? .fits : judge(block, sighting, at: now)
      verdicts[key] = verdict
      switch (state, verdict) {
      case (nil, _), (.adopting, _):
        notices.append(pinAnew(block, sighting, at: now))
        if state == nil, !isFirst { added.insert(key) }
      case (.forgotten, .fits):
        notices.append(takeUp(key))
      case (.forgotten, .differs):
        notices.append(pinAnew(block, sighting, at: now))
        added.insert(key)
        verdicts[key] = .fits
      case (_, .differs(let reason)):
        sighting.differences[key] = reason
        noteDoubt(of: key, at: now)
      case (_, .fits):
        doubts[key] = nil
        pins[key]?.doubtedAt = nil
        // One copy in memory of what is the same, with the registry's own texts for names.
        if let words = sighting.words[key], words == pins[key]?.words { pins[key]?.words = words }
      case (_, .blank): break
      }
    }
    let before = resets
    resets = [:]
    for block in layout.blocks where !block.isDuplicate && isWhole(block, in: layout, verdicts) {
      notices += follow(PinKey(block), sighting.counters[PinKey(block)] ?? [:], confirming: before, at: now)
    }
    notices += conclude(sighting, added, isBlank: verdicts.mapValues { if case .blank = $0 { true } else { false } })
    (last, lastAt) = (sighting, now)
    return notices
  }

  /// A doubt of an earlier run goes on: the device has not been at work since that began.
  private mutating func noteDoubt(of key: PinKey, at now: LookTime) {
    guard doubts[key] == nil else { return }
    // A file may say any time.
    let since = pins[key]?.doubtedAt.map { min(max(0, now.wall.timeIntervalSince($0)), 1e9) } ?? 0
    doubts[key] = now.clock - .seconds(since)
    if pins[key]?.doubtedAt == nil { pins[key]?.doubtedAt = now.wall }
  }

  /// Whether the system is still seen for the first time: a gateway that starts shows its devices one by one, and all of
  /// them belong to it.
  private mutating func isFounding(at now: LookTime) -> Bool {
    if pins.isEmpty { foundedAt = now.clock }
    return foundedAt.map { now.clock - $0 <= Self.founding } ?? false
  }

  /// Pins what the last scan saw of a device, status and configuration block alike.
  /// - Returns: the blocks trusted now; empty when the last scan saw none of that name and port.
  package mutating func trust(_ block: PlacedBlock, in layout: SystemLayout) -> [PinKey] {
    var trusted: [PinKey] = []
    for block in [block, layout.partner(of: block)].compactMap(\.self) {
      let key = PinKey(block)
      guard last.words[key] != nil else { continue }
      pins[key]?.state = .adopting
      // Its counters may have been read long ago.
      _ = pinAnew(block, last, at: lastAt)
      unconfirmed?.differences[key] = nil
      newcomers.remove(key)
      trusted.append(key)
    }
    if unconfirmed?.differences.isEmpty ?? false, newcomers.isEmpty { unconfirmed = nil }
    // What is as pinned from now on says nothing of what could have changed places with the device.
    let kinds = Set(trusted.map(\.block))
    for (key, pin) in pins where kinds.contains(key.block) {
      if case .doubtful(let reason) = pin.state { pins[key]?.state = .untrusted(reason) }
    }
    return trusted
  }

  /// Has the device at a port pinned anew by the next scan, with all its blocks.
  /// - Returns: the blocks concerned; empty when there is no pin of that name and port.
  package mutating func adoptAtNextSight(_ key: PinKey) -> [PinKey] {
    guard pins[key] != nil else { return [] }
    // Status and configuration block of a device share its port, which no other device has.
    let concerned = key.port == 0 ? [key] : pins.keys.filter { $0.port == key.port }.sorted()
    for key in concerned { pins[key]?.state = .adopting }
    return concerned
  }

  /// A field of the device's evidence was written on purpose: its new words are the pin's.
  package mutating func repin(_ field: FieldDefinition, of block: PlacedBlock, words: [UInt16]) {
    guard field.isStandingEvidence, pins[PinKey(block)]?.words[field.name] != nil else { return }
    pins[PinKey(block)]?.words[field.name] = words
    last.words[PinKey(block)]?[field.name] = words
  }

  /// Refuses further writes to a device that changed while it was written, and to those that may have come into its
  /// place or look like it: until the owner trusts them, or, where blocks only stand elsewhere now, until a scan has
  /// seen them as pinned.
  /// - Parameter outcome: what was read back.
  package mutating func distrust(_ block: PlacedBlock, after outcome: WriteOutcome) {
    let own = PinKey(block)
    var ports: Set<Int> = [own.port]
    if let port = block.definition.portField.flatMap(block.range(of:)).flatMap({ outcome.word($0.start) }) {
      ports.insert(Int(port))
    }
    for key in pins.keys where key.block == own.block {
      if looks.lookalikes[own]?.contains(key) ?? false || isShown(key, at: block, outcome.word) {
        ports.insert(key.port)
      }
    }
    for (key, pin) in pins where ports.contains(key.port) && (key.port != 0 || key == own) {
      if outcome.isMoved {
        if pin.state.endsBySight { pins[key]?.state = .changed(outcome.reason) }
      } else if pin.state == .forgotten {
        pins[key]?.stateGivenUp = .untrusted(outcome.reason)
      } else {
        pins[key]?.state = .untrusted(outcome.reason)
      }
    }
  }

  /// Whether what was read in a block's place is the evidence of another pin, but for the port.
  private func isShown(_ key: PinKey, at block: PlacedBlock, _ word: (Int) -> UInt16?) -> Bool {
    var isAnyRead = false
    for field in block.definition.fields
    where field.isStandingEvidence && field.index != block.definition.portFieldIndex && field.offset > 2 {
      guard let range = block.range(of: field), let expected = pins[key]?.words[field.name] else { continue }
      let words = (range.start..<range.end).compactMap(word)
      guard words.count == range.count else { continue }
      guard words == expected else { return false }
      isAnyRead = true
    }
    return isAnyRead
  }

  /// Gives up the pins of blocks that the layout does not have. They are kept, so that what comes into their place one
  /// day is not taken for them.
  package mutating func forgetMissing(from layout: SystemLayout) -> [PinKey] {
    let present = Set(layout.blocks.map { PinKey($0) })
    let gone = expected.filter { !present.contains($0) }
    for (key, pin) in pins where gone.contains(key) {
      pins[key]?.stateGivenUp = pin.state
      pins[key]?.state = .forgotten
    }
    return gone
  }

  /// A device that was given up is there again.
  private mutating func takeUp(_ key: PinKey) -> IdentityNotice {
    let state = pins[key]?.stateGivenUp ?? .trusted
    pins[key]?.state = state == .adopting ? .trusted : state
    pins[key]?.stateGivenUp = nil
    return state.reason.map { .untrusted(key, $0) } ?? .restored(key)
  }

  // MARK: -

  /// Draws the conclusions from a sighting that differs, once a second one agrees with it.
  private mutating func conclude(
    _ sighting: IdentitySighting, _ added: Set<PinKey>, isBlank: [PinKey: Bool]
  ) -> [IdentityNotice] {
    var notices = restore(sighting, added, isBlank: isBlank)
    let differences = sighting.differences.filter { pins[$0.key]?.state.endsBySight ?? false }
    let pending = unconfirmed
    let candidates = newcomers
    newcomers = added
    unconfirmed = nil
    guard !differences.isEmpty || !added.isEmpty || !candidates.isEmpty else { return notices }
    // Not by the sentences: a counter goes on between two scans.
    let isConfirmed =
      differences.isEmpty
      ? added.isEmpty && candidates.allSatisfy { sighting.words[$0] != nil }
      : pending.map { Set($0.differences.keys) == Set(sighting.differences.keys) && $0.words == sighting.words }
        ?? false
    guard isConfirmed else {
      unconfirmed = sighting
      return notices
    }
    for (key, difference) in differences.sorted(by: { $0.key < $1.key }) {
      pins[key]?.state = .changed(difference)
      notices.append(.changed(key, difference))
    }
    let what = differences.values.sorted().first ?? candidates.sorted().first.map { "\($0) is new" } ?? ""
    for key in pins.keys.sorted()
    where looks.grades[key] == .ambiguous && pins[key]?.state == .trusted && !candidates.contains(key) {
      let reason = "the system changed (\(what)), and \(key) can't be told from another device of its kind"
      // What differs may be put right; what is new stays.
      pins[key]?.state = candidates.isEmpty ? .doubtful(reason) : .untrusted(reason)
      notices.append(.untrusted(key, reason))
    }
    return notices
  }

  /// Gives trust back to what shows its pinned evidence again; to what can't be told from another, only when all of the
  /// system does.
  private mutating func restore(
    _ sighting: IdentitySighting, _ added: Set<PinKey>, isBlank: [PinKey: Bool]
  ) -> [IdentityNotice] {
    var notices: [IdentityNotice] = []
    let isAllAsPinned =
      added.isEmpty && sighting.differences.isEmpty && !isBlank.values.contains(true)
      && expected.allSatisfy { sighting.words[$0] != nil }
    for (key, pin) in pins.sorted(by: { $0.key < $1.key })
    where sighting.words[key] != nil && sighting.differences[key] == nil && isBlank[key] == false {
      switch pin.state {
      case .changed where looks.grades[key] == .ambiguous && !isAllAsPinned:
        let reason = "another device was at \(key) for a while, and \(key) can't be told from others of its kind"
        pins[key]?.state = .doubtful(reason)
        notices.append(.untrusted(key, reason))
        continue
      case .changed: break
      case .doubtful: if !isAllAsPinned { continue }
      default: continue
      }
      pins[key]?.state = .trusted
      notices.append(.restored(key))
    }
    return notices
  }

  /// Pins what a sighting shows of a block.
  private mutating func pinAnew(_ block: PlacedBlock, _ sighting: IdentitySighting, at now: LookTime) -> IdentityNotice
  {
    let key = PinKey(block)
    let old = pins[key]
    let words = sighting.words[key] ?? [:]
    let counters = sighting.counters[key] ?? [:]
    var state = Pin.State.trusted
    if old?.state == .forgotten {
      state = .untrusted("\(key) was forgotten, and what is there now is another device")
    } else if old == nil, let lost {
      state = .untrusted(lost)
    }
    let isAnother =
      old.map { old in
        if case .differs = judge(block, sighting, at: now) { return true }
        // What was taken for a reset is another device when somebody has to be asked.
        let most = old.counters.merging(old.former ?? [:]) { max($0, $1) }
        return old.words != words || most.contains { counters[$0.key] ?? 0 < $0.value }
      } ?? false
    doubts[key] = nil
    highs[key] = nil
    countersRead[key] = now.clock
    // Timed commands that outlive the pins belong to none of the new ones, however late those come.
    let generation = old == nil ? Int.random(in: 1 << 20..<1 << 50) : old?.generation
    pins[key] = Pin(
      key: key, words: words, counters: counters, countersAt: now.wall, state: state, generation: generation)
    // A device is another with all its blocks, whichever of them shows it.
    if isAnother {
      for (each, pin) in pins where each == key || (each.port == key.port && key.port != 0) {
        pins[each]?.generation = (pin.generation ?? 0) + 1
      }
    }
    return state.reason.map { .untrusted(key, $0) } ?? .pinned(key)
  }

  private func isGatewayBlank(_ sighting: IdentitySighting, _ layout: SystemLayout) -> Bool {
    layout.blocks.contains { block in
      guard block.definition.kind.isGatewayItself else { return false }
      let key = PinKey(block)
      return block.definition.fields.contains { field in
        guard field.evidence == .fixed, field.type == .string, let now = sighting.words[key]?[field.name] else {
          return false
        }
        guard let known = pins[key]?.words[field.name] else {
          // A gateway that has just started shows no MAC yet, which must not become its pin.
          return field.name == "mac_address" && !field.decode(now, scaleWord: nil).isPresent
        }
        return !field.decode(now, scaleWord: nil).isPresent && field.decode(known, scaleWord: nil).isPresent
      }
    }
  }
}

extension Pin.State {
  /// Whether a sighting that differs makes the device a changed one.
  fileprivate var endsBySight: Bool {
    switch self {
    case .trusted, .doubtful: true
    case .changed, .untrusted, .adopting, .forgotten: false
    }
  }
}
