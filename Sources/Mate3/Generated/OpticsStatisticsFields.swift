// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Counts and times of the packets exchanged with the OPTICS server.
public enum OpticsStatisticsFields {
  /// Shortest time a boot packet to the OPTICS server took. In ms. Source: spreadsheet row 1021.
  public static var btMin: Field<Int> { field("bt_min") }
  /// Longest time a boot packet to the OPTICS server took. In ms. Source: spreadsheet row 1022.
  public static var btMax: Field<Int> { field("bt_max") }
  /// Average time of boot packets to the OPTICS server. In ms. Source: spreadsheet row 1023.
  public static var btAve: Field<Int> { field("bt_ave") }
  /// Number of boot packets the gateway tried to send. Source: spreadsheet row 1024.
  public static var btAttempts: Field<Int> { field("bt_attempts") }
  /// Number of boot packets the OPTICS server answered with an error. Source: spreadsheet row 1025.
  public static var btErrors: Field<Int> { field("bt_errors") }
  /// Number of boot packets the OPTICS server did not answer in time. Source: spreadsheet row 1026.
  public static var btTimeouts: Field<Int> { field("bt_timeouts") }
  /// Time the gateway waits for an answer to a boot packet. In s. Source: spreadsheet row 1027.
  public static var btPacketTimeout: Field<Int> { field("bt_packet_timeout") }
  /// Shortest time a map packet to the OPTICS server took. In ms. Source: spreadsheet row 1028.
  public static var mpMin: Field<Int> { field("mp_min") }
  /// Longest time a map packet to the OPTICS server took. In ms. Source: spreadsheet row 1029.
  public static var mpMax: Field<Int> { field("mp_max") }
  /// Average time of map packets to the OPTICS server. In ms. Source: spreadsheet row 1030.
  public static var mpAve: Field<Int> { field("mp_ave") }
  /// Number of map packets the gateway tried to send. Source: spreadsheet row 1031.
  public static var mpAttempts: Field<Int> { field("mp_attempts") }
  /// Number of map packets the OPTICS server answered with an error. Source: spreadsheet row 1032.
  public static var mpErrors: Field<Int> { field("mp_errors") }
  /// Number of map packets the OPTICS server did not answer in time. Source: spreadsheet row 1033.
  public static var mpTimeouts: Field<Int> { field("mp_timeouts") }
  /// Time the gateway waits for an answer to a map packet. In s. Source: spreadsheet row 1034.
  public static var mpPacketTimeout: Field<Int> { field("mp_packet_timeout") }
  /// Shortest time a configuration packet to the OPTICS server took. In ms. Source: spreadsheet row 1035.
  public static var cuMin: Field<Int> { field("cu_min") }
  /// Longest time a configuration packet to the OPTICS server took. In ms. Source: spreadsheet row 1036.
  public static var cuMax: Field<Int> { field("cu_max") }
  /// Average time of configuration packets to the OPTICS server. In ms. Source: spreadsheet row 1037.
  public static var cuAve: Field<Int> { field("cu_ave") }
  /// Number of configuration packets the gateway tried to send. Source: spreadsheet row 1038.
  public static var cuAttempts: Field<Int> { field("cu_attempts") }
  /// Number of configuration packets the OPTICS server answered with an error. Source: spreadsheet row 1039.
  public static var cuErrors: Field<Int> { field("cu_errors") }
  /// Number of configuration packets the OPTICS server did not answer in time. Source: spreadsheet row 1040.
  public static var cuTimeouts: Field<Int> { field("cu_timeouts") }
  /// Time the gateway waits for an answer to a configuration packet. In s. Source: spreadsheet row 1041.
  public static var cuPacketTimeout: Field<Int> { field("cu_packet_timeout") }
  /// Shortest time a status packet to the OPTICS server took. In ms. Source: spreadsheet row 1042.
  public static var suMin: Field<Int> { field("su_min") }
  /// Longest time a status packet to the OPTICS server took. In ms. Source: spreadsheet row 1043.
  public static var suMax: Field<Int> { field("su_max") }
  /// Average time of status packets to the OPTICS server. In ms. Source: spreadsheet row 1044.
  public static var suAve: Field<Int> { field("su_ave") }
  /// Number of status packets the gateway tried to send. Source: spreadsheet row 1045.
  public static var suAttempts: Field<Int> { field("su_attempts") }
  /// Number of status packets the OPTICS server answered with an error. Source: spreadsheet row 1046.
  public static var suErrors: Field<Int> { field("su_errors") }
  /// Number of status packets the OPTICS server did not answer in time. Source: spreadsheet row 1047.
  public static var suTimeouts: Field<Int> { field("su_timeouts") }
  /// Time the gateway waits for an answer to a status packet. In s. Source: spreadsheet row 1048.
  public static var suPacketTimeout: Field<Int> { field("su_packet_timeout") }
  /// Shortest time a ping packet to the OPTICS server took. In ms. Source: spreadsheet row 1049.
  public static var pgMin: Field<Int> { field("pg_min") }
  /// Longest time a ping packet to the OPTICS server took. In ms. Source: spreadsheet row 1050.
  public static var pgMax: Field<Int> { field("pg_max") }
  /// Average time of ping packets to the OPTICS server. In ms. Source: spreadsheet row 1051.
  public static var pgAve: Field<Int> { field("pg_ave") }
  /// Number of ping packets the gateway tried to send. Source: spreadsheet row 1052.
  public static var pgAttempts: Field<Int> { field("pg_attempts") }
  /// Number of ping packets the OPTICS server answered with an error. Source: spreadsheet row 1053.
  public static var pgErrors: Field<Int> { field("pg_errors") }
  /// Number of ping packets the OPTICS server did not answer in time. Source: spreadsheet row 1054.
  public static var pgTimeouts: Field<Int> { field("pg_timeouts") }
  /// Time the gateway waits for an answer to a ping packet. In s. Source: spreadsheet row 1055.
  public static var pgPacketTimeout: Field<Int> { field("pg_packet_timeout") }
  /// Shortest time a Modbus packet to the OPTICS server took. In ms. Source: spreadsheet row 1056.
  public static var mbMin: Field<Int> { field("mb_min") }
  /// Longest time a Modbus packet to the OPTICS server took. In ms. Source: spreadsheet row 1057.
  public static var mbMax: Field<Int> { field("mb_max") }
  /// Average time of Modbus packets to the OPTICS server. In ms. Source: spreadsheet row 1058.
  public static var mbAve: Field<Int> { field("mb_ave") }
  /// Number of Modbus packets the gateway tried to send. Source: spreadsheet row 1059.
  public static var mbAttempts: Field<Int> { field("mb_attempts") }
  /// Number of Modbus packets the OPTICS server answered with an error. Source: spreadsheet row 1060.
  public static var mbErrors: Field<Int> { field("mb_errors") }
  /// Number of Modbus packets the OPTICS server did not answer in time. Source: spreadsheet row 1061.
  public static var mbTimeouts: Field<Int> { field("mb_timeouts") }
  /// Time the gateway waits for an answer to a Modbus packet. In s. Source: spreadsheet row 1062.
  public static var mbPacketTimeout: Field<Int> { field("mb_packet_timeout") }
  /// Shortest time a file transfer packet to the OPTICS server took. In ms. Source: spreadsheet row 1063.
  public static var fuMin: Field<Int> { field("fu_min") }
  /// Longest time a file transfer packet to the OPTICS server took. In ms. Source: spreadsheet row 1064.
  public static var fuMax: Field<Int> { field("fu_max") }
  /// Average time of file transfer packets to the OPTICS server. In ms. Source: spreadsheet row 1065.
  public static var fuAve: Field<Int> { field("fu_ave") }
  /// Number of file transfer packets the gateway tried to send. Source: spreadsheet row 1066.
  public static var fuAttempts: Field<Int> { field("fu_attempts") }
  /// Number of file transfer packets the OPTICS server answered with an error. Source: spreadsheet row 1067.
  public static var fuErrors: Field<Int> { field("fu_errors") }
  /// Number of file transfer packets the OPTICS server did not answer in time. Source: spreadsheet row 1068.
  public static var fuTimeouts: Field<Int> { field("fu_timeouts") }
  /// Time the gateway waits for an answer to a file transfer packet. In s. Source: spreadsheet row 1069.
  public static var fuPacketTimeout: Field<Int> { field("fu_packet_timeout") }
  /// Shortest time an event packet to the OPTICS server took. In ms. Source: spreadsheet row 1070.
  public static var evMin: Field<Int> { field("ev_min") }
  /// Longest time an event packet to the OPTICS server took. In ms. Source: spreadsheet row 1071.
  public static var evMax: Field<Int> { field("ev_max") }
  /// Average time of event packets to the OPTICS server. In ms. Source: spreadsheet row 1072.
  public static var evAve: Field<Int> { field("ev_ave") }
  /// Number of event packets the gateway tried to send. Source: spreadsheet row 1073.
  public static var evAttempts: Field<Int> { field("ev_attempts") }
  /// Number of event packets the OPTICS server answered with an error. Source: spreadsheet row 1074.
  public static var evErrors: Field<Int> { field("ev_errors") }
  /// Number of event packets the OPTICS server did not answer in time. Source: spreadsheet row 1075.
  public static var evTimeouts: Field<Int> { field("ev_timeouts") }
  /// Time the gateway waits for an answer to an event packet. In s. Source: spreadsheet row 1076.
  public static var evPacketTimeout: Field<Int> { field("ev_packet_timeout") }

  private static func field<Value>(_ name: String) -> Field<Value> {
    Field("optics_statistics", name)
  }
}

extension Field {
  /// Counts and times of the packets exchanged with the OPTICS server.
  public static var opticsStatistics: OpticsStatisticsFields.Type {
    OpticsStatisticsFields.self
  }
}
