internal import RegisterIO

/// The frames of Modbus TCP that a client needs (Modbus Messaging on TCP/IP Implementation Guide 1.0b, section 3; Modbus
/// Application Protocol 1.1b3, sections 6.3, 6.6, 6.12 and 7).
struct ModbusFrame {
  /// Bytes before the function: transaction, protocol, length, unit.
  static let headerSize = 7
  /// The longest frame: a header and 253 bytes.
  static let longest = 260

  enum Function: UInt8 {
    case readHoldingRegisters = 3
    case writeSingleRegister = 6
    case writeMultipleRegisters = 16
  }

  let transaction: UInt16
  let function: Function
  let bytes: [UInt8]

  static func read(_ range: RegisterRange, transaction: UInt16, unit: UInt8) -> ModbusFrame {
    ModbusFrame(
      .readHoldingRegisters, transaction, unit,
      [UInt16(truncatingIfNeeded: range.start), UInt16(truncatingIfNeeded: range.count)])
  }

  static func write(_ words: [UInt16], to range: RegisterRange, transaction: UInt16, unit: UInt8) -> ModbusFrame {
    let start = UInt16(truncatingIfNeeded: range.start)
    if words.count == 1 { return ModbusFrame(.writeSingleRegister, transaction, unit, [start, words[0]]) }
    return ModbusFrame(
      .writeMultipleRegisters, transaction, unit, [start, UInt16(truncatingIfNeeded: words.count)], data: words)
  }

  private init(
    _ function: Function, _ transaction: UInt16, _ unit: UInt8, _ arguments: [UInt16], data: [UInt16] = []
  ) {
    self.transaction = transaction
    self.function = function
    // Unit, function, arguments; and the count of bytes before the data.
    let length = 2 + arguments.count * 2 + (data.isEmpty ? 0 : 1 + data.count * 2)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(6 + length)
    for word in [transaction, 0, UInt16(truncatingIfNeeded: length)] { bytes.append(bigEndian: word) }
    bytes.append(unit)
    bytes.append(function.rawValue)
    for word in arguments { bytes.append(bigEndian: word) }
    if !data.isEmpty { bytes.append(UInt8(truncatingIfNeeded: data.count * 2)) }
    for word in data { bytes.append(bigEndian: word) }
    self.bytes = bytes
  }

  /// What is wrong with an answer, as the end of a sentence.
  struct Mismatch: Error {
    let reason: String
  }

  /// How long the answer is whose first bytes these are, or nil as long as too few have come to tell.
  static func size(of answer: UnsafeBufferPointer<UInt8>) throws(Mismatch) -> Int? {
    guard answer.count >= 6 else { return nil }
    let length = Int(answer[4]) << 8 | Int(answer[5])
    // A unit, a function and at least one byte more.
    guard answer[2] == 0, answer[3] == 0, (3...longest - 6).contains(length) else {
      let other = ["HTTP", "SSH-"].first { answer.starts(with: $0.utf8) }?.prefix(while: \.isLetter)
      throw Mismatch(
        reason: other.map { "it is \($0); Modbus is on another port, 502 unless the gateway's menu says otherwise" }
          ?? "it has no Modbus header; is that the gateway's Modbus port?")
    }
    return 6 + length
  }

  enum Answer {
    /// The bytes after the function.
    case body(Range<Int>)
    case exception(ModbusException)
  }

  /// Checks a whole answer against this request. Not the unit, nor what the answer to a write repeats: gateways differ
  /// in both, and what was written is known only by reading it back.
  func check(_ answer: UnsafeBufferPointer<UInt8>, count: Int) throws(Mismatch) -> Answer {
    guard answer[0] == UInt8(truncatingIfNeeded: transaction >> 8), answer[1] == UInt8(truncatingIfNeeded: transaction)
    else { throw Mismatch(reason: "it answers another request") }
    let code = answer[Self.headerSize]
    if code == function.rawValue | 0x80 {
      guard answer.count == Self.headerSize + 2 else { throw Mismatch(reason: "its exception has a wrong length") }
      return .exception(ModbusException(rawValue: answer[Self.headerSize + 1]))
    }
    guard code == function.rawValue else {
      guard code & 0x80 != 0, answer.count == Self.headerSize + 2 else {
        throw Mismatch(reason: "it is of function \(code)")
      }
      let exception = ModbusException(rawValue: answer[Self.headerSize + 1])
      throw Mismatch(reason: "it is \(exception) of function \(code & 0x7F)")
    }
    let body = Self.headerSize + 1..<answer.count
    let isComplete =
      switch function {
      case .readHoldingRegisters: body.count == 1 + count * 2 && Int(answer[body.lowerBound]) == count * 2
      case .writeSingleRegister, .writeMultipleRegisters: body.count == 4
      }
    guard isComplete else { throw Mismatch(reason: "it is of another length") }
    return .body(body)
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian word: UInt16) {
    append(UInt8(truncatingIfNeeded: word >> 8))
    append(UInt8(truncatingIfNeeded: word))
  }
}
