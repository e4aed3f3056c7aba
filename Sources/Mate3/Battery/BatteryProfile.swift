public import Registry

/// What the owner reads off the battery's data sheet, in volts and amperes of the battery itself.
///
/// From it follow the bounds of every battery setpoint, which narrow the documented ones, and rules between devices.
public struct BatteryProfile: Sendable, Hashable {
  /// What the battery is made of.
  public enum Chemistry: String, Sendable, Hashable, CaseIterable {
    /// Lithium iron phosphate: never equalised, and not charged higher when it is cold.
    case lifepo4
    /// Lead-acid with liquid electrolyte, which may be equalised.
    case flooded
    /// Sealed lead-acid, which is equalised only where ``BatteryProfile/equalise`` says so.
    case agm, gel
    /// Anything else.
    case other
  }

  /// Whether and how high the battery may be equalised.
  public enum Equalise: Sendable, Hashable {
    /// Not at all.
    case never
    /// Between these voltages.
    case within(ClosedRange<ScaledDecimal>)
  }

  /// A statement of the profile, and where it stands.
  public struct Given<Value: Sendable & Hashable>: Sendable, Hashable {
    /// What is said.
    public let value: Value
    /// For people: such as `battery.absorb (bridge.yaml:14:11)`.
    public let source: String

    /// Makes a statement.
    public init(_ value: Value, source: String) {
      self.value = value
      self.source = source
    }
  }

  /// Nominal voltage of the system: 12, 24, 26, 36, 48 or 60.
  public let nominal: Given<Int64>
  /// What the battery is made of.
  public let chemistry: Given<Chemistry>
  /// Where the absorb voltage may stand.
  public let absorb: Given<ClosedRange<ScaledDecimal>>
  /// Where the float voltage may stand.
  public let float: Given<ClosedRange<ScaledDecimal>>
  /// Whether it is equalised; nil leaves it to the chemistry: not for lithium and sealed batteries.
  public let equalise: Given<Equalise>?
  /// Cut-outs and starts may not stand below; nil for no such bound.
  public let lowest: Given<ScaledDecimal>?
  /// What all chargers together may put into it, in amperes; nil for no such bound.
  public let chargeCurrent: Given<ScaledDecimal>?

  /// Makes a profile of statements.
  public init(
    nominal: Given<Int64>, chemistry: Given<Chemistry>, absorb: Given<ClosedRange<ScaledDecimal>>,
    float: Given<ClosedRange<ScaledDecimal>>, equalise: Given<Equalise>? = nil, lowest: Given<ScaledDecimal>? = nil,
    chargeCurrent: Given<ScaledDecimal>? = nil
  ) {
    self.nominal = nominal
    self.chemistry = chemistry
    self.absorb = absorb
    self.float = float
    self.equalise = equalise
    self.lowest = lowest
    self.chargeCurrent = chargeCurrent
  }

  /// What says that it is never equalised; nil where it may be.
  var ban: String? {
    switch equalise?.value {
    case .never: equalise?.source
    case .within: nil
    case nil: [.lifepo4, .agm, .gel].contains(chemistry.value) ? chemistry.source : nil
    }
  }

  /// What devices keep multiples of, as far as documents say it for the nominal voltage, where none of them lies within.
  /// - Parameter range: a statement of the profile.
  /// - Returns: the greatest such step, and the settings that have one; nil where every device has a value.
  package func gap(
    in range: ClosedRange<ScaledDecimal>, _ registry: Registry
  ) -> (step: ScaledDecimal, settings: [String])? {
    var found: [(step: ScaledDecimal, setting: String)] = []
    for block in registry.blocks {
      for field in block.fields {
        guard let own = bounds(of: field.name, in: block.name), own.minimum?.value == range.lowerBound,
          own.maximum?.value == range.upperBound
        else { continue }
        let steps = field.ranges.filter { $0.nominalVoltage == nominal.value }.compactMap(\.step)
        guard
          let step = steps.max(),
          let next = SetpointBounds.neighbours(of: range.lowerBound, step: step)?.above, next > range.upperBound
        else { continue }
        found.append((step, "\(block.name).\(field.name)"))
      }
    }
    return found.map(\.step).max().map { ($0, found.map(\.setting)) }
  }

  /// What is wrong when the gateway says another nominal voltage, or nil.
  package func conflict(nominalVoltage volts: Int64?) -> String? {
    guard let volts, volts != nominal.value else { return nil }
    return "\(nominal.source) is \(nominal.value) V, but the gateway says that this is a system of \(volts) V"
  }
}

/// What a battery profile leaves a setpoint; either bound may be missing.
package struct BatteryBounds: Sendable, Hashable {
  struct Bound: Sendable, Hashable {
    let value: ScaledDecimal
    /// What says so, for people.
    let source: String
  }

  var minimum: Bound?
  var maximum: Bound?

  /// - Parameter source: what gives both.
  init(_ range: ClosedRange<ScaledDecimal>, _ source: String) {
    minimum = Bound(value: range.lowerBound, source: source)
    maximum = Bound(value: range.upperBound, source: source)
  }

  init(minimum: Bound? = nil, maximum: Bound? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Whether a value stands outside.
  func excludes(_ value: ScaledDecimal) -> Bool {
    minimum.map { value < $0.value } ?? false || maximum.map { value > $0.value } ?? false
  }
}

/// What a setpoint means to the battery.
enum BatteryRole: Sendable, Hashable {
  case absorb, float, equalise, equaliseDays
  /// A voltage that the battery reaches while it works: what cuts out, starts or charges again.
  case threshold
  /// A voltage down to which it is discharged, or below which something is switched.
  case floor
  /// What counts as charged.
  case charged
  /// How high charging may go when the battery is cold.
  case compensation
  /// Above it an inverter switches off.
  case highCutOut
  /// A current of one charge controller, or of all of them, at the battery.
  case current
  /// What counts in the sum of all chargers, and has no bound of its own.
  case partOfCurrent

  /// By block and field.
  private static let table: [String: [String: BatteryRole]] = [
    "charge_controller_configuration": [
      "absorb_volts": .absorb, "float_volts": .float, "rebulk_volts": .threshold, "eq_volts": .equalise,
      "auto_eq_days": .equaliseDays, "temp_comp_upper_limit_volts": .compensation,
      "aux_low_battery_disconnect": .threshold, "aux_low_battery_reconnect": .threshold, "bulk_current": .current,
    ],
    "radian_inverter_configuration": [
      "absorb_volts": .absorb, "float_volts": .float, "refloat_volts": .threshold, "rebulk_volts": .threshold,
      "eq_volts": .equalise, "low_battery_cut_out_voltage": .threshold, "low_battery_cut_in_voltage": .threshold,
      "high_battery_cut_out_voltage": .highCutOut, "mini_grid_lbx_volts": .threshold, "grid_zero_dod_volts": .floor,
      "sell_volts": .floor, "charger_ac_input_current_limit": .partOfCurrent,
    ],
    "fx_inverter_configuration": [
      "absorb_volts": .absorb, "float_volts": .float, "refloat_volts": .threshold, "eq_volts": .equalise,
      "low_battery_cut_out_voltage": .threshold, "low_battery_cut_in_voltage": .threshold,
      "aux_load_shed_enable_voltage": .floor, "aux_gen_alert_on_voltage": .floor, "sell_volts": .floor,
      "charger_ac_input_current_limit": .partOfCurrent,
    ],
    "flexnet_dc_configuration": ["charged_volts": .charged],
    "system_control": [
      "set_absorb_voltage": .absorb, "set_float_voltage": .float, "set_sell_voltage": .floor,
      "set_inverter_charger_current_limit": .partOfCurrent,
    ],
    "gateway": [
      "ags_dc_gen_absorb_voltage": .absorb, "ags_2_min_start_voltage": .threshold,
      "ags_2_hour_start_voltage": .threshold, "ags_24_hour_start_voltage": .threshold,
      "hbx_grid_connect_voltage": .threshold, "hbx_grid_disconnect_voltage": .threshold,
      "load_grid_transfer_connect_battery_voltage": .threshold,
      "load_grid_transfer_re_connect_battery_voltage": .threshold, "global_charger_control_output_limit": .current,
      "global_charger_control_mode": .partOfCurrent,
    ],
  ]

  /// The role of a field; nil for one that is none of the battery's.
  init?(_ field: String, of block: String) {
    guard let role = Self.table[block]?[field] else { return nil }
    self = role
  }
}

extension BatteryProfile {
  /// What the profile leaves a setpoint; nil where it says nothing of it.
  package func bounds(of field: String, in block: String) -> BatteryBounds? {
    guard let role = BatteryRole(field, of: block) else { return nil }
    let top = BatteryBounds.Bound(value: absorb.value.upperBound, source: absorb.source)
    let bottom = lowest.map { BatteryBounds.Bound(value: $0.value, source: $0.source) }
    switch role {
    case .absorb: return BatteryBounds(absorb.value, absorb.source)
    case .float: return BatteryBounds(float.value, float.source)
    case .equalise:
      if case .within(let range) = equalise?.value { return BatteryBounds(range, equalise?.source ?? "") }
      // An equalisation that something starts all the same is to do no harm.
      return ban.map { BatteryBounds(absorb.value, $0) }
    case .equaliseDays: return ban.map { BatteryBounds(ScaledDecimal(0)...ScaledDecimal(0), $0) }
    case .threshold: return BatteryBounds(minimum: bottom, maximum: top)
    case .floor: return bottom.map { BatteryBounds(minimum: $0) }
    case .charged: return BatteryBounds(maximum: top)
    case .compensation:
      return chemistry.value == .lifepo4 ? BatteryBounds(absorb.value, absorb.source) : nil
    case .highCutOut: return BatteryBounds(minimum: top)
    case .current:
      return chargeCurrent.map { BatteryBounds(maximum: BatteryBounds.Bound(value: $0.value, source: $0.source)) }
    case .partOfCurrent: return nil
    }
  }

  /// Why a value of an enumerated field is not for this battery, or nil.
  package func refusal(of label: String, for field: String, in block: String) -> CommandRefusal? {
    guard block == "system_control", field == "bulk_charge_enable_disable", label == "start_eq_charge", let ban else {
      return nil
    }
    return CommandRefusal(.notAllowed, "\(ban) says that this battery is never equalised; nothing starts it from here")
  }
}
