// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Settings and day log of the FLEXnet DC battery monitor.
public enum FlexnetDcConfigurationFields {
  /// Port of the hub at which the device is plugged in. 1 to 10. Source: note table 18 row 3; spreadsheet row 682.
  public static var portNumber: Field<Int> { field("port_number") }
  /// The first part of the battery monitor's firmware version. Source: note table 18 row 7; spreadsheet row 686.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the battery monitor's firmware version. Source: note table 18 row 8; spreadsheet row 687.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the battery monitor's firmware version. Source: note table 18 row 9; spreadsheet row 688.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Capacity of the battery bank the state of charge refers to. In Ah. Command: setpoint. Source: note table 18 row
  /// 10; spreadsheet row 689.
  public static var batteryCapacity: Field<Int> { field("battery_capacity") }
  /// Battery voltage that belongs to the charged condition. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 18 row 11; spreadsheet row 690.
  public static var chargedVolts: Field<Double> { field("charged_volts") }
  /// Time the charged condition has to hold before the battery counts as full. In min. Command: setpoint. Source: note
  /// table 18 row 12; spreadsheet row 691.
  public static var chargedTime: Field<Int> { field("charged_time") }
  /// Charge current below which the battery counts as full. In A. Command: setpoint. Source: note table 18 row 13;
  /// spreadsheet row 692.
  public static var batteryChargedAmps: Field<Double> { field("battery_charged_amps") }
  /// Share of the charge put in that the battery is expected to give back. In %. Command: setpoint. Source: note table
  /// 18 row 14; spreadsheet row 693.
  public static var chargeFactor: Field<Int> { field("charge_factor") }
  /// Whether shunt A is counted; here zero means that it is. Command: setpoint. Source: note table 18 row 15;
  /// spreadsheet row 694.
  public static var shuntAEnabled: Field<Enumerated.EnabledDisabled> { field("shunt_a_enabled") }
  /// Whether shunt B is counted; here zero means that it is. Command: setpoint. Source: note table 18 row 16;
  /// spreadsheet row 695.
  public static var shuntBEnabled: Field<Enumerated.EnabledDisabled> { field("shunt_b_enabled") }
  /// Whether shunt C is counted; here zero means that it is. Command: setpoint. Source: note table 18 row 17;
  /// spreadsheet row 696.
  public static var shuntCEnabled: Field<Enumerated.EnabledDisabled> { field("shunt_c_enabled") }
  /// Whether the relay is off, on, or follows its rules. Command: operational. Source: note table 18 row 18;
  /// spreadsheet row 697.
  public static var relayControl: Field<Enumerated.OffAutoOn> { field("relay_control") }
  /// Whether the relay works as usual or the other way round. Command: setpoint. Source: note table 18 row 19;
  /// spreadsheet row 698.
  public static var relayInvertLogic: Field<Enumerated.RelayInvertLogic> { field("relay_invert_logic") }
  /// Battery voltage above which the relay acts. In V, as suits the system voltage. Command: setpoint. Source: note
  /// table 18 row 20; spreadsheet row 699.
  public static var relayHighVoltage: Field<Double> { field("relay_high_voltage") }
  /// Battery voltage below which the relay acts. In V, as suits the system voltage. Command: setpoint. Source: note
  /// table 18 row 21; spreadsheet row 700.
  public static var relayLowVoltage: Field<Double> { field("relay_low_voltage") }
  /// State of charge above which the relay acts. In %. Command: setpoint. Source: note table 18 row 22; spreadsheet row
  /// 701.
  public static var relaySocHigh: Field<Int> { field("relay_soc_high") }
  /// State of charge below which the relay acts. In %. Command: setpoint. Source: note table 18 row 23; spreadsheet row
  /// 702.
  public static var relaySocLow: Field<Int> { field("relay_soc_low") }
  /// Time a high condition has to last before the relay acts. In min. Command: setpoint. Source: note table 18 row 24;
  /// spreadsheet row 703.
  public static var relayHighEnableDelay: Field<Int> { field("relay_high_enable_delay") }
  /// Time a low condition has to last before the relay acts. In min. Command: setpoint. Source: note table 18 row 25;
  /// spreadsheet row 704.
  public static var relayLowEnableDelay: Field<Int> { field("relay_low_enable_delay") }
  /// Which day the data log fields show; 0 is today, 1 yesterday. In d, 0 to 400. Command: setpoint. Source: note table
  /// 18 row 26; spreadsheet row 705.
  public static var setDataLogDayOffset: Field<Int> { field("set_data_log_day_offset") }
  /// Which day the data log fields are showing. In d. Source: note table 18 row 27; spreadsheet row 706.
  public static var getCurrentDataLogDayOffset: Field<Int> { field("get_current_data_log_day_offset") }
  /// Lowest state of charge on the day shown. In %. Source: note table 18 row 28; spreadsheet row 707.
  public static var datalogMinimumSoc: Field<Int> { field("datalog_minimum_soc") }
  /// Charge put into the battery on the day shown. In Ah. Source: note table 18 row 29; spreadsheet row 708.
  public static var datalogInputAh: Field<Int> { field("datalog_input_ah") }
  /// Energy put into the battery on the day shown. In kWh. Source: note table 18 row 30; spreadsheet row 709.
  public static var datalogInputKwh: Field<Double> { field("datalog_input_kwh") }
  /// Charge taken from the battery on the day shown. In Ah. Source: note table 18 row 31; spreadsheet row 710.
  public static var datalogOutputAh: Field<Int> { field("datalog_output_ah") }
  /// Energy taken from the battery on the day shown. In kWh. Source: note table 18 row 32; spreadsheet row 711.
  public static var datalogOutputKwh: Field<Double> { field("datalog_output_kwh") }
  /// Charge in less charge out on the day shown. In Ah. Source: note table 18 row 33; spreadsheet row 712.
  public static var datalogNetAh: Field<Int> { field("datalog_net_ah") }
  /// Energy in less energy out on the day shown. In kWh. Source: note table 18 row 34; spreadsheet row 713.
  public static var datalogNetKwh: Field<Double> { field("datalog_net_kwh") }
  /// Number whose complement clears the data log; it changes by itself. Source: note table 18 row 35; spreadsheet row
  /// 714.
  public static var clearDataLogRead: Field<Int> { field("clear_data_log_read") }
  /// Takes the complement of the clearing code and then wipes the data log. Write-only, installer. Source: note table
  /// 18 row 36; spreadsheet row 715.
  public static var clearDataLogWriteComplement: Field<Int> { field("clear_data_log_write_complement") }
  /// Serial number of the device; many leave it empty. Source: note table 18 row 37; spreadsheet row 716.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Model of the device as it names itself. Source: note table 18 row 38; spreadsheet row 717.
  public static var modelNumber: Field<String> { field("model_number") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("flexnet_dc_configuration", name)
  }
}

extension Field {
  /// Settings and day log of the FLEXnet DC battery monitor.
  public static var flexnetDcConfiguration: FlexnetDcConfigurationFields.Type {
    FlexnetDcConfigurationFields.self
  }
}
