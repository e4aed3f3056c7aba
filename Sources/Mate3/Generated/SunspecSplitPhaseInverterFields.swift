// Made from registry_data by `mate3 registry generate`; not to be edited.

/// All inverters of the system taken together as one standard split-phase inverter.
public enum SunspecSplitPhaseInverterFields {
  /// Total AC current of all phases. In A. Source: note table 25 row 3; spreadsheet row 921.
  public static var acCurrent: Field<Double> { field("ac_current") }
  /// AC current of phase A. In A. Source: note table 25 row 4; spreadsheet row 922.
  public static var acCurrentA: Field<Double> { field("ac_current_a") }
  /// AC current of phase B. In A. Source: note table 25 row 5; spreadsheet row 923.
  public static var acCurrentB: Field<Double> { field("ac_current_b") }
  /// AC current of phase C. In A. Source: note table 25 row 6; spreadsheet row 924.
  public static var acCurrentC: Field<Double> { field("ac_current_c") }
  /// AC voltage between phases A and B. In V. Source: note table 25 row 8; spreadsheet row 926.
  public static var acVoltageAb: Field<Double> { field("ac_voltage_ab") }
  /// AC voltage between phases B and C. In V. Source: note table 25 row 9; spreadsheet row 927.
  public static var acVoltageBc: Field<Double> { field("ac_voltage_bc") }
  /// AC voltage between phases C and A. In V. Source: note table 25 row 10; spreadsheet row 928.
  public static var acVoltageCa: Field<Double> { field("ac_voltage_ca") }
  /// AC voltage of phase A against neutral. In V. Source: note table 25 row 11; spreadsheet row 929.
  public static var acVoltageAn: Field<Double> { field("ac_voltage_an") }
  /// AC voltage of phase B against neutral. In V. Source: note table 25 row 12; spreadsheet row 930.
  public static var acVoltageBn: Field<Double> { field("ac_voltage_bn") }
  /// AC voltage of phase C against neutral. In V. Source: note table 25 row 13; spreadsheet row 931.
  public static var acVoltageCn: Field<Double> { field("ac_voltage_cn") }
  /// Active AC power. In kW. Source: note table 25 row 15; spreadsheet row 933.
  public static var acPower: Field<Double> { field("ac_power") }
  /// Frequency of the AC side. In Hz. Source: note table 25 row 17; spreadsheet row 935.
  public static var acFrequency: Field<Double> { field("ac_frequency") }
  /// Apparent AC power. In kVA. Source: note table 25 row 19; spreadsheet row 937.
  public static var acVa: Field<Double> { field("ac_va") }
  /// Reactive AC power. In kvar. Source: note table 25 row 21; spreadsheet row 939.
  public static var acVar: Field<Double> { field("ac_var") }
  /// Ratio of active to apparent power. Source: note table 25 row 23; spreadsheet row 941.
  public static var acPf: Field<Double> { field("ac_pf") }
  /// Energy produced since the beginning; every gateway seen so far leaves it at zero. In Wh. Source: note table 25 row
  /// 25; spreadsheet row 943.
  public static var acEnergyWh: Field<Double> { field("ac_energy_wh") }
  /// Current on the battery side. In A. Source: note table 25 row 27; spreadsheet row 945.
  public static var dcCurrent: Field<Double> { field("dc_current") }
  /// Voltage on the battery side. In V. Source: note table 25 row 29; spreadsheet row 947.
  public static var dcVoltage: Field<Double> { field("dc_voltage") }
  /// Power on the battery side. In W. Source: note table 25 row 31; spreadsheet row 949.
  public static var dcPower: Field<Double> { field("dc_power") }
  /// Temperature inside the cabinet. In °C. Source: note table 25 row 33; spreadsheet row 951.
  public static var tempCab: Field<Double> { field("temp_cab") }
  /// Temperature of the heat sink or its coolant. In °C. Source: note table 25 row 34; spreadsheet row 952.
  public static var tempSink: Field<Double> { field("temp_sink") }
  /// Temperature of the transformer. In °C. Source: note table 25 row 35; spreadsheet row 953.
  public static var tempTrans: Field<Double> { field("temp_trans") }
  /// Temperature of a further sensor. In °C. Source: note table 25 row 36; spreadsheet row 954.
  public static var tempOther: Field<Double> { field("temp_other") }
  /// Operating state as a number. Source: note table 25 row 38; spreadsheet row 956.
  public static var status: Field<Int> { field("status") }
  /// Operating state as a number of the vendor's own. Source: note table 25 row 39; spreadsheet row 957.
  public static var statusVendor: Field<Int> { field("status_vendor") }
  /// Events of the inverter, standard bits 0 to 31. Source: note table 25 row 40; spreadsheet row 958.
  public static var event1: Field<Flags.SunspecEvent1> { field("event_1") }
  /// Standard event bits 32 to 63, kept for later use. Source: note table 25 row 41; spreadsheet row 959.
  public static var event2: Field<Int> { field("event_2") }
  /// Events of the vendor's own, bits 0 to 31. Source: note table 25 row 42; spreadsheet row 960.
  public static var event1Vendor: Field<Int> { field("event_1_vendor") }
  /// Vendor event bits 32 to 63, kept for later use. Source: note table 25 row 43; spreadsheet row 961.
  public static var event2Vendor: Field<Int> { field("event_2_vendor") }
  /// Vendor event bits 64 to 95, kept for later use. Source: note table 25 row 44; spreadsheet row 962.
  public static var event3Vendor: Field<Int> { field("event_3_vendor") }
  /// Vendor event bits 96 to 127, kept for later use. Source: note table 25 row 45; spreadsheet row 963.
  public static var event4Vendor: Field<Int> { field("event_4_vendor") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("sunspec_split_phase_inverter", name)
  }
}

extension Field {
  /// All inverters of the system taken together as one standard split-phase inverter.
  public static var sunspecSplitPhaseInverter: SunspecSplitPhaseInverterFields.Type {
    SunspecSplitPhaseInverterFields.self
  }
}
