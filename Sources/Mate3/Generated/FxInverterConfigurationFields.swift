// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Settings of an FX inverter.
public enum FxInverterConfigurationFields {
  /// Port of the hub at which the device is plugged in. 0 to 10. Source: note table 17 row 3; spreadsheet row 621.
  public static var portNumber: Field<Int> { field("port_number") }
  /// The first part of the inverter's firmware version. Source: note table 17 row 8; spreadsheet row 626.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the inverter's firmware version. Source: note table 17 row 9; spreadsheet row 627.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the inverter's firmware version. Source: note table 17 row 10; spreadsheet row 628.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Voltage the charger holds during absorb. In V, as suits the system voltage. Command: setpoint. Source: note table
  /// 17 row 11; spreadsheet row 629.
  public static var absorbVolts: Field<Double> { field("absorb_volts") }
  /// Time the charger stays in absorb. In h. Command: setpoint. Source: note table 17 row 12; spreadsheet row 630.
  public static var absorbTimeHours: Field<Double> { field("absorb_time_hours") }
  /// Voltage the charger holds during float. In V, as suits the system voltage. Command: setpoint. Source: note table
  /// 17 row 13; spreadsheet row 631.
  public static var floatVolts: Field<Double> { field("float_volts") }
  /// Time the charger stays in float. In h. Command: setpoint. Source: note table 17 row 14; spreadsheet row 632.
  public static var floatTimeHours: Field<Double> { field("float_time_hours") }
  /// Battery voltage below which the charger begins to float again. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 17 row 15; spreadsheet row 633.
  public static var refloatVolts: Field<Double> { field("refloat_volts") }
  /// Voltage held while equalising; harmful to sealed and lithium batteries. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 17 row 16; spreadsheet row 634.
  public static var eqVolts: Field<Double> { field("eq_volts") }
  /// Time the equalise voltage is held. In h. Command: setpoint. Source: note table 17 row 17; spreadsheet row 635.
  public static var eqTimeHours: Field<Double> { field("eq_time_hours") }
  /// Load size that wakes the inverter from search mode, in steps of its own. Command: setpoint. Source: note table 17
  /// row 18; spreadsheet row 636.
  public static var searchSensitivity: Field<Int> { field("search_sensitivity") }
  /// Length of a search pulse in AC cycles. In cycles. Command: setpoint. Source: note table 17 row 19; spreadsheet row
  /// 637.
  public static var searchPulseLength: Field<Int> { field("search_pulse_length") }
  /// Pause between search pulses in AC cycles. In cycles. Command: setpoint. Source: note table 17 row 20; spreadsheet
  /// row 638.
  public static var searchPulseSpacing: Field<Int> { field("search_pulse_spacing") }
  /// What is connected to the AC input. Command: setpoint. Source: note table 17 row 21; spreadsheet row 639.
  public static var acInputType: Field<Enumerated.FxAcInputType> { field("ac_input_type") }
  /// Whether the inverter helps a weak input; counts only with a generator as the input type. Command: setpoint.
  /// Source: note table 17 row 22; spreadsheet row 640.
  public static var inputSupport: Field<Enumerated.NoYes> { field("input_support") }
  /// Highest current taken from the grid input. In A. Command: setpoint. Source: note table 17 row 23; spreadsheet row
  /// 641.
  public static var gridAcInputCurrentLimit: Field<Double> { field("grid_ac_input_current_limit") }
  /// Highest current taken from the generator input. In A. Command: setpoint. Source: note table 17 row 24; spreadsheet
  /// row 642.
  public static var genAcInputCurrentLimit: Field<Double> { field("gen_ac_input_current_limit") }
  /// Highest AC current the built-in charger takes. In A. Command: setpoint. Source: note table 17 row 25; spreadsheet
  /// row 643.
  public static var chargerAcInputCurrentLimit: Field<Double> { field("charger_ac_input_current_limit") }
  /// Whether the built-in charger may work. Command: operational. Source: note table 17 row 26; spreadsheet row 644.
  public static var chargerOperatingMode: Field<Enumerated.OffAutoOn> { field("charger_operating_mode") }
  /// Grid voltage below which the input is dropped. In V. Command: setpoint. Source: note table 17 row 27; spreadsheet
  /// row 645.
  public static var gridLowerInputVoltageLimit: Field<Double> { field("grid_lower_input_voltage_limit") }
  /// Grid voltage above which the input is dropped. In V. Command: setpoint. Source: note table 17 row 28; spreadsheet
  /// row 646.
  public static var gridUpperInputVoltageLimit: Field<Double> { field("grid_upper_input_voltage_limit") }
  /// Time a grid disturbance is tolerated before the inverter takes over. In min. Command: setpoint. Source: note table
  /// 17 row 29; spreadsheet row 647.
  public static var gridTransferDelay: Field<Int> { field("grid_transfer_delay") }
  /// Generator voltage below which the input is dropped. In V. Command: setpoint. Source: note table 17 row 30;
  /// spreadsheet row 648.
  public static var genLowerInputVoltageLimit: Field<Double> { field("gen_lower_input_voltage_limit") }
  /// Generator voltage above which the input is dropped. In V. Command: setpoint. Source: note table 17 row 31;
  /// spreadsheet row 649.
  public static var genUpperInputVoltageLimit: Field<Double> { field("gen_upper_input_voltage_limit") }
  /// Time a generator disturbance is tolerated before the inverter takes over. In cycles. Command: setpoint. Source:
  /// note table 17 row 32; spreadsheet row 650.
  public static var genTransferDelay: Field<Int> { field("gen_transfer_delay") }
  /// Time the generator has to be good before it is connected. In min. Command: setpoint. Source: note table 17 row 33;
  /// spreadsheet row 651.
  public static var genConnectDelay: Field<Double> { field("gen_connect_delay") }
  /// Voltage the inverter makes at its output. In V. Command: installer. Source: note table 17 row 34; spreadsheet row
  /// 652.
  public static var acOutputVoltage: Field<Double> { field("ac_output_voltage") }
  /// Battery voltage below which the inverter switches off. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 17 row 35; spreadsheet row 653.
  public static var lowBatteryCutOutVoltage: Field<Double> { field("low_battery_cut_out_voltage") }
  /// Battery voltage at which the inverter comes back after a low-battery cut-out. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 17 row 36; spreadsheet row 654.
  public static var lowBatteryCutInVoltage: Field<Double> { field("low_battery_cut_in_voltage") }
  /// What the AUX output is used for. Command: setpoint. Source: note table 17 row 37; spreadsheet row 655.
  public static var auxMode: Field<Enumerated.FxAuxMode> { field("aux_mode") }
  /// Whether the AUX output is off, on, or follows its mode. Command: operational. Source: note table 17 row 38;
  /// spreadsheet row 656.
  public static var auxControl: Field<Enumerated.OffAutoOn> { field("aux_control") }
  /// Battery voltage at which loads are shed through the AUX output. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 17 row 39; spreadsheet row 657.
  public static var auxLoadShedEnableVoltage: Field<Double> { field("aux_load_shed_enable_voltage") }
  /// Battery voltage below which the AUX output calls for the generator. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 17 row 40; spreadsheet row 658.
  public static var auxGenAlertOnVoltage: Field<Double> { field("aux_gen_alert_on_voltage") }
  /// Time the battery has to stay low before the generator is called. In min. Command: setpoint. Source: note table 17
  /// row 41; spreadsheet row 659.
  public static var auxGenAlertOnDelay: Field<Int> { field("aux_gen_alert_on_delay") }
  /// Battery voltage above which the call for the generator ends. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 17 row 42; spreadsheet row 660.
  public static var auxGenAlertOffVoltage: Field<Double> { field("aux_gen_alert_off_voltage") }
  /// Time the battery has to stay high before the call for the generator ends. In min. Command: setpoint. Source: note
  /// table 17 row 43; spreadsheet row 661.
  public static var auxGenAlertOffDelay: Field<Int> { field("aux_gen_alert_off_delay") }
  /// Battery voltage from which the vent fan runs. In V, as suits the system voltage. Command: setpoint. Source: note
  /// table 17 row 44; spreadsheet row 662.
  public static var auxVentFanEnableVoltage: Field<Double> { field("aux_vent_fan_enable_voltage") }
  /// Time the vent fan runs on after the voltage has fallen. In min. Command: setpoint. Source: note table 17 row 45;
  /// spreadsheet row 663.
  public static var auxVentFanOffPeriod: Field<Int> { field("aux_vent_fan_off_period") }
  /// Battery voltage from which surplus energy is diverted. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 17 row 46; spreadsheet row 664.
  public static var auxDivertEnableVoltage: Field<Double> { field("aux_divert_enable_voltage") }
  /// Time diversion goes on after the voltage has fallen. In min. Command: setpoint. Source: note table 17 row 47;
  /// spreadsheet row 665.
  public static var auxDivertOffDelay: Field<Int> { field("aux_divert_off_delay") }
  /// Part this inverter plays among several; tells otherwise equal inverters apart. Source: note table 17 row 48;
  /// spreadsheet row 666.
  public static var stackingMode: Field<Enumerated.FxStackingMode> { field("stacking_mode") }
  /// Rank of this inverter for power saving when it is the master. Command: setpoint. Source: note table 17 row 49;
  /// spreadsheet row 667.
  public static var masterPowerSaveLevel: Field<Int> { field("master_power_save_level") }
  /// Rank of this inverter for power saving when it is a slave. Command: setpoint. Source: note table 17 row 50;
  /// spreadsheet row 668.
  public static var slavePowerSaveLevel: Field<Int> { field("slave_power_save_level") }
  /// Battery voltage that selling to the grid keeps up. In V, as suits the system voltage. Command: setpoint. Source:
  /// note table 17 row 51; spreadsheet row 669.
  public static var sellVolts: Field<Double> { field("sell_volts") }
  /// Which set of grid limits holds for selling; the installer's business. Command: installer. Source: note table 17
  /// row 52; spreadsheet row 670.
  public static var gridTieWindow: Field<Enumerated.GridTieWindow> { field("grid_tie_window") }
  /// Whether the inverter may sell to the grid. Command: setpoint. Source: note table 17 row 53; spreadsheet row 671.
  public static var gridTieEnable: Field<Enumerated.NoYes> { field("grid_tie_enable") }
  /// Correction of the measured AC input voltage. In V. Command: installer. Source: note table 17 row 54; spreadsheet
  /// row 672.
  public static var acInputVoltageCalibrateFactor: Field<Int> { field("ac_input_voltage_calibrate_factor") }
  /// Correction of the measured output voltage. In V. Command: installer. Source: note table 17 row 55; spreadsheet row
  /// 673.
  public static var acOutputVoltageCalibrateFactor: Field<Int> { field("ac_output_voltage_calibrate_factor") }
  /// Correction of the measured battery voltage. In V. Command: installer. Source: note table 17 row 56; spreadsheet
  /// row 674.
  public static var batteryVoltageCalibrateFactor: Field<Double> { field("battery_voltage_calibrate_factor") }
  /// Serial number of the device; many leave it empty. Source: note table 17 row 57; spreadsheet row 675.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Model of the device as it names itself. Source: note table 17 row 58; spreadsheet row 676.
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
