// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of a single-phase Radian inverter or an FXR inverter.
public enum SinglePhaseRadianInverterFields {
  /// Port of the hub at which the device is plugged in. 0 to 10. Source: note table 12 row 3; spreadsheet row 490.
  public static var portNumber: Field<Int> { field("port_number") }
  /// AC current the inverter makes from the battery. In A. Source: note table 12 row 8; spreadsheet row 495.
  public static var inverterOutputCurrent: Field<Double> { field("inverter_output_current") }
  /// AC current the built-in charger draws. In A. Source: note table 12 row 9; spreadsheet row 496.
  public static var inverterChargeCurrent: Field<Double> { field("inverter_charge_current") }
  /// AC current taken from the input. In A. Source: note table 12 row 10; spreadsheet row 497.
  public static var inverterBuyCurrent: Field<Double> { field("inverter_buy_current") }
  /// AC current given back to the input. In A. Source: note table 12 row 11; spreadsheet row 498.
  public static var inverterSellCurrent: Field<Double> { field("inverter_sell_current") }
  /// AC voltage at the grid input. In V. Source: note table 12 row 12; spreadsheet row 499.
  public static var gridInputAcVoltage: Field<Double> { field("grid_input_ac_voltage") }
  /// AC voltage at the generator input. In V. Source: note table 12 row 13; spreadsheet row 500.
  public static var genInputAcVoltage: Field<Double> { field("gen_input_ac_voltage") }
  /// AC voltage at the output. In V. Source: note table 12 row 14; spreadsheet row 501.
  public static var outputAcVoltage: Field<Double> { field("output_ac_voltage") }
  /// What the inverter is doing at present. Source: note table 12 row 15; spreadsheet row 502.
  public static var inverterOperatingMode: Field<Enumerated.InverterOperatingMode> { field("inverter_operating_mode") }
  /// Errors that stop the inverter or have stopped it. Source: note table 12 row 16; spreadsheet row 503.
  public static var errorFlags: Field<Flags.InverterErrors> { field("error_flags") }
  /// Warnings of the inverter, mostly about its AC input. Source: note table 12 row 17; spreadsheet row 504.
  public static var warningFlags: Field<Flags.InverterWarnings> { field("warning_flags") }
  /// Voltage the inverter measures at the battery. In V. Source: note table 12 row 18; spreadsheet row 505.
  public static var batteryVoltage: Field<Double> { field("battery_voltage") }
  /// Voltage the charger aims at, corrected for battery temperature. In V. Source: note table 12 row 19; spreadsheet
  /// row 506.
  public static var tempCompensatedTargetVoltage: Field<Double> { field("temp_compensated_target_voltage") }
  /// Whether the AUX output is active at present. Source: note table 12 row 20; spreadsheet row 507.
  public static var auxOutputState: Field<Enumerated.DisabledEnabled> { field("aux_output_state") }
  /// Whether the AUX relay is active at present. Source: note table 12 row 21; spreadsheet row 508.
  public static var auxRelayOutputState: Field<Enumerated.DisabledEnabled> { field("aux_relay_output_state") }
  /// Temperature of the left module's transformer. In °C. Source: note table 12 row 22; spreadsheet row 509.
  public static var lModuleTransformerTemperature: Field<Int> { field("l_module_transformer_temperature") }
  /// Temperature of the left module's capacitors. In °C. Source: note table 12 row 23; spreadsheet row 510.
  public static var lModuleCapacitorTemperature: Field<Int> { field("l_module_capacitor_temperature") }
  /// Temperature of the left module's power transistors. In °C. Source: note table 12 row 24; spreadsheet row 511.
  public static var lModuleFetTemperature: Field<Int> { field("l_module_fet_temperature") }
  /// Temperature of the right module's transformer. In °C. Source: note table 12 row 25; spreadsheet row 512.
  public static var rModuleTransformerTemperature: Field<Int> { field("r_module_transformer_temperature") }
  /// Temperature of the right module's capacitors. In °C. Source: note table 12 row 26; spreadsheet row 513.
  public static var rModuleCapacitorTemperature: Field<Int> { field("r_module_capacitor_temperature") }
  /// Temperature of the right module's power transistors. In °C. Source: note table 12 row 27; spreadsheet row 514.
  public static var rModuleFetTemperature: Field<Int> { field("r_module_fet_temperature") }
  /// Temperature of the battery sensor wired to the inverter. In °C. Source: note table 12 row 28; spreadsheet row 515.
  public static var batteryTemperature: Field<Int> { field("battery_temperature") }
  /// Which of the two AC inputs the inverter looks at. Source: note table 12 row 29; spreadsheet row 516.
  public static var acInputSelection: Field<Enumerated.GridGenerator> { field("ac_input_selection") }
  /// Frequency at the selected AC input. In Hz. Source: note table 12 row 30; spreadsheet row 517.
  public static var acInputFrequency: Field<Double> { field("ac_input_frequency") }
  /// Voltage at the selected AC input. In V. Source: note table 12 row 31; spreadsheet row 518.
  public static var acInputVoltage: Field<Double> { field("ac_input_voltage") }
  /// Whether the AC input is used or dropped. Source: note table 12 row 32; spreadsheet row 519.
  public static var acInputState: Field<Enumerated.DropUse> { field("ac_input_state") }
  /// Lowest input voltage since the stored value was cleared. In V. Source: note table 12 row 33; spreadsheet row 520.
  public static var minimumAcInputVoltage: Field<Double> { field("minimum_ac_input_voltage") }
  /// Highest input voltage since the stored value was cleared. In V. Source: note table 12 row 34; spreadsheet row 521.
  public static var maximumAcInputVoltage: Field<Double> { field("maximum_ac_input_voltage") }
  /// Reasons that keep the inverter from selling. Source: note table 12 row 35; spreadsheet row 522.
  public static var sellStatus: Field<Flags.RadianSellStatus> { field("sell_status") }
  /// Energy taken from AC input 1 since midnight. In kWh. Source: note table 12 row 37; spreadsheet row 524.
  public static var ac1BuyKwh: Field<Double> { field("ac1_buy_kwh") }
  /// Energy taken from AC input 2 since midnight. In kWh. Source: note table 12 row 38; spreadsheet row 525.
  public static var ac2BuyKwh: Field<Double> { field("ac2_buy_kwh") }
  /// Energy given back to AC input 1 since midnight. In kWh. Source: note table 12 row 39; spreadsheet row 526.
  public static var ac1SellKwh: Field<Double> { field("ac1_sell_kwh") }
  /// Energy given back to AC input 2 since midnight. In kWh. Source: note table 12 row 40; spreadsheet row 527.
  public static var ac2SellKwh: Field<Double> { field("ac2_sell_kwh") }
  /// Energy delivered at the output since midnight. In kWh. Source: note table 12 row 41; spreadsheet row 528.
  public static var outputKwh: Field<Double> { field("output_kwh") }
  /// Energy the built-in charger drew since midnight. In kWh. Source: note table 12 row 42; spreadsheet row 529.
  public static var chargerKwh: Field<Double> { field("charger_kwh") }
  /// Power delivered at the output. In kW. Source: note table 12 row 43; spreadsheet row 530.
  public static var outputKw: Field<Double> { field("output_kw") }
  /// Power taken from the AC input. In kW. Source: note table 12 row 44; spreadsheet row 531.
  public static var buyKw: Field<Double> { field("buy_kw") }
  /// Power given back to the AC input. In kW. Source: note table 12 row 45; spreadsheet row 532.
  public static var sellKw: Field<Double> { field("sell_kw") }
  /// Power the built-in charger draws. In kW. Source: note table 12 row 46; spreadsheet row 533.
  public static var chargeKw: Field<Double> { field("charge_kw") }
  /// Power the loads use. In kW. Source: note table 12 row 47; spreadsheet row 534.
  public static var loadKw: Field<Double> { field("load_kw") }
  /// Power from an AC-coupled source at the output. In kW. Source: note table 12 row 48; spreadsheet row 535.
  public static var acCoupleKw: Field<Double> { field("ac_couple_kw") }
  /// Grid-tie figure the inverter passes on to the charge controllers. Source: spreadsheet row 536.
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
