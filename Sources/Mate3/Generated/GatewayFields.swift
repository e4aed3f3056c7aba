// Made from registry_data by `mate3 registry generate`; not to be edited.

/// The gateway itself: network, mail, clock, generator rules, grid use and schedules.
public enum GatewayFields {
  /// The first part of the gateway's firmware version. Source: note table 1 row 3; spreadsheet row 5.
  public static var majorFirmwareNumber: Field<Int> { field("major_firmware_number") }
  /// The second part of the gateway's firmware version. Source: note table 1 row 4; spreadsheet row 6.
  public static var midFirmwareNumber: Field<Int> { field("mid_firmware_number") }
  /// The last part of the gateway's firmware version. Source: note table 1 row 5; spreadsheet row 7.
  public static var minorFirmwareNumber: Field<Int> { field("minor_firmware_number") }
  /// Hardware address of the gateway's Ethernet interface, as text; may be blank for a while after a restart. Source:
  /// note table 1 row 7; spreadsheet row 9.
  public static var macAddress: Field<String> { field("mac_address") }
  /// Whether the gateway asks a DHCP server for its address or uses the configured one. Command: never. Source: note
  /// table 1 row 9; spreadsheet row 11.
  public static var enableDhcp: Field<Enumerated.DisabledEnabled> { field("enable_dhcp") }
  /// IPv4 address configured for the gateway. Command: never. Source: note table 1 row 10; spreadsheet row 12.
  public static var tcpipAddress: Field<String> { field("tcpip_address") }
  /// IPv4 address of the router the gateway sends its outside traffic to. Command: never. Source: note table 1 row 11;
  /// spreadsheet row 13.
  public static var tcpipGatewayMsw: Field<String> { field("tcpip_gateway_msw") }
  /// IPv4 netmask configured for the gateway. Command: never. Source: note table 1 row 12; spreadsheet row 14.
  public static var tcpipNetmaskMsw: Field<String> { field("tcpip_netmask_msw") }
  /// IPv4 address of the first name server. Command: never. Source: note table 1 row 13; spreadsheet row 15.
  public static var tcpipDns1Msw: Field<String> { field("tcpip_dns_1_msw") }
  /// IPv4 address of the second name server. Command: never. Source: note table 1 row 14; spreadsheet row 16.
  public static var tcpipDns2Msw: Field<String> { field("tcpip_dns_2_msw") }
  /// TCP port on which the gateway answers Modbus, 502 as delivered. Command: never. Source: note table 1 row 15;
  /// spreadsheet row 17.
  public static var modbusPort: Field<Int> { field("modbus_port") }
  /// Host name of the server that outgoing mail is handed to. Command: never. Source: note table 1 row 16; spreadsheet
  /// row 18.
  public static var smtpServerName: Field<String> { field("smtp_server_name") }
  /// Account used to log in to the mail server. Command: never. Source: note table 1 row 17; spreadsheet row 19.
  public static var smtpAccountName: Field<String> { field("smtp_account_name") }
  /// Whether mail would be sent over an encrypted connection. Command: never. Source: note table 1 row 18; spreadsheet
  /// row 20.
  public static var smtpSslEnable: Field<Enumerated.DisabledEnabled> { field("smtp_ssl_enable") }
  /// User name that belongs to the mail account. Command: never. Source: note table 1 row 20; spreadsheet row 22.
  public static var smtpEmailUserName: Field<String> { field("smtp_email_user_name") }
  /// Hours between two status mails; zero sends none. 0 to 23. Command: never. Source: note table 1 row 21; spreadsheet
  /// row 23.
  public static var statusEmailInterval: Field<Int> { field("status_email_interval") }
  /// Hour of the day at which the first status mail goes out. Command: never. Source: note table 1 row 22; spreadsheet
  /// row 24.
  public static var statusEmailStatusTime: Field<Int> { field("status_email_status_time") }
  /// Subject text of status mails. Command: never. Source: note table 1 row 23; spreadsheet row 25.
  public static var statusEmailSubjectLine: Field<String> { field("status_email_subject_line") }
  /// First address that receives status mails. Command: never. Source: note table 1 row 24; spreadsheet row 26.
  public static var statusEmailToAddress1: Field<String> { field("status_email_to_address_1") }
  /// Second address that receives status mails. Command: never. Source: note table 1 row 25; spreadsheet row 27.
  public static var statusEmailToAddress2: Field<String> { field("status_email_to_address_2") }
  /// Whether the gateway mails alarms. Command: never. Source: note table 1 row 26; spreadsheet row 28.
  public static var alarmEmailEnable: Field<Enumerated.DisabledEnabled> { field("alarm_email_enable") }
  /// Name the owner gave the installation. Command: never. Source: spreadsheet row 29; note table 1 row 27.
  public static var systemName: Field<String> { field("system_name") }
  /// First address that receives alarm mails. Command: never. Source: spreadsheet row 30; note table 1 row 28.
  public static var alarmEmailToAddress1: Field<String> { field("alarm_email_to_address_1") }
  /// Second address that receives alarm mails. Command: never. Source: note table 1 row 29; spreadsheet row 31.
  public static var alarmEmailToAddress2: Field<String> { field("alarm_email_to_address_2") }
  /// Seconds between two records on the SD card; zero stops logging. 0 to 60. Command: setpoint. Source: note table 1
  /// row 32; spreadsheet row 34.
  public static var sdCardDataLogWriteInterval: Field<Int> { field("sd_card_data_log_write_interval") }
  /// Days that logs stay on the SD card; zero keeps them until the card is full. 0 to 731. Command: setpoint. Source:
  /// note table 1 row 33; spreadsheet row 35.
  public static var sdCardDataLogRetainDays: Field<Int> { field("sd_card_data_log_retain_days") }
  /// Whether and in which format the gateway logs to its SD card. Command: setpoint. Source: note table 1 row 34;
  /// spreadsheet row 36.
  public static var sdCardDataLoggingMode: Field<Enumerated.SdCardLoggingMode> { field("sd_card_data_logging_mode") }
  /// Host name of the time server. Command: never. Source: note table 1 row 35; spreadsheet row 37.
  public static var timeServerName: Field<String> { field("time_server_name") }
  /// Whether the clock follows the time server or is set by hand. Command: setpoint. Source: note table 1 row 36;
  /// spreadsheet row 38.
  public static var enableTimeServer: Field<Enumerated.DisabledEnabled> { field("enable_time_server") }
  /// Offset of local time from UTC in hours. In h, -12 to 14. Command: setpoint. Source: note table 1 row 37;
  /// spreadsheet row 39.
  public static var setTimeZone: Field<Double> { field("set_time_zone") }
  /// Whether charge controllers go to float together. Command: setpoint. Source: note table 1 row 38; spreadsheet row
  /// 40.
  public static var enableFloatCoordination: Field<Enumerated.DisabledEnabled> { field("enable_float_coordination") }
  /// Whether the battery monitor's charged condition ends the charge of all chargers. Command: setpoint. Source: note
  /// table 1 row 39; spreadsheet row 41.
  public static var enableFndcChargeTermination: Field<Enumerated.DisabledEnabled> {
    field("enable_fndc_charge_termination")
  }
  /// Whether the battery monitor decides when selling to the grid may begin. Command: setpoint. Source: note table 1
  /// row 40; spreadsheet row 42.
  public static var enableFndcGridTieControl: Field<Enumerated.DisabledEnabled> {
    field("enable_fndc_grid_tie_control")
  }
  /// Whether the gateway starts and stops a generator by its rules. Command: setpoint. Source: note table 1 row 43;
  /// spreadsheet row 45.
  public static var agsMode: Field<Enumerated.DisabledEnabled> { field("ags_mode") }
  /// Hub port of the device whose output starts the generator. 0 to 10. Command: setpoint. Source: note table 1 row 44;
  /// spreadsheet row 46.
  public static var agsPort: Field<Int> { field("ags_port") }
  /// Which output of a Radian starts the generator. Command: setpoint. Source: note table 1 row 45; spreadsheet row 47.
  public static var agsPortType: Field<Enumerated.AgsPortType> { field("ags_port_type") }
  /// Whether the generator gives AC, charges the battery directly, or does not exist. Command: setpoint. Source: note
  /// table 1 row 46; spreadsheet row 48.
  public static var agsGeneratorType: Field<Enumerated.AgsGeneratorType> { field("ags_generator_type") }
  /// Battery voltage that a DC generator holds in absorb. In V, as suits the system voltage. Command: setpoint. Source:
  /// note table 1 row 47; spreadsheet row 49.
  public static var agsDcGenAbsorbVoltage: Field<Double> { field("ags_dc_gen_absorb_voltage") }
  /// Time a DC generator holds the absorb voltage. In h. Command: setpoint. Source: note table 1 row 48; spreadsheet
  /// row 50.
  public static var agsDcGenAbsorbTime: Field<Double> { field("ags_dc_gen_absorb_time") }
  /// Time without success after which a generator start counts as failed. In min. Command: setpoint. Source: note table
  /// 1 row 49; spreadsheet row 51.
  public static var agsFaultTime: Field<Int> { field("ags_fault_time") }
  /// Time the generator runs on without load before it stops. In min. Command: setpoint. Source: note table 1 row 50;
  /// spreadsheet row 52.
  public static var agsGenCoolDownTime: Field<Int> { field("ags_gen_cool_down_time") }
  /// Time the generator runs without load before it is connected. In min. Command: setpoint. Source: note table 1 row
  /// 51; spreadsheet row 53.
  public static var agsGenWarmUpTime: Field<Int> { field("ags_gen_warm_up_time") }
  /// Whether the generator is run regularly to keep it fit. Command: setpoint. Source: note table 1 row 52; spreadsheet
  /// row 54.
  public static var agsGeneratorExerciseMode: Field<Enumerated.DisabledEnabled> { field("ags_generator_exercise_mode") }
  /// Hour of the day at which the exercise run begins. In h, 0 to 23. Command: setpoint. Source: note table 1 row 53;
  /// spreadsheet row 55.
  public static var agsExerciseStartHour: Field<Int> { field("ags_exercise_start_hour") }
  /// Minute of the hour at which the exercise run begins. In min, 0 to 59. Command: setpoint. Source: note table 1 row
  /// 54; spreadsheet row 56.
  public static var agsExerciseStartMinute: Field<Int> { field("ags_exercise_start_minute") }
  /// Day of the week for the exercise run. Command: setpoint. Source: note table 1 row 55; spreadsheet row 57.
  public static var agsExerciseDay: Field<Enumerated.Weekday> { field("ags_exercise_day") }
  /// How long the exercise run lasts. In min, 1 to 240. Command: setpoint. Source: note table 1 row 56; spreadsheet row
  /// 58.
  public static var agsExercisePeriod: Field<Int> { field("ags_exercise_period") }
  /// Weeks from one exercise run to the next. In weeks, 1 to 8. Command: setpoint. Source: note table 1 row 57;
  /// spreadsheet row 59.
  public static var agsExerciseInterval: Field<Int> { field("ags_exercise_interval") }
  /// Whether inverters may sell while the generator is exercised. Command: setpoint. Source: note table 1 row 58;
  /// spreadsheet row 60.
  public static var agsSellMode: Field<Enumerated.AgsSellMode> { field("ags_sell_mode") }
  /// Whether a low voltage lasting two minutes starts the generator. Command: setpoint. Source: note table 1 row 59;
  /// spreadsheet row 61.
  public static var ags2MinStartMode: Field<Enumerated.DisabledEnabled> { field("ags_2_min_start_mode") }
  /// Battery voltage that starts the generator when it is undercut for two minutes. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 1 row 60; spreadsheet row 62.
  public static var ags2MinStartVoltage: Field<Double> { field("ags_2_min_start_voltage") }
  /// Whether a low voltage lasting two hours starts the generator. Command: setpoint. Source: note table 1 row 61;
  /// spreadsheet row 63.
  public static var ags2HourStartMode: Field<Enumerated.DisabledEnabled> { field("ags_2_hour_start_mode") }
  /// Battery voltage that starts the generator when it is undercut for two hours. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 1 row 62; spreadsheet row 64.
  public static var ags2HourStartVoltage: Field<Double> { field("ags_2_hour_start_voltage") }
  /// Whether a low voltage lasting a day starts the generator. Command: setpoint. Source: note table 1 row 63;
  /// spreadsheet row 65.
  public static var ags24HourStartMode: Field<Enumerated.DisabledEnabled> { field("ags_24_hour_start_mode") }
  /// Battery voltage that starts the generator when it is undercut for 24 hours. In V, as suits the system voltage.
  /// Command: setpoint. Source: note table 1 row 64; spreadsheet row 66.
  public static var ags24HourStartVoltage: Field<Double> { field("ags_24_hour_start_voltage") }
  /// Whether a large load starts the generator. Command: setpoint. Source: note table 1 row 65; spreadsheet row 67.
  public static var agsLoadStartMode: Field<Enumerated.DisabledEnabled> { field("ags_load_start_mode") }
  /// Total load above which the generator is started. In kW. Command: setpoint. Source: note table 1 row 66;
  /// spreadsheet row 68.
  public static var agsLoadStartKw: Field<Int> { field("ags_load_start_kw") }
  /// Time the load has to stay high before the generator starts. In min. Command: setpoint. Source: note table 1 row
  /// 67; spreadsheet row 69.
  public static var agsLoadStartDelay: Field<Int> { field("ags_load_start_delay") }
  /// Total load below which a generator started by load is stopped. In kW. Command: setpoint. Source: note table 1 row
  /// 68; spreadsheet row 70.
  public static var agsLoadStopKw: Field<Int> { field("ags_load_stop_kw") }
  /// Time the load has to stay low before the generator stops. In min. Command: setpoint. Source: note table 1 row 69;
  /// spreadsheet row 71.
  public static var agsLoadStopDelay: Field<Int> { field("ags_load_stop_delay") }
  /// Whether a low state of charge starts the generator; needs a battery monitor. Command: setpoint. Source: note table
  /// 1 row 70; spreadsheet row 72.
  public static var agsSocStartMode: Field<Enumerated.DisabledEnabled> { field("ags_soc_start_mode") }
  /// State of charge below which the generator is started. In %. Command: setpoint. Source: note table 1 row 71;
  /// spreadsheet row 73.
  public static var agsSocStartPercentage: Field<Int> { field("ags_soc_start_percentage") }
  /// State of charge at which a generator started by it is stopped. In %. Command: setpoint. Source: note table 1 row
  /// 72; spreadsheet row 74.
  public static var agsSocStopPercentage: Field<Int> { field("ags_soc_stop_percentage") }
  /// Whether the generator is used from time to time to charge the battery fully. Command: setpoint. Source: note table
  /// 1 row 73; spreadsheet row 75.
  public static var agsEnableFullChargeMode: Field<Enumerated.DisabledEnabled> { field("ags_enable_full_charge_mode") }
  /// Days between two full charges by generator. In d. Command: setpoint. Source: note table 1 row 74; spreadsheet row
  /// 76.
  public static var agsFullChargeInterval: Field<Int> { field("ags_full_charge_interval") }
  /// Whether the generator has fixed times at which it runs. Command: setpoint. Source: note table 1 row 75;
  /// spreadsheet row 77.
  public static var agsMustRunMode: Field<Enumerated.DisabledEnabled> { field("ags_must_run_mode") }
  /// Hour at which the generator's must-run time begins on weekdays. In h, 0 to 23. Command: setpoint. Source: note
  /// table 1 row 76; spreadsheet row 78.
  public static var agsMustRunWeekdayStartHour: Field<Int> { field("ags_must_run_weekday_start_hour") }
  /// Minute at which the generator's must-run time begins on weekdays. In min, 0 to 59. Command: setpoint. Source: note
  /// table 1 row 77; spreadsheet row 79.
  public static var agsMustRunWeekdayStartMinute: Field<Int> { field("ags_must_run_weekday_start_minute") }
  /// Hour at which the generator's must-run time ends on weekdays. In h, 0 to 23. Command: setpoint. Source: note table
  /// 1 row 78; spreadsheet row 80.
  public static var agsMustRunWeekdayStopHour: Field<Int> { field("ags_must_run_weekday_stop_hour") }
  /// Minute at which the generator's must-run time ends on weekdays. In min, 0 to 59. Command: setpoint. Source: note
  /// table 1 row 79; spreadsheet row 81.
  public static var agsMustRunWeekdayStopMinute: Field<Int> { field("ags_must_run_weekday_stop_minute") }
  /// Hour at which the generator's must-run time begins at weekends. In h, 0 to 23. Command: setpoint. Source: note
  /// table 1 row 80; spreadsheet row 82.
  public static var agsMustRunWeekendStartHour: Field<Int> { field("ags_must_run_weekend_start_hour") }
  /// Minute at which the generator's must-run time begins at weekends. In min, 0 to 59. Command: setpoint. Source: note
  /// table 1 row 81; spreadsheet row 83.
  public static var agsMustRunWeekendStartMinute: Field<Int> { field("ags_must_run_weekend_start_minute") }
  /// Hour at which the generator's must-run time ends at weekends. In h, 0 to 23. Command: setpoint. Source: note table
  /// 1 row 82; spreadsheet row 84.
  public static var agsMustRunWeekendStopHour: Field<Int> { field("ags_must_run_weekend_stop_hour") }
  /// Minute at which the generator's must-run time ends at weekends. In min, 0 to 59. Command: setpoint. Source: note
  /// table 1 row 83; spreadsheet row 85.
  public static var agsMustRunWeekendStopMinute: Field<Int> { field("ags_must_run_weekend_stop_minute") }
  /// Whether there are times at which the generator stays off. Command: setpoint. Source: note table 1 row 84;
  /// spreadsheet row 86.
  public static var agsQuietTimeMode: Field<Enumerated.DisabledEnabled> { field("ags_quiet_time_mode") }
  /// Hour at which the generator's quiet time begins on weekdays. In h, 0 to 23. Command: setpoint. Source: note table
  /// 1 row 85; spreadsheet row 87.
  public static var agsQuietTimeWeekdayStartHour: Field<Int> { field("ags_quiet_time_weekday_start_hour") }
  /// Minute at which the generator's quiet time begins on weekdays. In min, 0 to 59. Command: setpoint. Source: note
  /// table 1 row 86; spreadsheet row 88.
  public static var agsQuietTimeWeekdayStartMinute: Field<Int> { field("ags_quiet_time_weekday_start_minute") }
  /// Hour at which the generator's quiet time ends on weekdays. In h, 0 to 23. Command: setpoint. Source: note table 1
  /// row 87; spreadsheet row 89.
  public static var agsQuietTimeWeekdayStopHour: Field<Int> { field("ags_quiet_time_weekday_stop_hour") }
  /// Minute at which the generator's quiet time ends on weekdays. In min, 0 to 59. Command: setpoint. Source: note
  /// table 1 row 88; spreadsheet row 90.
  public static var agsQuietTimeWeekdayStopMinute: Field<Int> { field("ags_quiet_time_weekday_stop_minute") }
  /// Hour at which the generator's quiet time begins at weekends. In h, 0 to 23. Command: setpoint. Source: note table
  /// 1 row 89; spreadsheet row 91.
  public static var agsQuietTimeWeekendStartHour: Field<Int> { field("ags_quiet_time_weekend_start_hour") }
  /// Minute at which the generator's quiet time begins at weekends. In min, 0 to 59. Command: setpoint. Source: note
  /// table 1 row 90; spreadsheet row 92.
  public static var agsQuietTimeWeekendStartMinute: Field<Int> { field("ags_quiet_time_weekend_start_minute") }
  /// Hour at which the generator's quiet time ends at weekends. In h, 0 to 23. Command: setpoint. Source: note table 1
  /// row 91; spreadsheet row 93.
  public static var agsQuietTimeWeekendStopHour: Field<Int> { field("ags_quiet_time_weekend_stop_hour") }
  /// Minute at which the generator's quiet time ends at weekends. In min, 0 to 59. Command: setpoint. Source: note
  /// table 1 row 92; spreadsheet row 94.
  public static var agsQuietTimeWeekendStopMinute: Field<Int> { field("ags_quiet_time_weekend_stop_minute") }
  /// Total time the generator has run; it can be overwritten. In min. Command: setpoint. Source: note table 1 row 93;
  /// spreadsheet row 95.
  public static var agsTotalGeneratorRunTime: Field<Int> { field("ags_total_generator_run_time") }
  /// Whether a full battery takes the system off the grid, and judged by what. Command: setpoint. Source: note table 1
  /// row 94; spreadsheet row 96.
  public static var hbxMode: Field<Enumerated.HbxMode> { field("hbx_mode") }
  /// Battery voltage below which the system returns to the grid. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 1 row 95; spreadsheet row 97.
  public static var hbxGridConnectVoltage: Field<Double> { field("hbx_grid_connect_voltage") }
  /// Time the battery has to stay low before the system returns to the grid. In h. Command: setpoint. Source: note
  /// table 1 row 96; spreadsheet row 98.
  public static var hbxGridConnectDelay: Field<Double> { field("hbx_grid_connect_delay") }
  /// Battery voltage above which the system leaves the grid. In V, as suits the system voltage. Command: setpoint.
  /// Source: note table 1 row 97; spreadsheet row 99.
  public static var hbxGridDisconnectVoltage: Field<Double> { field("hbx_grid_disconnect_voltage") }
  /// Time the battery has to stay high before the system leaves the grid. In h. Command: setpoint. Source: note table 1
  /// row 98; spreadsheet row 100.
  public static var hbxGridDisconnectDelay: Field<Double> { field("hbx_grid_disconnect_delay") }
  /// State of charge below which the system returns to the grid. In %. Command: setpoint. Source: note table 1 row 99;
  /// spreadsheet row 101.
  public static var hbxGridConnectSoc: Field<Int> { field("hbx_grid_connect_soc") }
  /// State of charge above which the system leaves the grid. In %. Command: setpoint. Source: note table 1 row 100;
  /// spreadsheet row 102.
  public static var hbxGridDisconnectSoc: Field<Int> { field("hbx_grid_disconnect_soc") }
  /// Whether grid use interval 1 is in force; within it the system may use the grid. Command: setpoint. Source: note
  /// table 1 row 101; spreadsheet row 103.
  public static var gridUseInterval1Mode: Field<Enumerated.DisabledEnabled> { field("grid_use_interval_1_mode") }
  /// Hour at which grid use interval 1 begins on weekdays. In h, 0 to 23. Command: setpoint. Source: note table 1 row
  /// 102; spreadsheet row 104.
  public static var gridUseInterval1WeekdayStartHour: Field<Int> { field("grid_use_interval_1_weekday_start_hour") }
  /// Minute at which grid use interval 1 begins on weekdays. In min, 0 to 59. Command: setpoint. Source: note table 1
  /// row 103; spreadsheet row 105.
  public static var gridUseInterval1WeekdayStartMinute: Field<Int> { field("grid_use_interval_1_weekday_start_minute") }
  /// Hour at which grid use interval 1 ends on weekdays. In h, 0 to 23. Command: setpoint. Source: note table 1 row
  /// 104; spreadsheet row 106.
  public static var gridUseInterval1WeekdayStopHour: Field<Int> { field("grid_use_interval_1_weekday_stop_hour") }
  /// Minute at which grid use interval 1 ends on weekdays. In min, 0 to 59. Command: setpoint. Source: note table 1 row
  /// 105; spreadsheet row 107.
  public static var gridUseInterval1WeekdayStopMinute: Field<Int> { field("grid_use_interval_1_weekday_stop_minute") }
  /// Hour at which grid use interval 1 begins at weekends. In h, 0 to 23. Command: setpoint. Source: note table 1 row
  /// 106; spreadsheet row 108.
  public static var gridUseInterval1WeekendStartHour: Field<Int> { field("grid_use_interval_1_weekend_start_hour") }
  /// Minute at which grid use interval 1 begins at weekends. In min, 0 to 59. Command: setpoint. Source: note table 1
  /// row 107; spreadsheet row 109.
  public static var gridUseInterval1WeekendStartMinute: Field<Int> { field("grid_use_interval_1_weekend_start_minute") }
  /// Hour at which grid use interval 1 ends at weekends. In h, 0 to 23. Command: setpoint. Source: note table 1 row
  /// 108; spreadsheet row 110.
  public static var gridUseInterval1WeekendStopHour: Field<Int> { field("grid_use_interval_1_weekend_stop_hour") }
  /// Minute at which grid use interval 1 ends at weekends. In min, 0 to 59. Command: setpoint. Source: note table 1 row
  /// 109; spreadsheet row 111.
  public static var gridUseInterval1WeekendStopMinute: Field<Int> { field("grid_use_interval_1_weekend_stop_minute") }
  /// Whether grid use interval 2 is in force; within it the system may use the grid. Command: setpoint. Source: note
  /// table 1 row 110; spreadsheet row 112.
  public static var gridUseInterval2Mode: Field<Enumerated.DisabledEnabled> { field("grid_use_interval_2_mode") }
  /// Hour at which grid use interval 2 begins on weekdays. In h, 0 to 23. Command: setpoint. Source: note table 1 row
  /// 111; spreadsheet row 113.
  public static var gridUseInterval2WeekdayStartHour: Field<Int> { field("grid_use_interval_2_weekday_start_hour") }
  /// Minute at which grid use interval 2 begins on weekdays. In min, 0 to 59. Command: setpoint. Source: note table 1
  /// row 112; spreadsheet row 114.
  public static var gridUseInterval2WeekdayStartMinute: Field<Int> { field("grid_use_interval_2_weekday_start_minute") }
  /// Hour at which grid use interval 2 ends on weekdays. In h, 0 to 23. Command: setpoint. Source: note table 1 row
  /// 113; spreadsheet row 115.
  public static var gridUseInterval2WeekdayStopHour: Field<Int> { field("grid_use_interval_2_weekday_stop_hour") }
  /// Minute at which grid use interval 2 ends on weekdays. In min, 0 to 59. Command: setpoint. Source: note table 1 row
  /// 114; spreadsheet row 116.
  public static var gridUseInterval2WeekdayStopMinute: Field<Int> { field("grid_use_interval_2_weekday_stop_minute") }
  /// Whether grid use interval 3 is in force; within it the system may use the grid. Command: setpoint. Source: note
  /// table 1 row 115; spreadsheet row 117.
  public static var gridUseInterval3Mode: Field<Enumerated.DisabledEnabled> { field("grid_use_interval_3_mode") }
  /// Hour at which grid use interval 3 begins on weekdays. In h, 0 to 23. Command: setpoint. Source: note table 1 row
  /// 116; spreadsheet row 118.
  public static var gridUseInterval3WeekdayStartHour: Field<Int> { field("grid_use_interval_3_weekday_start_hour") }
  /// Minute at which grid use interval 3 begins on weekdays. In min, 0 to 59. Command: setpoint. Source: note table 1
  /// row 117; spreadsheet row 119.
  public static var gridUseInterval3WeekdayStartMinute: Field<Int> { field("grid_use_interval_3_weekday_start_minute") }
  /// Hour at which grid use interval 3 ends on weekdays. In h, 0 to 23. Command: setpoint. Source: note table 1 row
  /// 118; spreadsheet row 120.
  public static var gridUseInterval3WeekdayStopHour: Field<Int> { field("grid_use_interval_3_weekday_stop_hour") }
  /// Minute at which grid use interval 3 ends on weekdays. In min, 0 to 59. Command: setpoint. Source: note table 1 row
  /// 119; spreadsheet row 121.
  public static var gridUseInterval3WeekdayStopMinute: Field<Int> { field("grid_use_interval_3_weekday_stop_minute") }
  /// Whether a large load connects the system to the grid. Command: setpoint. Source: note table 1 row 120; spreadsheet
  /// row 122.
  public static var loadGridTransferMode: Field<Enumerated.DisabledEnabled> { field("load_grid_transfer_mode") }
  /// Load above which the grid is connected. In kW. Command: setpoint. Source: note table 1 row 121; spreadsheet row
  /// 123.
  public static var loadGridTransferThreshold: Field<Double> { field("load_grid_transfer_threshold") }
  /// Time the load has to stay high before the grid is connected. In s. Command: setpoint. Source: note table 1 row
  /// 122; spreadsheet row 124.
  public static var loadGridTransferConnectDelay: Field<Int> { field("load_grid_transfer_connect_delay") }
  /// Time the load has to stay low before the grid is dropped. In s. Command: setpoint. Source: note table 1 row 123;
  /// spreadsheet row 125.
  public static var loadGridTransferDisconnectDelay: Field<Int> { field("load_grid_transfer_disconnect_delay") }
  /// Battery voltage below which the grid is connected whatever the load. In V, as suits the system voltage. Command:
  /// setpoint. Source: note table 1 row 124; spreadsheet row 126.
  public static var loadGridTransferConnectBatteryVoltage: Field<Double> {
    field("load_grid_transfer_connect_battery_voltage")
  }
  /// Battery voltage at which the low-battery rule of the load transfer lets go again. In V, as suits the system
  /// voltage. Command: setpoint. Source: note table 1 row 125; spreadsheet row 127.
  public static var loadGridTransferReConnectBatteryVoltage: Field<Double> {
    field("load_grid_transfer_re_connect_battery_voltage")
  }
  /// Whether one current limit holds for all charge controllers together. Command: setpoint. Source: note table 1 row
  /// 126; spreadsheet row 128.
  public static var globalChargerControlMode: Field<Enumerated.DisabledEnabled> { field("global_charger_control_mode") }
  /// Current that all charge controllers together may put into the battery. In A. Command: setpoint. Source: note table
  /// 1 row 127; spreadsheet row 129.
  public static var globalChargerControlOutputLimit: Field<Int> { field("global_charger_control_output_limit") }
  /// Whether the gateway steers an AC-coupled solar inverter through a Radian's AUX output. Command: setpoint. Source:
  /// note table 1 row 128; spreadsheet row 130.
  public static var radianAcCoupledControlMode: Field<Enumerated.DisabledEnabled> {
    field("radian_ac_coupled_control_mode")
  }
  /// Hub port of the Radian whose AUX output is used for AC coupling. 0 to 10. Command: setpoint. Source: note table 1
  /// row 129; spreadsheet row 131.
  public static var radianAcCoupledAuxPort: Field<Int> { field("radian_ac_coupled_aux_port") }
  /// Internet address to which the gateway reports. Command: never. Source: note table 1 row 131; spreadsheet row 133.
  public static var webReportingBaseUrl: Field<String> { field("web_reporting_base_url") }
  /// Whether somebody is logged in to the gateway's web interface. Command: never. Source: note table 1 row 132;
  /// spreadsheet row 134.
  public static var webUserLoggedInStatus: Field<Enumerated.WebUserStatus> { field("web_user_logged_in_status") }
  /// Kind of hub that connects the devices. Source: note table 1 row 133; spreadsheet row 135.
  public static var hubType: Field<Enumerated.HubType> { field("hub_type") }
  /// The first part of the hub's firmware version. Source: note table 1 row 134; spreadsheet row 136.
  public static var hubMajorFirmwareNumber: Field<Int> { field("hub_major_firmware_number") }
  /// The second part of the hub's firmware version. Source: note table 1 row 135; spreadsheet row 137.
  public static var hubMidFirmwareNumber: Field<Int> { field("hub_mid_firmware_number") }
  /// The last part of the hub's firmware version. Source: note table 1 row 136; spreadsheet row 138.
  public static var hubMinorFirmwareNumber: Field<Int> { field("hub_minor_firmware_number") }
  /// Year of the gateway's clock, four digits. Command: setpoint. Source: note table 1 row 137; spreadsheet row 139.
  public static var year: Field<Int> { field("year") }
  /// Month of the gateway's clock. 1 to 12. Command: setpoint. Source: note table 1 row 138; spreadsheet row 140.
  public static var month: Field<Int> { field("month") }
  /// Day of the month of the gateway's clock. 1 to 31. Command: setpoint. Source: note table 1 row 139; spreadsheet row
  /// 141.
  public static var day: Field<Int> { field("day") }
  /// Hour of the gateway's clock, local time. 0 to 23. Command: setpoint. Source: note table 1 row 140; spreadsheet row
  /// 142.
  public static var hour: Field<Int> { field("hour") }
  /// Minute of the gateway's clock. 0 to 59. Command: setpoint. Source: note table 1 row 141; spreadsheet row 143.
  public static var minute: Field<Int> { field("minute") }
  /// Second of the gateway's clock; a clock that stands still shows that the gateway has stopped updating. 0 to 59.
  /// Command: setpoint. Source: note table 1 row 142; spreadsheet row 144.
  public static var second: Field<Int> { field("second") }
  /// Battery temperature as the gateway knows it. In °C. Source: note table 1 row 143; spreadsheet row 145.
  public static var tempBattery: Field<Int> { field("temp_battery") }
  /// Temperature of the ambient sensor wired to the gateway. In °C. Source: note table 1 row 144; spreadsheet row 146.
  public static var tempAmbient: Field<Int> { field("temp_ambient") }
  /// Errors the gateway reports, among them the outcome of the last write. Source: note table 1 row 146; spreadsheet
  /// row 148.
  public static var error: Field<Flags.GatewayError> { field("error") }
  /// State bits of the gateway. Source: note table 1 row 147; spreadsheet row 149.
  public static var status: Field<Flags.GatewayStatus> { field("status") }
  /// Writing a port number here starts a firmware update of that device; the upper byte gives its progress. Command:
  /// never. Source: note table 1 row 148; spreadsheet row 150.
  public static var updateDeviceFirmwarePort: Field<Int> { field("update_device_firmware_port") }
  /// Model family of the gateway. Source: note table 1 row 149; spreadsheet row 151.
  public static var gatewayType: Field<Enumerated.GatewayType> { field("gateway_type") }
  /// Nominal battery voltage: 12, 24, 26, 36, 48 or 60 V. In V. Source: note table 1 row 150; spreadsheet row 152.
  public static var systemVoltage: Field<Int> { field("system_voltage") }
  /// Battery voltage the gateway works out from what its devices report. In V. Source: note table 1 row 151;
  /// spreadsheet row 153.
  public static var measuredSystemVoltage: Field<Double> { field("measured_system_voltage") }
  /// Time the gateway waits before it connects the generator's AC again. In min. Command: setpoint. Source: note table
  /// 1 row 152; spreadsheet row 154.
  public static var agsAcReconnectDelay: Field<Int> { field("ags_ac_reconnect_delay") }
  /// Whether inverters on different phases are coordinated. Command: setpoint. Source: note table 1 row 153;
  /// spreadsheet row 155.
  public static var multiPhaseCoordination: Field<Enumerated.DisabledEnabled> { field("multi_phase_coordination") }
  /// Input mode that schedule 1 sets at its time; -1 leaves the schedule unused. Command: setpoint. Source: note table
  /// 1 row 154; spreadsheet row 156.
  public static var sched1AcMode: Field<Enumerated.ScheduledAcMode> { field("sched_1_ac_mode") }
  /// Hour at which input mode schedule 1 takes effect. In h. Command: setpoint. Source: note table 1 row 155;
  /// spreadsheet row 157.
  public static var sched1AcModeHour: Field<Int> { field("sched_1_ac_mode_hour") }
  /// Minute at which input mode schedule 1 takes effect. In min. Command: setpoint. Source: note table 1 row 156;
  /// spreadsheet row 158.
  public static var sched1AcModeMinute: Field<Int> { field("sched_1_ac_mode_minute") }
  /// Input mode that schedule 2 sets at its time; -1 leaves the schedule unused. Command: setpoint. Source: note table
  /// 1 row 157; spreadsheet row 159.
  public static var sched2AcMode: Field<Enumerated.ScheduledAcMode> { field("sched_2_ac_mode") }
  /// Hour at which input mode schedule 2 takes effect. In h. Command: setpoint. Source: note table 1 row 158;
  /// spreadsheet row 160.
  public static var sched2AcModeHour: Field<Int> { field("sched_2_ac_mode_hour") }
  /// Minute at which input mode schedule 2 takes effect. In min. Command: setpoint. Source: note table 1 row 159;
  /// spreadsheet row 161.
  public static var sched2AcModeMinute: Field<Int> { field("sched_2_ac_mode_minute") }
  /// Input mode that schedule 3 sets at its time; -1 leaves the schedule unused. Command: setpoint. Source: note table
  /// 1 row 160; spreadsheet row 162.
  public static var sched3AcMode: Field<Enumerated.ScheduledAcMode> { field("sched_3_ac_mode") }
  /// Hour at which input mode schedule 3 takes effect. In h. Command: setpoint. Source: note table 1 row 161;
  /// spreadsheet row 163.
  public static var sched3AcModeHour: Field<Int> { field("sched_3_ac_mode_hour") }
  /// Minute at which input mode schedule 3 takes effect. In min. Command: setpoint. Source: note table 1 row 162;
  /// spreadsheet row 164.
  public static var sched3AcModeMinute: Field<Int> { field("sched_3_ac_mode_minute") }
  /// How often the gateway restarts by itself; its devices come back one by one afterwards. Command: setpoint. Source:
  /// note table 1 row 163; spreadsheet row 165.
  public static var autoReboot: Field<Enumerated.AutoReboot> { field("auto_reboot") }
  /// Register without a documented purpose. Command: never. Source: note table 1 row 165; spreadsheet row 167.
  public static var spareReg3: Field<Int> { field("spare_reg_3") }
  /// Register without a documented purpose. Command: never. Source: note table 1 row 166; spreadsheet row 168.
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
