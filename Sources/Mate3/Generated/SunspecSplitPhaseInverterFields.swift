// Made from registry_data by `mate3 registry generate`; not to be edited.

/// All inverters of the system taken together as one standard split-phase inverter.
public enum SunspecSplitPhaseInverterFields {
  /// Number that identifies the block; 102 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Total AC current of all phases. In A.
  public static var acCurrent: Field<Double> { field("ac_current") }
  /// AC current of phase A. In A.
  public static var acCurrentA: Field<Double> { field("ac_current_a") }
  /// AC current of phase B. In A.
  public static var acCurrentB: Field<Double> { field("ac_current_b") }
  /// AC current of phase C. In A.
  public static var acCurrentC: Field<Double> { field("ac_current_c") }
  /// Power of ten that goes with the AC current values of this block.
  public static var acCurrentSf: Field<Int> { field("ac_current_sf") }
  /// AC voltage between phases A and B. In V.
  public static var acVoltageAb: Field<Double> { field("ac_voltage_ab") }
  /// AC voltage between phases B and C. In V.
  public static var acVoltageBc: Field<Double> { field("ac_voltage_bc") }
  /// AC voltage between phases C and A. In V.
  public static var acVoltageCa: Field<Double> { field("ac_voltage_ca") }
  /// AC voltage of phase A against neutral. In V.
  public static var acVoltageAn: Field<Double> { field("ac_voltage_an") }
  /// AC voltage of phase B against neutral. In V.
  public static var acVoltageBn: Field<Double> { field("ac_voltage_bn") }
  /// AC voltage of phase C against neutral. In V.
  public static var acVoltageCn: Field<Double> { field("ac_voltage_cn") }
  /// Power of ten that goes with the AC voltage values of this block.
  public static var acVoltageSf: Field<Int> { field("ac_voltage_sf") }
  /// Active AC power. In kW.
  public static var acPower: Field<Double> { field("ac_power") }
  /// Power of ten that goes with the AC power values of this block.
  public static var acPowerSf: Field<Int> { field("ac_power_sf") }
  /// Frequency of the AC side. In Hz.
  public static var acFrequency: Field<Double> { field("ac_frequency") }
  /// Power of ten that goes with the AC frequency values of this block.
  public static var acFrequencySf: Field<Int> { field("ac_frequency_sf") }
  /// Apparent AC power. In kVA.
  public static var acVa: Field<Double> { field("ac_va") }
  /// Power of ten that goes with the apparent power values of this block.
  public static var acVaSf: Field<Int> { field("ac_va_sf") }
  /// Reactive AC power. In kvar.
  public static var acVar: Field<Double> { field("ac_var") }
  /// Power of ten that goes with the reactive power values of this block.
  public static var acVarSf: Field<Int> { field("ac_var_sf") }
  /// Ratio of active to apparent power.
  public static var acPf: Field<Double> { field("ac_pf") }
  /// Power of ten that goes with the power factor values of this block.
  public static var acPfSf: Field<Int> { field("ac_pf_sf") }
  /// Energy produced since the beginning; every gateway seen so far leaves it at zero. In Wh.
  public static var acEnergyWh: Field<Double> { field("ac_energy_wh") }
  /// Power of ten that goes with the AC energy values of this block.
  public static var acEnergyWhSf: Field<Int> { field("ac_energy_wh_sf") }
  /// Current on the battery side. In A.
  public static var dcCurrent: Field<Double> { field("dc_current") }
  /// Power of ten that goes with the DC current values of this block.
  public static var dcCurrentSf: Field<Int> { field("dc_current_sf") }
  /// Voltage on the battery side. In V.
  public static var dcVoltage: Field<Double> { field("dc_voltage") }
  /// Power of ten that goes with the DC voltage values of this block.
  public static var dcVoltageSf: Field<Int> { field("dc_voltage_sf") }
  /// Power on the battery side. In W.
  public static var dcPower: Field<Double> { field("dc_power") }
  /// Power of ten that goes with the DC power values of this block.
  public static var dcPowerSf: Field<Int> { field("dc_power_sf") }
  /// Temperature inside the cabinet. In °C.
  public static var tempCab: Field<Double> { field("temp_cab") }
  /// Temperature of the heat sink or its coolant. In °C.
  public static var tempSink: Field<Double> { field("temp_sink") }
  /// Temperature of the transformer. In °C.
  public static var tempTrans: Field<Double> { field("temp_trans") }
  /// Temperature of a further sensor. In °C.
  public static var tempOther: Field<Double> { field("temp_other") }
  /// Power of ten that goes with the temperature values of this block.
  public static var tempSf: Field<Int> { field("temp_sf") }
  /// Operating state as a number.
  public static var status: Field<Int> { field("status") }
  /// Operating state as a number of the vendor's own.
  public static var statusVendor: Field<Int> { field("status_vendor") }
  /// Events of the inverter, standard bits 0 to 31.
  public static var event1: Field<Flags.SunspecEvent1> { field("event_1") }
  /// Standard event bits 32 to 63, kept for later use.
  public static var event2: Field<Int> { field("event_2") }
  /// Events of the vendor's own, bits 0 to 31.
  public static var event1Vendor: Field<Int> { field("event_1_vendor") }
  /// Vendor event bits 32 to 63, kept for later use.
  public static var event2Vendor: Field<Int> { field("event_2_vendor") }
  /// Vendor event bits 64 to 95, kept for later use.
  public static var event3Vendor: Field<Int> { field("event_3_vendor") }
  /// Vendor event bits 96 to 127, kept for later use.
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
