extension FieldHint {
  /// By block and field. Whoever adds a field that owners look at puts it here.
  static let table: [String: [String: FieldHint]] = [
    "gateway": gateway,
    "common": ["model": .hidden, "version": .hidden, "manufacturer": .hidden, "device_address": .hidden],
    "system_control": systemControl,
    "charge_controller": chargeController,
    "charge_controller_configuration": chargeControllerConfiguration,
    "fx_inverter": inverter,
    "fx_inverter_configuration": inverterConfiguration,
    "single_phase_radian_inverter": inverter,
    "split_phase_radian_inverter": inverter,
    "radian_inverter_configuration": inverterConfiguration,
    "flexnet_dc": flexnetDC,
    "flexnet_dc_configuration": flexnetDCConfiguration,
  ]

  private static let gateway: [String: FieldHint] = [
    "error": .detail("Errors"),
    "measured_system_voltage": .rare("Battery voltage"),
    "temp_ambient": .daily,
    "ags_mode": .detail("Generator automatic start"),
    "ags_total_generator_run_time": .detail,
    "hbx_mode": .detail,
    "grid_use_interval_1_mode": .detail,
    "grid_use_interval_2_mode": .detail,
    "grid_use_interval_3_mode": .detail,
    "load_grid_transfer_mode": .detail,
    // The clock would change with every reading.
    "year": .hidden, "month": .hidden, "day": .hidden, "hour": .hidden, "minute": .hidden, "second": .hidden,
    "set_time_zone": .plain,
  ]

  private static let systemControl: [String: FieldHint] = [
    "bulk_charge_enable_disable": .daily,
    "inverter_ac_drop_use": .daily("AC input use"),
    "set_inverter_mode": .daily("Inverter mode"),
    "grid_tie_mode": .daily("Grid-tie"),
    "set_inverter_charger_mode": .daily("Charger mode"),
    "set_ags_op_mode": .daily("Generator"),
    "ags_operational_state": .daily,
    "gen_last_run_start_time_gmt": .instant(.detail),
    "gen_last_start_run_duration": .detail,
    "set_absorb_voltage": .detail, "set_float_voltage": .detail, "set_sell_voltage": .detail,
    "set_inverter_charger_current_limit": .detail,
  ]

  private static let chargeController: [String: FieldHint] = [
    "charger_state": .daily,
    "watts": .daily("Power"),
    "battery_voltage": .daily, "battery_current": .daily,
    "array_voltage": .daily, "array_current": .daily,
    "todays_kwh": .daily,
    "lifetime_kwh_hours": .daily("Lifetime energy"),
    "lifetime_kamp_hours": .rare("Lifetime charge"),
    "lifetime_max_watts": .rare("Lifetime highest power"),
    "lifetime_max_battery_volts": .rare("Lifetime highest battery voltage"),
    "lifetime_max_voc": .rare("Lifetime highest open-circuit voltage"),
  ]

  private static let chargeControllerConfiguration: [String: FieldHint] = [
    "port_number": .hidden,
    "faults": .daily,
    "aux_control": .daily("AUX"),
    "aux_state": .daily("AUX output"),
    "aux_mode": .detail,
    "absorb_volts": .detail, "absorb_time_hours": .detail, "absorb_end_amps": .detail, "rebulk_volts": .detail,
    "float_volts": .detail, "bulk_current": .detail, "eq_volts": .detail,
  ]

  private static let inverter: [String: FieldHint] = [
    "inverter_operating_mode": .daily,
    "error_flags": .daily, "warning_flags": .daily,
    "battery_temperature": .daily,
    "output_kw": .daily, "load_kw": .daily, "buy_kw": .daily, "sell_kw": .daily, "charge_kw": .daily,
    "output_kwh": .daily, "l1_output_kwh": .daily, "l2_output_kwh": .daily, "charger_kwh": .daily,
    "buy_kwh": .daily, "sell_kwh": .daily,
    "ac1_buy_kwh": .daily, "ac2_buy_kwh": .daily, "ac1_sell_kwh": .daily, "ac2_sell_kwh": .daily,
    "ac1_l1_buy_kwh": .daily, "ac2_l1_buy_kwh": .daily, "ac1_l1_sell_kwh": .daily, "ac2_l1_sell_kwh": .daily,
    "ac1_l2_buy_kwh": .daily, "ac2_l2_buy_kwh": .daily, "ac1_l2_sell_kwh": .daily, "ac2_l2_sell_kwh": .daily,
    "output_ac_voltage": .daily, "l1_output_ac_voltage": .daily, "l2_output_ac_voltage": .daily,
    "ac_input_voltage": .daily, "ac_input_state": .daily,
    "aux_output_state": .daily, "aux_relay_output_state": .daily("AUX relay output"),
  ]

  private static let inverterConfiguration: [String: FieldHint] = [
    "port_number": .hidden,
    "aux_control": .daily("AUX"),
    "aux_relay_control": .daily("AUX relay"),
    "charger_operating_mode": .daily("Charger"),
    "aux_mode": .detail, "aux_relay_mode": .detail,
    "absorb_volts": .detail, "absorb_time_hours": .detail, "float_volts": .detail, "float_time_hours": .detail,
    "refloat_volts": .detail, "rebulk_volts": .detail, "eq_volts": .detail,
    "low_battery_cut_out_voltage": .detail, "low_battery_cut_in_voltage": .detail,
    "charger_ac_input_current_limit": .detail, "grid_ac_input_current_limit": .detail,
    "gen_ac_input_current_limit": .detail, "grid_input_mode": .detail, "gen_input_mode": .detail,
    "ac_input_select_priority": .detail, "ac_input_type": .detail,
    "sell_volts": .detail, "grid_tie_enable": .detail,
  ]

  private static let flexnetDC: [String: FieldHint] = [
    "state_of_charge": .daily(nil, class: "battery"),
    "battery_voltage": .daily, "battery_current": .daily, "battery_temperature": .daily,
    "net_kw": .daily("Battery power"),
    "todays_net_input_kwh": .daily, "todays_net_output_kwh": .daily,
    "todays_minimum_soc": .detail,
    "todays_minimum_battery_time": .instant(.rare), "todays_maximum_battery_time": .instant(.rare),
    "days_since_charge_parameters_met": .daily,
    "lifetime_kah_removed": .rare("Lifetime charge removed"),
  ]

  private static let flexnetDCConfiguration: [String: FieldHint] = [
    "port_number": .hidden,
    "relay_control": .daily("Relay"),
    "battery_capacity": .detail, "charged_volts": .detail, "charged_time": .detail, "battery_charged_amps": .detail,
    "charge_factor": .detail,
  ]
}
