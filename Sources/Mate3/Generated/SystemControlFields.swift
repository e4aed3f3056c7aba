// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Controls and setpoints that act on every inverter of the system at once.
public enum SystemControlFields {
  /// Starts or stops a bulk charge or an equalisation on every inverter at once; equalising ruins sealed and lithium
  /// batteries. Write-only, setpoint (stop_eq_charge operational). Source: note table 21 row 6; spreadsheet row 814.
  public static var bulkChargeEnableDisable: Field<Enumerated.BulkChargeControl> { field("bulk_charge_enable_disable") }
  /// Makes all inverters use their AC input or drop it. Write-only, operational. Source: note table 21 row 7;
  /// spreadsheet row 815.
  public static var inverterAcDropUse: Field<Enumerated.UseDrop> { field("inverter_ac_drop_use") }
  /// Switches all inverters off, to search, or on; off takes the power from the loads. Write-only, setpoint. Source:
  /// note table 21 row 8; spreadsheet row 816.
  public static var setInverterMode: Field<Enumerated.InverterMode> { field("set_inverter_mode") }
  /// Allows or forbids selling to the grid for all inverters. Write-only, setpoint. Source: note table 21 row 9;
  /// spreadsheet row 817.
  public static var gridTieMode: Field<Enumerated.EnableDisable> { field("grid_tie_mode") }
  /// Sets the built-in chargers of all inverters off, to automatic, or on. Write-only, operational. Source: note table
  /// 21 row 10; spreadsheet row 818.
  public static var setInverterChargerMode: Field<Enumerated.InverterChargerMode> { field("set_inverter_charger_mode") }
  /// What the global controls have brought about. Source: note table 21 row 11; spreadsheet row 819.
  public static var controlStatus: Field<Flags.ControlStatus> { field("control_status") }
  /// Battery voltage that selling keeps up, for all inverters. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 21 row 12; spreadsheet row 820.
  public static var setSellVoltage: Field<Double> { field("set_sell_voltage") }
  /// Highest current that Radian inverters sell. In A. Command: setpoint. Source: note table 21 row 13; spreadsheet row
  /// 821.
  public static var setRadianInverterSellCurrentLimit: Field<Double> { field("set_radian_inverter_sell_current_limit") }
  /// Absorb voltage for all devices; overwrites their own setting. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 21 row 14; spreadsheet row 822.
  public static var setAbsorbVoltage: Field<Double> { field("set_absorb_voltage") }
  /// Absorb time for all devices; overwrites their own setting. In h. Command: setpoint. Source: note table 21 row 15;
  /// spreadsheet row 823.
  public static var setAbsorbTime: Field<Double> { field("set_absorb_time") }
  /// Float voltage for all devices; overwrites their own setting. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 21 row 16; spreadsheet row 824.
  public static var setFloatVoltage: Field<Double> { field("set_float_voltage") }
  /// Float time for all devices; overwrites their own setting. In h. Command: setpoint. Source: note table 21 row 17;
  /// spreadsheet row 825.
  public static var setFloatTime: Field<Double> { field("set_float_time") }
  /// Highest AC current for the built-in chargers of all inverters. In A. Command: setpoint. Source: note table 21 row
  /// 18; spreadsheet row 826.
  public static var setInverterChargerCurrentLimit: Field<Double> { field("set_inverter_charger_current_limit") }
  /// Highest current taken from AC input 1. In A. Command: setpoint. Source: note table 21 row 19; spreadsheet row 827.
  public static var setInverterAc1CurrentLimit: Field<Double> { field("set_inverter_ac1_current_limit") }
  /// Highest current taken from AC input 2. In A. Command: setpoint. Source: note table 21 row 20; spreadsheet row 828.
  public static var setInverterAc2CurrentLimit: Field<Double> { field("set_inverter_ac2_current_limit") }
  /// Generator off, on, or started and stopped by the rules of the gateway. Command: operational. Source: note table 21
  /// row 21; spreadsheet row 829.
  public static var setAgsOpMode: Field<Enumerated.OffOnAuto> { field("set_ags_op_mode") }
  /// Where the generator is in its start and stop sequence. Source: note table 21 row 22; spreadsheet row 830.
  public static var agsOperationalState: Field<Enumerated.AgsOperationalState> { field("ags_operational_state") }
  /// Time the generator has been in its present state; zero while it is stopped. In s. Source: note table 21 row 23;
  /// spreadsheet row 831.
  public static var agsOperationalStateTimer: Field<Int> { field("ags_operational_state_timer") }
  /// When the generator was last started, in seconds since 1970 UTC. In s. Source: note table 21 row 24; spreadsheet
  /// row 832.
  public static var genLastRunStartTimeGmt: Field<Int> { field("gen_last_run_start_time_gmt") }
  /// How long the generator ran at its last start. In s. Source: note table 21 row 25; spreadsheet row 833.
  public static var genLastStartRunDuration: Field<Int> { field("gen_last_start_run_duration") }
  /// Meant to choose how the output frequency is set without an AC input. Command: installer. Source: note table 21 row
  /// 26.
  public static var setAcOutputFreqOfflineMode: Field<Int> { field("set_ac_output_freq_offline_mode") }
  /// Output frequency while no AC input is connected. In Hz, 46.5 to 64.9. Command: installer. Source: note table 21
  /// row 27.
  public static var setAcOutputOfflineFreq: Field<Double> { field("set_ac_output_offline_freq") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("system_control", name)
  }
}

extension Field {
  /// Controls and setpoints that act on every inverter of the system at once.
  public static var systemControl: SystemControlFields.Type {
    SystemControlFields.self
  }
}
