// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of a Radian inverter with two output legs.
public enum SplitPhaseRadianInverterFields {
  /// Port of the hub at which the device is plugged in. 0 to 10. Source: note table 7 row 3; spreadsheet row 312.
  public static var portNumber: Field<Int> { field("port_number") }
  /// AC current the inverter makes from the battery on L1. In A. Source: note table 7 row 8; spreadsheet row 317.
  public static var l1InverterOutputCurrent: Field<Double> { field("l1_inverter_output_current") }
  /// AC current the built-in charger draws on L1. In A. Source: note table 7 row 9; spreadsheet row 318.
  public static var l1InverterChargeCurrent: Field<Double> { field("l1_inverter_charge_current") }
  /// AC current taken from the input on L1. In A. Source: note table 7 row 10; spreadsheet row 319.
  public static var l1InverterBuyCurrent: Field<Double> { field("l1_inverter_buy_current") }
  /// AC current given back to the input on L1. In A. Source: note table 7 row 11; spreadsheet row 320.
  public static var l1InverterSellCurrent: Field<Double> { field("l1_inverter_sell_current") }
  /// AC voltage of L1 at the grid input. In V. Source: note table 7 row 12; spreadsheet row 321.
  public static var l1GridInputAcVoltage: Field<Double> { field("l1_grid_input_ac_voltage") }
  /// AC voltage of L1 at the generator input. In V. Source: note table 7 row 13; spreadsheet row 322.
  public static var l1GenInputAcVoltage: Field<Double> { field("l1_gen_input_ac_voltage") }
  /// AC voltage of L1 at the output. In V. Source: note table 7 row 14; spreadsheet row 323.
  public static var l1OutputAcVoltage: Field<Double> { field("l1_output_ac_voltage") }
  /// AC current the inverter makes from the battery on L2. In A. Source: note table 7 row 15; spreadsheet row 324.
  public static var l2InverterOutputCurrent: Field<Double> { field("l2_inverter_output_current") }
  /// AC current the built-in charger draws on L2. In A. Source: note table 7 row 16; spreadsheet row 325.
  public static var l2InverterChargeCurrent: Field<Double> { field("l2_inverter_charge_current") }
  /// AC current taken from the input on L2. In A. Source: note table 7 row 17; spreadsheet row 326.
  public static var l2InverterBuyCurrent: Field<Double> { field("l2_inverter_buy_current") }
  /// AC current given back to the input on L2. In A. Source: note table 7 row 18; spreadsheet row 327.
  public static var l2InverterSellCurrent: Field<Double> { field("l2_inverter_sell_current") }
  /// AC voltage of L2 at the grid input. In V. Source: note table 7 row 19; spreadsheet row 328.
  public static var l2GridInputAcVoltage: Field<Double> { field("l2_grid_input_ac_voltage") }
  /// AC voltage of L2 at the generator input. In V. Source: note table 7 row 20; spreadsheet row 329.
  public static var l2GenInputAcVoltage: Field<Double> { field("l2_gen_input_ac_voltage") }
  /// AC voltage of L2 at the output. In V. Source: note table 7 row 21; spreadsheet row 330.
  public static var l2OutputAcVoltage: Field<Double> { field("l2_output_ac_voltage") }
  /// What the inverter is doing at present. Source: note table 7 row 22; spreadsheet row 331.
  public static var inverterOperatingMode: Field<Enumerated.InverterOperatingMode> { field("inverter_operating_mode") }
  /// Errors that stop the inverter or have stopped it. Source: note table 7 row 23; spreadsheet row 332.
  public static var errorFlags: Field<Flags.InverterErrors> { field("error_flags") }
  /// Warnings of the inverter, mostly about its AC input. Source: note table 7 row 24; spreadsheet row 333.
  public static var warningFlags: Field<Flags.InverterWarnings> { field("warning_flags") }
  /// Voltage the inverter measures at the battery. In V. Source: note table 7 row 25; spreadsheet row 334.
  public static var batteryVoltage: Field<Double> { field("battery_voltage") }
  /// Voltage the charger aims at, corrected for battery temperature. In V. Source: note table 7 row 26; spreadsheet row
  /// 335.
  public static var tempCompensatedTargetVoltage: Field<Double> { field("temp_compensated_target_voltage") }
  /// Whether the AUX output is active at present. Source: note table 7 row 27; spreadsheet row 336.
  public static var auxOutputState: Field<Enumerated.DisabledEnabled> { field("aux_output_state") }
  /// Whether the AUX relay is active at present. Source: note table 7 row 28; spreadsheet row 337.
  public static var auxRelayOutputState: Field<Enumerated.DisabledEnabled> { field("aux_relay_output_state") }
  /// Temperature of the left module's transformer. In °C. Source: note table 7 row 29; spreadsheet row 338.
  public static var lModuleTransformerTemperature: Field<Int> { field("l_module_transformer_temperature") }
  /// Temperature of the left module's capacitors. In °C. Source: note table 7 row 30; spreadsheet row 339.
  public static var lModuleCapacitorTemperature: Field<Int> { field("l_module_capacitor_temperature") }
  /// Temperature of the left module's power transistors. In °C. Source: note table 7 row 31; spreadsheet row 340.
  public static var lModuleFetTemperature: Field<Int> { field("l_module_fet_temperature") }
  /// Temperature of the right module's transformer. In °C. Source: note table 7 row 32; spreadsheet row 341.
  public static var rModuleTransformerTemperature: Field<Int> { field("r_module_transformer_temperature") }
  /// Temperature of the right module's capacitors. In °C. Source: note table 7 row 33; spreadsheet row 342.
  public static var rModuleCapacitorTemperature: Field<Int> { field("r_module_capacitor_temperature") }
  /// Temperature of the right module's power transistors. In °C. Source: note table 7 row 34; spreadsheet row 343.
  public static var rModuleFetTemperature: Field<Int> { field("r_module_fet_temperature") }
  /// Temperature of the battery sensor wired to the inverter. In °C. Source: note table 7 row 35; spreadsheet row 344.
  public static var batteryTemperature: Field<Int> { field("battery_temperature") }
  /// Which of the two AC inputs the inverter looks at. Source: note table 7 row 36; spreadsheet row 345.
  public static var acInputSelection: Field<Enumerated.GridGenerator> { field("ac_input_selection") }
  /// Frequency at the selected AC input. In Hz. Source: note table 7 row 37; spreadsheet row 346.
  public static var acInputFrequency: Field<Double> { field("ac_input_frequency") }
  /// Voltage at the selected AC input. In V. Source: note table 7 row 38; spreadsheet row 347.
  public static var acInputVoltage: Field<Double> { field("ac_input_voltage") }
  /// Whether the AC input is used or dropped. Source: note table 7 row 39; spreadsheet row 348.
  public static var acInputState: Field<Enumerated.DropUse> { field("ac_input_state") }
  /// Lowest input voltage since the stored value was cleared. In V. Source: note table 7 row 40; spreadsheet row 349.
  public static var minimumAcInputVoltage: Field<Double> { field("minimum_ac_input_voltage") }
  /// Highest input voltage since the stored value was cleared. In V. Source: note table 7 row 41; spreadsheet row 350.
  public static var maximumAcInputVoltage: Field<Double> { field("maximum_ac_input_voltage") }
  /// Reasons that keep the inverter from selling. Source: note table 7 row 42; spreadsheet row 351.
  public static var sellStatus: Field<Flags.RadianSellStatus> { field("sell_status") }
  /// Energy taken from L1 of AC input 1 since midnight. In kWh. Source: note table 7 row 44; spreadsheet row 353.
  public static var ac1L1BuyKwh: Field<Double> { field("ac1_l1_buy_kwh") }
  /// Energy taken from L1 of AC input 2 since midnight. In kWh. Source: note table 7 row 45; spreadsheet row 354.
  public static var ac2L1BuyKwh: Field<Double> { field("ac2_l1_buy_kwh") }
  /// Energy given back to L1 of AC input 1 since midnight. In kWh. Source: note table 7 row 46; spreadsheet row 355.
  public static var ac1L1SellKwh: Field<Double> { field("ac1_l1_sell_kwh") }
  /// Energy given back to L1 of AC input 2 since midnight. In kWh. Source: note table 7 row 47; spreadsheet row 356.
  public static var ac2L1SellKwh: Field<Double> { field("ac2_l1_sell_kwh") }
  /// Energy delivered at L1 of the output since midnight. In kWh. Source: note table 7 row 48; spreadsheet row 357.
  public static var l1OutputKwh: Field<Double> { field("l1_output_kwh") }
  /// Energy taken from L2 of AC input 1 since midnight. In kWh. Source: note table 7 row 49; spreadsheet row 358.
  public static var ac1L2BuyKwh: Field<Double> { field("ac1_l2_buy_kwh") }
  /// Energy taken from L2 of AC input 2 since midnight. In kWh. Source: note table 7 row 50; spreadsheet row 359.
  public static var ac2L2BuyKwh: Field<Double> { field("ac2_l2_buy_kwh") }
  /// Energy given back to L2 of AC input 1 since midnight. In kWh. Source: note table 7 row 51; spreadsheet row 360.
  public static var ac1L2SellKwh: Field<Double> { field("ac1_l2_sell_kwh") }
  /// Energy given back to L2 of AC input 2 since midnight. In kWh. Source: note table 7 row 52; spreadsheet row 361.
  public static var ac2L2SellKwh: Field<Double> { field("ac2_l2_sell_kwh") }
  /// Energy delivered at L2 of the output since midnight. In kWh. Source: note table 7 row 53; spreadsheet row 362.
  public static var l2OutputKwh: Field<Double> { field("l2_output_kwh") }
  /// Energy the built-in charger drew since midnight. In kWh. Source: note table 7 row 54; spreadsheet row 363.
  public static var chargerKwh: Field<Double> { field("charger_kwh") }
  /// Power delivered at the output. In kW. Source: note table 7 row 55; spreadsheet row 364.
  public static var outputKw: Field<Double> { field("output_kw") }
  /// Power taken from the AC input. In kW. Source: note table 7 row 56; spreadsheet row 365.
  public static var buyKw: Field<Double> { field("buy_kw") }
  /// Power given back to the AC input. In kW. Source: note table 7 row 57; spreadsheet row 366.
  public static var sellKw: Field<Double> { field("sell_kw") }
  /// Power the built-in charger draws. In kW. Source: note table 7 row 58; spreadsheet row 367.
  public static var chargeKw: Field<Double> { field("charge_kw") }
  /// Power the loads use. In kW. Source: note table 7 row 59; spreadsheet row 368.
  public static var loadKw: Field<Double> { field("load_kw") }
  /// Power from an AC-coupled source at the output. In kW. Source: note table 7 row 60; spreadsheet row 369.
  public static var acCoupleKw: Field<Double> { field("ac_couple_kw") }
  /// Grid-tie figure the inverter passes on to the charge controllers. Source: spreadsheet row 370.
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
