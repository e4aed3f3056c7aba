// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Controls and setpoints that act on every inverter of the system at once.
public enum SystemControlFields {
  /// Number that identifies the block; 64120 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Power of ten that goes with the DC voltage values of this block.
  public static var dcVoltageSf: Field<Int> { field("dc_voltage_sf") }
  /// Power of ten that goes with the AC current values of this block.
  public static var acCurrentSf: Field<Int> { field("ac_current_sf") }
  /// Power of ten that goes with the time values of this block.
  public static var timeSf: Field<Int> { field("time_sf") }
  /// Starts or stops a bulk charge or an equalisation on every inverter at once; equalising ruins sealed and lithium
  /// batteries. Can only be written.
  public static var bulkChargeEnableDisable: Field<Enumerated.BulkChargeControl> { field("bulk_charge_enable_disable") }
  /// Makes all inverters use their AC input or drop it. Can only be written.
  public static var inverterAcDropUse: Field<Enumerated.UseDrop> { field("inverter_ac_drop_use") }
  /// Switches all inverters off, to search, or on; off takes the power from the loads. Can only be written.
  public static var setInverterMode: Field<Enumerated.InverterMode> { field("set_inverter_mode") }
  /// Allows or forbids selling to the grid for all inverters. Can only be written.
  public static var gridTieMode: Field<Enumerated.EnableDisable> { field("grid_tie_mode") }
  /// Sets the built-in chargers of all inverters off, to automatic, or on. Can only be written.
  public static var setInverterChargerMode: Field<Enumerated.InverterChargerMode> { field("set_inverter_charger_mode") }
  /// What the global controls have brought about.
  public static var controlStatus: Field<Flags.ControlStatus> { field("control_status") }
  /// Battery voltage that selling keeps up, for all inverters. In V.
  public static var setSellVoltage: Field<Double> { field("set_sell_voltage") }
  /// Highest current that Radian inverters sell. In A.
  public static var setRadianInverterSellCurrentLimit: Field<Double> { field("set_radian_inverter_sell_current_limit") }
  /// Absorb voltage for all devices; overwrites their own setting. In V.
  public static var setAbsorbVoltage: Field<Double> { field("set_absorb_voltage") }
  /// Absorb time for all devices; overwrites their own setting. In h.
  public static var setAbsorbTime: Field<Double> { field("set_absorb_time") }
  /// Float voltage for all devices; overwrites their own setting. In V.
  public static var setFloatVoltage: Field<Double> { field("set_float_voltage") }
  /// Float time for all devices; overwrites their own setting. In h.
  public static var setFloatTime: Field<Double> { field("set_float_time") }
  /// Highest AC current for the built-in chargers of all inverters. In A.
  public static var setInverterChargerCurrentLimit: Field<Double> { field("set_inverter_charger_current_limit") }
  /// Highest current taken from AC input 1. In A.
  public static var setInverterAc1CurrentLimit: Field<Double> { field("set_inverter_ac1_current_limit") }
  /// Highest current taken from AC input 2. In A.
  public static var setInverterAc2CurrentLimit: Field<Double> { field("set_inverter_ac2_current_limit") }
  /// Generator off, on, or started and stopped by the rules of the gateway.
  public static var setAgsOpMode: Field<Enumerated.OffOnAuto> { field("set_ags_op_mode") }
  /// Where the generator is in its start and stop sequence.
  public static var agsOperationalState: Field<Enumerated.AgsOperationalState> { field("ags_operational_state") }
  /// Time the generator has been in its present state; zero while it is stopped. In s.
  public static var agsOperationalStateTimer: Field<Int> { field("ags_operational_state_timer") }
  /// When the generator was last started, in seconds since 1970 UTC. In s.
  public static var genLastRunStartTimeGmt: Field<Int> { field("gen_last_run_start_time_gmt") }
  /// How long the generator ran at its last start. In s.
  public static var genLastStartRunDuration: Field<Int> { field("gen_last_start_run_duration") }
  /// Meant to choose how the output frequency is set without an AC input.
  public static var setAcOutputFreqOfflineMode: Field<Int> { field("set_ac_output_freq_offline_mode") }
  /// Output frequency while no AC input is connected. In Hz.
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
