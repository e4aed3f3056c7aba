package import Registry

extension FieldDefinition {
  /// The power of ten that a scale factor field's word stands for, or nil when it is not implemented (0x8000) or
  /// outside -10…10 (SunSpec Information Model Specification, sunssf).
  package static func scaleExponent(word: UInt16) -> Int? {
    let exponent = Int(Int16(bitPattern: word))
    return (-10...10).contains(exponent) ? exponent : nil
  }

  /// Decodes the field's words.
  /// - Parameters:
  ///   - words: exactly `size` words; fewer or more give ``FieldValue/unreadable``.
  ///   - scaleWord: the word of the scale factor that the field cites, nil when it cites one that the device's
  ///     shorter block does not have. Ignored for fields without a scale factor.
  package func decode(_ words: ArraySlice<UInt16>, scaleWord: UInt16?) -> FieldValue {
    guard words.count == size, let first = words.first, let last = words.last else { return .unreadable }
    switch type {
    case .string: return Self.text(words)
    case .ipv4: return .address(UInt32(first) << 16 | UInt32(last))
    case .clock: return Self.time(hour: first, minute: last)
    case .clockSpan: return Self.span(Array(words))
    case .sunssf:
      return first == 0x8000 ? .notImplemented : .number(ScaledDecimal(Int64(Int16(bitPattern: first))))
    case .uint16, .int16, .uint32, .int32: break
    }
    let bits = size == 1 ? UInt32(first) : combine(first, last)
    if let flags {
      return bits == (size == 1 ? 0xFFFF : 0xFFFF_FFFF) ? .notImplemented : .flags(bits, flags)
    }
    guard let raw = implementedNumber(bits) else { return .notImplemented }
    // A setting just written reads 0x8000 for a while, whatever its type; none means 32768.
    if size == 1, first == 0x8000, type == .uint16, access.isWritable { return .notImplemented }
    if let enumeration {
      let entry = enumeration.entry(Int(raw))
      // Either sentinel, whatever the type: a register just written reads 0x8000 for a while.
      if entry == nil, size == 1, first == 0x8000 || first == 0xFFFF { return .notImplemented }
      return .enumerated(Int(raw), entry)
    }
    guard scaleFactorIndex != nil else { return .number(ScaledDecimal(raw)) }
    guard let scaleWord, let exponent = Self.scaleExponent(word: scaleWord) else { return .unreadable }
    return .number(ScaledDecimal(raw, exponent: exponent))
  }

  /// As ``decode(_:scaleWord:)`` of a part of an array.
  package func decode(_ words: [UInt16], scaleWord: UInt16?) -> FieldValue { decode(words[...], scaleWord: scaleWord) }

  /// The unscaled number in the field's words, whatever it means; nil for text and addresses.
  package func rawNumber(_ words: some RandomAccessCollection<UInt16>) -> Int64? {
    guard words.count == size, let first = words.first, let last = words.last, type != .string, type != .ipv4 else {
      return nil
    }
    return signed(size == 1 ? UInt32(first) : combine(first, last))
  }

  private func combine(_ first: UInt16, _ last: UInt16) -> UInt32 {
    wordOrder == .low ? UInt32(last) << 16 | UInt32(first) : UInt32(first) << 16 | UInt32(last)
  }

  private func signed(_ bits: UInt32) -> Int64 {
    switch type {
    case .int16, .sunssf: Int64(Int16(truncatingIfNeeded: bits))
    case .int32: Int64(Int32(bitPattern: bits))
    default: Int64(bits)
    }
  }

  /// The number, or nil for the sentinel of the type.
  private func implementedNumber(_ bits: UInt32) -> Int64? {
    switch type {
    case .uint16: bits == 0xFFFF ? nil : Int64(bits)
    case .int16: bits == 0x8000 ? nil : signed(bits)
    case .uint32: bits == 0xFFFF_FFFF ? nil : Int64(bits)
    case .int32: bits == 0x8000_0000 ? nil : signed(bits)
    case .sunssf, .string, .ipv4, .clock, .clockSpan: nil
    }
  }

  /// `06:30`; nothing for what is no time of day.
  private static func time(hour: UInt16, minute: UInt16) -> FieldValue {
    if hour == 0xFFFF || minute == 0xFFFF { return .notImplemented }
    guard hour < 24, minute < 60 else { return .unreadable }
    func digits(_ number: UInt16) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return .text("\(digits(hour)):\(digits(minute))")
  }

  /// `06:30-09:00`.
  private static func span(_ words: [UInt16]) -> FieldValue {
    let start = time(hour: words[0], minute: words[1])
    let stop = time(hour: words[2], minute: words[3])
    guard case .text(let from) = start, case .text(let to) = stop else { return start.isPresent ? stop : start }
    return .text("\(from)-\(to)")
  }

  /// Two characters a register, high byte first, up to the first NUL. Bytes above 0x7F are taken as UTF-8 where they
  /// are, else as ISO 8859-1, so that nothing is lost.
  private static func text(_ words: ArraySlice<UInt16>) -> FieldValue {
    if words.allSatisfy({ $0 == 0 }) || words.allSatisfy({ $0 == 0xFFFF }) { return .notImplemented }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(words.count * 2)
    read: for word in words {
      for byte in [UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word)] {
        if byte == 0 { break read }
        bytes.append(byte)
      }
    }
    if let text = String(validating: bytes, as: UTF8.self) { return .text(text) }
    return .text(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })))
  }
}
