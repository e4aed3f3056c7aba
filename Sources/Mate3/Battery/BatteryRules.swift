import FieldCodec
import RegisterIO
import Registry

extension BatteryProfile {
  fileprivate static let highCutOut = (block: "radian_inverter_configuration", field: "high_battery_cut_out_voltage")
  private static let controller = "charge_controller_configuration"
  private static let inverters = ["radian_inverter_configuration", "fx_inverter_configuration"]
  private static let absorbing = inverters + [controller]
  /// The absorb voltage to which a DC generator charges.
  private static let generator = (block: "gateway", field: "ags_dc_gen_absorb_voltage")
  /// Its setpoints become those of all devices.
  private static let global = "system_control"
  private static let inverterLimit = "charger_ac_input_current_limit"
  /// What an inverter counts with that does not tell its AC voltage, and one of two legs, whose setting is one leg's.
  private static let highestACVoltage = 240.0
  /// What no inverter makes is no AC voltage.
  private static let lowestACVoltage = 80.0

  /// By block, the fields that decide how much all chargers together put into the battery.
  private static let currents: [String: [String]] = [
    controller: ["bulk_current"],
    "radian_inverter_configuration": [inverterLimit, "ac_output_voltage"],
    "fx_inverter_configuration": [inverterLimit, "ac_output_voltage"],
    "gateway": ["global_charger_control_mode", "global_charger_control_output_limit"],
  ]

  /// The fields that the rules between devices look at when one field is written, by block.
  func fields(besides field: String, of block: String) -> [String: [String]] {
    switch BatteryRole(field, of: block) {
    case .absorb:
      var wanted = [Self.highCutOut.block: [Self.highCutOut.field]]
      // What it will be set on.
      if block == Self.global {
        for each in Self.absorbing { wanted[each, default: []].append("absorb_volts") }
      }
      return wanted
    case .highCutOut:
      return Dictionary(uniqueKeysWithValues: Self.absorbing.map { ($0, ["absorb_volts"]) })
        .merging([Self.generator.block: [Self.generator.field]]) { $1 }
    default: return chargeCurrent != nil && Self.limitsCurrent(field, of: block) ? Self.currents : [:]
    }
  }

  /// Whether a field is one that the profile has something to say of.
  package func concerns(_ field: String, of block: String) -> Bool {
    bounds(of: field, in: block) != nil || chargeCurrent != nil && Self.currents[block]?.contains(field) ?? false
  }

  private static func limitsCurrent(_ field: String, of block: String) -> Bool {
    field == "set_inverter_charger_current_limit"
      || currents[block]?.contains(field) ?? false
        && field != "ac_output_voltage"
  }

  /// Why a system should not come to be as it would be with a change, or nil. What is against a rule already may be
  /// mended step by step.
  package func conflict(_ change: SetpointChange, in system: SystemValues) -> String? {
    if Self.limitsCurrent(change.field, of: change.block) { return currentConflict(change, in: system) }
    guard case .number(let volts) = change.value else { return nil }
    let now = system.number(change.field, of: change.device)
    switch BatteryRole(change.field, of: change.block) {
    case .absorb:
      let lowest =
        change.block == Self.global
        ? system.members.compactMap { system.number("absorb_volts", of: $0.key) }.min() : now
      if let lowest, volts <= lowest { return nil }
      if let reason = Self.notThere("high battery cut-out", in: system) ?? Self.notKnown(in: system) { return reason }
      for member in system.members where member.definition.name == Self.highCutOut.block {
        guard let limit = system.number(Self.highCutOut.field, of: member.key), volts > limit else { continue }
        return "an absorb voltage of \(volts) V would be above \(limit) V, the high battery cut-out of \(member.key); "
          + "raise that first"
      }
    case .highCutOut:
      if let now, volts >= now { return nil }
      if let reason = Self.notThere("absorb voltage", in: system) ?? Self.notKnown(in: system) { return reason }
      for member in system.members where Self.absorbing.contains(member.definition.name) {
        guard let absorb = system.number("absorb_volts", of: member.key), volts < absorb else { continue }
        return "a high battery cut-out of \(volts) V would be below \(absorb) V, the absorb voltage of \(member.key); "
          + "lower that first"
      }
      // Without a DC generator the gateway has a default that is above everything.
      for member in system.members where member.definition.name == Self.generator.block {
        guard let absorb = system.number(Self.generator.field, of: member.key), volts < absorb,
          now.map({ absorb <= $0 }) ?? true
        else { continue }
        return
          "a high battery cut-out of \(volts) V would be below \(absorb) V, to which a DC generator charges; lower "
          + "\(Self.generator.field) of \(member.key) first"
      }
    default: break
    }
    return nil
  }

  private static func notThere(_ setting: String, in system: SystemValues) -> String? {
    system.missing.min().map {
      "\($0) is not there, so its \(setting) is not known, and this must be judged with it; wait for it, or forget it if "
        + "it is gone"
    }
  }

  private static func notKnown(in system: SystemValues) -> String? {
    if let blank = system.blank.first { return CommandRefusal.notKnown(blank.field, of: blank.device) }
    return system.doubled.first.map {
      "two devices answer as \($0), so the settings of one are not known, and this must be judged with them; mend the "
        + "ports on the hub"
    }
  }

  private func currentConflict(_ change: SetpointChange, in system: SystemValues) -> String? {
    guard let limit = chargeCurrent else { return nil }
    let before = totalCurrent(of: system)
    let after = totalCurrent(of: system.with(change))
    guard after > before else { return nil }
    if let missing = system.missing.min(), let source = Self.currents[missing.block] {
      return "\(missing) is not there, so what its \(source[0]) adds to the charge current is not known, and "
        + "\(limit.source) allows \(limit.value) A of all chargers together; wait for it, or forget it if it is gone"
    }
    if let reason = Self.notKnown(in: system) { return reason }
    guard after > limit.value.double else { return nil }
    let shown = ScaledDecimal(Int64((after * 10).rounded(.up)), exponent: -1)
    return "all chargers together could then put \(shown) A into the battery, and \(limit.source) allows "
      + "\(limit.value) A; lower another charger first"
  }

  /// What all chargers together may put into the battery as they are set, in amperes. The AC current of an inverter
  /// counts as if nothing of it were lost.
  package func totalCurrent(of system: SystemValues) -> Double {
    chargers(of: system).reduce(0) { total, charger in
      total + (system.number(charger.field, of: charger.member.key)?.double ?? 0)
        * factor(of: charger.member, in: system)
    }
  }

  /// The settings that say how much each charger may put into the battery. The gateway's one limit for all charge
  /// controllers stands for them where it is the lower.
  func chargers(of system: SystemValues) -> [(member: SystemValues.Member, field: String)] {
    let solar = system.members.filter { $0.definition.name == Self.controller }.map { ($0, "bulk_current") }
    let inverters = system.members.filter { Self.inverters.contains($0.definition.name) }.map {
      ($0, Self.inverterLimit)
    }
    let sum = solar.reduce(0) { $0 + (system.number($1.1, of: $1.0.key)?.double ?? 0) }
    guard let gateway = system.members.first(where: { $0.definition.kind == .gateway }),
      case .enumerated(_, let entry)? = system.values[gateway.key]?["global_charger_control_mode"],
      entry?.label == "enabled",
      let limit = system.number("global_charger_control_output_limit", of: gateway.key), limit.double < sum
    else { return solar + inverters }
    return [(gateway, "global_charger_control_output_limit")] + inverters
  }

  /// Amperes at the battery for each ampere of a charger's setting: an inverter's is of AC.
  func factor(of charger: SystemValues.Member, in system: SystemValues) -> Double {
    guard Self.inverters.contains(charger.definition.name) else { return 1 }
    let told = system.number("ac_output_voltage", of: charger.key)?.double ?? 0
    let isOfOneLeg =
      charger.definition.name != Self.highCutOut.block || system.singlePhasePorts.contains(charger.key.port)
    let volts = told >= Self.lowestACVoltage && isOfOneLeg ? told : max(told, Self.highestACVoltage)
    return volts / Double(nominal.value)
  }
}

/// The rules of a battery profile between devices as they concern one command: what must be read for them.
struct BatteryCheck: Sendable {
  private struct Place: Sendable {
    let block: PlacedBlock
    let field: FieldDefinition
    let range: RegisterRange
    let scale: RegisterRange?
  }

  private let profile: BatteryProfile
  private let places: [Place]
  /// Devices that the rules would look at, and that are not there.
  private let missing: [PinKey]
  private let doubled: [DeviceKey]
  private let singlePhasePorts: Set<Int>
  private let device: DeviceKey
  private let block: String
  private let field: FieldDefinition

  /// Nil when no rule concerns the field.
  init?(
    _ profile: BatteryProfile?, _ field: FieldDefinition, of block: PlacedBlock, in layout: SystemLayout,
    pinned: some Sequence<PinKey>
  ) {
    guard let profile, case let wanted = profile.fields(besides: field.name, of: block.definition.name), !wanted.isEmpty
    else { return nil }
    self.profile = profile
    (device, self.block, self.field) = (block.key, block.definition.name, field)
    missing = pinned.filter { pin in
      wanted[pin.block] != nil && !layout.blocks.contains { PinKey($0) == pin }
    }
    doubled = layout.blocks.filter { $0.isDuplicate && wanted[$0.definition.name] != nil }.map(\.key)
    singlePhasePorts = SystemValues.singlePhasePorts(Array(pinned) + layout.blocks.map { PinKey($0) })
    places = layout.blocks.filter { !$0.isDuplicate }.flatMap { block in
      (wanted[block.definition.name] ?? []).compactMap { name in
        guard let field = block.definition.field(name), let range = block.range(of: field) else { return nil }
        return Place(
          block: block, field: field, range: range,
          scale: block.definition.scaleFactor(of: field).flatMap(block.range(of:)))
      }
    }
  }

  /// What must be read, with the headers that show that it still stands there.
  var reads: [RegisterRange] {
    places.flatMap { [$0.range, $0.scale, $0.block.header].compactMap(\.self) }
  }

  var devices: [DeviceKey] { places.map(\.block.key) }

  /// Whether all is known that the rules look at.
  func isWhole(_ read: (RegisterRange) -> [UInt16]?) -> Bool {
    missing.isEmpty && doubled.isEmpty && blank(read).isEmpty
  }

  /// Settings beside the command's own that show no value. Without an inverter's AC voltage the highest is counted with,
  /// most inverters have no high cut-out at all, and not every gateway a limit for all chargers.
  private func blank(_ read: (RegisterRange) -> [UInt16]?) -> [(field: String, device: DeviceKey)] {
    places.filter { place in
      guard !(place.block.key == device && place.field.name == field.name), place.field.name != "ac_output_voltage"
      else { return false }
      let words = read(place.range)
      let mayLack = place.field.name == BatteryProfile.highCutOut.field || place.block.definition.kind == .gateway
      if mayLack, words == [0xFFFF] { return false }
      return !place.field.hasValue(words, scaleWord: place.scale.flatMap { read($0)?.first })
    }.map { ($0.field.name, $0.block.key) }
  }

  /// Whether another block stands where one was seen last.
  func isMoved(_ read: (RegisterRange) -> [UInt16]?) -> Bool {
    places.contains { $0.block.isMoved(read) }
  }

  /// Why a value may not be written as the other devices stand, or nil.
  /// - Parameter current: what the field holds now, where it can be read.
  func refusal(
    _ value: FieldValue, current: FieldValue?, _ read: (RegisterRange) -> [UInt16]?
  ) -> CommandRefusal? {
    var values: [DeviceKey: [String: FieldValue]] = [:]
    for place in places {
      guard let words = read(place.range), !place.field.isUnsettled(words) else { continue }
      let scale = place.scale.flatMap { read($0)?.first }
      values[place.block.key, default: [:]][place.field.name] = place.field.decode(words, scaleWord: scale)
    }
    if let current { values[device, default: [:]][field.name] = current }
    let members = Dictionary(grouping: places, by: \.block.key).values.compactMap(\.first).map {
      SystemValues.Member(key: $0.block.key, definition: $0.block.definition)
    }.sorted { ($0.key.name, $0.key.port) < ($1.key.name, $1.key.port) }
    let change = SetpointChange(device: device, block: block, field: field.name, value: value)
    let system = SystemValues(
      members, values, missing: missing, blank: blank(read), doubled: doubled, singlePhasePorts: singlePhasePorts)
    return profile.conflict(change, in: system).map { CommandRefusal(.crossField, $0) }
  }
}
