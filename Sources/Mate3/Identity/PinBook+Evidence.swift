import FieldCodec
import RegisterIO
import Registry

/// What a write needs of the pins.
extension PinBook {
  /// Why a block may not be written, or nil when its device and its partner are trusted. A block that acts on every
  /// device needs all of them, present and trusted; a release there needs the gateway alone.
  package func refusal(for block: PlacedBlock, in layout: SystemLayout, isRelease: Bool = false) -> CommandRefusal? {
    let concerned: [PinKey]
    if block.definition.kind == .system, isRelease {
      concerned = layout.blocks.filter { $0.definition.kind.isGatewayItself || $0.index == block.index }
        .map { PinKey($0) }
    } else if block.definition.kind == .system {
      guard layout.isEndKnown else {
        return CommandRefusal(
          .deviceMissing,
          "the register map breaks off at \(layout.end) without its end, so that not all devices can be seen, and this "
            + "command would act on all")
      }
      let present = Set(layout.blocks.map { PinKey($0) })
      // What is there and not pinned, as while the gateway starts for the first time, is a reason to wait.
      concerned = present.union(expected).sorted()
      if let missing = expected.first(where: { !present.contains($0) }) {
        return CommandRefusal(
          .deviceMissing,
          "\(missing) is pinned but not there now, and this command would act on all; wait until it is back, or "
            + "forget it with: mate3 forget")
      }
    } else {
      concerned = [block, layout.partner(of: block)].compactMap { $0.map { PinKey($0) } }
    }
    if let own = missingGateway(from: layout), !isRelease || !isGatewayShown(in: layout) {
      return CommandRefusal(
        .deviceMissing,
        "the gateway does not show \(own), so it can't be proven which gateway this is; wait until it does")
    }
    if let half = missingHalf(of: block, in: layout) {
      return CommandRefusal(
        .deviceMissing,
        "the gateway does not show \(half), so it can't be proven which device this is; wait until it does")
    }
    if wantsAnotherScan, concerned.contains(where: { grades[$0] == .ambiguous }) {
      return CommandRefusal(.untrusted, "a scan saw that something changed; a second one will say what, in a moment")
    }
    for key in concerned {
      guard let pin = pins[key], pin.state != .forgotten else {
        return CommandRefusal(.untrusted, "\(key) has not been seen whole yet; try again in a moment")
      }
      if let reason = pin.state.reason {
        return CommandRefusal(
          .untrusted, "\(reason). If that is meant, trust the device again with: mate3 trust \(key)")
      }
    }
    return nil
  }

  /// A block of the gateway itself that is pinned and not there; where none is pinned, what would have to be.
  private func missingGateway(from layout: SystemLayout) -> String? {
    let pinned = expected.filter { ["common", "gateway"].contains($0.block) }
    guard !pinned.isEmpty else { return "its own blocks" }
    return pinned.first { key in !layout.blocks.contains { PinKey($0) == key } }.map { "\($0)" }
  }

  /// Whether a pinned block of the gateway itself is there, so that a write is proven to go to this gateway.
  private func isGatewayShown(in layout: SystemLayout) -> Bool {
    layout.blocks.contains { $0.definition.kind.isGatewayItself && pins[PinKey($0)] != nil }
  }

  /// The other block of the same device, which is not there as it should be: what is written to this one would be proven
  /// by half of the evidence.
  private func missingHalf(of block: PlacedBlock, in layout: SystemLayout) -> String? {
    guard block.key.port != 0, block.definition.kind == .configuration, block.definition.family != nil,
      layout.partner(of: block) == nil
    else { return nil }
    // `radian_inverter_configuration` belongs to two kinds of inverters, and each name ends as its own does.
    let device = block.definition.name.replacing("_configuration", with: "")
    return expected.first { $0.port == block.key.port && $0.block.hasSuffix(device) }.map { "\($0)" }
      ?? "the status block of \(block.key) whole"
  }

  /// What must be read, and be equal, before `block` is written: the gateway's MAC and serial, the block's own
  /// evidence and its partner's; for a block that acts on every device, the header of each and the end of the map. For a
  /// release there the gateway's and the block's own is enough.
  package func evidence(for block: PlacedBlock, in layout: SystemLayout, isRelease: Bool = false) -> [EvidenceItem] {
    var items: [EvidenceItem] = []
    func isHeader(_ field: FieldDefinition, of block: PlacedBlock) -> Bool {
      field.offset <= 2 || field.index == block.definition.portFieldIndex
    }
    func add(_ block: PlacedBlock, isOfGateway: Bool = false, _ isWanted: (FieldDefinition) -> Bool) {
      for field in block.definition.fields where field.isStandingEvidence && isWanted(field) {
        guard let range = block.range(of: field), let expected = pins[PinKey(block)]?.words[field.name] else {
          continue
        }
        items.append(
          EvidenceItem(
            device: block.key, field: field, range: range, expected: expected, isPlace: isHeader(field, of: block),
            isOfGateway: isOfGateway))
      }
    }
    for own in layout.blocks where own.definition.kind.isGatewayItself {
      // The first block of the map is where it is; the gateway's own may have moved.
      add(own, isOfGateway: own.definition.kind == .common) {
        $0.evidence == .fixed && $0.type == .string && !isHeader($0, of: own)
      }
    }
    if block.definition.kind == .system, !isRelease {
      for other in layout.blocks where other.index != block.index && !other.isDuplicate {
        add(other) { isHeader($0, of: other) }
      }
      if let end = RegisterRange(start: layout.end, count: 2) {
        items.append(EvidenceItem(device: block.key, field: nil, range: end, expected: [0xFFFF, 0], isPlace: true))
      }
    } else if let partner = layout.partner(of: block) {
      add(partner) { _ in true }
    }
    add(block) { field in !items.contains { $0.device == block.key && $0.field?.index == field.index } }
    return items
  }
}

extension BlockDefinition.Kind {
  /// Whether the block is the gateway's own, not a device's behind it.
  var isGatewayItself: Bool { self == .common || self == .gateway }
}
