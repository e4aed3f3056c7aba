internal import CModbus
internal import RegisterIO

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The libmodbus handle and its socket. Used on the connection's thread only; the last owner, whoever that is, frees it.
final class ModbusLink {
  private let options: ModbusOptions
  private let cutter: SocketCutter
  private let context: OpaquePointer

  init(_ options: ModbusOptions, cutter: SocketCutter) throws(RegisterError) {
    self.options = options
    self.cutter = cutter
    // The address is a stand-in: libmodbus gets the socket ready-made from the dialer and never connects itself.
    guard let context = modbus_new_tcp("127.0.0.1", Int32(options.port)) else {
      throw RegisterError(.connectFailed, "libmodbus gave no handle for \(options.place): \(systemMessage(errno))")
    }
    let milliseconds = options.responseTimeout.inMilliseconds
    guard
      modbus_set_slave(context, Int32(options.unit)) == 0,
      modbus_set_error_recovery(context, MODBUS_ERROR_RECOVERY_NONE) == 0,
      modbus_set_response_timeout(context, UInt32(clamping: milliseconds / 1000), UInt32(milliseconds % 1000) * 1000)
        == 0,
      // No time-out of its own between bytes: the response time-out covers the whole answer.
      modbus_set_byte_timeout(context, 0, 0) == 0
    else {
      modbus_free(context)
      throw RegisterError(
        .connectFailed,
        """
        unit \(options.unit) or response time-out \(options.responseTimeout.spelledOut) is not allowed: units go from \
        0 to 247, and 255, and the time-out is at least 1 ms
        """)
    }
    self.context = context
  }

  deinit {
    close()
    modbus_free(context)
  }

  private var isOpen: Bool { modbus_get_socket(context) >= 0 }

  /// Connects unless there is a connection that looks usable.
  func open() throws(RegisterError) {
    if cutter.isCut {
      close()
      throw .shutDown(options)
    }
    // Nothing has been asked yet in this transaction, so a connection that the gateway has meanwhile given up can
    // simply be made anew.
    if isOpen, leftovers() != nil { close() }
    if !isOpen { modbus_set_socket(context, try Dialer(options: options, cutter: cutter).dial()) }
  }

  func close() {
    cutter.release { modbus_close(context) }
  }

  func read(_ range: RegisterRange) throws(RegisterError) -> [UInt16] {
    try checkBeforeRequest("reading \(range)")
    var code: Int32 = 0
    let words = [UInt16](unsafeUninitializedCapacity: range.count) { buffer, count in
      let result = modbus_read_registers(context, Int32(range.start), Int32(range.count), buffer.baseAddress)
      code = result < 0 ? errno : 0
      count = max(0, Int(result))
    }
    guard code == 0 else { throw failure(code, "reading \(range)") }
    return words
  }

  func write(_ words: [UInt16], to range: RegisterRange) throws(RegisterError) {
    try checkBeforeRequest("writing \(range)")
    let code = words.withUnsafeBufferPointer { buffer -> Int32 in
      let result =
        buffer.count == 1
        ? modbus_write_register(context, Int32(range.start), buffer[0])
        : modbus_write_registers(context, Int32(range.start), Int32(buffer.count), buffer.baseAddress)
      return result < 0 ? errno : 0
    }
    guard code == 0 else { throw failure(code, "writing \(range)") }
  }

  /// Makes sure that the next bytes to arrive can only be the answer to the next request.
  private func checkBeforeRequest(_ action: String) throws(RegisterError) {
    if cutter.isCut { throw failure(ECANCELED, action) }
    if let code = leftovers() { throw failure(code, action) }
  }

  /// What is wrong with the idle connection: nil for nothing.
  private func leftovers() -> Int32? {
    var byte: UInt8 = 0
    let count = recv(modbus_get_socket(context), &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    let code = errno
    if count > 0 { return ModbusErrorNumber.badData }
    if count == 0 { return ECONNRESET }
    return code == EAGAIN || code == EWOULDBLOCK ? nil : code
  }

  /// Turns an error number into an error, and closes the connection unless the device itself has answered.
  private func failure(_ code: Int32, _ action: String) -> RegisterError {
    if let exception = ModbusErrorNumber.exception(code) {
      return RegisterError(.exception(exception), "\(options.place) answered \(action) with \(exception)")
    }
    close()
    if cutter.isCut { return .shutDown(options) }
    let (place, cause) = (options.place, String(cString: modbus_strerror(code)))
    switch code {
    case ETIMEDOUT:
      let limit = options.responseTimeout.spelledOut
      return RegisterError(.timedOut, "\(place) did not answer \(action) within \(limit): does the gateway hang?")
    case ModbusErrorNumber.all:
      return RegisterError(.badReply, "what \(place) sent is not the answer to \(action): \(cause)")
    default:
      return RegisterError(.connectionLost, "the connection to \(place) broke while \(action): \(cause)")
    }
  }
}

/// libmodbus' own error numbers, which its header has as expressions that Swift doesn't import.
enum ModbusErrorNumber {
  private static let base: Int32 = 112_345_678
  /// From 0, an unspecified exception, to the last one that libmodbus lets through.
  private static let exceptions = base...base + 11
  static let all = base...base + 17
  /// EMBBADDATA.
  static let badData = base + 13

  static func exception(_ code: Int32) -> ModbusException? {
    exceptions.contains(code) ? ModbusException(rawValue: UInt8(code - base)) : nil
  }
}
