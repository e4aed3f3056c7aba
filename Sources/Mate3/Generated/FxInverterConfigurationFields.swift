// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Settings of an FX inverter.
public enum FxInverterConfigurationFields {
  /// Number that identifies the block; 64114 in this one.
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
  /// What is connected to the AC input.
  public static var acInputType: Field<Enumerated.FxAcInputType> { field("ac_input_type") }
  /// Whether the inverter helps a weak input; counts only with a generator as the input type.
  public static var inputSupport: Field<Enumerated.NoYes> { field("input_support") }
  /// Highest current taken from the grid input. In A.
  public static var gridAcInputCurrentLimit: Field<Double> { field("grid_ac_input_current_limit") }
  /// Highest current taken from the generator input. In A.
  public static var genAcInputCurrentLimit: Field<Double> { field("gen_ac_input_current_limit") }
  /// Highest AC current the built-in charger takes. In A.
  public static var chargerAcInputCurrentLimit: Field<Double> { field("charger_ac_input_current_limit") }
  /// Whether the built-in charger may work.
  public static var chargerOperatingMode: Field<Enumerated.OffAutoOn> { field("charger_operating_mode") }
  /// Grid voltage below which the input is dropped. In V.
  public static var gridLowerInputVoltageLimit: Field<Double> { field("grid_lower_input_voltage_limit") }
  /// Grid voltage above which the input is dropped. In V.
  public static var gridUpperInputVoltageLimit: Field<Double> { field("grid_upper_input_voltage_limit") }
  /// Time a grid disturbance is tolerated before the inverter takes over. In min.
  public static var gridTransferDelay: Field<Int> { field("grid_transfer_delay") }
  /// Generator voltage below which the input is dropped. In V.
  public static var genLowerInputVoltageLimit: Field<Double> { field("gen_lower_input_voltage_limit") }
  /// Generator voltage above which the input is dropped. In V.
  public static var genUpperInputVoltageLimit: Field<Double> { field("gen_upper_input_voltage_limit") }
  /// Time a generator disturbance is tolerated before the inverter takes over. In cycles.
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
  public static var auxMode: Field<Enumerated.FxAuxMode> { field("aux_mode") }
  /// Whether the AUX output is off, on, or follows its mode.
  public static var auxControl: Field<Enumerated.OffAutoOn> { field("aux_control") }
  /// Battery voltage at which loads are shed through the AUX output. In V.
  public static var auxLoadShedEnableVoltage: Field<Double> { field("aux_load_shed_enable_voltage") }
  /// Battery voltage below which the AUX output calls for the generator. In V.
  public static var auxGenAlertOnVoltage: Field<Double> { field("aux_gen_alert_on_voltage") }
  /// Time the battery has to stay low before the generator is called. In min.
  public static var auxGenAlertOnDelay: Field<Int> { field("aux_gen_alert_on_delay") }
  /// Battery voltage above which the call for the generator ends. In V.
  public static var auxGenAlertOffVoltage: Field<Double> { field("aux_gen_alert_off_voltage") }
  /// Time the battery has to stay high before the call for the generator ends. In min.
  public static var auxGenAlertOffDelay: Field<Int> { field("aux_gen_alert_off_delay") }
  /// Battery voltage from which the vent fan runs. In V.
  public static var auxVentFanEnableVoltage: Field<Double> { field("aux_vent_fan_enable_voltage") }
  /// Time the vent fan runs on after the voltage has fallen. In min.
  public static var auxVentFanOffPeriod: Field<Int> { field("aux_vent_fan_off_period") }
  /// Battery voltage from which surplus energy is diverted. In V.
  public static var auxDivertEnableVoltage: Field<Double> { field("aux_divert_enable_voltage") }
  /// Time diversion goes on after the voltage has fallen. In min.
  public static var auxDivertOffDelay: Field<Int> { field("aux_divert_off_delay") }
  /// Part this inverter plays among several; tells otherwise equal inverters apart.
  public static var stackingMode: Field<Enumerated.FxStackingMode> { field("stacking_mode") }
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
  /// Correction of the measured AC input voltage. In V.
  public static var acInputVoltageCalibrateFactor: Field<Int> { field("ac_input_voltage_calibrate_factor") }
  /// Correction of the measured output voltage. In V.
  public static var acOutputVoltageCalibrateFactor: Field<Int> { field("ac_output_voltage_calibrate_factor") }
  /// Correction of the measured battery voltage. In V.
  public static var batteryVoltageCalibrateFactor: Field<Double> { field("battery_voltage_calibrate_factor") }
  /// Serial number of the device; many leave it empty.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Model of the device as it names itself.
  public static var modelNumber: Field<String> { field("model_number") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("fx_inverter_configuration", name)
  }
}

extension Field {
  /// Settings of an FX inverter.
  public static var fxInverterConfiguration: FxInverterConfigurationFields.Type {
    FxInverterConfigurationFields.self
  }
}
