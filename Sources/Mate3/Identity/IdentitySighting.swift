import FieldCodec
import RegisterIO
import Registry

/// A complete look at a system: the evidence of every block.
package struct IdentitySighting: Hashable, Sendable {
  var words: [PinKey: [String: [UInt16]]] = [:]
  var counters: [PinKey: [String: Int64]] = [:]
  /// Of blocks that are not their pin, what differs.
  var differences: [PinKey: String] = [:]

  init() {}

  init(_ layout: SystemLayout, _ word: (Int) -> UInt16?) {
    let hasHub = layout.blocks.contains { $0.key.port != 0 }
    for block in layout.blocks where !block.isDuplicate {
      // Where others stand at ports of a hub, one that shows none does not show its own yet.
      guard !block.showsNothing(word), !hasHub || block.key.port != 0 || block.definition.portField == nil else {
        continue
      }
      let key = PinKey(block)
      var standing: [String: [UInt16]] = [:]
      for field in block.definition.fields where field.evidence != .none {
        guard let range = block.range(of: field) else { continue }
        let words = (range.start..<range.end).compactMap(word)
        guard words.count == range.count else { continue }
        if field.isStandingEvidence {
          standing[field.name] = words
        } else if !field.isBlank(words), let number = field.rawNumber(words) {
          counters[key, default: [:]][field.name] = number
        }
      }
      self.words[key] = standing
    }
  }
}

extension PlacedBlock {
  /// Whether a device shows nothing but its header yet, as for a while after a reboot: it is not there for whoever wants
  /// to know it by what it shows.
  fileprivate func showsNothing(_ word: (Int) -> UInt16?) -> Bool {
    guard !definition.kind.isGatewayItself,
      definition.fields.contains(where: { $0.evidence != .none && $0.offset > 3 }), length > 1
    else { return false }
    let port = definition.portField.map { address + $0.offset - 1 }
    return (address + 2..<address + 2 + length).allSatisfy { $0 == port || [0, 0x8000, 0xFFFF].contains(word($0)) }
  }
}

/// Which devices look the same, but for their port.
struct IdentityGrades: Hashable, Sendable {
  private(set) var grades: [PinKey: IdentityGrade] = [:]
  /// The blocks of the same kind in devices that look like the block's own.
  private(set) var lookalikes: [PinKey: [PinKey]] = [:]

  init() {}

  /// - Parameters:
  ///   - layout: what is there.
  ///   - absent: what is pinned and not there.
  ///   - seen: the evidence of what is there.
  ///   - pinned: the evidence of what is pinned.
  init(
    _ layout: SystemLayout, absent: [PinKey], seen: (PinKey) -> [String: [UInt16]]?,
    pinned: (PinKey) -> [String: [UInt16]]?
  ) {
    /// One that is there, or one that is pinned and away, perhaps with another in its place.
    struct Device: Hashable {
      let keys: [PinKey]
      var isAway = false
    }
    let definitions = Dictionary(
      layout.blocks.filter { !$0.isDuplicate }.map { ($0.definition.name, $0.definition) }, uniquingKeysWith: { $1 })
    /// The pinned other half of a device that shows only one.
    func hidden(_ block: PlacedBlock) -> PinKey? {
      guard block.key.port != 0, let family = block.definition.family else { return nil }
      return absent.first {
        $0.port == block.key.port && definitions[$0.block]?.family == family && $0.block != block.definition.name
      }
    }
    var devices: [Device] = []
    for block in layout.blocks where !block.isDuplicate {
      let partner = layout.partner(of: block)
      guard block.definition.kind != .configuration || partner == nil else { continue }
      let keys = [PinKey(block), partner.map { PinKey($0) } ?? hidden(block)].compactMap(\.self)
      // What shows nothing yet, and is not known, looks like nothing.
      guard keys.allSatisfy({ seen($0) != nil || pinned($0) != nil }) else { continue }
      devices.append(Device(keys: keys))
    }
    // Without a definition there is none of its kind that it could look like. One that shows nothing is in its place, and
    // no second one of itself.
    let placed = Set(devices.flatMap(\.keys))
    let away = absent.filter { definitions[$0.block] != nil && $0.port != 0 && !placed.contains($0) }
    devices += Dictionary(grouping: away, by: \.port).values.map { Device(keys: $0.sorted(), isAway: true) }

    func words(_ key: PinKey, of device: Device) -> [String: [UInt16]]? {
      device.isAway ? pinned(key) : seen(key) ?? pinned(key)
    }
    func serial(_ device: Device) -> [UInt16]? {
      for key in device.keys {
        guard let field = definitions[key.block]?.field("serial_number"),
          let own = words(key, of: device)?["serial_number"],
          field.decode(own, scaleWord: nil).isPresent
        else { continue }
        return own
      }
      return nil
    }
    func look(_ device: Device) -> [String: [UInt16]] {
      var all: [String: [UInt16]] = [:]
      for key in device.keys {
        guard let definition = definitions[key.block] else { continue }
        for field in definition.fields where field.evidence == .fixed && field.index != definition.portFieldIndex {
          all["\(definition.name).\(field.name)"] = words(key, of: device)?[field.name]
        }
      }
      return all
    }
    // In whose place something else stands may stand anywhere itself.
    for device in devices where !device.isAway && device.keys.allSatisfy({ pinned($0) != nil }) {
      let own = Device(keys: device.keys, isAway: true)
      if look(own) != look(device) { devices.append(own) }
    }
    var serials: [[UInt16]: Int] = [:]
    // One with the serial that is pinned in its place is no other device, whatever else changed.
    for device in devices where !device.isAway || serial(device) != serial(Device(keys: device.keys)) {
      if let serial = serial(device) { serials[serial, default: 0] += 1 }
    }
    let alike = Dictionary(grouping: devices, by: look)
    for device in devices {
      let others = (alike[look(device)] ?? []).filter { $0 != device }
      let hasSerial = serial(device).map { serials[$0] == 1 } ?? false
      let grade: IdentityGrade = hasSerial ? .unique : others.isEmpty ? .sole : .ambiguous
      for key in device.keys {
        // What is pinned here and what stands here may differ; the doubts of both count.
        if grades[key] != .ambiguous, grades[key] != .sole || grade == .ambiguous { grades[key] = grade }
        guard grade == .ambiguous else { continue }
        let alike = others.flatMap(\.keys).filter { $0.block == key.block && $0 != key }
        lookalikes[key] = Set(alike + (lookalikes[key] ?? [])).sorted()
      }
    }
  }
}
