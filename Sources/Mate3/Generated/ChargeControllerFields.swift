// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of a solar charge controller.
public enum ChargeControllerFields {
  /// Port of the hub at which the device is plugged in. 0 to 10. Source: note table 5 row 3; spreadsheet row 202.
  public static var portNumber: Field<Int> { field("port_number") }
  /// Voltage the charge controller measures at the battery. In V. Source: note table 5 row 9; spreadsheet row 208.
  public static var batteryVoltage: Field<Double> { field("battery_voltage") }
  /// Voltage of the solar array at the controller's input. In V. Source: note table 5 row 10; spreadsheet row 209.
  public static var arrayVoltage: Field<Double> { field("array_voltage") }
  /// Current the controller delivers to the battery side. In A. Source: note table 5 row 11; spreadsheet row 210.
  public static var batteryCurrent: Field<Double> { field("battery_current") }
  /// Current drawn from the solar array. In A. Source: note table 5 row 12; spreadsheet row 211.
  public static var arrayCurrent: Field<Double> { field("array_current") }
  /// Stage of charging the controller is in. Source: note table 5 row 13; spreadsheet row 212.
  public static var chargerState: Field<Enumerated.ChargerState> { field("charger_state") }
  /// Power the controller delivers to the battery side. In W. Source: note table 5 row 14; spreadsheet row 213.
  public static var watts: Field<Double> { field("watts") }
  /// Lowest battery voltage seen since midnight. In V. Source: note table 5 row 15; spreadsheet row 214.
  public static var todaysMinBatteryVolts: Field<Double> { field("todays_min_battery_volts") }
  /// Highest battery voltage seen since midnight. In V. Source: note table 5 row 16; spreadsheet row 215.
  public static var todaysMaxBatteryVolts: Field<Double> { field("todays_max_battery_volts") }
  /// Array voltage at the latest measurement without load. In V. Source: note table 5 row 17; spreadsheet row 216.
  public static var voc: Field<Double> { field("voc") }
  /// Highest open-circuit array voltage seen since midnight. In V. Source: note table 5 row 18; spreadsheet row 217.
  public static var todaysPeakVoc: Field<Int> { field("todays_peak_voc") }
  /// Energy delivered since midnight. In kWh. Source: note table 5 row 19; spreadsheet row 218.
  public static var todaysKwh: Field<Double> { field("todays_kwh") }
  /// Charge delivered since midnight. In Ah. Source: note table 5 row 20; spreadsheet row 219.
  public static var todaysAh: Field<Double> { field("todays_ah") }
  /// Energy delivered since the totals were last reset. In kWh. Source: note table 5 row 21; spreadsheet row 220.
  public static var lifetimeKwhHours: Field<Int> { field("lifetime_kwh_hours") }
  /// Charge delivered since the totals were last reset. In kAh. Source: note table 5 row 22; spreadsheet row 221.
  public static var lifetimeKampHours: Field<Double> { field("lifetime_kamp_hours") }
  /// Highest power since the maxima were last reset. In W. Source: note table 5 row 23; spreadsheet row 222.
  public static var lifetimeMaxWatts: Field<Double> { field("lifetime_max_watts") }
  /// Highest battery voltage since the maxima were last reset. In V. Source: note table 5 row 24; spreadsheet row 223.
  public static var lifetimeMaxBatteryVolts: Field<Double> { field("lifetime_max_battery_volts") }
  /// Highest open-circuit array voltage since the maxima were last reset. In V. Source: note table 5 row 25;
  /// spreadsheet row 224.
  public static var lifetimeMaxVoc: Field<Double> { field("lifetime_max_voc") }
  /// Temperature of the output transistors; only the Extreme models have the sensor. In °C. Source: note table 5 row
  /// 27; spreadsheet row 226.
  public static var tempOutputFets: Field<Double> { field("temp_output_fets") }
  /// Temperature inside the housing; only the Extreme models have the sensor. In °C. Source: note table 5 row 28;
  /// spreadsheet row 227.
  public static var tempEnclosure: Field<Double> { field("temp_enclosure") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("charge_controller", name)
  }
}

extension Field {
  /// Measurements of a solar charge controller.
  public static var chargeController: ChargeControllerFields.Type {
    ChargeControllerFields.self
  }
}
