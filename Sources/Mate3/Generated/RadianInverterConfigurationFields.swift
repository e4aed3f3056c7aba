// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Settings of a Radian or FXR inverter, split-phase or single-phase.
public enum RadianInverterConfigurationFields {
  /// Port of the hub at which the device is plugged in. 0 to 10. Source: note table 11 row 3; spreadsheet row 412.
  public static var portNumber: Field<Int> { field("port_number") }
  /// The first part of the inverter's firmware version. Source: note table 11 row 8; spreadsheet row 417.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the inverter's firmware version. Source: note table 11 row 9; spreadsheet row 418.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the inverter's firmware version. Source: note table 11 row 10; spreadsheet row 419.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Voltage the charger holds during absorb. In V, as suits the system voltage. Command: setpoint. Source: note table
  /// 11 row 11; spreadsheet row 420.
  public static var absorbVolts: Field<Double> { field("absorb_volts") }
  /// Time the charger stays in absorb. In h. Command: setpoint. Source: note table 11 row 12; spreadsheet row 421.
  public static var absorbTimeHours: Field<Double> { field("absorb_time_hours") }
  /// Voltage the charger holds during float. In V, as suits the system voltage. Command: setpoint. Source: note table
  /// 11 row 13; spreadsheet row 422.
  public static var floatVolts: Field<Double> { field("float_volts") }
  /// Time the charger stays in float. In h. Command: setpoint. Source: note table 11 row 14; spreadsheet row 423.
  public static var floatTimeHours: Field<Double> { field("float_time_hours") }
  /// Battery voltage below which the charger begins to float again. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 11 row 15; spreadsheet row 424.
  public static var refloatVolts: Field<Double> { field("refloat_volts") }
  /// Voltage held while equalising; harmful to sealed and lithium batteries. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 11 row 16; spreadsheet row 425.
  public static var eqVolts: Field<Double> { field("eq_volts") }
  /// Time the equalise voltage is held. In h. Command: setpoint. Source: note table 11 row 17; spreadsheet row 426.
  public static var eqTimeHours: Field<Double> { field("eq_time_hours") }
  /// Load size that wakes the inverter from search mode, in steps of its own. Command: setpoint. Source: note table 11
  /// row 18; spreadsheet row 427.
  public static var searchSensitivity: Field<Int> { field("search_sensitivity") }
  /// Length of a search pulse in AC cycles. In cycles. Command: setpoint. Source: note table 11 row 19; spreadsheet row
  /// 428.
  public static var searchPulseLength: Field<Int> { field("search_pulse_length") }
  /// Pause between search pulses in AC cycles. In cycles. Command: setpoint. Source: note table 11 row 20; spreadsheet
  /// row 429.
  public static var searchPulseSpacing: Field<Int> { field("search_pulse_spacing") }
  /// Input preferred when grid and generator are both there. Command: setpoint. Source: note table 11 row 21;
  /// spreadsheet row 430.
  public static var acInputSelectPriority: Field<Enumerated.GridGenerator> { field("ac_input_select_priority") }
  /// Highest current taken from the grid input. In A. Command: setpoint. Source: note table 11 row 22; spreadsheet row
  /// 431.
  public static var gridAcInputCurrentLimit: Field<Double> { field("grid_ac_input_current_limit") }
  /// Highest current taken from the generator input. In A. Command: setpoint. Source: note table 11 row 23; spreadsheet
  /// row 432.
  public static var genAcInputCurrentLimit: Field<Double> { field("gen_ac_input_current_limit") }
  /// Highest AC current the built-in charger takes. In A. Command: setpoint. Source: note table 11 row 24; spreadsheet
  /// row 433.
  public static var chargerAcInputCurrentLimit: Field<Double> { field("charger_ac_input_current_limit") }
  /// Whether the built-in charger may work. Command: operational. Source: note table 11 row 25; spreadsheet row 434.
  public static var chargerOperatingMode: Field<Enumerated.RadianChargerOperatingMode> {
    field("charger_operating_mode")
  }
  /// Whether the inverter is set up for an AC-coupled source. Source: note table 11 row 26; spreadsheet row 435.
  public static var acCoupled: Field<Enumerated.NoYes> { field("ac_coupled") }
  /// How the grid input is used. Command: setpoint. Source: note table 11 row 27; spreadsheet row 436.
  public static var gridInputMode: Field<Enumerated.AcInputMode> { field("grid_input_mode") }
  /// Grid voltage below which the input is dropped. In V. Command: setpoint. Source: note table 11 row 28; spreadsheet
  /// row 437.
  public static var gridLowerInputVoltageLimit: Field<Double> { field("grid_lower_input_voltage_limit") }
  /// Grid voltage above which the input is dropped. In V. Command: setpoint. Source: note table 11 row 29; spreadsheet
  /// row 438.
  public static var gridUpperInputVoltageLimit: Field<Double> { field("grid_upper_input_voltage_limit") }
  /// Time a grid disturbance is tolerated before the inverter takes over. In ms. Command: setpoint. Source: note table
  /// 11 row 30; spreadsheet row 439.
  public static var gridTransferDelay: Field<Int> { field("grid_transfer_delay") }
  /// Time the grid has to be good before it is connected. In min. Command: setpoint. Source: note table 11 row 31;
  /// spreadsheet row 440.
  public static var gridConnectDelay: Field<Double> { field("grid_connect_delay") }
  /// How the generator input is used. Command: setpoint. Source: note table 11 row 32; spreadsheet row 441.
  public static var genInputMode: Field<Enumerated.AcInputMode> { field("gen_input_mode") }
  /// Generator voltage below which the input is dropped. In V. Command: setpoint. Source: note table 11 row 33;
  /// spreadsheet row 442.
  public static var genLowerInputVoltageLimit: Field<Double> { field("gen_lower_input_voltage_limit") }
  /// Generator voltage above which the input is dropped. In V. Command: setpoint. Source: note table 11 row 34;
  /// spreadsheet row 443.
  public static var genUpperInputVoltageLimit: Field<Double> { field("gen_upper_input_voltage_limit") }
  /// Time a generator disturbance is tolerated before the inverter takes over. In ms. Command: setpoint. Source: note
  /// table 11 row 35; spreadsheet row 444.
  public static var genTransferDelay: Field<Int> { field("gen_transfer_delay") }
  /// Time the generator has to be good before it is connected. In min. Command: setpoint. Source: note table 11 row 36;
  /// spreadsheet row 445.
  public static var genConnectDelay: Field<Double> { field("gen_connect_delay") }
  /// Voltage the inverter makes at its output. In V. Command: installer. Source: note table 11 row 37; spreadsheet row
  /// 446.
  public static var acOutputVoltage: Field<Double> { field("ac_output_voltage") }
  /// Battery voltage below which the inverter switches off. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 11 row 38; spreadsheet row 447.
  public static var lowBatteryCutOutVoltage: Field<Double> { field("low_battery_cut_out_voltage") }
  /// Battery voltage at which the inverter comes back after a low-battery cut-out. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 11 row 39; spreadsheet row 448.
  public static var lowBatteryCutInVoltage: Field<Double> { field("low_battery_cut_in_voltage") }
  /// What the AUX output is used for. Command: setpoint. Source: note table 11 row 40; spreadsheet row 449.
  public static var auxMode: Field<Enumerated.RadianAuxMode> { field("aux_mode") }
  /// Whether the AUX output is off, on, or follows its mode. Command: operational. Source: note table 11 row 41;
  /// spreadsheet row 450.
  public static var auxControl: Field<Enumerated.OffAutoOn> { field("aux_control") }
  /// Battery voltage that switches the AUX output on. In V, as suits the system voltage. Command: setpoint. Source:
  /// note table 11 row 42; spreadsheet row 451.
  public static var auxOnBatteryVoltage: Field<Double> { field("aux_on_battery_voltage") }
  /// Time the condition has to last before the AUX output goes on. In min. Command: setpoint. Source: note table 11 row
  /// 43; spreadsheet row 452.
  public static var auxOnDelayTime: Field<Double> { field("aux_on_delay_time") }
  /// Battery voltage that switches the AUX output off. In V, as suits the system voltage. Command: setpoint. Source:
  /// note table 11 row 44; spreadsheet row 453.
  public static var auxOffBatteryVoltage: Field<Double> { field("aux_off_battery_voltage") }
  /// Time the condition has to last before the AUX output goes off. In min. Command: setpoint. Source: note table 11
  /// row 45; spreadsheet row 454.
  public static var auxOffDelayTime: Field<Double> { field("aux_off_delay_time") }
  /// What the AUX relay is used for. Command: setpoint. Source: note table 11 row 46; spreadsheet row 455.
  public static var auxRelayMode: Field<Enumerated.RadianAuxMode> { field("aux_relay_mode") }
  /// Whether the AUX relay is off, on, or follows its mode. Command: operational. Source: note table 11 row 47;
  /// spreadsheet row 456.
  public static var auxRelayControl: Field<Enumerated.OffOnAuto> { field("aux_relay_control") }
  /// Battery voltage that switches the AUX relay on. In V, as suits the system voltage. Command: setpoint. Source: note
  /// table 11 row 48; spreadsheet row 457.
  public static var auxRelayOnBatteryVoltage: Field<Double> { field("aux_relay_on_battery_voltage") }
  /// Time the condition has to last before the AUX relay goes on. In min. Command: setpoint. Source: note table 11 row
  /// 49; spreadsheet row 458.
  public static var auxRelayOnDelayTime: Field<Double> { field("aux_relay_on_delay_time") }
  /// Battery voltage that switches the AUX relay off. In V, as suits the system voltage. Command: setpoint. Source:
  /// note table 11 row 50; spreadsheet row 459.
  public static var auxRelayOffBatteryVoltage: Field<Double> { field("aux_relay_off_battery_voltage") }
  /// Time the condition has to last before the AUX relay goes off. In min. Command: setpoint. Source: note table 11 row
  /// 51; spreadsheet row 460.
  public static var auxRelayOffDelayTime: Field<Double> { field("aux_relay_off_delay_time") }
  /// Part this inverter plays among several; tells otherwise equal inverters apart. Source: note table 11 row 52;
  /// spreadsheet row 461.
  public static var stackingMode: Field<Enumerated.RadianStackingMode> { field("stacking_mode") }
  /// Rank of this inverter for power saving when it is the master. Command: setpoint. Source: note table 11 row 53;
  /// spreadsheet row 462.
  public static var masterPowerSaveLevel: Field<Int> { field("master_power_save_level") }
  /// Rank of this inverter for power saving when it is a slave. Command: setpoint. Source: note table 11 row 54;
  /// spreadsheet row 463.
  public static var slavePowerSaveLevel: Field<Int> { field("slave_power_save_level") }
  /// Battery voltage that selling to the grid keeps up. In V, as suits the system voltage. Command: setpoint. Source:
  /// note table 11 row 55; spreadsheet row 464.
  public static var sellVolts: Field<Double> { field("sell_volts") }
  /// Which set of grid limits holds for selling; the installer's business. Command: installer. Source: note table 11
  /// row 56; spreadsheet row 465.
  public static var gridTieWindow: Field<Enumerated.GridTieWindow> { field("grid_tie_window") }
  /// Whether the inverter may sell to the grid. Command: setpoint. Source: note table 11 row 57; spreadsheet row 466.
  public static var gridTieEnable: Field<Enumerated.NoYes> { field("grid_tie_enable") }
  /// Correction of the measured grid voltage. In V. Command: installer. Source: note table 11 row 58; spreadsheet row
  /// 467.
  public static var gridAcInputVoltageCalibrateFactor: Field<Int> { field("grid_ac_input_voltage_calibrate_factor") }
  /// Correction of the measured generator voltage. In V. Command: installer. Source: note table 11 row 59; spreadsheet
  /// row 468.
  public static var genAcInputVoltageCalibrateFactor: Field<Int> { field("gen_ac_input_voltage_calibrate_factor") }
  /// Correction of the measured output voltage. In V. Command: installer. Source: note table 11 row 60; spreadsheet row
  /// 469.
  public static var acOutputVoltageCalibrateFactor: Field<Int> { field("ac_output_voltage_calibrate_factor") }
  /// Correction of the measured battery voltage. In V. Command: installer. Source: note table 11 row 61; spreadsheet
  /// row 470.
  public static var batteryVoltageCalibrateFactor: Field<Double> { field("battery_voltage_calibrate_factor") }
  /// Battery voltage below which the charger begins a new bulk charge. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 11 row 62; spreadsheet row 471.
  public static var rebulkVolts: Field<Double> { field("rebulk_volts") }
  /// Battery voltage below which mini grid mode goes back to the grid. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 11 row 63; spreadsheet row 472.
  public static var miniGridLbxVolts: Field<Double> { field("mini_grid_lbx_volts") }
  /// Time the battery has to stay low before mini grid mode goes back to the grid. In h. Command: setpoint. Source:
  /// note table 11 row 64; spreadsheet row 473.
  public static var miniGridLbxDelay: Field<Int> { field("mini_grid_lbx_delay") }
  /// Battery voltage down to which grid zero mode discharges. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 11 row 65; spreadsheet row 474.
  public static var gridZeroDodVolts: Field<Double> { field("grid_zero_dod_volts") }
  /// Highest AC current grid zero mode makes from the battery. In A. Command: setpoint. Source: note table 11 row 66;
  /// spreadsheet row 475.
  public static var gridZeroDodMaxOffsetAcAmps: Field<Double> { field("grid_zero_dod_max_offset_ac_amps") }
  /// Serial number of the device; many leave it empty. Source: note table 11 row 67; spreadsheet row 476.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Model of the device as it names itself. Source: note table 11 row 68; spreadsheet row 477.
  public static var modelNumber: Field<String> { field("model_number") }
  /// Which power modules of the inverter work. Command: setpoint. Source: note table 11 row 69; spreadsheet row 478.
  public static var moduleControl: Field<Enumerated.ModuleControl> { field("module_control") }
  /// Which build of the inverter the configuration is meant for. Command: installer. Source: note table 11 row 70;
  /// spreadsheet row 479.
  public static var modelSelect: Field<Enumerated.ModelSelect> { field("model_select") }
  /// Time the battery has to stay low before the inverter switches off. In s. Command: setpoint. Source: note table 11
  /// row 71; spreadsheet row 480.
  public static var lowBatteryCutOutDelay: Field<Double> { field("low_battery_cut_out_delay") }
  /// Battery voltage above which the inverter switches off. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 11 row 72; spreadsheet row 481.
  public static var highBatteryCutOutVoltage: Field<Double> { field("high_battery_cut_out_voltage") }
  /// Battery voltage at which the inverter comes back after a high-battery cut-out. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 11 row 73; spreadsheet row 482.
  public static var highBatteryCutInVoltage: Field<Double> { field("high_battery_cut_in_voltage") }
  /// Time the battery has to stay high before the inverter switches off. In s. Command: setpoint. Source: note table 11
  /// row 74; spreadsheet row 483.
  public static var highBatteryCutOutDelay: Field<Double> { field("high_battery_cut_out_delay") }
  /// Whether settings written are also stored in the inverter's permanent memory, which wears with each write. Command:
  /// installer. Source: spreadsheet row 484.
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
