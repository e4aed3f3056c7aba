import FieldCodec
import Registry

/// What a gateway does with the words that a client writes.
///
/// The documents don't say what happens to a write that the gateway doesn't like; owners report that it is answered
/// as if good and that `OutBack_Error` tells. So here, too: an address outside the map is the exception "illegal data
/// address", everything else is answered as good, and read-only registers, registers of unknown blocks and values out
/// of range keep their word while the error bits are set.
enum WriteRules {
  static let systemControl = 64120
  static let writeOnlyControls = SystemControl.allCases.map(\.rawValue)

  /// Carries out a write whose registers all exist.
  static func write(_ words: [UInt16], at start: Int, to core: inout GatewayCore) {
    guard core.options.writeRules == .registry else {
      for (index, word) in words.enumerated() { store(word, at: start + index, in: &core) }
      return
    }
    var address = start
    while address < start + words.count {
      guard let placement = core.map.placement(at: address),
        let definition = core.map.definition(of: placement),
        let field = definition.field(containing: address - placement.start + 1)
      else {
        core.errors.add(ErrorRegister.invalid)
        address += 1
        continue
      }
      let end = min(placement.start + field.endOffset - 1, start + words.count, placement.end)
      write(
        Array(words[(address - start)..<(end - start)]), at: address, Target(placement, definition, field), &core)
      address = end
    }
  }

  private struct Target {
    let placement: GatewayMap.Placement
    let definition: BlockDefinition
    let field: FieldDefinition

    init(_ placement: GatewayMap.Placement, _ definition: BlockDefinition, _ field: FieldDefinition) {
      self.placement = placement
      self.definition = definition
      self.field = field
    }
  }

  private static func write(_ words: [UInt16], at address: Int, _ target: Target, _ core: inout GatewayCore) {
    switch target.field.access {
    case .readOnly: core.errors.add(ErrorRegister.invalid)
    case .writeOnly: control(words, target, &core)
    case .readWrite:
      if core.life != nil, words.count == target.field.size,
        let refusal = refusal(of: words, target, core.map)
      {
        core.errors.add(refusal)
        return
      }
      for (index, word) in kept(words, target, core).enumerated() { store(word, at: address + index, in: &core) }
      if GatewayClock.isClock(target.field, of: target.definition) {
        core.clock?.takeOver(from: core.map)
        if let seconds = core.clock?.seconds { core.life?.setTime(seconds) }
      }
      if core.life != nil { GlobalSetpoints.spread(target.field, of: target.placement, in: &core) }
    }
  }

  /// What a device that keeps voltages in steps makes of words.
  private static func kept(_ words: [UInt16], _ target: Target, _ core: GatewayCore) -> [UInt16] {
    guard core.voltageStep > 0, target.field.units == "V", words.count == 1, let raw = target.field.rawNumber(words),
      let exponent = core.map.exponent(of: target.field, in: target.placement)
    else { return words }
    let steps = (Double(raw).timesPowerOfTen(exponent) / core.voltageStep).rounded()
    return [UInt16(truncatingIfNeeded: Int((steps * core.voltageStep).timesPowerOfTen(-exponent).rounded()))]
  }

  /// Puts a word in for good.
  static func store(_ word: UInt16, at address: Int, in core: inout GatewayCore) {
    core.map[address] = word
    let place = core.map.place(of: address)
    core.journal[place.key, default: [:]][place.offset] = word
    core.overrides[place.key]?[place.offset] = nil
  }

  /// Write-only registers keep reading 0; those of the system control block show what they did in its status.
  private static func control(_ words: [UInt16], _ target: Target, _ core: inout GatewayCore) {
    if let reset = CounterReset(rawValue: target.field.name), let word = words.first {
      if !reset.carryOut(word, target.placement, &core) { core.errors.add(ErrorRegister.invalid) }
      return
    }
    guard target.placement.id == systemControl, let control = SystemControl(rawValue: target.field.name),
      let value = words.first
    else { return }
    let status = core.map.integer("control_status", in: target.placement) ?? 0
    guard let changed = control.status(UInt16(truncatingIfNeeded: status), afterWriting: value),
      let field = target.definition.field("control_status"),
      let address = target.placement.address(ofOffset: field.offset)
    else {
      core.errors.add(ErrorRegister.invalid)
      return
    }
    store(changed, at: address, in: &core)
    core.life?.apply(control, value)
  }

  /// The error bit that a value is refused with, nil for a good one.
  private static func refusal(of words: [UInt16], _ target: Target, _ map: GatewayMap) -> UInt16? {
    let field = target.field
    guard let raw = field.rawNumber(words), let exponent = map.exponent(of: field, in: target.placement) else {
      return nil
    }
    if let enumeration = field.enumeration { return enumeration.entry(Int(raw)) == nil ? ErrorRegister.invalid : nil }
    guard let range = SetpointRange(field, map) else { return nil }
    let value = Double(raw).timesPowerOfTen(exponent)
    if value < range.minimum - 1e-9 { return ErrorRegister.lowLimit }
    if value > range.maximum + 1e-9 { return ErrorRegister.highLimit }
    return nil
  }
}

extension BlockDefinition {
  /// The field that an offset (from 1) belongs to.
  fileprivate func field(containing offset: Int) -> FieldDefinition? {
    fields.last { $0.offset <= offset && offset < $0.endOffset }
  }
}
