package import FieldCodec
package import Registry

/// The devices of a system with what was read of them, as rules between devices look at it.
package struct SystemValues: Sendable {
  /// A block of the system.
  package struct Member: Sendable {
    package let key: DeviceKey
    package let definition: BlockDefinition

    package init(key: DeviceKey, definition: BlockDefinition) {
      self.key = key
      self.definition = definition
    }

    var isOfInverter: Bool { definition.family?.hasSuffix("_inverter") ?? false }
  }

  package let members: [Member]
  /// By device and field.
  package var values: [DeviceKey: [String: FieldValue]]
  /// Devices of the system that are not there, so that nothing of them is known.
  let missing: [PinKey]
  /// Settings that show no value for the moment.
  let blank: [(field: String, device: DeviceKey)]
  /// What two devices answer as, so that the settings of one of them are not seen.
  package let doubled: [DeviceKey]
  /// Hub ports of the Radian and FXR inverters that are known to have one output leg.
  let singlePhasePorts: Set<Int>

  package init(_ members: [Member], _ values: [DeviceKey: [String: FieldValue]]) {
    self.init(
      members, values, missing: [], blank: [], doubled: [],
      singlePhasePorts: Self.singlePhasePorts(members.map { PinKey(block: $0.definition.name, port: $0.key.port) }))
  }

  init(
    _ members: [Member], _ values: [DeviceKey: [String: FieldValue]], missing: [PinKey],
    blank: [(field: String, device: DeviceKey)], doubled: [DeviceKey], singlePhasePorts: Set<Int>
  ) {
    self.members = members
    self.values = values
    self.missing = missing
    self.blank = blank
    self.doubled = doubled
    self.singlePhasePorts = singlePhasePorts
  }

  /// Hub ports with the status of an inverter of one leg, and with none of one of two.
  static func singlePhasePorts(_ blocks: some Sequence<PinKey>) -> Set<Int> {
    let ports = Dictionary(grouping: blocks, by: \.block).mapValues { Set($0.map(\.port)) }
    return (ports["single_phase_radian_inverter"] ?? []).subtracting(ports["split_phase_radian_inverter"] ?? [])
  }

  package func number(_ field: String, of device: DeviceKey) -> ScaledDecimal? {
    guard case .number(let number) = values[device]?[field] else { return nil }
    return number
  }

  /// What was read of the first block of a kind.
  package func value(_ field: String, of kind: BlockDefinition.Kind) -> FieldValue? {
    members.first { $0.definition.kind == kind }.flatMap { values[$0.key]?[field] }
  }

  /// As the gateway tells it, in volts.
  package var nominalVoltage: Int64? {
    guard case .number(let volts)? = value("system_voltage", of: .gateway) else { return nil }
    return volts.coefficient(atExponent: 0).flatMap { BatteryVoltage.nominal.contains($0) ? $0 : nil }
  }
}

/// A value that a field of a system is to get.
package struct SetpointChange: Sendable, Hashable {
  package let device: DeviceKey
  /// Name of its block in the register map.
  package let block: String
  package let field: String
  package let value: FieldValue

  package init(device: DeviceKey, block: String, field: String, value: FieldValue) {
    self.device = device
    self.block = block
    self.field = field
    self.value = value
  }
}

extension SystemValues {
  /// Makes it of a reading of everything.
  package init(_ readings: [DeviceReading]) {
    var members: [Member] = []
    var values: [DeviceKey: [String: FieldValue]] = [:]
    var doubled: [DeviceKey] = []
    for reading in readings {
      guard values[reading.key] == nil else {
        doubled.append(reading.key)
        continue
      }
      members.append(Member(key: reading.key, definition: reading.definition))
      values[reading.key] = Dictionary(
        reading.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    self.init(
      members, values, missing: [], blank: [], doubled: doubled,
      singlePhasePorts: Self.singlePhasePorts(readings.map { PinKey(block: $0.definition.name, port: $0.key.port) }))
  }

  /// The bounds of a setpoint of this system: what documents say, narrowed by a policy and by its battery's profile.
  package func bounds(of field: FieldDefinition, in member: Member, _ policy: CommandPolicy) -> SetpointBounds {
    policy.bounds(
      of: field, named: ["\(member.key.name).\(field.name)", "\(member.definition.name).\(field.name)"],
      in: member.definition.name, at: site(of: field, in: member), battery: policy.battery)
  }

  /// What decides the documented range of a setpoint.
  func site(of field: FieldDefinition, in member: Member) -> SetpointSite {
    let isByModel = field.ranges.contains { !$0.models.isEmpty }
    let targets =
      !isByModel
      ? []
      : member.definition.kind != .system
        ? [member]
        : members.filter { $0.definition.kind == .configuration && $0.isOfInverter }
    return SetpointSite(
      targets: targets.map { target in
        guard case .text(let model)? = values[target.key]?["model_number"], !model.isEmpty else {
          return SetpointSite.Target(device: target.key, model: nil)
        }
        return SetpointSite.Target(device: target.key, model: model)
      }, nominalVoltage: nominalVoltage)
  }

  /// The system with a change made. What the gateway sets for all inverters shows in each of them.
  package func with(_ change: SetpointChange) -> SystemValues {
    var changed = self
    changed.values[change.device, default: [:]][change.field] = change.value
    let own = ["set_absorb_voltage": "absorb_volts", "set_float_voltage": "float_volts"]
      .merging(["set_inverter_charger_current_limit": "charger_ac_input_current_limit"]) { $1 }
    guard change.block == "system_control", let field = own[change.field] else { return changed }
    for member in members where member.isOfInverter {
      if values[member.key]?[field] != nil { changed.values[member.key]?[field] = change.value }
    }
    return changed
  }
}
