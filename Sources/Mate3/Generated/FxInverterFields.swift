// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of an FX inverter.
public enum FxInverterFields {
  /// Port of the hub at which the device is plugged in. 0 to 10. Source: note table 13 row 3; spreadsheet row 544.
  public static var portNumber: Field<Int> { field("port_number") }
  /// AC current the inverter makes from the battery. In A. Source: note table 13 row 8; spreadsheet row 549.
  public static var inverterOutputCurrent: Field<Double> { field("inverter_output_current") }
  /// AC current the built-in charger draws. In A. Source: note table 13 row 9; spreadsheet row 550.
  public static var inverterChargeCurrent: Field<Double> { field("inverter_charge_current") }
  /// AC current taken from the input. In A. Source: note table 13 row 10; spreadsheet row 551.
  public static var inverterBuyCurrent: Field<Double> { field("inverter_buy_current") }
  /// AC current given back to the input. In A. Source: note table 13 row 11; spreadsheet row 552.
  public static var inverterSellCurrent: Field<Double> { field("inverter_sell_current") }
  /// AC voltage at the output. In V. Source: note table 13 row 12; spreadsheet row 553.
  public static var outputAcVoltage: Field<Double> { field("output_ac_voltage") }
  /// What the inverter is doing at present. Source: note table 13 row 13; spreadsheet row 554.
  public static var inverterOperatingMode: Field<Enumerated.InverterOperatingMode> { field("inverter_operating_mode") }
  /// Errors that stop the inverter or have stopped it. Source: note table 13 row 14; spreadsheet row 555.
  public static var errorFlags: Field<Flags.InverterErrors> { field("error_flags") }
  /// Warnings of the inverter, mostly about its AC input. Source: note table 13 row 15; spreadsheet row 556.
  public static var warningFlags: Field<Flags.InverterWarnings> { field("warning_flags") }
  /// Voltage the inverter measures at the battery. In V. Source: note table 13 row 16; spreadsheet row 557.
  public static var batteryVoltage: Field<Double> { field("battery_voltage") }
  /// Voltage the charger aims at, corrected for battery temperature. In V. Source: note table 13 row 17; spreadsheet
  /// row 558.
  public static var tempCompensatedTargetVoltage: Field<Double> { field("temp_compensated_target_voltage") }
  /// Whether the AUX output is active at present. Source: note table 13 row 18; spreadsheet row 559.
  public static var auxOutputState: Field<Enumerated.DisabledEnabled> { field("aux_output_state") }
  /// Temperature of the transformer. In °C. Source: note table 13 row 19; spreadsheet row 560.
  public static var transformerTemperature: Field<Int> { field("transformer_temperature") }
  /// Temperature of the capacitors. In °C. Source: note table 13 row 20; spreadsheet row 561.
  public static var capacitorTemperature: Field<Int> { field("capacitor_temperature") }
  /// Temperature of the power transistors. In °C. Source: note table 13 row 21; spreadsheet row 562.
  public static var fetTemperature: Field<Int> { field("fet_temperature") }
  /// Frequency at the selected AC input. In Hz. Source: note table 13 row 22; spreadsheet row 563.
  public static var acInputFrequency: Field<Double> { field("ac_input_frequency") }
  /// Voltage at the selected AC input. In V. Source: note table 13 row 23; spreadsheet row 564.
  public static var acInputVoltage: Field<Double> { field("ac_input_voltage") }
  /// Whether the AC input is used or dropped. Source: note table 13 row 24; spreadsheet row 565.
  public static var acInputState: Field<Enumerated.DropUse> { field("ac_input_state") }
  /// Lowest input voltage since the stored value was cleared. In V. Source: note table 13 row 25; spreadsheet row 566.
  public static var minimumAcInputVoltage: Field<Double> { field("minimum_ac_input_voltage") }
  /// Highest input voltage since the stored value was cleared. In V. Source: note table 13 row 26; spreadsheet row 567.
  public static var maximumAcInputVoltage: Field<Double> { field("maximum_ac_input_voltage") }
  /// Reasons that keep the inverter from selling. Source: note table 13 row 27; spreadsheet row 568.
  public static var sellStatus: Field<Flags.FxSellStatus> { field("sell_status") }
  /// Energy taken from the AC input since midnight. In kWh. Source: note table 13 row 29; spreadsheet row 570.
  public static var buyKwh: Field<Double> { field("buy_kwh") }
  /// Energy given back to the AC input since midnight. In kWh. Source: note table 13 row 30; spreadsheet row 571.
  public static var sellKwh: Field<Double> { field("sell_kwh") }
  /// Energy delivered at the output since midnight. In kWh. Source: note table 13 row 31; spreadsheet row 572.
  public static var outputKwh: Field<Double> { field("output_kwh") }
  /// Energy the built-in charger drew since midnight. In kWh. Source: note table 13 row 32; spreadsheet row 573.
  public static var chargerKwh: Field<Double> { field("charger_kwh") }
  /// Power delivered at the output. In kW. Source: note table 13 row 33; spreadsheet row 574.
  public static var outputKw: Field<Double> { field("output_kw") }
  /// Power taken from the AC input. In kW. Source: note table 13 row 34; spreadsheet row 575.
  public static var buyKw: Field<Double> { field("buy_kw") }
  /// Power given back to the AC input. In kW. Source: note table 13 row 35; spreadsheet row 576.
  public static var sellKw: Field<Double> { field("sell_kw") }
  /// Power the built-in charger draws. In kW. Source: note table 13 row 36; spreadsheet row 577.
  public static var chargeKw: Field<Double> { field("charge_kw") }
  /// Power the loads use. In kW. Source: note table 13 row 37; spreadsheet row 578.
  public static var loadKw: Field<Double> { field("load_kw") }
  /// Power from an AC-coupled source at the output. In kW. Source: note table 13 row 38; spreadsheet row 579.
  public static var acCoupleKw: Field<Double> { field("ac_couple_kw") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("fx_inverter", name)
  }
}

extension Field {
  /// Measurements of an FX inverter.
  public static var fxInverter: FxInverterFields.Type {
    FxInverterFields.self
  }
}
