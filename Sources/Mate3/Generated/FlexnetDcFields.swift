// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Measurements of the FLEXnet DC battery monitor and its three shunts.
public enum FlexnetDcFields {
  /// Port of the hub at which the device is plugged in. 1 to 10. Source: note table 19 row 3; spreadsheet row 724.
  public static var portNumber: Field<Int> { field("port_number") }
  /// Current through shunt A; positive flows to the battery. In A. Source: note table 19 row 9; spreadsheet row 730.
  public static var shuntACurrent: Field<Double> { field("shunt_a_current") }
  /// Current through shunt B; positive flows to the battery. In A. Source: note table 19 row 10; spreadsheet row 731.
  public static var shuntBCurrent: Field<Double> { field("shunt_b_current") }
  /// Current through shunt C; positive flows to the battery. In A. Source: note table 19 row 11; spreadsheet row 732.
  public static var shuntCCurrent: Field<Double> { field("shunt_c_current") }
  /// Voltage the battery monitor measures. In V. Source: note table 19 row 12; spreadsheet row 733.
  public static var batteryVoltage: Field<Double> { field("battery_voltage") }
  /// Sum of the shunt currents; positive charges the battery. In A. Source: note table 19 row 13; spreadsheet row 734.
  public static var batteryCurrent: Field<Double> { field("battery_current") }
  /// Temperature of the battery sensor. In °C. Source: note table 19 row 14; spreadsheet row 735.
  public static var batteryTemperature: Field<Int> { field("battery_temperature") }
  /// State bits of the battery monitor. Source: note table 19 row 15; spreadsheet row 736.
  public static var statusFlags: Field<Flags.FlexnetDcStatus> { field("status_flags") }
  /// Charge counted at shunt A; negative when it mostly flowed out. In Ah. Source: note table 19 row 16; spreadsheet
  /// row 737.
  public static var shuntAAccumulatedAh: Field<Int> { field("shunt_a_accumulated_ah") }
  /// Energy counted at shunt A; negative when it mostly flowed out. In kWh. Source: note table 19 row 17; spreadsheet
  /// row 738.
  public static var shuntAAccumulatedKwh: Field<Double> { field("shunt_a_accumulated_kwh") }
  /// Charge counted at shunt B; negative when it mostly flowed out. In Ah. Source: note table 19 row 18; spreadsheet
  /// row 739.
  public static var shuntBAccumulatedAh: Field<Int> { field("shunt_b_accumulated_ah") }
  /// Energy counted at shunt B; negative when it mostly flowed out. In kWh. Source: note table 19 row 19; spreadsheet
  /// row 740.
  public static var shuntBAccumulatedKwh: Field<Double> { field("shunt_b_accumulated_kwh") }
  /// Charge counted at shunt C; negative when it mostly flowed out. In Ah. Source: note table 19 row 20; spreadsheet
  /// row 741.
  public static var shuntCAccumulatedAh: Field<Int> { field("shunt_c_accumulated_ah") }
  /// Energy counted at shunt C; negative when it mostly flowed out. In kWh. Source: note table 19 row 21; spreadsheet
  /// row 742.
  public static var shuntCAccumulatedKwh: Field<Double> { field("shunt_c_accumulated_kwh") }
  /// Total current flowing to the battery. In A. Source: note table 19 row 22; spreadsheet row 743.
  public static var inputCurrent: Field<Double> { field("input_current") }
  /// Total current taken from the battery. In A. Source: note table 19 row 23; spreadsheet row 744.
  public static var outputCurrent: Field<Double> { field("output_current") }
  /// Total power flowing to the battery. In kW. Source: note table 19 row 24; spreadsheet row 745.
  public static var inputKw: Field<Double> { field("input_kw") }
  /// Total power taken from the battery. In kW. Source: note table 19 row 25; spreadsheet row 746.
  public static var outputKw: Field<Double> { field("output_kw") }
  /// Input less output power; negative while discharging. In kW. Source: note table 19 row 26; spreadsheet row 747.
  public static var netKw: Field<Double> { field("net_kw") }
  /// Days since the charged condition was last met. In d. Source: note table 19 row 27; spreadsheet row 748.
  public static var daysSinceChargeParametersMet: Field<Double> { field("days_since_charge_parameters_met") }
  /// Charge left in the battery. In %. Source: note table 19 row 28; spreadsheet row 749.
  public static var stateOfCharge: Field<Int> { field("state_of_charge") }
  /// Lowest state of charge since midnight. In %. Source: note table 19 row 29; spreadsheet row 750.
  public static var todaysMinimumSoc: Field<Int> { field("todays_minimum_soc") }
  /// Highest state of charge since midnight. In %. Source: note table 19 row 30; spreadsheet row 751.
  public static var todaysMaximumSoc: Field<Int> { field("todays_maximum_soc") }
  /// Charge put into the battery since midnight. In Ah. Source: note table 19 row 31; spreadsheet row 752.
  public static var todaysNetInputAh: Field<Int> { field("todays_net_input_ah") }
  /// Energy put into the battery since midnight. In kWh. Source: note table 19 row 32; spreadsheet row 753.
  public static var todaysNetInputKwh: Field<Double> { field("todays_net_input_kwh") }
  /// Charge taken from the battery since midnight. In Ah. Source: note table 19 row 33; spreadsheet row 754.
  public static var todaysNetOutputAh: Field<Int> { field("todays_net_output_ah") }
  /// Energy taken from the battery since midnight. In kWh. Source: note table 19 row 34; spreadsheet row 755.
  public static var todaysNetOutputKwh: Field<Double> { field("todays_net_output_kwh") }
  /// Charge in less charge out since midnight. In Ah. Source: note table 19 row 35; spreadsheet row 756.
  public static var todaysNetBatteryAh: Field<Int> { field("todays_net_battery_ah") }
  /// Energy in less energy out since midnight. In kWh. Source: note table 19 row 36; spreadsheet row 757.
  public static var todaysNetBatteryKwh: Field<Double> { field("todays_net_battery_kwh") }
  /// Net charge with the losses of charging taken into account. In Ah. Source: note table 19 row 37; spreadsheet row
  /// 758.
  public static var chargeFactorCorrectedNetBatteryAh: Field<Int> { field("charge_factor_corrected_net_battery_ah") }
  /// Net energy with the losses of charging taken into account. In kWh. Source: note table 19 row 38; spreadsheet row
  /// 759.
  public static var chargeFactorCorrectedNetBatteryKwh: Field<Double> {
    field("charge_factor_corrected_net_battery_kwh")
  }
  /// Lowest battery voltage since midnight. In V. Source: note table 19 row 39; spreadsheet row 760.
  public static var todaysMinimumBatteryVoltage: Field<Double> { field("todays_minimum_battery_voltage") }
  /// When today's lowest battery voltage was measured, in seconds since 1970 UTC. In s. Source: note table 19 row 40;
  /// spreadsheet row 761.
  public static var todaysMinimumBatteryTime: Field<Int> { field("todays_minimum_battery_time") }
  /// Highest battery voltage since midnight. In V. Source: note table 19 row 41; spreadsheet row 762.
  public static var todaysMaximumBatteryVoltage: Field<Double> { field("todays_maximum_battery_voltage") }
  /// When today's highest battery voltage was measured, in seconds since 1970 UTC. In s. Source: note table 19 row 42;
  /// spreadsheet row 763.
  public static var todaysMaximumBatteryTime: Field<Int> { field("todays_maximum_battery_time") }
  /// Charge factor the monitor works out for the cycle. In %. Source: note table 19 row 43; spreadsheet row 764.
  public static var cycleChargeFactor: Field<Int> { field("cycle_charge_factor") }
  /// Energy efficiency of charging the monitor works out for the cycle. In %. Source: note table 19 row 44; spreadsheet
  /// row 765.
  public static var cycleKwhChargeEfficiency: Field<Int> { field("cycle_kwh_charge_efficiency") }
  /// Days the battery has spent fully charged, over its life. In d. Source: note table 19 row 45; spreadsheet row 766.
  public static var totalDaysAt100Percent: Field<Double> { field("total_days_at_100_percent") }
  /// Charge taken from the battery over its life. In kAh. Source: note table 19 row 46; spreadsheet row 767.
  public static var lifetimeKahRemoved: Field<Int> { field("lifetime_kah_removed") }
  /// Charge put into the battery through shunt A, as the monitor keeps it. In Ah. Source: note table 19 row 47;
  /// spreadsheet row 768.
  public static var shuntAHistoricalReturnedToBatteryAh: Field<Int> {
    field("shunt_a_historical_returned_to_battery_ah")
  }
  /// Energy put into the battery through shunt A, as the monitor keeps it. In kWh. Source: note table 19 row 48;
  /// spreadsheet row 769.
  public static var shuntAHistoricalReturnedToBatteryKwh: Field<Double> {
    field("shunt_a_historical_returned_to_battery_kwh")
  }
  /// Charge taken from the battery through shunt A, as the monitor keeps it. In Ah. Source: note table 19 row 49;
  /// spreadsheet row 770.
  public static var shuntAHistoricalRemovedFromBatteryAh: Field<Int> {
    field("shunt_a_historical_removed_from_battery_ah")
  }
  /// Energy taken from the battery through shunt A, as the monitor keeps it. In kWh. Source: note table 19 row 50;
  /// spreadsheet row 771.
  public static var shuntAHistoricalRemovedFromBatteryKwh: Field<Double> {
    field("shunt_a_historical_removed_from_battery_kwh")
  }
  /// Largest charging current at shunt A since the maxima were reset. In A. Source: note table 19 row 51; spreadsheet
  /// row 772.
  public static var shuntAMaximumChargeRate: Field<Double> { field("shunt_a_maximum_charge_rate") }
  /// Largest charging power at shunt A since the maxima were reset. In kW. Source: note table 19 row 52; spreadsheet
  /// row 773.
  public static var shuntAMaximumChargeRateKw: Field<Double> { field("shunt_a_maximum_charge_rate_kw") }
  /// Largest discharging current at shunt A since the maxima were reset. In A. Source: note table 19 row 53;
  /// spreadsheet row 774.
  public static var shuntAMaximumDischargeRate: Field<Double> { field("shunt_a_maximum_discharge_rate") }
  /// Largest discharging power at shunt A since the maxima were reset. In kW. Source: note table 19 row 54; spreadsheet
  /// row 775.
  public static var shuntAMaximumDischargeRateKw: Field<Double> { field("shunt_a_maximum_discharge_rate_kw") }
  /// Charge put into the battery through shunt B, as the monitor keeps it. In Ah. Source: note table 19 row 55;
  /// spreadsheet row 776.
  public static var shuntBHistoricalReturnedToBatteryAh: Field<Int> {
    field("shunt_b_historical_returned_to_battery_ah")
  }
  /// Energy put into the battery through shunt B, as the monitor keeps it. In kWh. Source: note table 19 row 56;
  /// spreadsheet row 777.
  public static var shuntBHistoricalReturnedToBatteryKwh: Field<Double> {
    field("shunt_b_historical_returned_to_battery_kwh")
  }
  /// Charge taken from the battery through shunt B, as the monitor keeps it. In Ah. Source: note table 19 row 57;
  /// spreadsheet row 778.
  public static var shuntBHistoricalRemovedFromBatteryAh: Field<Int> {
    field("shunt_b_historical_removed_from_battery_ah")
  }
  /// Energy taken from the battery through shunt B, as the monitor keeps it. In kWh. Source: note table 19 row 58;
  /// spreadsheet row 779.
  public static var shuntBHistoricalRemovedFromBatteryKwh: Field<Double> {
    field("shunt_b_historical_removed_from_battery_kwh")
  }
  /// Largest charging current at shunt B since the maxima were reset. In A. Source: note table 19 row 59; spreadsheet
  /// row 780.
  public static var shuntBMaximumChargeRate: Field<Double> { field("shunt_b_maximum_charge_rate") }
  /// Largest charging power at shunt B since the maxima were reset. In kW. Source: note table 19 row 60; spreadsheet
  /// row 781.
  public static var shuntBMaximumChargeRateKw: Field<Double> { field("shunt_b_maximum_charge_rate_kw") }
  /// Largest discharging current at shunt B since the maxima were reset. In A. Source: note table 19 row 61;
  /// spreadsheet row 782.
  public static var shuntBMaximumDischargeRate: Field<Double> { field("shunt_b_maximum_discharge_rate") }
  /// Largest discharging power at shunt B since the maxima were reset. In kW. Source: note table 19 row 62; spreadsheet
  /// row 783.
  public static var shuntBMaximumDischargeRateKw: Field<Double> { field("shunt_b_maximum_discharge_rate_kw") }
  /// Charge put into the battery through shunt C, as the monitor keeps it. In Ah. Source: note table 19 row 63;
  /// spreadsheet row 784.
  public static var shuntCHistoricalReturnedToBatteryAh: Field<Int> {
    field("shunt_c_historical_returned_to_battery_ah")
  }
  /// Energy put into the battery through shunt C, as the monitor keeps it. In kWh. Source: note table 19 row 64;
  /// spreadsheet row 785.
  public static var shuntCHistoricalReturnedToBatteryKwh: Field<Double> {
    field("shunt_c_historical_returned_to_battery_kwh")
  }
  /// Charge taken from the battery through shunt C, as the monitor keeps it. In Ah. Source: note table 19 row 65;
  /// spreadsheet row 786.
  public static var shuntCHistoricalRemovedFromBatteryAh: Field<Int> {
    field("shunt_c_historical_removed_from_battery_ah")
  }
  /// Energy taken from the battery through shunt C, as the monitor keeps it. In kWh. Source: note table 19 row 66;
  /// spreadsheet row 787.
  public static var shuntCHistoricalRemovedFromBatteryKwh: Field<Double> {
    field("shunt_c_historical_removed_from_battery_kwh")
  }
  /// Largest charging current at shunt C since the maxima were reset. In A. Source: note table 19 row 67; spreadsheet
  /// row 788.
  public static var shuntCMaximumChargeRate: Field<Double> { field("shunt_c_maximum_charge_rate") }
  /// Largest charging power at shunt C since the maxima were reset. In kW. Source: note table 19 row 68; spreadsheet
  /// row 789.
  public static var shuntCMaximumChargeRateKw: Field<Double> { field("shunt_c_maximum_charge_rate_kw") }
  /// Largest discharging current at shunt C since the maxima were reset. In A. Source: note table 19 row 69;
  /// spreadsheet row 790.
  public static var shuntCMaximumDischargeRate: Field<Double> { field("shunt_c_maximum_discharge_rate") }
  /// Largest discharging power at shunt C since the maxima were reset. In kW. Source: note table 19 row 70; spreadsheet
  /// row 791.
  public static var shuntCMaximumDischargeRateKw: Field<Double> { field("shunt_c_maximum_discharge_rate_kw") }
  /// Number whose complement resets shunt A's maxima; it changes by itself. Source: note table 19 row 71; spreadsheet
  /// row 792.
  public static var shuntAResetMaximumData: Field<Int> { field("shunt_a_reset_maximum_data") }
  /// Takes the complement of the reset code and then clears shunt A's maxima. Write-only, installer. Source: note table
  /// 19 row 72; spreadsheet row 793.
  public static var shuntAResetMaximumDataWriteComplement: Field<Int> {
    field("shunt_a_reset_maximum_data_write_complement")
  }
  /// Number whose complement resets shunt B's maxima; it changes by itself. Source: note table 19 row 73; spreadsheet
  /// row 794.
  public static var shuntBResetMaximumData: Field<Int> { field("shunt_b_reset_maximum_data") }
  /// Takes the complement of the reset code and then clears shunt B's maxima. Write-only, installer. Source: note table
  /// 19 row 74; spreadsheet row 795.
  public static var shuntBResetMaximumDataWriteComplement: Field<Int> {
    field("shunt_b_reset_maximum_data_write_complement")
  }
  /// Number whose complement resets shunt C's maxima; it changes by itself. Source: note table 19 row 75; spreadsheet
  /// row 796.
  public static var shuntCResetMaximumData: Field<Int> { field("shunt_c_reset_maximum_data") }
  /// Takes the complement of the reset code and then clears shunt C's maxima. Write-only, installer. Source: note table
  /// 19 row 76; spreadsheet row 797.
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
