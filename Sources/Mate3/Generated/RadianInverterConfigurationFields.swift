// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Settings of a Radian or FXR inverter, split-phase or single-phase.
public enum RadianInverterConfigurationFields {
  /// Number that identifies the block; 64116 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Port of the hub at which the device is plugged in.
  public static var portNumber: Field<Int> { field("port_number") }
  /// Power of ten that goes with the DC voltage values of this block.
  public static var dcVoltageSf: Field<Int> { field("dc_voltage_sf") }
  /// Power of ten that goes with the AC current values of this block.
  public static var acCurrentSf: Field<Int> { field("ac_current_sf") }
  /// Power of ten that goes with the AC voltage values of this block.
  public static var acVoltageSf: Field<Int> { field("ac_voltage_sf") }
  /// Power of ten that goes with the time values of this block.
  public static var timeSf: Field<Int> { field("time_sf") }
  /// The first part of the inverter's firmware version.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the inverter's firmware version.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the inverter's firmware version.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Voltage the charger holds during absorb. In V.
  public static var absorbVolts: Field<Double> { field("absorb_volts") }
  /// Time the charger stays in absorb. In h.
  public static var absorbTimeHours: Field<Double> { field("absorb_time_hours") }
  /// Voltage the charger holds during float. In V.
  public static var floatVolts: Field<Double> { field("float_volts") }
  /// Time the charger stays in float. In h.
  public static var floatTimeHours: Field<Double> { field("float_time_hours") }
  /// Battery voltage below which the charger begins to float again. In V.
  public static var refloatVolts: Field<Double> { field("refloat_volts") }
  /// Voltage held while equalising; harmful to sealed and lithium batteries. In V.
  public static var eqVolts: Field<Double> { field("eq_volts") }
  /// Time the equalise voltage is held. In h.
  public static var eqTimeHours: Field<Double> { field("eq_time_hours") }
  /// Load size that wakes the inverter from search mode, in steps of its own.
  public static var searchSensitivity: Field<Int> { field("search_sensitivity") }
  /// Length of a search pulse in AC cycles. In cycles.
  public static var searchPulseLength: Field<Int> { field("search_pulse_length") }
  /// Pause between search pulses in AC cycles. In cycles.
  public static var searchPulseSpacing: Field<Int> { field("search_pulse_spacing") }
  /// Input preferred when grid and generator are both there.
  public static var acInputSelectPriority: Field<Enumerated.GridGenerator> { field("ac_input_select_priority") }
  /// Highest current taken from the grid input. In A.
  public static var gridAcInputCurrentLimit: Field<Double> { field("grid_ac_input_current_limit") }
  /// Highest current taken from the generator input. In A.
  public static var genAcInputCurrentLimit: Field<Double> { field("gen_ac_input_current_limit") }
  /// Highest AC current the built-in charger takes. In A.
  public static var chargerAcInputCurrentLimit: Field<Double> { field("charger_ac_input_current_limit") }
  /// Whether the built-in charger may work.
  public static var chargerOperatingMode: Field<Enumerated.RadianChargerOperatingMode> {
    field("charger_operating_mode")
  }
  /// Whether the inverter is set up for an AC-coupled source.
  public static var acCoupled: Field<Enumerated.NoYes> { field("ac_coupled") }
  /// How the grid input is used.
  public static var gridInputMode: Field<Enumerated.AcInputMode> { field("grid_input_mode") }
  /// Grid voltage below which the input is dropped. In V.
  public static var gridLowerInputVoltageLimit: Field<Double> { field("grid_lower_input_voltage_limit") }
  /// Grid voltage above which the input is dropped. In V.
  public static var gridUpperInputVoltageLimit: Field<Double> { field("grid_upper_input_voltage_limit") }
  /// Time a grid disturbance is tolerated before the inverter takes over. In ms.
  public static var gridTransferDelay: Field<Int> { field("grid_transfer_delay") }
  /// Time the grid has to be good before it is connected. In min.
  public static var gridConnectDelay: Field<Double> { field("grid_connect_delay") }
  /// How the generator input is used.
  public static var genInputMode: Field<Enumerated.AcInputMode> { field("gen_input_mode") }
  /// Generator voltage below which the input is dropped. In V.
  public static var genLowerInputVoltageLimit: Field<Double> { field("gen_lower_input_voltage_limit") }
  /// Generator voltage above which the input is dropped. In V.
  public static var genUpperInputVoltageLimit: Field<Double> { field("gen_upper_input_voltage_limit") }
  /// Time a generator disturbance is tolerated before the inverter takes over. In ms.
  public static var genTransferDelay: Field<Int> { field("gen_transfer_delay") }
  /// Time the generator has to be good before it is connected. In min.
  public static var genConnectDelay: Field<Double> { field("gen_connect_delay") }
  /// Voltage the inverter makes at its output. In V.
  public static var acOutputVoltage: Field<Double> { field("ac_output_voltage") }
  /// Battery voltage below which the inverter switches off. In V.
  public static var lowBatteryCutOutVoltage: Field<Double> { field("low_battery_cut_out_voltage") }
  /// Battery voltage at which the inverter comes back after a low-battery cut-out. In V.
  public static var lowBatteryCutInVoltage: Field<Double> { field("low_battery_cut_in_voltage") }
  /// What the AUX output is used for.
  public static var auxMode: Field<Enumerated.RadianAuxMode> { field("aux_mode") }
  /// Whether the AUX output is off, on, or follows its mode.
  public static var auxControl: Field<Enumerated.OffAutoOn> { field("aux_control") }
  /// Battery voltage that switches the AUX output on. In V.
  public static var auxOnBatteryVoltage: Field<Double> { field("aux_on_battery_voltage") }
  /// Time the condition has to last before the AUX output goes on. In min.
  public static var auxOnDelayTime: Field<Double> { field("aux_on_delay_time") }
  /// Battery voltage that switches the AUX output off. In V.
  public static var auxOffBatteryVoltage: Field<Double> { field("aux_off_battery_voltage") }
  /// Time the condition has to last before the AUX output goes off. In min.
  public static var auxOffDelayTime: Field<Double> { field("aux_off_delay_time") }
  /// What the AUX relay is used for.
  public static var auxRelayMode: Field<Enumerated.RadianAuxMode> { field("aux_relay_mode") }
  /// Whether the AUX relay is off, on, or follows its mode.
  public static var auxRelayControl: Field<Enumerated.OffOnAuto> { field("aux_relay_control") }
  /// Battery voltage that switches the AUX relay on. In V.
  public static var auxRelayOnBatteryVoltage: Field<Double> { field("aux_relay_on_battery_voltage") }
  /// Time the condition has to last before the AUX relay goes on. In min.
  public static var auxRelayOnDelayTime: Field<Double> { field("aux_relay_on_delay_time") }
  /// Battery voltage that switches the AUX relay off. In V.
  public static var auxRelayOffBatteryVoltage: Field<Double> { field("aux_relay_off_battery_voltage") }
  /// Time the condition has to last before the AUX relay goes off. In min.
  public static var auxRelayOffDelayTime: Field<Double> { field("aux_relay_off_delay_time") }
  /// Part this inverter plays among several; tells otherwise equal inverters apart.
  public static var stackingMode: Field<Enumerated.RadianStackingMode> { field("stacking_mode") }
  /// Rank of this inverter for power saving when it is the master.
  public static var masterPowerSaveLevel: Field<Int> { field("master_power_save_level") }
  /// Rank of this inverter for power saving when it is a slave.
  public static var slavePowerSaveLevel: Field<Int> { field("slave_power_save_level") }
  /// Battery voltage that selling to the grid keeps up. In V.
  public static var sellVolts: Field<Double> { field("sell_volts") }
  /// Which set of grid limits holds for selling; the installer's business.
  public static var gridTieWindow: Field<Enumerated.GridTieWindow> { field("grid_tie_window") }
  /// Whether the inverter may sell to the grid.
  public static var gridTieEnable: Field<Enumerated.NoYes> { field("grid_tie_enable") }
  /// Correction of the measured grid voltage. In V.
  public static var gridAcInputVoltageCalibrateFactor: Field<Int> { field("grid_ac_input_voltage_calibrate_factor") }
  /// Correction of the measured generator voltage. In V.
  public static var genAcInputVoltageCalibrateFactor: Field<Int> { field("gen_ac_input_voltage_calibrate_factor") }
  /// Correction of the measured output voltage. In V.
  public static var acOutputVoltageCalibrateFactor: Field<Int> { field("ac_output_voltage_calibrate_factor") }
  /// Correction of the measured battery voltage. In V.
  public static var batteryVoltageCalibrateFactor: Field<Double> { field("battery_voltage_calibrate_factor") }
  /// Battery voltage below which the charger begins a new bulk charge. In V.
  public static var rebulkVolts: Field<Double> { field("rebulk_volts") }
  /// Battery voltage below which mini grid mode goes back to the grid. In V.
  public static var miniGridLbxVolts: Field<Double> { field("mini_grid_lbx_volts") }
  /// Time the battery has to stay low before mini grid mode goes back to the grid. In h.
  public static var miniGridLbxDelay: Field<Int> { field("mini_grid_lbx_delay") }
  /// Battery voltage down to which grid zero mode discharges. In V.
  public static var gridZeroDodVolts: Field<Double> { field("grid_zero_dod_volts") }
  /// Highest AC current grid zero mode makes from the battery. In A.
  public static var gridZeroDodMaxOffsetAcAmps: Field<Double> { field("grid_zero_dod_max_offset_ac_amps") }
  /// Serial number of the device; many leave it empty.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Model of the device as it names itself.
  public static var modelNumber: Field<String> { field("model_number") }
  /// Which power modules of the inverter work.
  public static var moduleControl: Field<Enumerated.ModuleControl> { field("module_control") }
  /// Which build of the inverter the configuration is meant for.
  public static var modelSelect: Field<Enumerated.ModelSelect> { field("model_select") }
  /// Time the battery has to stay low before the inverter switches off. In s.
  public static var lowBatteryCutOutDelay: Field<Double> { field("low_battery_cut_out_delay") }
  /// Battery voltage above which the inverter switches off. In V.
  public static var highBatteryCutOutVoltage: Field<Double> { field("high_battery_cut_out_voltage") }
  /// Battery voltage at which the inverter comes back after a high-battery cut-out. In V.
  public static var highBatteryCutInVoltage: Field<Double> { field("high_battery_cut_in_voltage") }
  /// Time the battery has to stay high before the inverter switches off. In s.
  public static var highBatteryCutOutDelay: Field<Double> { field("high_battery_cut_out_delay") }
  /// Whether settings written are also stored in the inverter's permanent memory, which wears with each write.
  public static var eeWriteEnable: Field<Enumerated.DisabledEnabled> { field("ee_write_enable") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("radian_inverter_configuration", name)
  }
}

extension Field {
  /// Settings of a Radian or FXR inverter, split-phase or single-phase.
  public static var radianInverterConfiguration: RadianInverterConfigurationFields.Type {
    RadianInverterConfigurationFields.self
  }
}
