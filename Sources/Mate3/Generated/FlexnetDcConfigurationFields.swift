// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Settings and day log of the FLEXnet DC battery monitor.
public enum FlexnetDcConfigurationFields {
  /// Number that identifies the block; 64119 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Port of the hub at which the device is plugged in.
  public static var portNumber: Field<Int> { field("port_number") }
  /// Power of ten that goes with the DC voltage values of this block.
  public static var dcVoltageSf: Field<Int> { field("dc_voltage_sf") }
  /// Power of ten that goes with the DC current values of this block.
  public static var dcCurrentSf: Field<Int> { field("dc_current_sf") }
  /// Power of ten that goes with the energy values of this block.
  public static var kwhSf: Field<Int> { field("kwh_sf") }
  /// The first part of the battery monitor's firmware version.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the battery monitor's firmware version.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the battery monitor's firmware version.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Capacity of the battery bank the state of charge refers to. In Ah.
  public static var batteryCapacity: Field<Int> { field("battery_capacity") }
  /// Battery voltage that belongs to the charged condition. In V.
  public static var chargedVolts: Field<Double> { field("charged_volts") }
  /// Time the charged condition has to hold before the battery counts as full. In min.
  public static var chargedTime: Field<Int> { field("charged_time") }
  /// Charge current below which the battery counts as full. In A.
  public static var batteryChargedAmps: Field<Double> { field("battery_charged_amps") }
  /// Share of the charge put in that the battery is expected to give back. In %.
  public static var chargeFactor: Field<Int> { field("charge_factor") }
  /// Whether shunt A is counted; here zero means that it is.
  public static var shuntAEnabled: Field<Enumerated.EnabledDisabled> { field("shunt_a_enabled") }
  /// Whether shunt B is counted; here zero means that it is.
  public static var shuntBEnabled: Field<Enumerated.EnabledDisabled> { field("shunt_b_enabled") }
  /// Whether shunt C is counted; here zero means that it is.
  public static var shuntCEnabled: Field<Enumerated.EnabledDisabled> { field("shunt_c_enabled") }
  /// Whether the relay is off, on, or follows its rules.
  public static var relayControl: Field<Enumerated.OffAutoOn> { field("relay_control") }
  /// Whether the relay works as usual or the other way round.
  public static var relayInvertLogic: Field<Enumerated.RelayInvertLogic> { field("relay_invert_logic") }
  /// Battery voltage above which the relay acts. In V.
  public static var relayHighVoltage: Field<Double> { field("relay_high_voltage") }
  /// Battery voltage below which the relay acts. In V.
  public static var relayLowVoltage: Field<Double> { field("relay_low_voltage") }
  /// State of charge above which the relay acts. In %.
  public static var relaySocHigh: Field<Int> { field("relay_soc_high") }
  /// State of charge below which the relay acts. In %.
  public static var relaySocLow: Field<Int> { field("relay_soc_low") }
  /// Time a high condition has to last before the relay acts. In min.
  public static var relayHighEnableDelay: Field<Int> { field("relay_high_enable_delay") }
  /// Time a low condition has to last before the relay acts. In min.
  public static var relayLowEnableDelay: Field<Int> { field("relay_low_enable_delay") }
  /// Which day the data log fields show; 0 is today, 1 yesterday. In d.
  public static var setDataLogDayOffset: Field<Int> { field("set_data_log_day_offset") }
  /// Which day the data log fields are showing. In d.
  public static var getCurrentDataLogDayOffset: Field<Int> { field("get_current_data_log_day_offset") }
  /// Lowest state of charge on the day shown. In %.
  public static var datalogMinimumSoc: Field<Int> { field("datalog_minimum_soc") }
  /// Charge put into the battery on the day shown. In Ah.
  public static var datalogInputAh: Field<Int> { field("datalog_input_ah") }
  /// Energy put into the battery on the day shown. In kWh.
  public static var datalogInputKwh: Field<Double> { field("datalog_input_kwh") }
  /// Charge taken from the battery on the day shown. In Ah.
  public static var datalogOutputAh: Field<Int> { field("datalog_output_ah") }
  /// Energy taken from the battery on the day shown. In kWh.
  public static var datalogOutputKwh: Field<Double> { field("datalog_output_kwh") }
  /// Charge in less charge out on the day shown. In Ah.
  public static var datalogNetAh: Field<Int> { field("datalog_net_ah") }
  /// Energy in less energy out on the day shown. In kWh.
  public static var datalogNetKwh: Field<Double> { field("datalog_net_kwh") }
  /// Number whose complement clears the data log; it changes by itself.
  public static var clearDataLogRead: Field<Int> { field("clear_data_log_read") }
  /// Takes the complement of the clearing code and then wipes the data log. Can only be written.
  public static var clearDataLogWriteComplement: Field<Int> { field("clear_data_log_write_complement") }
  /// Serial number of the device; many leave it empty.
  public static var serialNumber: Field<String> { field("serial_number") }
  /// Model of the device as it names itself.
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
