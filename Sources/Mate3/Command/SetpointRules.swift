import FieldCodec
import RegisterIO
package import Registry

/// Two setpoints of one block that must keep their order.
struct OrderRule: Sendable {
  let block: String
  let lower: String
  let upper: String
  /// Whether equal values break the rule.
  let isStrict: Bool

  init(_ block: String, _ lower: String, _ sign: Sign, _ upper: String) {
    self.block = block
    self.lower = lower
    self.upper = upper
    isStrict = sign == .below
  }

  enum Sign { case below, atMost }

  static let all: [OrderRule] =
    ["radian_inverter_configuration", "fx_inverter_configuration"].flatMap { block in
      [
        OrderRule(block, "float_volts", .atMost, "absorb_volts"),
        OrderRule(block, "refloat_volts", .below, "float_volts"),
        OrderRule(block, "low_battery_cut_out_voltage", .below, "low_battery_cut_in_voltage"),
        OrderRule(block, "grid_lower_input_voltage_limit", .below, "grid_upper_input_voltage_limit"),
        OrderRule(block, "gen_lower_input_voltage_limit", .below, "gen_upper_input_voltage_limit"),
      ]
    } + [
      OrderRule("radian_inverter_configuration", "rebulk_volts", .below, "float_volts"),
      OrderRule("radian_inverter_configuration", "high_battery_cut_in_voltage", .below, "high_battery_cut_out_voltage"),
      OrderRule("charge_controller_configuration", "float_volts", .atMost, "absorb_volts"),
      OrderRule("charge_controller_configuration", "rebulk_volts", .below, "float_volts"),
      OrderRule(
        "charge_controller_configuration", "temp_comp_lower_limit_volts", .below, "temp_comp_upper_limit_volts"),
      OrderRule("charge_controller_configuration", "aux_low_battery_disconnect", .below, "aux_low_battery_reconnect"),
      OrderRule("flexnet_dc_configuration", "relay_low_voltage", .below, "relay_high_voltage"),
      OrderRule("flexnet_dc_configuration", "relay_soc_low", .below, "relay_soc_high"),
      OrderRule("system_control", "set_float_voltage", .atMost, "set_absorb_voltage"),
      OrderRule("gateway", "ags_soc_start_percentage", .below, "ags_soc_stop_percentage"),
      OrderRule("gateway", "ags_load_stop_kw", .below, "ags_load_start_kw"),
      OrderRule("gateway", "hbx_grid_connect_voltage", .below, "hbx_grid_disconnect_voltage"),
      OrderRule("gateway", "hbx_grid_connect_soc", .below, "hbx_grid_disconnect_soc"),
      OrderRule(
        "gateway", "load_grid_transfer_connect_battery_voltage", .below, "load_grid_transfer_re_connect_battery_voltage"
      ),
    ]

  /// By how many register steps the rule is broken; 0 when it holds. Both fields share their scale factor.
  func violation(lower: Int64, upper: Int64) -> Int64 { max(0, lower - upper + (isStrict ? 1 : 0)) }
}

/// An order rule as it concerns one command: where the other setpoint is.
struct OrderCheck: Sendable {
  let rule: OrderRule
  let field: FieldDefinition
  let other: FieldDefinition
  let range: RegisterRange

  /// The checks of a field.
  static func checks(of field: FieldDefinition, in block: PlacedBlock) -> [OrderCheck] {
    OrderRule.all.compactMap { rule in
      guard rule.block == block.definition.name, rule.lower == field.name || rule.upper == field.name,
        let other = block.definition.field(rule.lower == field.name ? rule.upper : rule.lower),
        let range = block.range(of: other)
      else { return nil }
      return OrderCheck(rule: rule, field: field, other: other, range: range)
    }
  }

  /// Whether the command's field is the one that must be lower.
  var isLower: Bool { rule.lower == field.name }

  /// How far the command's field may go as the other one stands, in register steps; nil when that has no value.
  func limit(_ otherWords: [UInt16]) -> Int64? {
    guard let fixed = other.rawNumber(otherWords), other.decode(otherWords, scaleWord: 0).isPresent else { return nil }
    return isLower ? fixed - (rule.isStrict ? 1 : 0) : fixed + (rule.isStrict ? 1 : 0)
  }

  /// Whether it can't be said if `words` may take the place of `current`: they go towards the other one, which shows no
  /// value.
  func isOpen(current: [UInt16]?, words: [UInt16], other otherWords: [UInt16]?) -> Bool {
    guard !other.hasValue(otherWords, scaleWord: 0) else { return false }
    guard let now = current.flatMap(field.rawNumber), let wanted = field.rawNumber(words) else { return true }
    return isLower ? wanted > now : wanted < now
  }

  /// Why `words` may not take the place of `current`, or nil. An order that is broken already may be mended step by
  /// step: only what breaks it newly, or worsens it, is refused.
  func refusal(current: [UInt16], words: [UInt16], other otherWords: [UInt16]) -> String? {
    guard let now = field.rawNumber(current), let wanted = field.rawNumber(words),
      let fixed = other.rawNumber(otherWords), other.decode(otherWords, scaleWord: 0).isPresent
    else { return nil }
    let before = isLower ? rule.violation(lower: now, upper: fixed) : rule.violation(lower: fixed, upper: now)
    let after = isLower ? rule.violation(lower: wanted, upper: fixed) : rule.violation(lower: fixed, upper: wanted)
    guard after > before else { return nil }
    return "\(rule.lower) must be \(rule.isStrict ? "below" : "at most") \(rule.upper)"
  }
}

/// Whether a battery setpoint suits the system's nominal voltage (64110 `OutBack_System_Voltage`, note table 1).
package enum BatteryVoltage {
  /// The gateway's documents do not list 36, but those of the FX have a table for it.
  package static let nominal: Set<Int64> = [12, 24, 26, 36, 48, 60]
  /// What any chemistry may ask for, in tenths of a volt per 12 V: far outside of it a setpoint is for another system.
  static let tenthsPer12V: ClosedRange<Int64> = 90...170

  /// Where setpoints of a system lie, in volts.
  package static func range(nominal volts: Int64) -> ClosedRange<ScaledDecimal> {
    ScaledDecimal(
      tenthsPer12V.lowerBound * volts * 10 / 12, exponent: -2)...ScaledDecimal(
        tenthsPer12V.upperBound * volts * 10 / 12, exponent: -2)
  }

  /// Why a setpoint may not be written, or nil.
  static func refusal(_ value: ScaledDecimal, nominal volts: Int64) -> String? {
    let range = range(nominal: volts)
    guard !range.contains(value) else { return nil }
    return
      "\(value) V does not suit a system of \(volts) V, where battery setpoints lie between \(range.lowerBound) and "
      + "\(range.upperBound) V"
  }
}
