// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Settings, day log and resets of a solar charge controller.
public enum ChargeControllerConfigurationFields {
  /// Port of the hub at which the device is plugged in. 0 to 10. Source: note table 6 row 3; spreadsheet row 235.
  public static var portNumber: Field<Int> { field("port_number") }
  /// Faults the controller reports. Source: note table 6 row 10; spreadsheet row 242.
  public static var faults: Field<Flags.ChargeControllerFaults> { field("faults") }
  /// Voltage held during absorb. In V, as suits the system voltage. Command: setpoint. Source: note table 6 row 11;
  /// spreadsheet row 243.
  public static var absorbVolts: Field<Double> { field("absorb_volts") }
  /// Longest time spent in absorb. In h. Command: setpoint. Source: note table 6 row 12; spreadsheet row 244.
  public static var absorbTimeHours: Field<Double> { field("absorb_time_hours") }
  /// Charge current below which absorb ends early; zero leaves it to the time. In A. Command: setpoint. Source: note
  /// table 6 row 13; spreadsheet row 245.
  public static var absorbEndAmps: Field<Int> { field("absorb_end_amps") }
  /// Battery voltage below which a new bulk charge begins. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 6 row 14; spreadsheet row 246.
  public static var rebulkVolts: Field<Double> { field("rebulk_volts") }
  /// Voltage held during float. In V, as suits the system voltage. Command: setpoint. Source: note table 6 row 15;
  /// spreadsheet row 247.
  public static var floatVolts: Field<Double> { field("float_volts") }
  /// Highest current the controller may put out. In A. Command: setpoint. Source: note table 6 row 16; spreadsheet row
  /// 248.
  public static var bulkCurrent: Field<Double> { field("bulk_current") }
  /// Voltage held while equalising; harmful to sealed and lithium batteries. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 6 row 17; spreadsheet row 249.
  public static var eqVolts: Field<Double> { field("eq_volts") }
  /// Time the equalise voltage is held. In h. Command: setpoint. Source: note table 6 row 18; spreadsheet row 250.
  public static var eqTimeHours: Field<Int> { field("eq_time_hours") }
  /// Days between automatic equalisations; zero means none. In d. Command: setpoint. Source: note table 6 row 19;
  /// spreadsheet row 251.
  public static var autoEqDays: Field<Int> { field("auto_eq_days") }
  /// Whether the controller finds the working point itself or holds the chosen one. Command: setpoint. Source: note
  /// table 6 row 20; spreadsheet row 252.
  public static var mpptMode: Field<Enumerated.MpptMode> { field("mppt_mode") }
  /// How much of the array's range a sweep covers. Command: setpoint. Source: note table 6 row 21; spreadsheet row 253.
  public static var sweepWidth: Field<Enumerated.SweepWidth> { field("sweep_width") }
  /// Part of the open-circuit voltage at which a sweep ends. Command: setpoint. Source: note table 6 row 22;
  /// spreadsheet row 254.
  public static var sweepMaxPercentage: Field<Enumerated.SweepMaxPercentage> { field("sweep_max_percentage") }
  /// Duty cycle the controller is parked at in U-Pick mode. In %, 40 to 90. Command: setpoint. Source: note table 6 row
  /// 23; spreadsheet row 255.
  public static var uPickPwmDutyCycle: Field<Double> { field("u_pick_pwm_duty_cycle") }
  /// Whether the controller keeps its voltage up so that inverters can sell. Command: setpoint. Source: note table 6
  /// row 24; spreadsheet row 256.
  public static var gridTieMode: Field<Enumerated.DisabledEnabled> { field("grid_tie_mode") }
  /// Whether compensation may move voltages freely or within the limits set. Command: setpoint. Source: note table 6
  /// row 25; spreadsheet row 257.
  public static var tempCompMode: Field<Enumerated.TempCompMode> { field("temp_comp_mode") }
  /// Lowest voltage that temperature compensation may come down to. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 6 row 26; spreadsheet row 258.
  public static var tempCompLowerLimitVolts: Field<Double> { field("temp_comp_lower_limit_volts") }
  /// Highest voltage that temperature compensation may go up to. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 6 row 27; spreadsheet row 259.
  public static var tempCompUpperLimitVolts: Field<Double> { field("temp_comp_upper_limit_volts") }
  /// Change of the charge voltage per degree, in millivolts per cell. In mV, 2 to 6. Command: setpoint. Source: note
  /// table 6 row 28; spreadsheet row 260.
  public static var tempCompSlope: Field<Int> { field("temp_comp_slope") }
  /// Whether the controller restarts its tracking every 90 minutes. Command: setpoint. Source: note table 6 row 29;
  /// spreadsheet row 261.
  public static var autoRestartMode: Field<Enumerated.AutoRestartMode> { field("auto_restart_mode") }
  /// Change of the open-circuit voltage that wakes the controller. In V. Command: setpoint. Source: note table 6 row
  /// 30; spreadsheet row 262.
  public static var wakeupVoc: Field<Double> { field("wakeup_voc") }
  /// Current below which the controller goes to sleep. In A. Command: setpoint. Source: note table 6 row 31;
  /// spreadsheet row 263.
  public static var snoozeModeAmps: Field<Double> { field("snooze_mode_amps") }
  /// Time between two looks at whether to wake up. In min. Command: setpoint. Source: note table 6 row 32; spreadsheet
  /// row 264.
  public static var wakeupInterval: Field<Int> { field("wakeup_interval") }
  /// What the AUX output is used for. Command: setpoint. Source: note table 6 row 33; spreadsheet row 265.
  public static var auxMode: Field<Enumerated.ChargeControllerAuxMode> { field("aux_mode") }
  /// Whether the AUX output is off, on, or follows its mode. Command: operational. Source: note table 6 row 34;
  /// spreadsheet row 266.
  public static var auxControl: Field<Enumerated.OffAutoOn> { field("aux_control") }
  /// Whether the AUX output is active at present. Source: note table 6 row 35; spreadsheet row 267.
  public static var auxState: Field<Enumerated.DisabledEnabled> { field("aux_state") }
  /// Which level of the AUX output means active. Command: setpoint. Source: note table 6 row 36; spreadsheet row 268.
  public static var auxPolarity: Field<Enumerated.LowHigh> { field("aux_polarity") }
  /// Battery voltage below which the AUX output disconnects its load. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 6 row 37; spreadsheet row 269.
  public static var auxLowBatteryDisconnect: Field<Double> { field("aux_low_battery_disconnect") }
  /// Battery voltage above which the AUX output connects its load again. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 6 row 38; spreadsheet row 270.
  public static var auxLowBatteryReconnect: Field<Double> { field("aux_low_battery_reconnect") }
  /// Time the battery has to stay low before the load is disconnected. In s. Command: setpoint. Source: note table 6
  /// row 39; spreadsheet row 271.
  public static var auxLowBatteryDisconnectDelay: Field<Int> { field("aux_low_battery_disconnect_delay") }
  /// Battery voltage from which the vent fan runs. In V, as suits the system voltage. Command: setpoint. Source: note
  /// table 6 row 40; spreadsheet row 272.
  public static var auxVentFanVolts: Field<Double> { field("aux_vent_fan_volts") }
  /// Array voltage at which the AUX output disconnects the array. In V. Command: setpoint. Source: note table 6 row 41;
  /// spreadsheet row 273.
  public static var auxPvLimitVolts: Field<Double> { field("aux_pv_limit_volts") }
  /// Time the PV trigger stays active once set off. In s. Command: setpoint. Source: note table 6 row 42; spreadsheet
  /// row 274.
  public static var auxPvLimitHoldTime: Field<Double> { field("aux_pv_limit_hold_time") }
  /// Array voltage below which it counts as night. In V. Command: setpoint. Source: note table 6 row 43; spreadsheet
  /// row 275.
  public static var auxNightLightThresVolts: Field<Double> { field("aux_night_light_thres_volts") }
  /// Hours that the night light stays on. In h. Command: setpoint. Source: note table 6 row 44; spreadsheet row 276.
  public static var nightLightOnHours: Field<Int> { field("night_light_on_hours") }
  /// Time it has to be dark before the night light goes on. In min. Command: setpoint. Source: note table 6 row 45;
  /// spreadsheet row 277.
  public static var nightLightOnHystTime: Field<Int> { field("night_light_on_hyst_time") }
  /// Time it has to be light before the night light goes off. In min. Command: setpoint. Source: note table 6 row 46;
  /// spreadsheet row 278.
  public static var nightLightOffHystTime: Field<Int> { field("night_light_off_hyst_time") }
  /// Battery voltage at which the AUX output signals an error. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 6 row 47; spreadsheet row 279.
  public static var auxErrorBatteryVolts: Field<Double> { field("aux_error_battery_volts") }
  /// Time the diversion output is held. In s. Command: setpoint. Source: note table 6 row 48; spreadsheet row 280.
  public static var auxDivertHoldTime: Field<Double> { field("aux_divert_hold_time") }
  /// Delay of the diversion output. In s. Command: setpoint. Source: note table 6 row 49; spreadsheet row 281.
  public static var auxDivertDelayTime: Field<Int> { field("aux_divert_delay_time") }
  /// Diversion voltage relative to the charge voltage; may be negative. In V. Command: setpoint. Source: note table 6
  /// row 50; spreadsheet row 282.
  public static var auxDivertRelativeVolts: Field<Double> { field("aux_divert_relative_volts") }
  /// Hysteresis of the diversion voltage. In V. Command: setpoint. Source: note table 6 row 51; spreadsheet row 283.
  public static var auxDivertHystVolts: Field<Double> { field("aux_divert_hyst_volts") }
  /// The first part of the charge controller's firmware version. Source: note table 6 row 52; spreadsheet row 284.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the charge controller's firmware version. Source: note table 6 row 53; spreadsheet row 285.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the charge controller's firmware version. Source: note table 6 row 54; spreadsheet row 286.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Which day the data log fields show; 0 is today, 1 yesterday. In d, 0 to 128. Command: setpoint. Source: note table
  /// 6 row 55; spreadsheet row 287.
  public static var setDataLogDayOffset: Field<Int> { field("set_data_log_day_offset") }
  /// Which day the data log fields are showing. In d. Source: note table 6 row 56; spreadsheet row 288.
  public static var getCurrentDataLogDayOffset: Field<Int> { field("get_current_data_log_day_offset") }
  /// Charge delivered on the day shown. In Ah. Source: note table 6 row 57; spreadsheet row 289.
  public static var dataLogDailyAh: Field<Double> { field("data_log_daily_ah") }
  /// Energy delivered on the day shown. In kWh. Source: note table 6 row 58; spreadsheet row 290.
  public static var dataLogDailyKwh: Field<Double> { field("data_log_daily_kwh") }
  /// Highest output current on the day shown. In A. Source: note table 6 row 59; spreadsheet row 291.
  public static var dataLogDailyMaxOutputAmps: Field<Double> { field("data_log_daily_max_output_amps") }
  /// Highest output power on the day shown. In W. Source: note table 6 row 60; spreadsheet row 292.
  public static var dataLogDailyMaxOutputWatts: Field<Double> { field("data_log_daily_max_output_watts") }
  /// Time spent in absorb on the day shown. In min. Source: note table 6 row 61; spreadsheet row 293.
  public static var dataLogDailyAbsorbTime: Field<Int> { field("data_log_daily_absorb_time") }
  /// Time spent in float on the day shown. In min. Source: note table 6 row 62; spreadsheet row 294.
  public static var dataLogDailyFloatTime: Field<Int> { field("data_log_daily_float_time") }
  /// Lowest battery voltage on the day shown. In V. Source: note table 6 row 63; spreadsheet row 295.
  public static var dataLogDailyMinBatteryVolts: Field<Double> { field("data_log_daily_min_battery_volts") }
  /// Highest battery voltage on the day shown. In V. Source: note table 6 row 64; spreadsheet row 296.
  public static var dataLogDailyMaxBatteryVolts: Field<Double> { field("data_log_daily_max_battery_volts") }
  /// Highest array voltage on the day shown. In V. Source: note table 6 row 65; spreadsheet row 297.
  public static var dataLogDailyMaxInputVolts: Field<Int> { field("data_log_daily_max_input_volts") }
  /// Number whose complement clears the data log; it changes by itself. Source: note table 6 row 66; spreadsheet row
  /// 298.
  public static var clearDataLogRead: Field<Int> { field("clear_data_log_read") }
  /// Takes the complement of the clearing code and then wipes the data log. Write-only, installer. Source: note table 6
  /// row 67; spreadsheet row 299.
  public static var clearDataLogWriteComplement: Field<Int> { field("clear_data_log_write_complement") }
  /// Number whose complement resets the lifetime maxima; it changes by itself. Source: note table 6 row 68; spreadsheet
  /// row 300.
  public static var statsMaximumResetRead: Field<Int> { field("stats_maximum_reset_read") }
  /// Takes the complement of the reset code and then zeroes the lifetime maxima. Write-only, installer. Source: note
  /// table 6 row 69; spreadsheet row 301.
  public static var statsMaximumWriteComplement: Field<Int> { field("stats_maximum_write_complement") }
  /// Number whose complement resets the lifetime totals; it changes by itself. Source: note table 6 row 70; spreadsheet
  /// row 302.
  public static var statsTotalsResetRead: Field<Int> { field("stats_totals_reset_read") }
  /// Takes the complement of the reset code and then zeroes the lifetime totals. Write-only, installer. Source: note
  /// table 6 row 71; spreadsheet row 303.
  public static var statsTotalsWriteComplement: Field<Int> { field("stats_totals_write_complement") }
  /// Correction added to the measured battery voltage. In V. Command: installer. Source: note table 6 row 72;
  /// spreadsheet row 304.
  public static var batteryVoltageCalibrateOffset: Field<Double> { field("battery_voltage_calibrate_offset") }
  /// Serial number of the device; many leave it empty. Source: note table 6 row 73; spreadsheet row 305.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Model of the device as it names itself. Source: note table 6 row 74; spreadsheet row 306.
  public static var modelNumber: Field<String> { field("model_number") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("charge_controller_configuration", name)
  }
}

extension Field {
  /// Settings, day log and resets of a solar charge controller.
  public static var chargeControllerConfiguration: ChargeControllerConfigurationFields.Type {
    ChargeControllerConfigurationFields.self
  }
}
