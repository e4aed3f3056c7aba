import Registry

/// The values that the simulated devices take for a setpoint, in the field's units.
///
/// Documented ranges come from the registry. For battery voltages no document has one; real devices refuse what no
/// lead-acid battery can stand, for which 9 to 17 V for each 12 V of the system is taken here.
struct SetpointRange {
  let minimum: Double
  let maximum: Double

  private static let batteryVoltages: Set<String> = [
    "absorb_volts", "float_volts", "refloat_volts", "rebulk_volts", "eq_volts", "sell_volts", "charged_volts",
    "low_battery_cut_out_voltage", "low_battery_cut_in_voltage", "high_battery_cut_out_voltage",
    "high_battery_cut_in_voltage", "aux_on_battery_voltage", "aux_off_battery_voltage",
    "aux_relay_on_battery_voltage", "aux_relay_off_battery_voltage", "relay_high_voltage", "relay_low_voltage",
    "set_absorb_voltage", "set_float_voltage", "set_sell_voltage", "mini_grid_lbx_volts", "grid_zero_dod_volts",
    "aux_low_battery_disconnect", "aux_low_battery_reconnect", "aux_load_shed_enable_voltage",
    "aux_gen_alert_on_voltage", "aux_gen_alert_off_voltage",
  ]

  /// The range of a field, nil when any value is taken.
  init?(_ field: FieldDefinition, _ map: GatewayMap) {
    let batteries = Self.nominalVoltage(map) / 12
    if let limits = field.limits {
      let factor = limits.isPerBattery12V ? batteries : 1
      minimum = limits.minimum.map { $0.double * factor } ?? -.infinity
      maximum = limits.maximum.map { $0.double * factor } ?? .infinity
    } else if Self.batteryVoltages.contains(field.name) {
      minimum = 9 * batteries
      maximum = 17 * batteries
    } else if field.units == "%" {
      minimum = 0
      maximum = 100
    } else {
      return nil
    }
  }

  /// The system's nominal voltage in volts; 48 when the gateway doesn't say.
  static func nominalVoltage(_ map: GatewayMap) -> Double {
    guard let gateway = map.placement(id: 64110), let voltage = map.number("system_voltage", in: gateway),
      (12...60).contains(voltage)
    else { return 48 }
    return voltage
  }
}
