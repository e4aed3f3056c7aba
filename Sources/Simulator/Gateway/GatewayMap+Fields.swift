import FieldCodec
import Registry

/// Reading and writing the fields of a block by their registry names. A field that the block is too short for, or
/// that the registry doesn't know, reads as nil and takes no value: that is how a device with older firmware behaves.
extension GatewayMap {
  /// The words of a field, nil when it lies past the block's end.
  func words(of field: FieldDefinition, in placement: Placement) -> [UInt16]? {
    let words = (field.offset..<field.endOffset).compactMap { self[placement, $0] }
    return words.count == field.size ? words : nil
  }

  private func scaleWord(
    for field: FieldDefinition, of definition: BlockDefinition, in placement: Placement
  ) -> UInt16? {
    definition.scaleFactor(of: field).flatMap { self[placement, $0.offset] }
  }

  /// The power of ten that a field's number is counted in; 0 for fields without a scale factor, nil when the factor
  /// can't be used.
  func exponent(of field: FieldDefinition, in placement: Placement) -> Int? {
    definition(of: placement).flatMap { exponent(of: field, of: $0, in: placement) }
  }

  private func exponent(of field: FieldDefinition, of definition: BlockDefinition, in placement: Placement) -> Int? {
    guard field.scaleFactorIndex != nil else { return 0 }
    return scaleWord(for: field, of: definition, in: placement).flatMap(FieldDefinition.scaleExponent(word:))
  }

  /// The number in a field, in the field's units; nil when it is not implemented.
  func number(_ name: String, in placement: Placement) -> Double? {
    guard let definition = definition(of: placement), let field = definition.field(name),
      let words = words(of: field, in: placement)
    else { return nil }
    switch field.decode(words, scaleWord: scaleWord(for: field, of: definition, in: placement)) {
    case .number(let number): return Double(number.coefficient).timesPowerOfTen(number.exponent)
    case .enumerated(let value, _): return Double(value)
    case .flags(let bits, _): return Double(bits)
    case .notImplemented, .unreadable, .text, .address: return nil
    }
  }

  /// The number in an enumerated or counting field.
  func integer(_ name: String, in placement: Placement) -> Int? {
    number(name, in: placement).flatMap { Int(exactly: $0.rounded()) }
  }

  /// The text in a field; nil when there is none.
  func text(_ name: String, in placement: Placement) -> String? {
    guard let field = definition(of: placement)?.field(name), let words = words(of: field, in: placement),
      case .text(let text) = field.decode(words, scaleWord: nil)
    else { return nil }
    return text
  }

  /// Puts a number into a field, rounded to the field's scale and kept within what its words can hold.
  mutating func set(_ name: String, to value: Double, in placement: Placement) {
    guard let definition = definition(of: placement), let field = definition.field(name) else { return }
    set(field, of: definition, to: value, in: placement)
  }

  /// Puts a number into a field that the device implements; others stay as they are.
  mutating func show(_ name: String, _ value: Double, in placement: Placement) {
    guard let definition = definition(of: placement), let field = definition.field(name),
      let words = words(of: field, in: placement), !field.isNotImplemented(words)
    else { return }
    set(field, of: definition, to: value, in: placement)
  }

  private mutating func set(
    _ field: FieldDefinition, of definition: BlockDefinition, to value: Double, in placement: Placement
  ) {
    guard value.isFinite, let range = field.numbers,
      let exponent = exponent(of: field, of: definition, in: placement)
    else { return }
    let scaled = value.timesPowerOfTen(-exponent).rounded()
    let raw = Int64(min(max(scaled, range.lowerBound), range.upperBound))
    let scaleWord = scaleWord(for: field, of: definition, in: placement)
    guard let words = try? field.encode(ScaledDecimal(raw, exponent: exponent), scaleWord: scaleWord) else { return }
    put(words, field, placement)
  }

  /// Puts a bit pattern into a field of one register.
  mutating func set(_ name: String, bits: UInt16, in placement: Placement) {
    guard let field = definition(of: placement)?.field(name), field.size == 1 else { return }
    put([bits], field, placement)
  }

  /// Puts a text into a field, cut to its length and filled up with NUL.
  mutating func set(_ name: String, text: String, in placement: Placement) {
    guard let field = definition(of: placement)?.field(name), field.type == .string else { return }
    var bytes = Array(text.utf8.filter { $0 != 0 }.prefix(2 * field.size))
    bytes += Array(repeating: 0, count: 2 * field.size - bytes.count)
    put(stride(from: 0, to: bytes.count, by: 2).map { UInt16(high: bytes[$0], low: bytes[$0 + 1]) }, field, placement)
  }

  /// Puts words into a field, unless the block ends before it.
  private mutating func put(_ words: [UInt16], _ field: FieldDefinition, _ placement: Placement) {
    guard placement.address(ofOffset: field.endOffset - 1) != nil else { return }
    for (index, word) in words.enumerated() { self[placement, field.offset + index] = word }
  }
}

extension FieldDefinition {
  /// The numbers that the field's words can hold, sentinels left out; nil for text and addresses.
  fileprivate var numbers: ClosedRange<Double>? {
    switch type {
    case .uint16: 0...0xFFFE
    case .int16: -0x7FFF...0x7FFF
    case .uint32: 0...0xFFFF_FFFE
    case .int32: -0x7FFF_FFFF...0x7FFF_FFFF
    case .sunssf: -10...10
    case .string, .ipv4, .clock, .clockSpan: nil
    }
  }

  /// Whether words are the pattern that stands for a number that is not implemented.
  fileprivate func isNotImplemented(_ words: [UInt16]) -> Bool {
    if flags != nil { return words.allSatisfy { $0 == 0xFFFF } }
    return switch type {
    case .uint16, .uint32: words.allSatisfy { $0 == 0xFFFF }
    case .int16, .sunssf: words == [0x8000]
    case .int32: words == (wordOrder == .low ? [0, 0x8000] : [0x8000, 0])
    case .string, .ipv4, .clock, .clockSpan: false
    }
  }
}

extension Double {
  /// The number times 10^`exponent`, rounded only once, so that 480 × 10^-1 is 48.
  func timesPowerOfTen(_ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<min(abs(exponent), 30) { power *= 10 }
    return exponent < 0 ? self / power : self * power
  }
}
