// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of a Radian inverter with two output legs.
public enum SplitPhaseRadianInverterFields {
  /// Number that identifies the block; 64115 in this one.
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
  /// AC current the inverter makes from the battery on L1. In A.
  public static var l1InverterOutputCurrent: Field<Double> { field("l1_inverter_output_current") }
  /// AC current the built-in charger draws on L1. In A.
  public static var l1InverterChargeCurrent: Field<Double> { field("l1_inverter_charge_current") }
  /// AC current taken from the input on L1. In A.
  public static var l1InverterBuyCurrent: Field<Double> { field("l1_inverter_buy_current") }
  /// AC current given back to the input on L1. In A.
  public static var l1InverterSellCurrent: Field<Double> { field("l1_inverter_sell_current") }
  /// AC voltage of L1 at the grid input. In V.
  public static var l1GridInputAcVoltage: Field<Double> { field("l1_grid_input_ac_voltage") }
  /// AC voltage of L1 at the generator input. In V.
  public static var l1GenInputAcVoltage: Field<Double> { field("l1_gen_input_ac_voltage") }
  /// AC voltage of L1 at the output. In V.
  public static var l1OutputAcVoltage: Field<Double> { field("l1_output_ac_voltage") }
  /// AC current the inverter makes from the battery on L2. In A.
  public static var l2InverterOutputCurrent: Field<Double> { field("l2_inverter_output_current") }
  /// AC current the built-in charger draws on L2. In A.
  public static var l2InverterChargeCurrent: Field<Double> { field("l2_inverter_charge_current") }
  /// AC current taken from the input on L2. In A.
  public static var l2InverterBuyCurrent: Field<Double> { field("l2_inverter_buy_current") }
  /// AC current given back to the input on L2. In A.
  public static var l2InverterSellCurrent: Field<Double> { field("l2_inverter_sell_current") }
  /// AC voltage of L2 at the grid input. In V.
  public static var l2GridInputAcVoltage: Field<Double> { field("l2_grid_input_ac_voltage") }
  /// AC voltage of L2 at the generator input. In V.
  public static var l2GenInputAcVoltage: Field<Double> { field("l2_gen_input_ac_voltage") }
  /// AC voltage of L2 at the output. In V.
  public static var l2OutputAcVoltage: Field<Double> { field("l2_output_ac_voltage") }
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
  /// Energy taken from L1 of AC input 1 since midnight. In kWh.
  public static var ac1L1BuyKwh: Field<Double> { field("ac1_l1_buy_kwh") }
  /// Energy taken from L1 of AC input 2 since midnight. In kWh.
  public static var ac2L1BuyKwh: Field<Double> { field("ac2_l1_buy_kwh") }
  /// Energy given back to L1 of AC input 1 since midnight. In kWh.
  public static var ac1L1SellKwh: Field<Double> { field("ac1_l1_sell_kwh") }
  /// Energy given back to L1 of AC input 2 since midnight. In kWh.
  public static var ac2L1SellKwh: Field<Double> { field("ac2_l1_sell_kwh") }
  /// Energy delivered at L1 of the output since midnight. In kWh.
  public static var l1OutputKwh: Field<Double> { field("l1_output_kwh") }
  /// Energy taken from L2 of AC input 1 since midnight. In kWh.
  public static var ac1L2BuyKwh: Field<Double> { field("ac1_l2_buy_kwh") }
  /// Energy taken from L2 of AC input 2 since midnight. In kWh.
  public static var ac2L2BuyKwh: Field<Double> { field("ac2_l2_buy_kwh") }
  /// Energy given back to L2 of AC input 1 since midnight. In kWh.
  public static var ac1L2SellKwh: Field<Double> { field("ac1_l2_sell_kwh") }
  /// Energy given back to L2 of AC input 2 since midnight. In kWh.
  public static var ac2L2SellKwh: Field<Double> { field("ac2_l2_sell_kwh") }
  /// Energy delivered at L2 of the output since midnight. In kWh.
  public static var l2OutputKwh: Field<Double> { field("l2_output_kwh") }
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
    Field("split_phase_radian_inverter", name)
  }
}

extension Field {
  /// Measurements of a Radian inverter with two output legs.
  public static var splitPhaseRadianInverter: SplitPhaseRadianInverterFields.Type {
    SplitPhaseRadianInverterFields.self
  }
}
