// Made from registry_data by `mate3 registry generate`; not to be edited.

/// The gateway itself: network, mail, clock, generator rules, grid use and schedules.
public enum GatewayFields {
  /// Number that identifies the block; 64110 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// The first part of the gateway's firmware version.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the gateway's firmware version.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the gateway's firmware version.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Hardware address of the gateway's Ethernet interface, as text; may be blank for a while after a restart.
  public static var macAddress: Field<String> { field("mac_address") }
  /// Whether the gateway asks a DHCP server for its address or uses the configured one.
  public static var enableDhcp: Field<Enumerated.DisabledEnabled> { field("enable_dhcp") }
  /// IPv4 address configured for the gateway.
  public static var tcpipAddress: Field<String> { field("tcpip_address") }
  /// IPv4 address of the router the gateway sends its outside traffic to.
  public static var tcpipGatewayMsw: Field<String> { field("tcpip_gateway_msw") }
  /// IPv4 netmask configured for the gateway.
  public static var tcpipNetmaskMsw: Field<String> { field("tcpip_netmask_msw") }
  /// IPv4 address of the first name server.
  public static var tcpipDns1Msw: Field<String> { field("tcpip_dns_1_msw") }
  /// IPv4 address of the second name server.
  public static var tcpipDns2Msw: Field<String> { field("tcpip_dns_2_msw") }
  /// TCP port on which the gateway answers Modbus, 502 as delivered.
  public static var modbusPort: Field<Int> { field("modbus_port") }
  /// Host name of the server that outgoing mail is handed to.
  public static var smtpServerName: Field<String> { field("smtp_server_name") }
  /// Account used to log in to the mail server.
  public static var smtpAccountName: Field<String> { field("smtp_account_name") }
  /// Whether mail would be sent over an encrypted connection.
  public static var smtpSslEnable: Field<Enumerated.DisabledEnabled> { field("smtp_ssl_enable") }
  /// User name that belongs to the mail account.
  public static var smtpEmailUserName: Field<String> { field("smtp_email_user_name") }
  /// Hours between two status mails; zero sends none.
  public static var statusEmailInterval: Field<Int> { field("status_email_interval") }
  /// Hour of the day at which the first status mail goes out.
  public static var statusEmailStatusTime: Field<Int> { field("status_email_status_time") }
  /// Subject text of status mails.
  public static var statusEmailSubjectLine: Field<String> { field("status_email_subject_line") }
  /// First address that receives status mails.
  public static var statusEmailToAddress1: Field<String> { field("status_email_to_address_1") }
  /// Second address that receives status mails.
  public static var statusEmailToAddress2: Field<String> { field("status_email_to_address_2") }
  /// Whether the gateway mails alarms.
  public static var alarmEmailEnable: Field<Enumerated.DisabledEnabled> { field("alarm_email_enable") }
  /// Name the owner gave the installation.
  public static var systemName: Field<String> { field("system_name") }
  /// First address that receives alarm mails.
  public static var alarmEmailToAddress1: Field<String> { field("alarm_email_to_address_1") }
  /// Second address that receives alarm mails.
  public static var alarmEmailToAddress2: Field<String> { field("alarm_email_to_address_2") }
  /// Seconds between two records on the SD card; zero stops logging.
  public static var sdCardDataLogWriteInterval: Field<Int> { field("sd_card_data_log_write_interval") }
  /// Days that logs stay on the SD card; zero keeps them until the card is full.
  public static var sdCardDataLogRetainDays: Field<Int> { field("sd_card_data_log_retain_days") }
  /// Whether and in which format the gateway logs to its SD card.
  public static var sdCardDataLoggingMode: Field<Enumerated.SdCardLoggingMode> { field("sd_card_data_logging_mode") }
  /// Host name of the time server.
  public static var timeServerName: Field<String> { field("time_server_name") }
  /// Whether the clock follows the time server or is set by hand.
  public static var enableTimeServer: Field<Enumerated.DisabledEnabled> { field("enable_time_server") }
  /// Offset of local time from UTC in hours. In h.
  public static var setTimeZone: Field<Double> { field("set_time_zone") }
  /// Whether charge controllers go to float together.
  public static var enableFloatCoordination: Field<Enumerated.DisabledEnabled> { field("enable_float_coordination") }
  /// Whether the battery monitor's charged condition ends the charge of all chargers.
  public static var enableFndcChargeTermination: Field<Enumerated.DisabledEnabled> {
    field("enable_fndc_charge_termination")
  }
  /// Whether the battery monitor decides when selling to the grid may begin.
  public static var enableFndcGridTieControl: Field<Enumerated.DisabledEnabled> {
    field("enable_fndc_grid_tie_control")
  }
  /// Power of ten that goes with the DC voltage values of this block.
  public static var voltageSf: Field<Int> { field("voltage_sf") }
  /// Power of ten that goes with the hour values of this block.
  public static var hourSf: Field<Int> { field("hour_sf") }
  /// Whether the gateway starts and stops a generator by its rules.
  public static var agsMode: Field<Enumerated.DisabledEnabled> { field("ags_mode") }
  /// Hub port of the device whose output starts the generator.
  public static var agsPort: Field<Int> { field("ags_port") }
  /// Which output of a Radian starts the generator.
  public static var agsPortType: Field<Enumerated.AgsPortType> { field("ags_port_type") }
  /// Whether the generator gives AC, charges the battery directly, or does not exist.
  public static var agsGeneratorType: Field<Enumerated.AgsGeneratorType> { field("ags_generator_type") }
  /// Battery voltage that a DC generator holds in absorb. In V.
  public static var agsDcGenAbsorbVoltage: Field<Double> { field("ags_dc_gen_absorb_voltage") }
  /// Time a DC generator holds the absorb voltage. In h.
  public static var agsDcGenAbsorbTime: Field<Double> { field("ags_dc_gen_absorb_time") }
  /// Time without success after which a generator start counts as failed. In min.
  public static var agsFaultTime: Field<Int> { field("ags_fault_time") }
  /// Time the generator runs on without load before it stops. In min.
  public static var agsGenCoolDownTime: Field<Int> { field("ags_gen_cool_down_time") }
  /// Time the generator runs without load before it is connected. In min.
  public static var agsGenWarmUpTime: Field<Int> { field("ags_gen_warm_up_time") }
  /// Whether the generator is run regularly to keep it fit.
  public static var agsGeneratorExerciseMode: Field<Enumerated.DisabledEnabled> { field("ags_generator_exercise_mode") }
  /// Hour of the day at which the exercise run begins. In h.
  public static var agsExerciseStartHour: Field<Int> { field("ags_exercise_start_hour") }
  /// Minute of the hour at which the exercise run begins. In min.
  public static var agsExerciseStartMinute: Field<Int> { field("ags_exercise_start_minute") }
  /// Day of the week for the exercise run.
  public static var agsExerciseDay: Field<Enumerated.Weekday> { field("ags_exercise_day") }
  /// How long the exercise run lasts. In min.
  public static var agsExercisePeriod: Field<Int> { field("ags_exercise_period") }
  /// Weeks from one exercise run to the next. In weeks.
  public static var agsExerciseInterval: Field<Int> { field("ags_exercise_interval") }
  /// Whether inverters may sell while the generator is exercised.
  public static var agsSellMode: Field<Enumerated.AgsSellMode> { field("ags_sell_mode") }
  /// Whether a low voltage lasting two minutes starts the generator.
  public static var ags2MinStartMode: Field<Enumerated.DisabledEnabled> { field("ags_2_min_start_mode") }
  /// Battery voltage that starts the generator when it is undercut for two minutes. In V.
  public static var ags2MinStartVoltage: Field<Double> { field("ags_2_min_start_voltage") }
  /// Whether a low voltage lasting two hours starts the generator.
  public static var ags2HourStartMode: Field<Enumerated.DisabledEnabled> { field("ags_2_hour_start_mode") }
  /// Battery voltage that starts the generator when it is undercut for two hours. In V.
  public static var ags2HourStartVoltage: Field<Double> { field("ags_2_hour_start_voltage") }
  /// Whether a low voltage lasting a day starts the generator.
  public static var ags24HourStartMode: Field<Enumerated.DisabledEnabled> { field("ags_24_hour_start_mode") }
  /// Battery voltage that starts the generator when it is undercut for 24 hours. In V.
  public static var ags24HourStartVoltage: Field<Double> { field("ags_24_hour_start_voltage") }
  /// Whether a large load starts the generator.
  public static var agsLoadStartMode: Field<Enumerated.DisabledEnabled> { field("ags_load_start_mode") }
  /// Total load above which the generator is started. In kW.
  public static var agsLoadStartKw: Field<Int> { field("ags_load_start_kw") }
  /// Time the load has to stay high before the generator starts. In min.
  public static var agsLoadStartDelay: Field<Int> { field("ags_load_start_delay") }
  /// Total load below which a generator started by load is stopped. In kW.
  public static var agsLoadStopKw: Field<Int> { field("ags_load_stop_kw") }
  /// Time the load has to stay low before the generator stops. In min.
  public static var agsLoadStopDelay: Field<Int> { field("ags_load_stop_delay") }
  /// Whether a low state of charge starts the generator; needs a battery monitor.
  public static var agsSocStartMode: Field<Enumerated.DisabledEnabled> { field("ags_soc_start_mode") }
  /// State of charge below which the generator is started. In %.
  public static var agsSocStartPercentage: Field<Int> { field("ags_soc_start_percentage") }
  /// State of charge at which a generator started by it is stopped. In %.
  public static var agsSocStopPercentage: Field<Int> { field("ags_soc_stop_percentage") }
  /// Whether the generator is used from time to time to charge the battery fully.
  public static var agsEnableFullChargeMode: Field<Enumerated.DisabledEnabled> { field("ags_enable_full_charge_mode") }
  /// Days between two full charges by generator. In d.
  public static var agsFullChargeInterval: Field<Int> { field("ags_full_charge_interval") }
  /// Whether the generator has fixed times at which it runs.
  public static var agsMustRunMode: Field<Enumerated.DisabledEnabled> { field("ags_must_run_mode") }
  /// Hour at which the generator's must-run time begins on weekdays. In h.
  public static var agsMustRunWeekdayStartHour: Field<Int> { field("ags_must_run_weekday_start_hour") }
  /// Minute at which the generator's must-run time begins on weekdays. In min.
  public static var agsMustRunWeekdayStartMinute: Field<Int> { field("ags_must_run_weekday_start_minute") }
  /// Hour at which the generator's must-run time ends on weekdays. In h.
  public static var agsMustRunWeekdayStopHour: Field<Int> { field("ags_must_run_weekday_stop_hour") }
  /// Minute at which the generator's must-run time ends on weekdays. In min.
  public static var agsMustRunWeekdayStopMinute: Field<Int> { field("ags_must_run_weekday_stop_minute") }
  /// Hour at which the generator's must-run time begins at weekends. In h.
  public static var agsMustRunWeekendStartHour: Field<Int> { field("ags_must_run_weekend_start_hour") }
  /// Minute at which the generator's must-run time begins at weekends. In min.
  public static var agsMustRunWeekendStartMinute: Field<Int> { field("ags_must_run_weekend_start_minute") }
  /// Hour at which the generator's must-run time ends at weekends. In h.
  public static var agsMustRunWeekendStopHour: Field<Int> { field("ags_must_run_weekend_stop_hour") }
  /// Minute at which the generator's must-run time ends at weekends. In min.
  public static var agsMustRunWeekendStopMinute: Field<Int> { field("ags_must_run_weekend_stop_minute") }
  /// Whether there are times at which the generator stays off.
  public static var agsQuietTimeMode: Field<Enumerated.DisabledEnabled> { field("ags_quiet_time_mode") }
  /// Hour at which the generator's quiet time begins on weekdays. In h.
  public static var agsQuietTimeWeekdayStartHour: Field<Int> { field("ags_quiet_time_weekday_start_hour") }
  /// Minute at which the generator's quiet time begins on weekdays. In min.
  public static var agsQuietTimeWeekdayStartMinute: Field<Int> { field("ags_quiet_time_weekday_start_minute") }
  /// Hour at which the generator's quiet time ends on weekdays. In h.
  public static var agsQuietTimeWeekdayStopHour: Field<Int> { field("ags_quiet_time_weekday_stop_hour") }
  /// Minute at which the generator's quiet time ends on weekdays. In min.
  public static var agsQuietTimeWeekdayStopMinute: Field<Int> { field("ags_quiet_time_weekday_stop_minute") }
  /// Hour at which the generator's quiet time begins at weekends. In h.
  public static var agsQuietTimeWeekendStartHour: Field<Int> { field("ags_quiet_time_weekend_start_hour") }
  /// Minute at which the generator's quiet time begins at weekends. In min.
  public static var agsQuietTimeWeekendStartMinute: Field<Int> { field("ags_quiet_time_weekend_start_minute") }
  /// Hour at which the generator's quiet time ends at weekends. In h.
  public static var agsQuietTimeWeekendStopHour: Field<Int> { field("ags_quiet_time_weekend_stop_hour") }
  /// Minute at which the generator's quiet time ends at weekends. In min.
  public static var agsQuietTimeWeekendStopMinute: Field<Int> { field("ags_quiet_time_weekend_stop_minute") }
  /// Total time the generator has run; it can be overwritten. In min.
  public static var agsTotalGeneratorRunTime: Field<Int> { field("ags_total_generator_run_time") }
  /// Whether a full battery takes the system off the grid, and judged by what.
  public static var hbxMode: Field<Enumerated.HbxMode> { field("hbx_mode") }
  /// Battery voltage below which the system returns to the grid. In V.
  public static var hbxGridConnectVoltage: Field<Double> { field("hbx_grid_connect_voltage") }
  /// Time the battery has to stay low before the system returns to the grid. In h.
  public static var hbxGridConnectDelay: Field<Double> { field("hbx_grid_connect_delay") }
  /// Battery voltage above which the system leaves the grid. In V.
  public static var hbxGridDisconnectVoltage: Field<Double> { field("hbx_grid_disconnect_voltage") }
  /// Time the battery has to stay high before the system leaves the grid. In h.
  public static var hbxGridDisconnectDelay: Field<Double> { field("hbx_grid_disconnect_delay") }
  /// State of charge below which the system returns to the grid. In %.
  public static var hbxGridConnectSoc: Field<Int> { field("hbx_grid_connect_soc") }
  /// State of charge above which the system leaves the grid. In %.
  public static var hbxGridDisconnectSoc: Field<Int> { field("hbx_grid_disconnect_soc") }
  /// Whether grid use interval 1 is in force; within it the system may use the grid.
  public static var gridUseInterval1Mode: Field<Enumerated.DisabledEnabled> { field("grid_use_interval_1_mode") }
  /// Hour at which grid use interval 1 begins on weekdays. In h.
  public static var gridUseInterval1WeekdayStartHour: Field<Int> { field("grid_use_interval_1_weekday_start_hour") }
  /// Minute at which grid use interval 1 begins on weekdays. In min.
  public static var gridUseInterval1WeekdayStartMinute: Field<Int> { field("grid_use_interval_1_weekday_start_minute") }
  /// Hour at which grid use interval 1 ends on weekdays. In h.
  public static var gridUseInterval1WeekdayStopHour: Field<Int> { field("grid_use_interval_1_weekday_stop_hour") }
  /// Minute at which grid use interval 1 ends on weekdays. In min.
  public static var gridUseInterval1WeekdayStopMinute: Field<Int> { field("grid_use_interval_1_weekday_stop_minute") }
  /// Hour at which grid use interval 1 begins at weekends. In h.
  public static var gridUseInterval1WeekendStartHour: Field<Int> { field("grid_use_interval_1_weekend_start_hour") }
  /// Minute at which grid use interval 1 begins at weekends. In min.
  public static var gridUseInterval1WeekendStartMinute: Field<Int> { field("grid_use_interval_1_weekend_start_minute") }
  /// Hour at which grid use interval 1 ends at weekends. In h.
  public static var gridUseInterval1WeekendStopHour: Field<Int> { field("grid_use_interval_1_weekend_stop_hour") }
  /// Minute at which grid use interval 1 ends at weekends. In min.
  public static var gridUseInterval1WeekendStopMinute: Field<Int> { field("grid_use_interval_1_weekend_stop_minute") }
  /// Whether grid use interval 2 is in force; within it the system may use the grid.
  public static var gridUseInterval2Mode: Field<Enumerated.DisabledEnabled> { field("grid_use_interval_2_mode") }
  /// Hour at which grid use interval 2 begins on weekdays. In h.
  public static var gridUseInterval2WeekdayStartHour: Field<Int> { field("grid_use_interval_2_weekday_start_hour") }
  /// Minute at which grid use interval 2 begins on weekdays. In min.
  public static var gridUseInterval2WeekdayStartMinute: Field<Int> { field("grid_use_interval_2_weekday_start_minute") }
  /// Hour at which grid use interval 2 ends on weekdays. In h.
  public static var gridUseInterval2WeekdayStopHour: Field<Int> { field("grid_use_interval_2_weekday_stop_hour") }
  /// Minute at which grid use interval 2 ends on weekdays. In min.
  public static var gridUseInterval2WeekdayStopMinute: Field<Int> { field("grid_use_interval_2_weekday_stop_minute") }
  /// Whether grid use interval 3 is in force; within it the system may use the grid.
  public static var gridUseInterval3Mode: Field<Enumerated.DisabledEnabled> { field("grid_use_interval_3_mode") }
  /// Hour at which grid use interval 3 begins on weekdays. In h.
  public static var gridUseInterval3WeekdayStartHour: Field<Int> { field("grid_use_interval_3_weekday_start_hour") }
  /// Minute at which grid use interval 3 begins on weekdays. In min.
  public static var gridUseInterval3WeekdayStartMinute: Field<Int> { field("grid_use_interval_3_weekday_start_minute") }
  /// Hour at which grid use interval 3 ends on weekdays. In h.
  public static var gridUseInterval3WeekdayStopHour: Field<Int> { field("grid_use_interval_3_weekday_stop_hour") }
  /// Minute at which grid use interval 3 ends on weekdays. In min.
  public static var gridUseInterval3WeekdayStopMinute: Field<Int> { field("grid_use_interval_3_weekday_stop_minute") }
  /// Whether a large load connects the system to the grid.
  public static var loadGridTransferMode: Field<Enumerated.DisabledEnabled> { field("load_grid_transfer_mode") }
  /// Load above which the grid is connected. In kW.
  public static var loadGridTransferThreshold: Field<Double> { field("load_grid_transfer_threshold") }
  /// Time the load has to stay high before the grid is connected. In s.
  public static var loadGridTransferConnectDelay: Field<Int> { field("load_grid_transfer_connect_delay") }
  /// Time the load has to stay low before the grid is dropped. In s.
  public static var loadGridTransferDisconnectDelay: Field<Int> { field("load_grid_transfer_disconnect_delay") }
  /// Battery voltage below which the grid is connected whatever the load. In V.
  public static var loadGridTransferConnectBatteryVoltage: Field<Double> {
    field("load_grid_transfer_connect_battery_voltage")
  }
  /// Battery voltage at which the low-battery rule of the load transfer lets go again. In V.
  public static var loadGridTransferReConnectBatteryVoltage: Field<Double> {
    field("load_grid_transfer_re_connect_battery_voltage")
  }
  /// Whether one current limit holds for all charge controllers together.
  public static var globalChargerControlMode: Field<Enumerated.DisabledEnabled> { field("global_charger_control_mode") }
  /// Current that all charge controllers together may put into the battery. In A.
  public static var globalChargerControlOutputLimit: Field<Int> { field("global_charger_control_output_limit") }
  /// Whether the gateway steers an AC-coupled solar inverter through a Radian's AUX output.
  public static var radianAcCoupledControlMode: Field<Enumerated.DisabledEnabled> {
    field("radian_ac_coupled_control_mode")
  }
  /// Hub port of the Radian whose AUX output is used for AC coupling.
  public static var radianAcCoupledAuxPort: Field<Int> { field("radian_ac_coupled_aux_port") }
  /// Internet address to which the gateway reports.
  public static var webReportingBaseUrl: Field<String> { field("web_reporting_base_url") }
  /// Whether somebody is logged in to the gateway's web interface.
  public static var webUserLoggedInStatus: Field<Enumerated.WebUserStatus> { field("web_user_logged_in_status") }
  /// Kind of hub that connects the devices.
  public static var hubType: Field<Enumerated.HubType> { field("hub_type") }
  /// The first part of the hub's firmware version.
  public static var hubMajorFirmwareNumber: Field<Int> { field("hub_major_firmware_number") }
  /// The second part of the hub's firmware version.
  public static var hubMidFirmwareNumber: Field<Int> { field("hub_mid_firmware_number") }
  /// The last part of the hub's firmware version.
  public static var hubMinorFirmwareNumber: Field<Int> { field("hub_minor_firmware_number") }
  /// Year of the gateway's clock, four digits.
  public static var year: Field<Int> { field("year") }
  /// Month of the gateway's clock.
  public static var month: Field<Int> { field("month") }
  /// Day of the month of the gateway's clock.
  public static var day: Field<Int> { field("day") }
  /// Hour of the gateway's clock, local time.
  public static var hour: Field<Int> { field("hour") }
  /// Minute of the gateway's clock.
  public static var minute: Field<Int> { field("minute") }
  /// Second of the gateway's clock; a clock that stands still shows that the gateway has stopped updating.
  public static var second: Field<Int> { field("second") }
  /// Battery temperature as the gateway knows it. In °C.
  public static var tempBattery: Field<Int> { field("temp_battery") }
  /// Temperature of the ambient sensor wired to the gateway. In °C.
  public static var tempAmbient: Field<Int> { field("temp_ambient") }
  /// Power of ten that goes with the temperature values of this block.
  public static var tempSf: Field<Int> { field("temp_sf") }
  /// Errors the gateway reports, among them the outcome of the last write.
  public static var error: Field<Flags.GatewayError> { field("error") }
  /// State bits of the gateway.
  public static var status: Field<Flags.GatewayStatus> { field("status") }
  /// Writing a port number here starts a firmware update of that device; the upper byte gives its progress.
  public static var updateDeviceFirmwarePort: Field<Int> { field("update_device_firmware_port") }
  /// Model family of the gateway.
  public static var gatewayType: Field<Enumerated.GatewayType> { field("gateway_type") }
  /// Nominal battery voltage: 12, 24, 26, 48 or 60 V. In V.
  public static var systemVoltage: Field<Int> { field("system_voltage") }
  /// Battery voltage the gateway works out from what its devices report. In V.
  public static var measuredSystemVoltage: Field<Double> { field("measured_system_voltage") }
  /// Time the gateway waits before it connects the generator's AC again. In min.
  public static var agsAcReconnectDelay: Field<Int> { field("ags_ac_reconnect_delay") }
  /// Whether inverters on different phases are coordinated.
  public static var multiPhaseCoordination: Field<Enumerated.DisabledEnabled> { field("multi_phase_coordination") }
  /// Input mode that schedule 1 sets at its time; -1 leaves the schedule unused.
  public static var sched1AcMode: Field<Enumerated.ScheduledAcMode> { field("sched_1_ac_mode") }
  /// Hour at which input mode schedule 1 takes effect. In h.
  public static var sched1AcModeHour: Field<Int> { field("sched_1_ac_mode_hour") }
  /// Minute at which input mode schedule 1 takes effect. In min.
  public static var sched1AcModeMinute: Field<Int> { field("sched_1_ac_mode_minute") }
  /// Input mode that schedule 2 sets at its time; -1 leaves the schedule unused.
  public static var sched2AcMode: Field<Enumerated.ScheduledAcMode> { field("sched_2_ac_mode") }
  /// Hour at which input mode schedule 2 takes effect. In h.
  public static var sched2AcModeHour: Field<Int> { field("sched_2_ac_mode_hour") }
  /// Minute at which input mode schedule 2 takes effect. In min.
  public static var sched2AcModeMinute: Field<Int> { field("sched_2_ac_mode_minute") }
  /// Input mode that schedule 3 sets at its time; -1 leaves the schedule unused.
  public static var sched3AcMode: Field<Enumerated.ScheduledAcMode> { field("sched_3_ac_mode") }
  /// Hour at which input mode schedule 3 takes effect. In h.
  public static var sched3AcModeHour: Field<Int> { field("sched_3_ac_mode_hour") }
  /// Minute at which input mode schedule 3 takes effect. In min.
  public static var sched3AcModeMinute: Field<Int> { field("sched_3_ac_mode_minute") }
  /// How often the gateway restarts by itself; its devices come back one by one afterwards.
  public static var autoReboot: Field<Enumerated.AutoReboot> { field("auto_reboot") }
  /// Power of ten that goes with the time zone values of this block.
  public static var timeZoneSf: Field<Int> { field("time_zone_sf") }
  /// Register without a documented purpose.
  public static var spareReg3: Field<Int> { field("spare_reg_3") }
  /// Register without a documented purpose.
  public static var spareReg4: Field<Int> { field("spare_reg_4") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("gateway", name)
  }
}

extension Field {
  /// The gateway itself: network, mail, clock, generator rules, grid use and schedules.
  public static var gateway: GatewayFields.Type {
    GatewayFields.self
  }
}
