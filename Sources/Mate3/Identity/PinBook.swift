import FieldCodec
import RegisterIO
public import Registry

/// The pins of one gateway's devices, and what follows from each look at them. Pure: a store keeps it on disk.
///
/// Trust ends only when two complete scans in a row agree on a difference. A device that is missing, a gateway that is
/// silent or shows a blank MAC while it reboots, merely suspend writes.
public struct PinBook: Sendable, Equatable {
  public private(set) var pins: [PinKey: Pin]
  /// Grades by the last sighting.
  public private(set) var grades: [PinKey: IdentityGrade] = [:]
  /// The evidence of the last sighting, which a new trust pins.
  private var last = IdentitySighting()
  /// Differences that one scan saw and no second one has confirmed.
  private var unconfirmed: IdentitySighting?
  /// Blocks that the last sighting has newly pinned, beside others already known.
  private var newcomers: Set<PinKey> = []

  public init(pins: [Pin] = []) {
    self.pins = Dictionary(pins.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// True when a difference has been seen once and another scan should confirm it soon.
  public var wantsAnotherScan: Bool { unconfirmed != nil }

  /// Takes a complete scan.
  /// - Parameters:
  ///   - layout: what the scan found.
  ///   - word: the word at an address of the scan.
  public mutating func observe(_ layout: SystemLayout, word: (Int) -> UInt16?) -> [IdentityNotice] {
    var sighting = Self.sighting(of: layout, word)
    guard !isGatewayBlank(sighting, layout) else { return [.gatewayBlank] }
    let isFirst = pins.isEmpty
    var notices: [IdentityNotice] = []
    grades = Self.grades(of: layout, sighting)
    var added: Set<PinKey> = []
    for block in layout.blocks where !block.isDuplicate {
      let key = PinKey(block)
      let words = sighting.words[key] ?? FieldWords()
      guard let pin = pins[key], pin.state != .adopting else {
        let isNew = pins[key] == nil
        pins[key] = Pin(key: key, words: words, counters: sighting.counters[key] ?? [:], state: .trusted)
        notices.append(.pinned(key))
        if !isFirst, isNew { added.insert(key) }
        continue
      }
      if let difference = Self.difference(pin, words, block) ?? Self.fall(pin, sighting.counters[key] ?? [:], block) {
        sighting.differences[key] = difference
      } else {
        // One copy in memory of what is the same, with the registry's own texts for names.
        if words == pin.words { pins[key]?.words = words }
        notices += takeCounters(sighting.counters[key] ?? [:], of: block)
      }
    }
    notices += conclude(sighting, added)
    last = sighting
    return notices
  }

  /// Pins what the last scan saw of a device, status and configuration block alike.
  /// - Returns: the blocks trusted now; empty when the last scan saw none of that name and port.
  public mutating func trust(_ block: PlacedBlock, in layout: SystemLayout) -> [PinKey] {
    var trusted: [PinKey] = []
    for block in [block, layout.partner(of: block)].compactMap({ $0 }) {
      let key = PinKey(block)
      guard let words = last.words[key] else { continue }
      pins[key] = Pin(key: key, words: words, counters: last.counters[key] ?? [:], state: .trusted)
      trusted.append(key)
    }
    unconfirmed = nil
    return trusted
  }

  /// Has the device at a port pinned anew by the next scan, with all its blocks.
  /// - Returns: the blocks concerned; empty when there is no pin of that name and port.
  public mutating func adoptAtNextSight(_ key: PinKey) -> [PinKey] {
    guard pins[key] != nil else { return [] }
    // Status and configuration block of a device share its port, which no other device has.
    let concerned = key.port == 0 ? [key] : pins.keys.filter { $0.port == key.port }.sorted()
    for key in concerned { pins[key]?.state = .adopting }
    return concerned
  }

  /// A field of the device's evidence was written on purpose: its new words are the pin's.
  public mutating func repin(_ field: FieldDefinition, of block: PlacedBlock, words: [UInt16]) {
    guard field.isStandingEvidence, pins[PinKey(block)]?.words[field.name] != nil else { return }
    pins[PinKey(block)]?.words[field.name] = words
    last.words[PinKey(block)]?[field.name] = words
  }

  /// Refuses further writes to a device that changed while it was written.
  public mutating func distrust(_ block: PlacedBlock, in layout: SystemLayout, because reason: String) {
    for block in [block, layout.partner(of: block)].compactMap({ $0 }) {
      pins[PinKey(block)]?.state = .untrusted(reason)
    }
  }

  /// Why a block may not be written, or nil when its device and its partner are trusted. A block that acts on every
  /// device needs all of them, present and trusted.
  public func refusal(for block: PlacedBlock, in layout: SystemLayout) -> CommandRefusal? {
    let concerned: [PinKey]
    if block.definition.kind == .system {
      concerned = pins.keys.sorted()
      let present = Set(layout.blocks.map { PinKey($0) })
      if let missing = concerned.first(where: { !present.contains($0) }) {
        return CommandRefusal(
          .deviceMissing,
          "\(missing) is pinned but not there now, and this command would act on all; wait until it is back, or "
            + "forget it with bridge/request/forget")
      }
    } else {
      concerned = [block, layout.partner(of: block)].compactMap { $0.map { PinKey($0) } }
    }
    if wantsAnotherScan, concerned.contains(where: { grades[$0] == .ambiguous }) {
      return CommandRefusal(.untrusted, "a scan saw that something changed; a second one will say what, in a moment")
    }
    if let key = concerned.first(where: { pins[$0] == nil }) {
      return CommandRefusal(.untrusted, "\(key) has not been seen whole yet; try again in a moment")
    }
    for key in concerned {
      if let reason = pins[key]?.state.reason {
        return CommandRefusal(
          .untrusted, "\(reason). If that is meant, trust the device again with: mate3 trust \(key)")
      }
    }
    return nil
  }

  /// What must be read, and be equal, before `block` is written: the gateway's MAC and serial, the block's own
  /// evidence and its partner's; for a block that acts on every device, the header of each.
  public func evidence(for block: PlacedBlock, in layout: SystemLayout) -> [EvidenceItem] {
    var items: [EvidenceItem] = []
    func add(_ block: PlacedBlock, _ isWanted: (FieldDefinition) -> Bool) {
      for field in block.definition.fields where field.isStandingEvidence && isWanted(field) {
        guard let range = block.range(of: field), let expected = pins[PinKey(block)]?.words[field.name] else {
          continue
        }
        items.append(EvidenceItem(device: block.key, field: field, range: range, expected: expected))
      }
    }
    func isHeader(_ field: FieldDefinition, of block: PlacedBlock) -> Bool {
      field.offset <= 2 || field.index == block.definition.portFieldIndex
    }
    for own in layout.blocks where own.definition.kind == .common || own.definition.kind == .gateway {
      add(own) { $0.evidence == .fixed && $0.type == .string && !isHeader($0, of: own) }
    }
    if block.definition.kind == .system {
      for other in layout.blocks where other.index != block.index && !other.isDuplicate {
        add(other) { isHeader($0, of: other) }
      }
    } else if let partner = layout.partner(of: block) {
      add(partner) { _ in true }
    }
    add(block) { field in !items.contains { $0.device == block.key && $0.field.index == field.index } }
    return items
  }

  /// The lifetime counters of a block and its partner, which must not have fallen.
  public func counters(for block: PlacedBlock, in layout: SystemLayout) -> [CounterItem] {
    guard block.definition.kind != .system else { return [] }
    return [block, layout.partner(of: block)].compactMap(\.self).flatMap { block in
      block.definition.fields.filter { $0.evidence == .grows }.compactMap { counter($0, of: block) }
    }
  }

  private func counter(_ field: FieldDefinition, of block: PlacedBlock) -> CounterItem? {
    let key = PinKey(block)
    guard let range = block.range(of: field), let known = pins[key]?.counters[field.name] else { return nil }
    let rivals =
      grades[key] == .ambiguous
      ? pins.filter { $0.key.block == key.block && $0.key != key }.compactMap { $0.value.counters[field.name] } : []
    return CounterItem(device: block.key, field: field, range: range, known: known, rivals: rivals)
  }

  /// Takes a lifetime counter's unscaled value from a poll.
  /// - Returns: false when it can't be that of the pinned device, so that a scan should look at all of it.
  public mutating func take(counter value: Int64, of field: FieldDefinition, _ block: PlacedBlock) -> Bool {
    guard block.definition.kind != .system, let counter = counter(field, of: block) else { return true }
    guard value >= counter.known, !counter.fitsAnother(value) else { return false }
    pins[PinKey(block)]?.counters[field.name] = value
    return true
  }

  /// Gives up the pins of blocks that the layout does not have.
  public mutating func forgetMissing(from layout: SystemLayout) -> [PinKey] {
    let present = Set(layout.blocks.map { PinKey($0) })
    let gone = pins.keys.filter { !present.contains($0) }.sorted()
    for key in gone { pins[key] = nil }
    return gone
  }

  // MARK: -

  /// Draws the conclusions from a sighting that differs, once a second one agrees with it.
  private mutating func conclude(_ sighting: IdentitySighting, _ added: Set<PinKey>) -> [IdentityNotice] {
    var notices: [IdentityNotice] = []
    for (key, pin) in pins.sorted(by: { $0.key < $1.key }) where sighting.words[key] != nil {
      if case .changed = pin.state, sighting.differences[key] == nil {
        // Where another device looks the same, the words alone do not say that it is the pinned one.
        let reason = "another device was at \(key) for a while, and \(key) can't be told from others of its kind"
        pins[key]?.state = grades[key] == .ambiguous ? .untrusted(reason) : .trusted
        notices.append(grades[key] == .ambiguous ? .untrusted(key, reason) : .restored(key))
      }
    }
    let differences = sighting.differences.filter { pins[$0.key]?.state == .trusted }
    let pending = unconfirmed
    let candidates = newcomers
    newcomers = added
    unconfirmed = nil
    guard !differences.isEmpty || !added.isEmpty || !candidates.isEmpty else { return notices }
    let isConfirmed =
      differences.isEmpty
      ? added.isEmpty && candidates.allSatisfy { sighting.words[$0] != nil }
      : pending?.differences == sighting.differences && pending?.words == sighting.words
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
    where grades[key] == .ambiguous && pins[key]?.state == .trusted && !candidates.contains(key) {
      let reason = "the system changed (\(what)), and \(key) can't be told from another device of its kind"
      pins[key]?.state = .untrusted(reason)
      notices.append(.untrusted(key, reason))
    }
    return notices
  }

  /// Counters only rise; a fall to about zero is a reset.
  private mutating func takeCounters(_ counters: [String: Int64], of block: PlacedBlock) -> [IdentityNotice] {
    let key = PinKey(block)
    var notices: [IdentityNotice] = []
    for (field, value) in counters.sorted(by: { $0.key < $1.key }) {
      let known = pins[key]?.counters[field]
      if let known, CounterItem.isReset(from: known, to: value) {
        notices.append(.reset(key, "\(field) of \(key) fell from \(known) to \(value): it has been reset"))
        pins[key]?.counters[field] = value
      } else if known.map({ value > $0 }) ?? true {
        pins[key]?.counters[field] = value
      }
    }
    return notices
  }

  private func isGatewayBlank(_ sighting: IdentitySighting, _ layout: SystemLayout) -> Bool {
    layout.blocks.contains { block in
      guard block.definition.kind == .common || block.definition.kind == .gateway else { return false }
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

  private static func sighting(of layout: SystemLayout, _ word: (Int) -> UInt16?) -> IdentitySighting {
    var sighting = IdentitySighting()
    for block in layout.blocks where !block.isDuplicate {
      let key = PinKey(block)
      var standing = FieldWords()
      for field in block.definition.fields where field.evidence != .none {
        guard let range = block.range(of: field) else { continue }
        let words = (range.start..<range.end).compactMap(word)
        guard words.count == range.count else { continue }
        if field.isStandingEvidence {
          standing[field.name] = words
        } else if field.decode(words, scaleWord: 0).isPresent, let number = field.rawNumber(words) {
          sighting.counters[key, default: [:]][field.name] = number
        }
      }
      sighting.words[key] = standing.compact()
    }
    return sighting
  }

  private static func difference(_ pin: Pin, _ words: FieldWords, _ block: PlacedBlock) -> String? {
    for field in block.definition.fields {
      guard let expected = pin.words[field.name], let now = words[field.name], now != expected else { continue }
      return "\(field.name) of \(block.key) was \(field.shown(expected)) and is \(field.shown(now)) now"
    }
    return nil
  }

  /// A lifetime counter that fell, and not to about zero: the device is another.
  private static func fall(_ pin: Pin, _ counters: [String: Int64], _ block: PlacedBlock) -> String? {
    for (field, known) in pin.counters.sorted(by: { $0.key < $1.key }) {
      guard let now = counters[field], now < known, !CounterItem.isReset(from: known, to: now) else { continue }
      return "\(field) of \(block.key) was \(known) and is \(now) now, though it never falls"
    }
    return nil
  }

  private static func grades(of layout: SystemLayout, _ sighting: IdentitySighting) -> [PinKey: IdentityGrade] {
    let devices = layout.blocks.filter {
      !$0.isDuplicate && ($0.definition.kind != .configuration || layout.partner(of: $0) == nil)
    }
    .map { block in [block, layout.partner(of: block)].compactMap { $0 } }
    var serials: [[UInt16]: Int] = [:]
    var looks: [[String: [UInt16]]: Int] = [:]
    func serial(_ device: [PlacedBlock]) -> [UInt16]? {
      for block in device {
        guard let field = block.definition.field("serial_number"),
          let words = sighting.words[PinKey(block)]?["serial_number"],
          field.decode(words, scaleWord: nil).isPresent
        else { continue }
        return words
      }
      return nil
    }
    func look(_ device: [PlacedBlock]) -> [String: [UInt16]] {
      var all: [String: [UInt16]] = [:]
      for block in device {
        for field in block.definition.fields
        where field.evidence == .fixed && field.index != block.definition.portFieldIndex {
          all["\(block.definition.name).\(field.name)"] = sighting.words[PinKey(block)]?[field.name]
        }
      }
      return all
    }
    for device in devices {
      if let serial = serial(device) { serials[serial, default: 0] += 1 }
      looks[look(device), default: 0] += 1
    }
    var grades: [PinKey: IdentityGrade] = [:]
    for device in devices {
      let grade: IdentityGrade =
        serial(device).map { serials[$0] == 1 } ?? false
        ? .unique : (looks[look(device)] == 1 ? .sole : .ambiguous)
      for block in device { grades[PinKey(block)] = grade }
    }
    return grades
  }
}
