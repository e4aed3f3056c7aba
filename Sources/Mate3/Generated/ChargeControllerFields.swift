// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of a solar charge controller.
public enum ChargeControllerFields {
  /// Number that identifies the block; 64111 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Port of the hub at which the device is plugged in.
  public static var portNumber: Field<Int> { field("port_number") }
  /// Power of ten that goes with the DC voltage values of this block.
  public static var voltageSf: Field<Int> { field("voltage_sf") }
  /// Power of ten that goes with the current values of this block.
  public static var currentSf: Field<Int> { field("current_sf") }
  /// Power of ten that goes with the power values of this block.
  public static var powerSf: Field<Int> { field("power_sf") }
  /// Power of ten that goes with the charge values of this block.
  public static var ahSf: Field<Int> { field("ah_sf") }
  /// Power of ten that goes with the energy values of this block.
  public static var kwhSf: Field<Int> { field("kwh_sf") }
  /// Voltage the charge controller measures at the battery. In V.
  public static var batteryVoltage: Field<Double> { field("battery_voltage") }
  /// Voltage of the solar array at the controller's input. In V.
  public static var arrayVoltage: Field<Double> { field("array_voltage") }
  /// Current the controller delivers to the battery side. In A.
  public static var batteryCurrent: Field<Double> { field("battery_current") }
  /// Current drawn from the solar array. In A.
  public static var arrayCurrent: Field<Double> { field("array_current") }
  /// Stage of charging the controller is in.
  public static var chargerState: Field<Enumerated.ChargerState> { field("charger_state") }
  /// Power the controller delivers to the battery side. In W.
  public static var watts: Field<Double> { field("watts") }
  /// Lowest battery voltage seen since midnight. In V.
  public static var todaysMinBatteryVolts: Field<Double> { field("todays_min_battery_volts") }
  /// Highest battery voltage seen since midnight. In V.
  public static var todaysMaxBatteryVolts: Field<Double> { field("todays_max_battery_volts") }
  /// Array voltage at the latest measurement without load. In V.
  public static var voc: Field<Double> { field("voc") }
  /// Highest open-circuit array voltage seen since midnight. In V.
  public static var todaysPeakVoc: Field<Int> { field("todays_peak_voc") }
  /// Energy delivered since midnight. In kWh.
  public static var todaysKwh: Field<Double> { field("todays_kwh") }
  /// Charge delivered since midnight. In Ah.
  public static var todaysAh: Field<Double> { field("todays_ah") }
  /// Energy delivered since the totals were last reset. In kWh.
  public static var lifetimeKwhHours: Field<Int> { field("lifetime_kwh_hours") }
  /// Charge delivered since the totals were last reset. In kAh.
  public static var lifetimeKampHours: Field<Double> { field("lifetime_kamp_hours") }
  /// Highest power since the maxima were last reset. In W.
  public static var lifetimeMaxWatts: Field<Double> { field("lifetime_max_watts") }
  /// Highest battery voltage since the maxima were last reset. In V.
  public static var lifetimeMaxBatteryVolts: Field<Double> { field("lifetime_max_battery_volts") }
  /// Highest open-circuit array voltage since the maxima were last reset. In V.
  public static var lifetimeMaxVoc: Field<Double> { field("lifetime_max_voc") }
  /// Power of ten that goes with the temperature values of this block.
  public static var tempSf: Field<Int> { field("temp_sf") }
  /// Temperature of the output transistors; only the Extreme models have the sensor. In °C.
  public static var tempOutputFets: Field<Double> { field("temp_output_fets") }
  /// Temperature inside the housing; only the Extreme models have the sensor. In °C.
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
