// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of a single-phase Radian inverter or an FXR inverter.
public enum SinglePhaseRadianInverterFields {
  /// Number that identifies the block; 64117 in this one.
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
  /// Power of ten that goes with the AC frequency values of this block.
  public static var acFrequencySf: Field<Int> { field("ac_frequency_sf") }
  /// AC current the inverter makes from the battery. In A.
  public static var inverterOutputCurrent: Field<Double> { field("inverter_output_current") }
  /// AC current the built-in charger draws. In A.
  public static var inverterChargeCurrent: Field<Double> { field("inverter_charge_current") }
  /// AC current taken from the input. In A.
  public static var inverterBuyCurrent: Field<Double> { field("inverter_buy_current") }
  /// AC current given back to the input. In A.
  public static var inverterSellCurrent: Field<Double> { field("inverter_sell_current") }
  /// AC voltage at the grid input. In V.
  public static var gridInputAcVoltage: Field<Double> { field("grid_input_ac_voltage") }
  /// AC voltage at the generator input. In V.
  public static var genInputAcVoltage: Field<Double> { field("gen_input_ac_voltage") }
  /// AC voltage at the output. In V.
  public static var outputAcVoltage: Field<Double> { field("output_ac_voltage") }
  /// What the inverter is doing at present.
  public static var inverterOperatingMode: Field<Enumerated.InverterOperatingMode> { field("inverter_operating_mode") }
  /// Errors that stop the inverter or have stopped it.
  public static var errorFlags: Field<Flags.InverterErrors> { field("error_flags") }
  /// Warnings of the inverter, mostly about its AC input.
  public static var warningFlags: Field<Flags.InverterWarnings> { field("warning_flags") }
  /// Voltage the inverter measures at the battery. In V.
  public static var batteryVoltage: Field<Double> { field("battery_voltage") }
  /// Voltage the charger aims at, corrected for battery temperature. In V.
  public static var tempCompensatedTargetVoltage: Field<Double> { field("temp_compensated_target_voltage") }
  /// Whether the AUX output is active at present.
  public static var auxOutputState: Field<Enumerated.DisabledEnabled> { field("aux_output_state") }
  /// Whether the AUX relay is active at present.
  public static var auxRelayOutputState: Field<Enumerated.DisabledEnabled> { field("aux_relay_output_state") }
  /// Temperature of the left module's transformer. In °C.
  public static var lModuleTransformerTemperature: Field<Int> { field("l_module_transformer_temperature") }
  /// Temperature of the left module's capacitors. In °C.
  public static var lModuleCapacitorTemperature: Field<Int> { field("l_module_capacitor_temperature") }
  /// Temperature of the left module's power transistors. In °C.
  public static var lModuleFetTemperature: Field<Int> { field("l_module_fet_temperature") }
  /// Temperature of the right module's transformer. In °C.
  public static var rModuleTransformerTemperature: Field<Int> { field("r_module_transformer_temperature") }
  /// Temperature of the right module's capacitors. In °C.
  public static var rModuleCapacitorTemperature: Field<Int> { field("r_module_capacitor_temperature") }
  /// Temperature of the right module's power transistors. In °C.
  public static var rModuleFetTemperature: Field<Int> { field("r_module_fet_temperature") }
  /// Temperature of the battery sensor wired to the inverter. In °C.
  public static var batteryTemperature: Field<Int> { field("battery_temperature") }
  /// Which of the two AC inputs the inverter looks at.
  public static var acInputSelection: Field<Enumerated.GridGenerator> { field("ac_input_selection") }
  /// Frequency at the selected AC input. In Hz.
  public static var acInputFrequency: Field<Double> { field("ac_input_frequency") }
  /// Voltage at the selected AC input. In V.
  public static var acInputVoltage: Field<Double> { field("ac_input_voltage") }
  /// Whether the AC input is used or dropped.
  public static var acInputState: Field<Enumerated.DropUse> { field("ac_input_state") }
  /// Lowest input voltage since the stored value was cleared. In V.
  public static var minimumAcInputVoltage: Field<Double> { field("minimum_ac_input_voltage") }
  /// Highest input voltage since the stored value was cleared. In V.
  public static var maximumAcInputVoltage: Field<Double> { field("maximum_ac_input_voltage") }
  /// Reasons that keep the inverter from selling.
  public static var sellStatus: Field<Flags.RadianSellStatus> { field("sell_status") }
  /// Power of ten that goes with the energy values of this block.
  public static var kwhSf: Field<Int> { field("kwh_sf") }
  /// Energy taken from AC input 1 since midnight. In kWh.
  public static var ac1BuyKwh: Field<Double> { field("ac1_buy_kwh") }
  /// Energy taken from AC input 2 since midnight. In kWh.
  public static var ac2BuyKwh: Field<Double> { field("ac2_buy_kwh") }
  /// Energy given back to AC input 1 since midnight. In kWh.
  public static var ac1SellKwh: Field<Double> { field("ac1_sell_kwh") }
  /// Energy given back to AC input 2 since midnight. In kWh.
  public static var ac2SellKwh: Field<Double> { field("ac2_sell_kwh") }
  /// Energy delivered at the output since midnight. In kWh.
  public static var outputKwh: Field<Double> { field("output_kwh") }
  /// Energy the built-in charger drew since midnight. In kWh.
  public static var chargerKwh: Field<Double> { field("charger_kwh") }
  /// Power delivered at the output. In kW.
  public static var outputKw: Field<Double> { field("output_kw") }
  /// Power taken from the AC input. In kW.
  public static var buyKw: Field<Double> { field("buy_kw") }
  /// Power given back to the AC input. In kW.
  public static var sellKw: Field<Double> { field("sell_kw") }
  /// Power the built-in charger draws. In kW.
  public static var chargeKw: Field<Double> { field("charge_kw") }
  /// Power the loads use. In kW.
  public static var loadKw: Field<Double> { field("load_kw") }
  /// Power from an AC-coupled source at the output. In kW.
  public static var acCoupleKw: Field<Double> { field("ac_couple_kw") }
  /// Grid-tie figure the inverter passes on to the charge controllers.
  public static var gtNumber: Field<Int> { field("gt_number") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("single_phase_radian_inverter", name)
  }
}

extension Field {
  /// Measurements of a single-phase Radian inverter or an FXR inverter.
  public static var singlePhaseRadianInverter: SinglePhaseRadianInverterFields.Type {
    SinglePhaseRadianInverterFields.self
  }
}
