import RegisterIO

/// What a client asks for, with the checks of the Modbus Application Protocol 1.1b3, sections 6.3, 6.6 and 6.12.
enum ModbusRequest: Hashable, Sendable {
  /// Function 3.
  case read(RegisterRange)
  /// Function 6 (one word) and function 16.
  case write(RegisterRange, words: [UInt16], single: Bool)

  static let readFunction: UInt8 = 3
  static let writeSingleFunction: UInt8 = 6
  static let writeMultipleFunction: UInt8 = 16
  static let maximumRead = 125
  static let maximumWrite = 123

  /// Reads a protocol data unit; throws the exception to answer with when it can't be carried out.
  init(pdu: [UInt8]) throws(ModbusRefusal) {
    guard let function = pdu.first else { throw ModbusRefusal(.illegalFunction) }
    switch function {
    case Self.readFunction: try self.init(readData: pdu.dropFirst())
    case Self.writeSingleFunction: try self.init(writeSingleData: pdu.dropFirst())
    case Self.writeMultipleFunction: try self.init(writeMultipleData: pdu.dropFirst())
    default: throw ModbusRefusal(.illegalFunction)
    }
  }

  private init(readData data: ArraySlice<UInt8>) throws(ModbusRefusal) {
    let words = Self.words(data)
    guard data.count == 4, words.count == 2 else { throw ModbusRefusal(.illegalDataValue) }
    let count = Int(words[1])
    guard (1...Self.maximumRead).contains(count) else { throw ModbusRefusal(.illegalDataValue) }
    self = .read(try Self.range(Int(words[0]), count))
  }

  private init(writeSingleData data: ArraySlice<UInt8>) throws(ModbusRefusal) {
    let words = Self.words(data)
    guard data.count == 4, words.count == 2 else { throw ModbusRefusal(.illegalDataValue) }
    self = .write(try Self.range(Int(words[0]), 1), words: [words[1]], single: true)
  }

  private init(writeMultipleData data: ArraySlice<UInt8>) throws(ModbusRefusal) {
    let header = Self.words(data.prefix(4))
    guard data.count >= 5, header.count == 2 else { throw ModbusRefusal(.illegalDataValue) }
    let count = Int(header[1])
    let byteCount = Int(data[data.startIndex + 4])
    let payload = data.dropFirst(5)
    guard (1...Self.maximumWrite).contains(count), byteCount == 2 * count, payload.count == byteCount else {
      throw ModbusRefusal(.illegalDataValue)
    }
    self = .write(try Self.range(Int(header[0]), count), words: Self.words(payload), single: false)
  }

  private static func range(_ start: Int, _ count: Int) throws(ModbusRefusal) -> RegisterRange {
    guard let range = RegisterRange(start: start, count: count) else { throw ModbusRefusal(.illegalDataAddress) }
    return range
  }

  private static func words(_ bytes: ArraySlice<UInt8>) -> [UInt16] {
    stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { UInt16(high: bytes[$0], low: bytes[$0 + 1]) }
  }

  /// The answer to a read.
  static func answer(read words: [UInt16]) -> [UInt8] {
    [readFunction, UInt8(truncatingIfNeeded: 2 * words.count)] + words.flatMap(\.bigEndianBytes)
  }

  /// The answer to a write, which repeats its address and its word or count.
  static func answer(write range: RegisterRange, words: [UInt16], single: Bool) -> [UInt8] {
    let address = UInt16(truncatingIfNeeded: range.start).bigEndianBytes
    return single
      ? [writeSingleFunction] + address + words.flatMap(\.bigEndianBytes)
      : [writeMultipleFunction] + address + UInt16(truncatingIfNeeded: range.count).bigEndianBytes
  }

  /// The answer that says no.
  static func answer(_ exception: ModbusException, to pdu: [UInt8]) -> [UInt8] {
    [(pdu.first ?? 0) | 0x80, exception.rawValue]
  }
}

/// The exception that a request is answered with.
struct ModbusRefusal: Error, Hashable {
  let exception: ModbusException

  init(_ exception: ModbusException) { self.exception = exception }
}
