import Registry

/// The setpoints of the system control block that overwrite those of every device (application note, table 21).
enum GlobalSetpoints {
  /// Names in the system control block, with the names in the devices' configuration blocks.
  private static let targets = [
    "set_absorb_voltage": "absorb_volts", "set_absorb_time": "absorb_time_hours",
    "set_float_voltage": "float_volts", "set_float_time": "float_time_hours", "set_sell_voltage": "sell_volts",
    "set_inverter_charger_current_limit": "charger_ac_input_current_limit",
    "set_inverter_ac1_current_limit": "grid_ac_input_current_limit",
    "set_inverter_ac2_current_limit": "gen_ac_input_current_limit",
  ]

  /// Hands a setpoint that was just written on to the devices.
  static func spread(_ field: FieldDefinition, of placement: GatewayMap.Placement, in core: inout GatewayCore) {
    guard placement.id == WriteRules.systemControl, let name = targets[field.name],
      let value = core.map.number(field.name, in: placement)
    else { return }
    for device in core.map.placements where device.key != placement.key {
      guard let target = core.map.definition(of: device)?.field(name) else { continue }
      core.map.set(name, to: value, in: device)
      guard let address = device.address(ofOffset: target.offset), let word = core.map[address] else { continue }
      WriteRules.store(word, at: address, in: &core)
    }
  }
}
