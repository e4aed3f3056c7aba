/// How described devices are set unless their description says otherwise.
enum BlockDefaults {
  /// Block lengths where real devices have others than the documents' column "Contents" says.
  static let lengths = [
    // Long enough for the kilowatts, which the table has and its length forgets (application note, table 13).
    "fx_inverter": 36,
    // As the vendor's spreadsheet has it.
    "radian_inverter_configuration": 89,
  ]

  /// Scale factors that differ from -1, by field name (application note, column "Contents").
  private static let scales = [
    "ac_voltage_sf": 0, "power_sf": 0, "ah_sf": 0, "temp_sf": 0, "kw_sf": -2, "time_zone_sf": -2, "ac_power_sf": -2,
    "ac_va_sf": -2, "ac_var_sf": -2, "ac_pf_sf": -2, "ac_energy_wh_sf": 0, "dc_current_sf": -1, "dc_power_sf": -1,
  ]
  private static let statusBlocks: Set<String> = [
    "fx_inverter", "single_phase_radian_inverter", "split_phase_radian_inverter", "sunspec_single_phase_inverter",
    "sunspec_split_phase_inverter", "sunspec_three_phase_inverter",
  ]

  static func scale(_ field: String, in block: String) -> Int {
    if field == "ac_current_sf" { return statusBlocks.contains(block) ? 0 : -1 }
    if field == "kwh_sf", block.hasPrefix("flexnet_dc") { return -2 }
    return scales[field] ?? -1
  }

  /// What an FXR inverter doesn't have of the blocks that it shares with the Radian.
  static let absentOnFXR: Set<String> = [
    "aux_relay_output_state", "r_module_transformer_temperature", "r_module_capacitor_temperature",
    "r_module_fet_temperature", "aux_relay_mode", "aux_relay_control", "aux_relay_on_battery_voltage",
    "aux_relay_on_delay_time", "aux_relay_off_battery_voltage", "aux_relay_off_delay_time", "grid_tie_window",
    "gen_ac_input_voltage_calibrate_factor", "module_control", "low_battery_cut_out_delay",
    "high_battery_cut_out_voltage", "high_battery_cut_in_voltage",
  ]

  /// What the sum of single-phase inverters doesn't have.
  static let absentOnSinglePhase: Set<String> = [
    "ac_current_b", "ac_current_c", "ac_voltage_ab", "ac_voltage_bc", "ac_voltage_ca", "ac_voltage_bn",
    "ac_voltage_cn", "dc_current", "dc_power",
  ]

  /// Values by field name, as text in the field's units or as label.
  static func values(_ block: String, nominal: Double) -> [String: String] {
    var values = fixed[block] ?? [:]
    for (name, volts) in batteryVolts[block] ?? [:] {
      let tenths = Int((volts * nominal / 48 * 10).rounded())
      values[name] = "\(tenths / 10).\(tenths % 10)"
    }
    return values
  }

  /// Voltages for a 48 V battery.
  private static let batteryVolts: [String: [String: Double]] = [
    "gateway": [
      "ags_dc_gen_absorb_voltage": 57.6, "ags_2_min_start_voltage": 46, "ags_2_hour_start_voltage": 47,
      "ags_24_hour_start_voltage": 48, "hbx_grid_connect_voltage": 46, "hbx_grid_disconnect_voltage": 54,
      "load_grid_transfer_connect_battery_voltage": 46, "load_grid_transfer_re_connect_battery_voltage": 52,
    ],
    "system_control": ["set_sell_voltage": 52, "set_absorb_voltage": 57.6, "set_float_voltage": 54.4],
    "charge_controller_configuration": [
      "absorb_volts": 57.6, "rebulk_volts": 49.6, "float_volts": 54.4, "eq_volts": 60.8,
      "temp_comp_lower_limit_volts": 53, "temp_comp_upper_limit_volts": 63, "aux_low_battery_disconnect": 46,
      "aux_low_battery_reconnect": 50, "aux_vent_fan_volts": 56, "aux_error_battery_volts": 46,
    ],
    "radian_inverter_configuration": [
      "absorb_volts": 57.6, "float_volts": 54.4, "refloat_volts": 50, "eq_volts": 58.4, "rebulk_volts": 48,
      "low_battery_cut_out_voltage": 42, "low_battery_cut_in_voltage": 50, "aux_on_battery_voltage": 56,
      "aux_off_battery_voltage": 50, "aux_relay_on_battery_voltage": 56, "aux_relay_off_battery_voltage": 50,
      "sell_volts": 52, "mini_grid_lbx_volts": 48, "grid_zero_dod_volts": 50, "high_battery_cut_out_voltage": 62,
      "high_battery_cut_in_voltage": 58,
    ],
    "fx_inverter_configuration": [
      "absorb_volts": 57.6, "float_volts": 54.4, "refloat_volts": 50, "eq_volts": 58.4,
      "low_battery_cut_out_voltage": 42, "low_battery_cut_in_voltage": 50, "aux_load_shed_enable_voltage": 46,
      "aux_gen_alert_on_voltage": 46, "aux_gen_alert_off_voltage": 54, "aux_vent_fan_enable_voltage": 56,
      "aux_divert_enable_voltage": 57, "sell_volts": 52,
    ],
    "flexnet_dc_configuration": ["charged_volts": 57, "relay_high_voltage": 58, "relay_low_voltage": 48],
  ]

  private static let inverter = [
    "absorb_time_hours": "3.0", "float_time_hours": "1.0", "eq_time_hours": "1.0", "search_sensitivity": "30",
    "search_pulse_length": "8", "search_pulse_spacing": "60", "grid_ac_input_current_limit": "48.0",
    "gen_ac_input_current_limit": "48.0", "charger_ac_input_current_limit": "12.0", "grid_transfer_delay": "1000",
    "gen_transfer_delay": "1000", "gen_connect_delay": "0.5", "aux_control": "auto",
    "stacking_mode": "master",
  ]

  private static let fixed: [String: [String: String]] = [
    "gateway": [
      "enable_dhcp": "enabled", "tcpip_address": "192.0.2.10", "tcpip_gateway_msw": "192.0.2.1",
      "tcpip_netmask_msw": "255.255.255.0", "tcpip_dns_1_msw": "192.0.2.1", "modbus_port": "502",
      "system_name": "Simulated system", "sd_card_data_log_write_interval": "30", "ags_port": "1",
      "ags_dc_gen_absorb_time": "2.0", "ags_fault_time": "5", "ags_gen_cool_down_time": "2",
      "ags_gen_warm_up_time": "1", "ags_exercise_period": "30", "ags_exercise_interval": "2",
      "ags_soc_start_mode": "enabled", "ags_soc_start_percentage": "40", "ags_soc_stop_percentage": "80",
      "ags_mode": "enabled", "ags_load_start_kw": "8", "ags_load_stop_kw": "4", "hbx_grid_connect_soc": "40",
      "hbx_grid_disconnect_soc": "80", "web_reporting_base_url": "", "hub_type": "hub10_3",
      "hub_major_firmware_number": "3", "hub_mid_firmware_number": "1", "gateway_type": "mate3",
      "sched_1_ac_mode": "disabled", "sched_2_ac_mode": "disabled", "sched_3_ac_mode": "disabled",
      "temp_ambient": "20",
    ],
    "system_control": [
      // Inverters on, AC input used, chargers automatic.
      "control_status": "292", "set_radian_inverter_sell_current_limit": "24.0", "set_absorb_time": "2.0",
      "set_float_time": "1.0", "set_inverter_charger_current_limit": "12.0",
      "set_inverter_ac1_current_limit": "48.0", "set_inverter_ac2_current_limit": "48.0", "set_ags_op_mode": "auto",
    ],
    "charge_controller_configuration": [
      "absorb_time_hours": "3.0", "absorb_end_amps": "8", "bulk_current": "80.0", "eq_time_hours": "1",
      "sweep_max_percentage": "2", "u_pick_pwm_duty_cycle": "77.0", "temp_comp_slope": "5",
      "wakeup_voc": "5.0", "snooze_mode_amps": "0.6", "wakeup_interval": "5", "aux_mode": "vent_fan",
      "aux_control": "auto", "aux_polarity": "high", "aux_pv_limit_volts": "140.0",
      "aux_night_light_thres_volts": "10.0", "night_light_on_hours": "4", "clear_data_log_read": "4711",
      "stats_maximum_reset_read": "4712", "stats_totals_reset_read": "4713",
    ],
    "radian_inverter_configuration": inverter.merging(
      [
        "charger_operating_mode": "bulk_and_float", "grid_input_mode": "backup", "gen_input_mode": "generator",
        "aux_mode": "vent_fan", "aux_relay_mode": "vent_fan", "aux_relay_control": "auto", "aux_on_delay_time": "0.5",
        "aux_off_delay_time": "0.5", "aux_relay_on_delay_time": "0.5", "aux_relay_off_delay_time": "0.5",
        "mini_grid_lbx_delay": "1", "grid_connect_delay": "0.2", "grid_zero_dod_max_offset_ac_amps": "5.0",
      ], uniquingKeysWith: { $1 }),
    "fx_inverter_configuration": inverter.merging(
      ["charger_operating_mode": "auto", "aux_mode": "vent_fan", "ac_input_type": "generator"],
      uniquingKeysWith: { $1 }),
    "flexnet_dc_configuration": [
      "charged_time": "10", "battery_charged_amps": "8.0", "charge_factor": "95", "relay_control": "auto",
      "relay_invert_logic": "normal", "relay_soc_high": "90", "relay_soc_low": "50", "relay_high_enable_delay": "1",
      "relay_low_enable_delay": "1", "shunt_c_enabled": "disabled", "clear_data_log_read": "4714",
    ],
    "charge_controller": ["lifetime_kwh_hours": "1250", "lifetime_kamp_hours": "24.1"],
    "flexnet_dc": [
      "cycle_charge_factor": "95", "cycle_kwh_charge_efficiency": "88", "lifetime_kah_removed": "21",
      "shunt_a_reset_maximum_data": "4715", "shunt_b_reset_maximum_data": "4716", "shunt_c_reset_maximum_data": "4717",
    ],
    "optics_statistics": ["bt_min": "20", "bt_max": "90", "bt_ave": "35", "bt_attempts": "120"],
  ]
}
