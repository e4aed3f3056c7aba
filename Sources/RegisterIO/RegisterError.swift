/// Why a register could not be read or written.
///
/// `exception` means the device answered and said no: the connection is as good as before. Every other code is a
/// failure of the wire, after which the connection has been closed.
public struct RegisterError: Error, Hashable, Sendable {
  /// What kind of failure.
  public enum Code: Hashable, Sendable {
    /// The device answered with a Modbus exception (Modbus Application Protocol 1.1b3, section 7).
    case exception(ModbusException)
    /// No connection could be made: refused, no route, name unknown.
    case connectFailed
    /// The device did not answer in time.
    case timedOut
    /// The device or the network closed the connection.
    case connectionLost
    /// What came back was not the answer to the request: wrong transaction, function or length.
    case badReply
    /// The connection was closed from this side; no further request is taken.
    case closed
    /// The request can't be sent at all (a range over the protocol's limit of 125 read or 123 written registers).
    case invalidRequest
  }

  /// What kind of failure it is.
  public let code: Code
  /// One sentence for people, naming the place and the mend.
  public let message: String

  /// Makes an error; one sentence tells people what to do.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// True when the connection itself failed, so that nothing is known of what the device did.
  public var isWireFailure: Bool {
    switch code {
    case .exception, .invalidRequest: false
    case .connectFailed, .timedOut, .connectionLost, .badReply, .closed: true
    }
  }
}

extension RegisterError {
  /// True when the device says that there are no such registers, rather than that it can't give them now.
  public var meansAbsent: Bool {
    code == .exception(.illegalDataAddress) || code == .exception(.illegalDataValue)
  }
}

extension RegisterError {
  /// True when the request did nothing for certain: it can't be sent, or what refused it had not begun with it. Of any
  /// other exception the protocol leaves that open.
  public var meansUntouched: Bool {
    switch code {
    case .exception(.illegalFunction), .exception(.illegalDataAddress), .exception(.illegalDataValue),
      .exception(.serverDeviceBusy), .invalidRequest:
      true
    default: false
    }
  }
}

extension RegisterError: CustomStringConvertible {
  public var description: String { message }
}

/// A Modbus exception code (Modbus Application Protocol 1.1b3, section 7).
public struct ModbusException: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The device does not know the function (1).
  public static let illegalFunction = ModbusException(rawValue: 1)
  /// The device has no such registers (2).
  public static let illegalDataAddress = ModbusException(rawValue: 2)
  /// The request asks for something that can't be (3).
  public static let illegalDataValue = ModbusException(rawValue: 3)
  /// The device failed while it carried the request out (4).
  public static let serverDeviceFailure = ModbusException(rawValue: 4)
  /// The device is at it and needs longer (5).
  public static let acknowledge = ModbusException(rawValue: 5)
  /// The device has no time now (6).
  public static let serverDeviceBusy = ModbusException(rawValue: 6)

  public var description: String {
    switch rawValue {
    case 1: "illegal function (1)"
    case 2: "illegal data address (2)"
    case 3: "illegal data value (3)"
    case 4: "server device failure (4)"
    case 5: "acknowledge (5)"
    case 6: "server device busy (6)"
    default: "exception \(rawValue)"
    }
  }
}
