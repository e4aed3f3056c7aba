import FieldCodec
import Foundation
import RegisterIO
import Registry

/// Lifetime counters: what they prove, and how they are followed.
extension PinBook {
  /// Follows lifetime counters as a poll has read them, of devices that fit their pins as a whole.
  /// - Parameters:
  ///   - blocks: positions of the blocks that were read.
  ///   - now: the wall clock.
  ///   - word: the word at an address in the last reading.
  /// - Returns: false when something is not the pinned device's, so that a scan should look at all of it.
  package mutating func follow(
    _ blocks: [PlacedBlock], in layout: SystemLayout, at now: LookTime = .now, word: (Int) -> UInt16?
  ) -> Bool {
    let sighting = IdentitySighting(layout, word)
    let verdicts = Dictionary(
      layout.blocks.filter { !$0.isDuplicate }.map { (PinKey($0), judge($0, sighting, at: now)) },
      uniquingKeysWith: { first, _ in first })
    var isOwn = true
    for block in blocks where !block.isDuplicate {
      let key = PinKey(block)
      let numbers = sighting.counters[key] ?? [:]
      guard isWhole(block, in: layout, verdicts) else {
        if case .differs = verdicts[key] { isOwn = false }
        continue
      }
      // Whether a counter was reset two scans decide.
      if numbers.contains(where: { name, value in pins[key]?.counters[name].map { value < $0 } ?? false }) {
        isOwn = false
      } else {
        _ = follow(key, numbers, confirming: [:], at: now)
        // To a trust that comes before the next scan, the scan's older numbers would look like another device's.
        if doubts[key] == nil { last.counters[key]?.merge(numbers) { $1 } }
      }
    }
    return isOwn
  }

  /// A poll has read the counters of these blocks, and none of them has changed. Of one that was not taken when it
  /// changed, this says nothing.
  package mutating func noteUnchanged(
    _ blocks: [PlacedBlock], at now: LookTime = .now, word: (Int) -> UInt16?
  ) {
    for block in blocks {
      let key = PinKey(block)
      let isKnown = block.definition.fields.filter { $0.evidence == .grows }.allSatisfy { field in
        guard let range = block.range(of: field), let known = pins[key]?.counters[field.name] else { return true }
        return field.rawNumber((range.start..<range.end).compactMap(word)) == known
      }
      guard isKnown else { continue }
      if pins[key]?.state == .trusted { noteCountersRead(of: key, at: now) }
    }
  }

  /// The lifetime counters that are read before a write: those of the block and its partner, and of the devices that
  /// look the same, of which one would fall if they had changed places.
  package func counters(for block: PlacedBlock, in layout: SystemLayout, at now: LookTime = .now) -> [CounterItem] {
    guard block.definition.kind != .system else { return [] }
    let own = [block, layout.partner(of: block)].compactMap(\.self)
    let alike = Set(own.flatMap { looks.lookalikes[PinKey($0)] ?? [] })
    let rivals = layout.blocks.filter { !$0.isDuplicate && alike.contains(PinKey($0)) }
    return (own + rivals).flatMap { block in
      block.definition.fields.filter { $0.evidence == .grows }.compactMap { counter($0, of: block, at: now) }
    }
  }

  func counter(_ field: FieldDefinition, of block: PlacedBlock, at now: LookTime) -> CounterItem? {
    let key = PinKey(block)
    guard let range = block.range(of: field), let pin = pins[key], let last = pin.counters[field.name] else {
      return nil
    }
    let absent = (looks.lookalikes[key] ?? []).filter { !present.contains($0) && pins[$0]?.state != .forgotten }
    return CounterItem(
      device: block.key, field: field, range: range, known: known(last, field, of: key, at: now),
      former: pin.former?[field.name].map { known($0, field, of: key, at: now) },
      absent: absent.compactMap { other in
        pins[other]?.counters[field.name].map { known($0, field, of: other, at: now) }
      })
  }

  private func known(
    _ value: Int64, _ field: FieldDefinition, of key: PinKey, at now: LookTime
  ) -> CounterItem.Known {
    let rise = elapsed(key, at: now).flatMap { CounterGrowth.of(field)?.most(after: $0) }
    return CounterItem.Known(value: value, most: rise.map { value + $0 })
  }

  /// Seconds since the counters of the pinned device were read last, as far as it can have been at work: not while
  /// something else was seen in its place. A doubt that is older than that reading was answered by it: counters are read
  /// of what fits as a whole.
  private func elapsed(_ key: PinKey, at now: LookTime) -> TimeInterval? {
    guard let pin = pins[key], let since = pin.countersAt else { return nil }
    let read = countersRead[key]
    let doubt = doubts[key].flatMap { begun in read.map { begun < $0 } ?? false ? nil : begun }
    let doubtedAt = pin.doubtedAt.flatMap { $0 < since ? nil : $0 }
    var elapsed = now.wall.timeIntervalSince(since)
    if elapsed >= 0 {
      elapsed = max(
        0,
        doubt.map { elapsed - (now.clock - $0) / .seconds(1) }
          ?? min(now.wall, doubtedAt ?? now.wall).timeIntervalSince(since))
    }
    // A wall clock that was set back meanwhile takes no time away.
    guard let read else { return elapsed }
    return max(elapsed, ((doubt ?? now.clock) - read) / .seconds(1))
  }

  /// What a sighting tells of a pinned block.
  func judge(_ block: PlacedBlock, _ sighting: IdentitySighting, at now: LookTime) -> EvidenceVerdict {
    let key = PinKey(block)
    guard let pin = pins[key] else { return .fits }
    guard sighting.words[key] != nil else { return .blank("\(block.key) shows nothing for the moment") }
    var looks: [EvidenceLook] = []
    for field in block.definition.fields where field.evidence != .none {
      if field.isStandingEvidence {
        guard let range = block.range(of: field), let expected = pin.words[field.name],
          let words = sighting.words[key]?[field.name]
        else { continue }
        let item = EvidenceItem(device: block.key, field: field, range: range, expected: expected)
        looks.append(EvidenceLook(device: block.key, words: words, verdict: item.judge(words)))
      } else if let item = counter(field, of: block, at: now) {
        let number = sighting.counters[key]?[field.name]
        let verdict =
          number.map(item.judge) ?? .blank("\(field.name) of \(block.key) can't be read for the moment")
        looks.append(
          EvidenceLook(
            device: block.key, words: number.map { [UInt16(truncatingIfNeeded: $0)] } ?? [], verdict: verdict))
      }
    }
    return looks.verdict
  }

  /// Whether a block belongs to a trusted device that fits its pin as a whole, and so do those that look the same: only
  /// then its counters are its own.
  func isWhole(_ block: PlacedBlock, in layout: SystemLayout, _ verdicts: [PinKey: EvidenceVerdict]) -> Bool {
    let own = [block, layout.partner(of: block)].compactMap { $0.map { PinKey($0) } }
    let concerned = own + own.flatMap { looks.lookalikes[$0] ?? [] }
    return concerned.allSatisfy { verdicts[$0] ?? .fits == .fits }
      && own.allSatisfy { pins[$0]?.state.isFollowed ?? false }
  }

  /// Takes the counters of a block that are its own.
  /// - Parameter before: counters that the sighting before this one saw fall to about zero.
  mutating func follow(
    _ key: PinKey, _ numbers: [String: Int64], confirming before: [PinKey: Set<String>], at now: LookTime
  ) -> [IdentityNotice] {
    // With one that may be a bad reading nothing is known of the others either.
    let fallen = numbers.filter { name, value in pins[key]?.counters[name].map { value < $0 } ?? false }.keys
    guard fallen.allSatisfy({ before[key]?.contains($0) ?? false }) else {
      resets[key, default: []].formUnion(fallen)
      return []
    }
    var notices: [IdentityNotice] = []
    for (name, value) in numbers.sorted(by: { $0.key < $1.key }) {
      guard let known = pins[key]?.counters[name], value < known else {
        if let former = pins[key]?.former?[name], value >= former { pins[key]?.former?[name] = nil }
        let taken = believed(name, value, of: key)
        pins[key]?.counters[name] = taken
        continue
      }
      notices.append(.reset(key, "\(name) of \(key) fell from \(known) to \(value): it has been reset"))
      var former = pins[key]?.former ?? [:]
      former[name] = known
      pins[key]?.former = former
      pins[key]?.counters[name] = value
    }
    noteCountersRead(of: key, at: now)
    return notices
  }

  private mutating func noteCountersRead(of key: PinKey, at now: LookTime) {
    guard pins[key]?.counters.isEmpty == false else { return }
    pins[key]?.countersAt = now.wall
    countersRead[key] = now.clock
  }

  /// What is taken of a counter that has not fallen. A highest value may rise by any amount, so that one look could be a
  /// bad reading: it is taken as far as two in a row have seen it.
  private mutating func believed(_ name: String, _ value: Int64, of key: PinKey) -> Int64 {
    guard !CounterGrowth.isBounded(name), let known = pins[key]?.counters[name] else { return value }
    let before = highs[key]?[name] ?? known
    highs[key, default: [:]][name] = value > known ? value : nil
    return max(known, min(value, before))
  }
}

extension Pin.State {
  /// Whether the device is the pinned one, as far as is known.
  fileprivate var isFollowed: Bool {
    switch self {
    case .trusted, .doubtful, .untrusted: true
    case .changed, .adopting, .forgotten: false
    }
  }
}
