// Made from registry_data by `mate3 registry generate`; not to be edited.

/// Counts and times of the packets exchanged with the OPTICS server.
public enum OpticsStatisticsFields {
  /// Number that identifies the block; 64255 in this one.
  public static var did: Field<Int> { field("did") }
  /// Registers that follow the two of the header; differs from firmware to firmware. In registers.
  public static var length: Field<Int> { field("length") }
  /// Shortest time a boot packet to the OPTICS server took. In ms.
  public static var btMin: Field<Int> { field("bt_min") }
  /// Longest time a boot packet to the OPTICS server took. In ms.
  public static var btMax: Field<Int> { field("bt_max") }
  /// Average time of boot packets to the OPTICS server. In ms.
  public static var btAve: Field<Int> { field("bt_ave") }
  /// Number of boot packets the gateway tried to send.
  public static var btAttempts: Field<Int> { field("bt_attempts") }
  /// Number of boot packets the OPTICS server answered with an error.
  public static var btErrors: Field<Int> { field("bt_errors") }
  /// Number of boot packets the OPTICS server did not answer in time.
  public static var btTimeouts: Field<Int> { field("bt_timeouts") }
  /// Time the gateway waits for an answer to a boot packet. In s.
  public static var btPacketTimeout: Field<Int> { field("bt_packet_timeout") }
  /// Shortest time a map packet to the OPTICS server took. In ms.
  public static var mpMin: Field<Int> { field("mp_min") }
  /// Longest time a map packet to the OPTICS server took. In ms.
  public static var mpMax: Field<Int> { field("mp_max") }
  /// Average time of map packets to the OPTICS server. In ms.
  public static var mpAve: Field<Int> { field("mp_ave") }
  /// Number of map packets the gateway tried to send.
  public static var mpAttempts: Field<Int> { field("mp_attempts") }
  /// Number of map packets the OPTICS server answered with an error.
  public static var mpErrors: Field<Int> { field("mp_errors") }
  /// Number of map packets the OPTICS server did not answer in time.
  public static var mpTimeouts: Field<Int> { field("mp_timeouts") }
  /// Time the gateway waits for an answer to a map packet. In s.
  public static var mpPacketTimeout: Field<Int> { field("mp_packet_timeout") }
  /// Shortest time a configuration packet to the OPTICS server took. In ms.
  public static var cuMin: Field<Int> { field("cu_min") }
  /// Longest time a configuration packet to the OPTICS server took. In ms.
  public static var cuMax: Field<Int> { field("cu_max") }
  /// Average time of configuration packets to the OPTICS server. In ms.
  public static var cuAve: Field<Int> { field("cu_ave") }
  /// Number of configuration packets the gateway tried to send.
  public static var cuAttempts: Field<Int> { field("cu_attempts") }
  /// Number of configuration packets the OPTICS server answered with an error.
  public static var cuErrors: Field<Int> { field("cu_errors") }
  /// Number of configuration packets the OPTICS server did not answer in time.
  public static var cuTimeouts: Field<Int> { field("cu_timeouts") }
  /// Time the gateway waits for an answer to a configuration packet. In s.
  public static var cuPacketTimeout: Field<Int> { field("cu_packet_timeout") }
  /// Shortest time a status packet to the OPTICS server took. In ms.
  public static var suMin: Field<Int> { field("su_min") }
  /// Longest time a status packet to the OPTICS server took. In ms.
  public static var suMax: Field<Int> { field("su_max") }
  /// Average time of status packets to the OPTICS server. In ms.
  public static var suAve: Field<Int> { field("su_ave") }
  /// Number of status packets the gateway tried to send.
  public static var suAttempts: Field<Int> { field("su_attempts") }
  /// Number of status packets the OPTICS server answered with an error.
  public static var suErrors: Field<Int> { field("su_errors") }
  /// Number of status packets the OPTICS server did not answer in time.
  public static var suTimeouts: Field<Int> { field("su_timeouts") }
  /// Time the gateway waits for an answer to a status packet. In s.
  public static var suPacketTimeout: Field<Int> { field("su_packet_timeout") }
  /// Shortest time a ping packet to the OPTICS server took. In ms.
  public static var pgMin: Field<Int> { field("pg_min") }
  /// Longest time a ping packet to the OPTICS server took. In ms.
  public static var pgMax: Field<Int> { field("pg_max") }
  /// Average time of ping packets to the OPTICS server. In ms.
  public static var pgAve: Field<Int> { field("pg_ave") }
  /// Number of ping packets the gateway tried to send.
  public static var pgAttempts: Field<Int> { field("pg_attempts") }
  /// Number of ping packets the OPTICS server answered with an error.
  public static var pgErrors: Field<Int> { field("pg_errors") }
  /// Number of ping packets the OPTICS server did not answer in time.
  public static var pgTimeouts: Field<Int> { field("pg_timeouts") }
  /// Time the gateway waits for an answer to a ping packet. In s.
  public static var pgPacketTimeout: Field<Int> { field("pg_packet_timeout") }
  /// Shortest time a Modbus packet to the OPTICS server took. In ms.
  public static var mbMin: Field<Int> { field("mb_min") }
  /// Longest time a Modbus packet to the OPTICS server took. In ms.
  public static var mbMax: Field<Int> { field("mb_max") }
  /// Average time of Modbus packets to the OPTICS server. In ms.
  public static var mbAve: Field<Int> { field("mb_ave") }
  /// Number of Modbus packets the gateway tried to send.
  public static var mbAttempts: Field<Int> { field("mb_attempts") }
  /// Number of Modbus packets the OPTICS server answered with an error.
  public static var mbErrors: Field<Int> { field("mb_errors") }
  /// Number of Modbus packets the OPTICS server did not answer in time.
  public static var mbTimeouts: Field<Int> { field("mb_timeouts") }
  /// Time the gateway waits for an answer to a Modbus packet. In s.
  public static var mbPacketTimeout: Field<Int> { field("mb_packet_timeout") }
  /// Shortest time a file transfer packet to the OPTICS server took. In ms.
  public static var fuMin: Field<Int> { field("fu_min") }
  /// Longest time a file transfer packet to the OPTICS server took. In ms.
  public static var fuMax: Field<Int> { field("fu_max") }
  /// Average time of file transfer packets to the OPTICS server. In ms.
  public static var fuAve: Field<Int> { field("fu_ave") }
  /// Number of file transfer packets the gateway tried to send.
  public static var fuAttempts: Field<Int> { field("fu_attempts") }
  /// Number of file transfer packets the OPTICS server answered with an error.
  public static var fuErrors: Field<Int> { field("fu_errors") }
  /// Number of file transfer packets the OPTICS server did not answer in time.
  public static var fuTimeouts: Field<Int> { field("fu_timeouts") }
  /// Time the gateway waits for an answer to a file transfer packet. In s.
  public static var fuPacketTimeout: Field<Int> { field("fu_packet_timeout") }
  /// Shortest time an event packet to the OPTICS server took. In ms.
  public static var evMin: Field<Int> { field("ev_min") }
  /// Longest time an event packet to the OPTICS server took. In ms.
  public static var evMax: Field<Int> { field("ev_max") }
  /// Average time of event packets to the OPTICS server. In ms.
  public static var evAve: Field<Int> { field("ev_ave") }
  /// Number of event packets the gateway tried to send.
  public static var evAttempts: Field<Int> { field("ev_attempts") }
  /// Number of event packets the OPTICS server answered with an error.
  public static var evErrors: Field<Int> { field("ev_errors") }
  /// Number of event packets the OPTICS server did not answer in time.
  public static var evTimeouts: Field<Int> { field("ev_timeouts") }
  /// Time the gateway waits for an answer to an event packet. In s.
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
