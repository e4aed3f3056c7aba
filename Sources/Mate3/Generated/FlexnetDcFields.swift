// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of the FLEXnet DC battery monitor and its three shunts.
public enum FlexnetDcFields {
  /// Number that identifies the block; 64118 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Port of the hub at which the device is plugged in.
  public static var portNumber: Field<Int> { field("port_number") }
  /// Power of ten that goes with the DC voltage values of this block.
  public static var dcVoltageSf: Field<Int> { field("dc_voltage_sf") }
  /// Power of ten that goes with the DC current values of this block.
  public static var dcCurrentSf: Field<Int> { field("dc_current_sf") }
  /// Power of ten that goes with the time values of this block.
  public static var timeSf: Field<Int> { field("time_sf") }
  /// Power of ten that goes with the energy values of this block.
  public static var kwhSf: Field<Int> { field("kwh_sf") }
  /// Power of ten that goes with the power values of this block.
  public static var kwSf: Field<Int> { field("kw_sf") }
  /// Current through shunt A; positive flows to the battery. In A.
  public static var shuntACurrent: Field<Double> { field("shunt_a_current") }
  /// Current through shunt B; positive flows to the battery. In A.
  public static var shuntBCurrent: Field<Double> { field("shunt_b_current") }
  /// Current through shunt C; positive flows to the battery. In A.
  public static var shuntCCurrent: Field<Double> { field("shunt_c_current") }
  /// Voltage the battery monitor measures. In V.
  public static var batteryVoltage: Field<Double> { field("battery_voltage") }
  /// Sum of the shunt currents; positive charges the battery. In A.
  public static var batteryCurrent: Field<Double> { field("battery_current") }
  /// Temperature of the battery sensor. In °C.
  public static var batteryTemperature: Field<Int> { field("battery_temperature") }
  /// State bits of the battery monitor.
  public static var statusFlags: Field<Flags.FlexnetDcStatus> { field("status_flags") }
  /// Charge counted at shunt A; negative when it mostly flowed out. In Ah.
  public static var shuntAAccumulatedAh: Field<Int> { field("shunt_a_accumulated_ah") }
  /// Energy counted at shunt A; negative when it mostly flowed out. In kWh.
  public static var shuntAAccumulatedKwh: Field<Double> { field("shunt_a_accumulated_kwh") }
  /// Charge counted at shunt B; negative when it mostly flowed out. In Ah.
  public static var shuntBAccumulatedAh: Field<Int> { field("shunt_b_accumulated_ah") }
  /// Energy counted at shunt B; negative when it mostly flowed out. In kWh.
  public static var shuntBAccumulatedKwh: Field<Double> { field("shunt_b_accumulated_kwh") }
  /// Charge counted at shunt C; negative when it mostly flowed out. In Ah.
  public static var shuntCAccumulatedAh: Field<Int> { field("shunt_c_accumulated_ah") }
  /// Energy counted at shunt C; negative when it mostly flowed out. In kWh.
  public static var shuntCAccumulatedKwh: Field<Double> { field("shunt_c_accumulated_kwh") }
  /// Total current flowing to the battery. In A.
  public static var inputCurrent: Field<Double> { field("input_current") }
  /// Total current taken from the battery. In A.
  public static var outputCurrent: Field<Double> { field("output_current") }
  /// Total power flowing to the battery. In kW.
  public static var inputKw: Field<Double> { field("input_kw") }
  /// Total power taken from the battery. In kW.
  public static var outputKw: Field<Double> { field("output_kw") }
  /// Input less output power; negative while discharging. In kW.
  public static var netKw: Field<Double> { field("net_kw") }
  /// Days since the charged condition was last met. In d.
  public static var daysSinceChargeParametersMet: Field<Double> { field("days_since_charge_parameters_met") }
  /// Charge left in the battery. In %.
  public static var stateOfCharge: Field<Int> { field("state_of_charge") }
  /// Lowest state of charge since midnight. In %.
  public static var todaysMinimumSoc: Field<Int> { field("todays_minimum_soc") }
  /// Highest state of charge since midnight. In %.
  public static var todaysMaximumSoc: Field<Int> { field("todays_maximum_soc") }
  /// Charge put into the battery since midnight. In Ah.
  public static var todaysNetInputAh: Field<Int> { field("todays_net_input_ah") }
  /// Energy put into the battery since midnight. In kWh.
  public static var todaysNetInputKwh: Field<Double> { field("todays_net_input_kwh") }
  /// Charge taken from the battery since midnight. In Ah.
  public static var todaysNetOutputAh: Field<Int> { field("todays_net_output_ah") }
  /// Energy taken from the battery since midnight. In kWh.
  public static var todaysNetOutputKwh: Field<Double> { field("todays_net_output_kwh") }
  /// Charge in less charge out since midnight. In Ah.
  public static var todaysNetBatteryAh: Field<Int> { field("todays_net_battery_ah") }
  /// Energy in less energy out since midnight. In kWh.
  public static var todaysNetBatteryKwh: Field<Double> { field("todays_net_battery_kwh") }
  /// Net charge with the losses of charging taken into account. In Ah.
  public static var chargeFactorCorrectedNetBatteryAh: Field<Int> { field("charge_factor_corrected_net_battery_ah") }
  /// Net energy with the losses of charging taken into account. In kWh.
  public static var chargeFactorCorrectedNetBatteryKwh: Field<Double> {
    field("charge_factor_corrected_net_battery_kwh")
  }
  /// Lowest battery voltage since midnight. In V.
  public static var todaysMinimumBatteryVoltage: Field<Double> { field("todays_minimum_battery_voltage") }
  /// When today's lowest battery voltage was measured, in seconds since 1970 UTC. In s.
  public static var todaysMinimumBatteryTime: Field<Int> { field("todays_minimum_battery_time") }
  /// Highest battery voltage since midnight. In V.
  public static var todaysMaximumBatteryVoltage: Field<Double> { field("todays_maximum_battery_voltage") }
  /// When today's highest battery voltage was measured, in seconds since 1970 UTC. In s.
  public static var todaysMaximumBatteryTime: Field<Int> { field("todays_maximum_battery_time") }
  /// Charge factor the monitor works out for the cycle. In %.
  public static var cycleChargeFactor: Field<Int> { field("cycle_charge_factor") }
  /// Energy efficiency of charging the monitor works out for the cycle. In %.
  public static var cycleKwhChargeEfficiency: Field<Int> { field("cycle_kwh_charge_efficiency") }
  /// Days the battery has spent fully charged, over its life. In d.
  public static var totalDaysAt100Percent: Field<Double> { field("total_days_at_100_percent") }
  /// Charge taken from the battery over its life. In kAh.
  public static var lifetimeKahRemoved: Field<Int> { field("lifetime_kah_removed") }
  /// Charge put into the battery through shunt A, as the monitor keeps it. In Ah.
  public static var shuntAHistoricalReturnedToBatteryAh: Field<Int> {
    field("shunt_a_historical_returned_to_battery_ah")
  }
  /// Energy put into the battery through shunt A, as the monitor keeps it. In kWh.
  public static var shuntAHistoricalReturnedToBatteryKwh: Field<Double> {
    field("shunt_a_historical_returned_to_battery_kwh")
  }
  /// Charge taken from the battery through shunt A, as the monitor keeps it. In Ah.
  public static var shuntAHistoricalRemovedFromBatteryAh: Field<Int> {
    field("shunt_a_historical_removed_from_battery_ah")
  }
  /// Energy taken from the battery through shunt A, as the monitor keeps it. In kWh.
  public static var shuntAHistoricalRemovedFromBatteryKwh: Field<Double> {
    field("shunt_a_historical_removed_from_battery_kwh")
  }
  /// Largest charging current at shunt A since the maxima were reset. In A.
  public static var shuntAMaximumChargeRate: Field<Double> { field("shunt_a_maximum_charge_rate") }
  /// Largest charging power at shunt A since the maxima were reset. In kW.
  public static var shuntAMaximumChargeRateKw: Field<Double> { field("shunt_a_maximum_charge_rate_kw") }
  /// Largest discharging current at shunt A since the maxima were reset. In A.
  public static var shuntAMaximumDischargeRate: Field<Double> { field("shunt_a_maximum_discharge_rate") }
  /// Largest discharging power at shunt A since the maxima were reset. In kW.
  public static var shuntAMaximumDischargeRateKw: Field<Double> { field("shunt_a_maximum_discharge_rate_kw") }
  /// Charge put into the battery through shunt B, as the monitor keeps it. In Ah.
  public static var shuntBHistoricalReturnedToBatteryAh: Field<Int> {
    field("shunt_b_historical_returned_to_battery_ah")
  }
  /// Energy put into the battery through shunt B, as the monitor keeps it. In kWh.
  public static var shuntBHistoricalReturnedToBatteryKwh: Field<Double> {
    field("shunt_b_historical_returned_to_battery_kwh")
  }
  /// Charge taken from the battery through shunt B, as the monitor keeps it. In Ah.
  public static var shuntBHistoricalRemovedFromBatteryAh: Field<Int> {
    field("shunt_b_historical_removed_from_battery_ah")
  }
  /// Energy taken from the battery through shunt B, as the monitor keeps it. In kWh.
  public static var shuntBHistoricalRemovedFromBatteryKwh: Field<Double> {
    field("shunt_b_historical_removed_from_battery_kwh")
  }
  /// Largest charging current at shunt B since the maxima were reset. In A.
  public static var shuntBMaximumChargeRate: Field<Double> { field("shunt_b_maximum_charge_rate") }
  /// Largest charging power at shunt B since the maxima were reset. In kW.
  public static var shuntBMaximumChargeRateKw: Field<Double> { field("shunt_b_maximum_charge_rate_kw") }
  /// Largest discharging current at shunt B since the maxima were reset. In A.
  public static var shuntBMaximumDischargeRate: Field<Double> { field("shunt_b_maximum_discharge_rate") }
  /// Largest discharging power at shunt B since the maxima were reset. In kW.
  public static var shuntBMaximumDischargeRateKw: Field<Double> { field("shunt_b_maximum_discharge_rate_kw") }
  /// Charge put into the battery through shunt C, as the monitor keeps it. In Ah.
  public static var shuntCHistoricalReturnedToBatteryAh: Field<Int> {
    field("shunt_c_historical_returned_to_battery_ah")
  }
  /// Energy put into the battery through shunt C, as the monitor keeps it. In kWh.
  public static var shuntCHistoricalReturnedToBatteryKwh: Field<Double> {
    field("shunt_c_historical_returned_to_battery_kwh")
  }
  /// Charge taken from the battery through shunt C, as the monitor keeps it. In Ah.
  public static var shuntCHistoricalRemovedFromBatteryAh: Field<Int> {
    field("shunt_c_historical_removed_from_battery_ah")
  }
  /// Energy taken from the battery through shunt C, as the monitor keeps it. In kWh.
  public static var shuntCHistoricalRemovedFromBatteryKwh: Field<Double> {
    field("shunt_c_historical_removed_from_battery_kwh")
  }
  /// Largest charging current at shunt C since the maxima were reset. In A.
  public static var shuntCMaximumChargeRate: Field<Double> { field("shunt_c_maximum_charge_rate") }
  /// Largest charging power at shunt C since the maxima were reset. In kW.
  public static var shuntCMaximumChargeRateKw: Field<Double> { field("shunt_c_maximum_charge_rate_kw") }
  /// Largest discharging current at shunt C since the maxima were reset. In A.
  public static var shuntCMaximumDischargeRate: Field<Double> { field("shunt_c_maximum_discharge_rate") }
  /// Largest discharging power at shunt C since the maxima were reset. In kW.
  public static var shuntCMaximumDischargeRateKw: Field<Double> { field("shunt_c_maximum_discharge_rate_kw") }
  /// Number whose complement resets shunt A's maxima; it changes by itself.
  public static var shuntAResetMaximumData: Field<Int> { field("shunt_a_reset_maximum_data") }
  /// Takes the complement of the reset code and then clears shunt A's maxima. Can only be written.
  public static var shuntAResetMaximumDataWriteComplement: Field<Int> {
    field("shunt_a_reset_maximum_data_write_complement")
  }
  /// Number whose complement resets shunt B's maxima; it changes by itself.
  public static var shuntBResetMaximumData: Field<Int> { field("shunt_b_reset_maximum_data") }
  /// Takes the complement of the reset code and then clears shunt B's maxima. Can only be written.
  public static var shuntBResetMaximumDataWriteComplement: Field<Int> {
    field("shunt_b_reset_maximum_data_write_complement")
  }
  /// Number whose complement resets shunt C's maxima; it changes by itself.
  public static var shuntCResetMaximumData: Field<Int> { field("shunt_c_reset_maximum_data") }
  /// Takes the complement of the reset code and then clears shunt C's maxima. Can only be written.
  public static var shuntCResetMaximumDataWriteComplement: Field<Int> {
    field("shunt_c_reset_maximum_data_write_complement")
  }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("flexnet_dc", name)
  }
}

extension Field {
  /// Measurements of the FLEXnet DC battery monitor and its three shunts.
  public static var flexnetDc: FlexnetDcFields.Type {
    FlexnetDcFields.self
  }
}
