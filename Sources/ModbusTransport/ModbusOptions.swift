/// Where a gateway is and how long to wait for it.
public struct ModbusOptions: Hashable, Sendable {
  /// Host name or address.
  public var host: String
  /// TCP port; 502 unless set.
  public var port: UInt16
  /// Modbus unit identifier; 1 unless set.
  public var unit: UInt8
  /// How long a whole answer may take, from the request to its last byte; 1 s unless set.
  public var responseTimeout: Duration
  /// How long resolving the name and connecting may take together; 5 s unless set.
  public var connectTimeout: Duration

  /// Connects to a host, with what most gateways want.
  public init(
    host: String, port: UInt16 = 502, unit: UInt8 = 1, responseTimeout: Duration = .seconds(1),
    connectTimeout: Duration = .seconds(5)
  ) {
    self.host = host
    self.port = port
    self.unit = unit
    self.responseTimeout = responseTimeout
    self.connectTimeout = connectTimeout
  }
}

extension ModbusOptions {
  /// The gateway as sentences name it.
  var place: String { "\(host):\(port)" }
}

extension Duration {
  var inMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  /// "1 s", "250 ms".
  var spelledOut: String {
    let milliseconds = inMilliseconds
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}
