package import Registry

/// Why a value can't be put into a field's words.
package struct EncodingFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// Not a value of this kind of field: text for a number, an unknown label, an address with five octets.
    case notAValue
    /// More decimals than the scale factor gives.
    case tooPrecise
    /// Outside what the words can hold, or the pattern that means "not implemented".
    case outOfRange
    /// The scale factor can't be used.
    case noScale
  }

  package let code: Code
  /// One sentence with the mend.
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}

extension FieldDefinition {
  /// The words that stand for `text` in this field.
  ///
  /// Numbers are exact decimals in the field's units; enumerated fields take a label, a word for on or off, or a number; bitfields a number;
  /// addresses four octets; text up to two characters a register.
  /// - Parameter scaleWord: word of the scale factor that the field cites, as read now.
  /// - Throws: ``EncodingFailure``.
  package func encode(_ text: String, scaleWord: UInt16?) throws(EncodingFailure) -> [UInt16] {
    switch type {
    case .string: return try encodeText(text)
    case .ipv4: return try encodeAddress(text)
    case .clock: return try encodeTime(text)
    case .clockSpan: return try encodeSpan(text)
    case .sunssf, .uint16, .int16, .uint32, .int32: break
    }
    if let enumeration {
      if let entry = enumeration.entry(commanded: text) { return try words(Int64(entry.value), text) }
      guard let number = ScaledDecimal(text), let value = number.coefficient(atExponent: 0) else {
        let labels = enumeration.entries.map(\.label).joined(separator: ", ")
        throw EncodingFailure(.notAValue, "‘\(text)’ is no value of \(name); give one of \(labels), or its number")
      }
      return try words(value, text)
    }
    guard let number = ScaledDecimal(text) else {
      throw EncodingFailure(.notAValue, "‘\(text)’ is no number; \(name) takes a decimal number such as 48 or 57.6")
    }
    return try encode(number, scaleWord: scaleWord)
  }

  /// The words that stand for `number`, in the field's units.
  /// - Throws: ``EncodingFailure``.
  package func encode(_ number: ScaledDecimal, scaleWord: UInt16?) throws(EncodingFailure) -> [UInt16] {
    var exponent = 0
    if scaleFactorIndex != nil {
      guard let scaleWord, let scale = Self.scaleExponent(word: scaleWord) else {
        throw EncodingFailure(.noScale, "the scale factor of \(name) is not implemented by this device")
      }
      exponent = scale
    }
    guard let raw = number.coefficient(atExponent: exponent) else {
      if number.exponent >= exponent {
        throw EncodingFailure(.outOfRange, "\(number) is too large for \(name)")
      }
      throw EncodingFailure(
        .tooPrecise,
        "\(number) can't be held by \(name), which counts in steps of \(ScaledDecimal(1, exponent: exponent))"
      )
    }
    return try words(raw, number.description)
  }

  private func words(_ raw: Int64, _ shown: String) throws(EncodingFailure) -> [UInt16] {
    let range: ClosedRange<Int64>
    // The all-ones or most negative pattern means "not implemented"; it must never be written as a value.
    switch type {
    case .uint16: range = 0...0xFFFE
    case .int16: range = -0x7FFF...0x7FFF
    case .sunssf: range = -10...10
    case .uint32: range = 0...0xFFFF_FFFE
    case .int32: range = -0x7FFF_FFFF...0x7FFF_FFFF
    case .string, .ipv4, .clock, .clockSpan: range = 0...0
    }
    guard range.contains(raw) else {
      throw EncodingFailure(.outOfRange, "\(shown) is outside what the register of \(name) can hold")
    }
    let bits = UInt32(truncatingIfNeeded: raw)
    let low = UInt16(truncatingIfNeeded: bits)
    if size == 1 { return [low] }
    let high = UInt16(truncatingIfNeeded: bits >> 16)
    return wordOrder == .low ? [low, high] : [high, low]
  }

  private func encodeText(_ text: String) throws(EncodingFailure) -> [UInt16] {
    var bytes = Array(text.utf8)
    guard bytes.count <= size * 2 else {
      throw EncodingFailure(.outOfRange, "the text is \(bytes.count) bytes long; \(name) holds \(size * 2)")
    }
    guard !bytes.contains(0) else {
      throw EncodingFailure(.notAValue, "the text for \(name) has a NUL character in it")
    }
    bytes += Array(repeating: 0, count: size * 2 - bytes.count)
    return stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
  }

  private func encodeTime(_ text: String) throws(EncodingFailure) -> [UInt16] {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    // Home Assistant gives seconds, too: 06:45:00.
    guard parts.count == 2 || parts.count == 3 && parts[2] == "00", parts[1].utf8.count == 2,
      (1...2).contains(parts[0].utf8.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let hour = UInt16(parts[0]), let minute = UInt16(parts[1]), hour < 24, minute < 60
    else {
      throw EncodingFailure(
        .notAValue, "‘\(text)’ is no time of day; \(name) takes one from 00:00 to 23:59, with no seconds or :00")
    }
    return [hour, minute]
  }

  private func encodeSpan(_ text: String) throws(EncodingFailure) -> [UInt16] {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2 else {
      throw EncodingFailure(.notAValue, "‘\(text)’ is no window of the day; \(name) takes one such as 06:00-09:30")
    }
    return try encodeTime(ends[0]) + encodeTime(ends[1])
  }

  private func encodeAddress(_ text: String) throws(EncodingFailure) -> [UInt16] {
    let octets = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard octets.count == 4, !octets.contains(nil) else {
      throw EncodingFailure(.notAValue, "‘\(text)’ is no IPv4 address; \(name) takes one such as 192.0.2.1")
    }
    let values = octets.map { UInt16($0 ?? 0) }
    return [values[0] << 8 | values[1], values[2] << 8 | values[3]]
  }
}
