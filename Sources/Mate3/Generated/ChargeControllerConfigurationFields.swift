// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Settings, day log and resets of a solar charge controller.
public enum ChargeControllerConfigurationFields {
  /// Number that identifies the block; 64112 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Port of the hub at which the device is plugged in.
  public static var portNumber: Field<Int> { field("port_number") }
  /// Power of ten that goes with the DC voltage values of this block.
  public static var voltageSf: Field<Int> { field("voltage_sf") }
  /// Power of ten that goes with the current values of this block.
  public static var currentSf: Field<Int> { field("current_sf") }
  /// Power of ten that goes with the hour values of this block.
  public static var hoursSf: Field<Int> { field("hours_sf") }
  /// Power of ten that goes with the power values of this block.
  public static var powerSf: Field<Int> { field("power_sf") }
  /// Power of ten that goes with the charge values of this block.
  public static var ahSf: Field<Int> { field("ah_sf") }
  /// Power of ten that goes with the energy values of this block.
  public static var kwhSf: Field<Int> { field("kwh_sf") }
  /// Faults the controller reports.
  public static var faults: Field<Flags.ChargeControllerFaults> { field("faults") }
  /// Voltage held during absorb. In V.
  public static var absorbVolts: Field<Double> { field("absorb_volts") }
  /// Longest time spent in absorb. In h.
  public static var absorbTimeHours: Field<Double> { field("absorb_time_hours") }
  /// Charge current below which absorb ends early; zero leaves it to the time. In A.
  public static var absorbEndAmps: Field<Int> { field("absorb_end_amps") }
  /// Battery voltage below which a new bulk charge begins. In V.
  public static var rebulkVolts: Field<Double> { field("rebulk_volts") }
  /// Voltage held during float. In V.
  public static var floatVolts: Field<Double> { field("float_volts") }
  /// Highest current the controller may put out. In A.
  public static var bulkCurrent: Field<Double> { field("bulk_current") }
  /// Voltage held while equalising; harmful to sealed and lithium batteries. In V.
  public static var eqVolts: Field<Double> { field("eq_volts") }
  /// Time the equalise voltage is held. In h.
  public static var eqTimeHours: Field<Int> { field("eq_time_hours") }
  /// Days between automatic equalisations; zero means none. In d.
  public static var autoEqDays: Field<Int> { field("auto_eq_days") }
  /// Whether the controller finds the working point itself or holds the chosen one.
  public static var mpptMode: Field<Enumerated.MpptMode> { field("mppt_mode") }
  /// How much of the array's range a sweep covers.
  public static var sweepWidth: Field<Enumerated.SweepWidth> { field("sweep_width") }
  /// Part of the open-circuit voltage at which a sweep ends.
  public static var sweepMaxPercentage: Field<Enumerated.SweepMaxPercentage> { field("sweep_max_percentage") }
  /// Duty cycle the controller is parked at in U-Pick mode. In %.
  public static var uPickPwmDutyCycle: Field<Double> { field("u_pick_pwm_duty_cycle") }
  /// Whether the controller keeps its voltage up so that inverters can sell.
  public static var gridTieMode: Field<Enumerated.DisabledEnabled> { field("grid_tie_mode") }
  /// Whether compensation may move voltages freely or within the limits set.
  public static var tempCompMode: Field<Enumerated.TempCompMode> { field("temp_comp_mode") }
  /// Lowest voltage that temperature compensation may come down to. In V.
  public static var tempCompLowerLimitVolts: Field<Double> { field("temp_comp_lower_limit_volts") }
  /// Highest voltage that temperature compensation may go up to. In V.
  public static var tempCompUpperLimitVolts: Field<Double> { field("temp_comp_upper_limit_volts") }
  /// Change of the charge voltage per degree, in millivolts per cell. In mV.
  public static var tempCompSlope: Field<Int> { field("temp_comp_slope") }
  /// Whether the controller restarts its tracking every 90 minutes.
  public static var autoRestartMode: Field<Enumerated.AutoRestartMode> { field("auto_restart_mode") }
  /// Change of the open-circuit voltage that wakes the controller. In V.
  public static var wakeupVoc: Field<Double> { field("wakeup_voc") }
  /// Current below which the controller goes to sleep. In A.
  public static var snoozeModeAmps: Field<Double> { field("snooze_mode_amps") }
  /// Time between two looks at whether to wake up. In min.
  public static var wakeupInterval: Field<Int> { field("wakeup_interval") }
  /// What the AUX output is used for.
  public static var auxMode: Field<Enumerated.ChargeControllerAuxMode> { field("aux_mode") }
  /// Whether the AUX output is off, on, or follows its mode.
  public static var auxControl: Field<Enumerated.OffAutoOn> { field("aux_control") }
  /// Whether the AUX output is active at present.
  public static var auxState: Field<Enumerated.DisabledEnabled> { field("aux_state") }
  /// Which level of the AUX output means active.
  public static var auxPolarity: Field<Enumerated.LowHigh> { field("aux_polarity") }
  /// Battery voltage below which the AUX output disconnects its load. In V.
  public static var auxLowBatteryDisconnect: Field<Double> { field("aux_low_battery_disconnect") }
  /// Battery voltage above which the AUX output connects its load again. In V.
  public static var auxLowBatteryReconnect: Field<Double> { field("aux_low_battery_reconnect") }
  /// Time the battery has to stay low before the load is disconnected. In s.
  public static var auxLowBatteryDisconnectDelay: Field<Int> { field("aux_low_battery_disconnect_delay") }
  /// Battery voltage from which the vent fan runs. In V.
  public static var auxVentFanVolts: Field<Double> { field("aux_vent_fan_volts") }
  /// Array voltage at which the AUX output disconnects the array. In V.
  public static var auxPvLimitVolts: Field<Double> { field("aux_pv_limit_volts") }
  /// Time the PV trigger stays active once set off. In s.
  public static var auxPvLimitHoldTime: Field<Double> { field("aux_pv_limit_hold_time") }
  /// Array voltage below which it counts as night. In V.
  public static var auxNightLightThresVolts: Field<Double> { field("aux_night_light_thres_volts") }
  /// Hours that the night light stays on. In h.
  public static var nightLightOnHours: Field<Int> { field("night_light_on_hours") }
  /// Time it has to be dark before the night light goes on. In min.
  public static var nightLightOnHystTime: Field<Int> { field("night_light_on_hyst_time") }
  /// Time it has to be light before the night light goes off. In min.
  public static var nightLightOffHystTime: Field<Int> { field("night_light_off_hyst_time") }
  /// Battery voltage at which the AUX output signals an error. In V.
  public static var auxErrorBatteryVolts: Field<Double> { field("aux_error_battery_volts") }
  /// Time the diversion output is held. In s.
  public static var auxDivertHoldTime: Field<Double> { field("aux_divert_hold_time") }
  /// Delay of the diversion output. In s.
  public static var auxDivertDelayTime: Field<Int> { field("aux_divert_delay_time") }
  /// Diversion voltage relative to the charge voltage; may be negative. In V.
  public static var auxDivertRelativeVolts: Field<Double> { field("aux_divert_relative_volts") }
  /// Hysteresis of the diversion voltage. In V.
  public static var auxDivertHystVolts: Field<Double> { field("aux_divert_hyst_volts") }
  /// The first part of the charge controller's firmware version.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the charge controller's firmware version.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the charge controller's firmware version.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Which day the data log fields show; 0 is today, 1 yesterday. In d.
  public static var setDataLogDayOffset: Field<Int> { field("set_data_log_day_offset") }
  /// Which day the data log fields are showing. In d.
  public static var getCurrentDataLogDayOffset: Field<Int> { field("get_current_data_log_day_offset") }
  /// Charge delivered on the day shown. In Ah.
  public static var dataLogDailyAh: Field<Double> { field("data_log_daily_ah") }
  /// Energy delivered on the day shown. In kWh.
  public static var dataLogDailyKwh: Field<Double> { field("data_log_daily_kwh") }
  /// Highest output current on the day shown. In A.
  public static var dataLogDailyMaxOutputAmps: Field<Double> { field("data_log_daily_max_output_amps") }
  /// Highest output power on the day shown. In W.
  public static var dataLogDailyMaxOutputWatts: Field<Double> { field("data_log_daily_max_output_watts") }
  /// Time spent in absorb on the day shown. In min.
  public static var dataLogDailyAbsorbTime: Field<Int> { field("data_log_daily_absorb_time") }
  /// Time spent in float on the day shown. In min.
  public static var dataLogDailyFloatTime: Field<Int> { field("data_log_daily_float_time") }
  /// Lowest battery voltage on the day shown. In V.
  public static var dataLogDailyMinBatteryVolts: Field<Double> { field("data_log_daily_min_battery_volts") }
  /// Highest battery voltage on the day shown. In V.
  public static var dataLogDailyMaxBatteryVolts: Field<Double> { field("data_log_daily_max_battery_volts") }
  /// Highest array voltage on the day shown. In V.
  public static var dataLogDailyMaxInputVolts: Field<Int> { field("data_log_daily_max_input_volts") }
  /// Number whose complement clears the data log; it changes by itself.
  public static var clearDataLogRead: Field<Int> { field("clear_data_log_read") }
  /// Takes the complement of the clearing code and then wipes the data log. Can only be written.
  public static var clearDataLogWriteComplement: Field<Int> { field("clear_data_log_write_complement") }
  /// Number whose complement resets the lifetime maxima; it changes by itself.
  public static var statsMaximumResetRead: Field<Int> { field("stats_maximum_reset_read") }
  /// Takes the complement of the reset code and then zeroes the lifetime maxima. Can only be written.
  public static var statsMaximumWriteComplement: Field<Int> { field("stats_maximum_write_complement") }
  /// Number whose complement resets the lifetime totals; it changes by itself.
  public static var statsTotalsResetRead: Field<Int> { field("stats_totals_reset_read") }
  /// Takes the complement of the reset code and then zeroes the lifetime totals. Can only be written.
  public static var statsTotalsWriteComplement: Field<Int> { field("stats_totals_write_complement") }
  /// Correction added to the measured battery voltage. In V.
  public static var batteryVoltageCalibrateOffset: Field<Double> { field("battery_voltage_calibrate_offset") }
  /// Serial number of the device; many leave it empty.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Model of the device as it names itself.
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
