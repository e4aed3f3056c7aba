/// One Modbus TCP message: the fields of its MBAP header that matter, and its protocol data unit.
///
/// Layout after the Modbus Messaging on TCP/IP Implementation Guide 1.0b, section 3.1.3: transaction (2 bytes),
/// protocol (2, always 0), number of bytes that follow (2), unit (1), then the function and its data.
struct ModbusFrame: Hashable, Sendable {
  /// Chosen by the client and repeated in the answer.
  var transaction: UInt16
  /// The unit the client means; a gateway answers whichever it is.
  var unit: UInt8
  /// Function code and data, 1…253 bytes.
  var pdu: [UInt8]

  /// The message as it goes over the wire.
  var bytes: [UInt8] {
    let following = UInt16(truncatingIfNeeded: pdu.count + 1)
    return transaction.bigEndianBytes + [0, 0] + following.bigEndianBytes + [unit] + pdu
  }
}

/// Collects what arrives on a connection and cuts it into messages.
struct ModbusFrameReader {
  /// Why the stream can't be cut into messages any more. There is no way to find the next header, so the connection
  /// has to be closed.
  enum Failure: Error, Hashable {
    /// The protocol field of the header was not 0.
    case wrongProtocol(UInt16)
    /// The length field of the header was outside 2…254.
    case wrongLength(UInt16)
  }

  /// Bytes of a message from its first to its last byte of length field.
  private static let headerSize = 6

  private var buffer: [UInt8] = []

  mutating func append(_ bytes: some Sequence<UInt8>) {
    buffer.append(contentsOf: bytes)
  }

  /// The next whole message, or nil when more bytes are needed.
  mutating func next() throws(Failure) -> ModbusFrame? {
    guard buffer.count >= Self.headerSize else { return nil }
    let protocolField = UInt16(high: buffer[2], low: buffer[3])
    guard protocolField == 0 else { throw .wrongProtocol(protocolField) }
    let following = UInt16(high: buffer[4], low: buffer[5])
    guard (2...254).contains(following) else { throw .wrongLength(following) }
    let end = Self.headerSize + Int(following)
    guard buffer.count >= end else { return nil }
    let frame = ModbusFrame(
      transaction: UInt16(high: buffer[0], low: buffer[1]), unit: buffer[Self.headerSize],
      pdu: Array(buffer[(Self.headerSize + 1)..<end]))
    buffer.removeFirst(end)
    return frame
  }
}

extension UInt16 {
  init(high: UInt8, low: UInt8) {
    self = UInt16(high) << 8 | UInt16(low)
  }

  var bigEndianBytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xFF)] }
}
