import FieldCodec
import Testing

@testable import Registry

/// What words mean. Expectations follow the application note and the chapter "Words to values" of the traps.
@Suite struct DecoderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let field: FieldDefinition
    let words: [UInt16]
    let scale: UInt16?
    let text: String

    init(_ field: FieldDefinition, _ words: [UInt16], scale: UInt16? = nil, _ text: String) {
      self.field = field
      self.words = words
      self.scale = scale
      self.text = text
    }

    var testDescription: String { "\(field.type) \(words) \(text)" }
  }

  private func check(_ example: Case) {
    #expect(example.field.decode(example.words, scaleWord: example.scale).text == example.text)
  }

  @Test(arguments: [
    Case(TestField.make(.uint16), [0], "0"), Case(TestField.make(.uint16), [0xFFFE], "65534"),
    Case(TestField.make(.uint16), [0x8000], "None"), Case(TestField.make(.uint16), [0x8001], "32769"),
    Case(TestField.make(.int16), [0xFFFF], "-1"),
    Case(TestField.make(.int16), [0x7FFF], "32767"), Case(TestField.make(.int16), [0x8001], "-32767"),
    Case(TestField.make(.sunssf), [0xFFFF], "-1"), Case(TestField.make(.sunssf), [0xFFFE], "-2"),
    Case(TestField.make(.sunssf), [3], "3"),
  ])
  func singleWords(example: Case) { check(example) }

  /// 480 with -1 is 48.0: as many decimals as the scale factor gives, and never 27.400000000000002.
  @Test(arguments: [
    Case(TestField.make(.uint16, isScaled: true), [480], scale: 0xFFFF, "48.0"),
    Case(TestField.make(.uint16, isScaled: true), [274], scale: 0xFFFF, "27.4"),
    Case(TestField.make(.uint16, isScaled: true), [5], scale: 0xFFFD, "0.005"),
    Case(TestField.make(.uint16, isScaled: true), [70], scale: 0xFFFE, "0.70"),
    Case(TestField.make(.uint16, isScaled: true), [7], scale: 2, "700"),
    Case(TestField.make(.uint16, isScaled: true), [0], scale: 0xFFFF, "0.0"),
    Case(TestField.make(.int16, isScaled: true), [0xFFFB], scale: 0xFFFF, "-0.5"),
    // Set_Time_Zone: 200 with -2 is +2 h, -8 with 0 is -8 h.
    Case(TestField.make(.int16, isScaled: true), [200], scale: 0xFFFE, "2.00"),
    Case(TestField.make(.int16, isScaled: true), [0xFFF8], scale: 0, "-8"),
    Case(TestField.make(.uint32, isScaled: true), [0x0001, 0x0001], scale: 0xFFFF, "6553.7"),
    Case(TestField.make(.uint16, isScaled: true), [1], scale: 10, "10000000000"),
    Case(TestField.make(.uint16, isScaled: true), [1], scale: 0xFFF6, "0.0000000001"),
  ])
  func scaledNumbers(example: Case) { check(example) }

  @Test(arguments: [UInt16(0x8000), 11, 0xFFF5, 0x7FFF, 0x0100])
  func badScaleFactorsMakeAValueUnreadableNotWrong(scale: UInt16) {
    #expect(TestField.make(.uint16, isScaled: true).decode([480], scaleWord: scale) == .unreadable)
    #expect(FieldDefinition.scaleExponent(word: scale) == nil)
  }

  @Test func aScaleFactorBeyondTheBlocksEndMakesAValueUnreadable() {
    #expect(TestField.make(.uint16, isScaled: true).decode([480], scaleWord: nil) == .unreadable)
  }

  @Test func aSentinelStaysOneWhateverTheScaleFactor() {
    let field = TestField.make(.uint16, isScaled: true)
    #expect(field.decode([0xFFFF], scaleWord: 0x8000) == .notImplemented)
    #expect(field.decode([0xFFFF], scaleWord: 0xFFFF) == .notImplemented)
  }

  /// Traps, "Real hardware": what was just written reads 0x8000 for a while. A counter may well be there.
  @Test func aSettingThatSettlesHasNoValue() {
    let setting = TestField.make(.uint16, isScaled: true)
    #expect(setting.decode([0x8000], scaleWord: 0xFFFF) == .notImplemented)
    let reading = TestField.make(.uint16, isScaled: true, access: .readOnly)
    #expect(reading.decode([0x8000], scaleWord: 0xFFFF).text == "3276.8")
  }

  @Test func unscaledFieldsIgnoreAScaleFactor() {
    #expect(TestField.make(.uint16).decode([480], scaleWord: 0xFFFF).text == "480")
  }

  @Test(arguments: [
    Case(TestField.make(.uint16), [0xFFFF], "None"), Case(TestField.make(.int16), [0x8000], "None"),
    Case(TestField.make(.sunssf), [0x8000], "None"), Case(TestField.make(.uint32), [0xFFFF, 0xFFFF], "None"),
    // 0x80000000 with the low word first.
    Case(TestField.make(.int32), [0x0000, 0x8000], "None"),
    Case(TestField.make(.int32, order: .high), [0x8000, 0x0000], "None"),
    Case(TestField.make(.string), [0, 0, 0, 0], "None"),
    Case(TestField.make(.string), [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], "None"),
    Case(TestField.make(.uint16, flags: TestField.errors), [0xFFFF], "None"),
    Case(TestField.make(.uint32, flags: TestField.errors), [0xFFFF, 0xFFFF], "None"),
  ])
  func sentinels(example: Case) { check(example) }

  @Test(arguments: [
    Case(TestField.make(.uint32), [0, 0], "0"), Case(TestField.make(.uint32), [0x8000, 0x0000], "32768"),
    Case(TestField.make(.uint32), [0x0000, 0x8000], "2147483648"),
    Case(TestField.make(.int32), [0xFFFF, 0xFFFF], "-1"),
    Case(TestField.make(.int16, isScaled: false), [0], "0"), Case(TestField.make(.int32), [0x8000, 0x0000], "32768"),
  ])
  func sentinelsOfOtherTypesAreValues(example: Case) { check(example) }

  /// In the capture 41183 holds 29725, 24557: low word first that is 1609397277, the morning of 2020-12-31.
  @Test func wordOrder() {
    let words: [UInt16] = [29725, 24557]
    #expect(TestField.make(.uint32, order: .low).decode(words, scaleWord: nil).text == "1609397277")
    #expect(TestField.make(.uint32, order: .high).decode(words, scaleWord: nil).text == "1948082157")
    // "Never" for the generator's last start: the epoch shifted by two hours.
    #expect(TestField.make(.int32).decode([0xE3E0, 0xFFFF] as [UInt16], scaleWord: nil).text == "-7200")
  }

  @Test(arguments: [
    Case(TestField.make(.int16, enumeration: TestField.modes), [0xFFFF], "disabled"),
    Case(TestField.make(.int16, enumeration: TestField.modes), [2], "on"),
    Case(TestField.make(.int16, enumeration: TestField.modes), [0x8000], "None"),
    Case(TestField.make(.uint16, enumeration: TestField.modes), [54], "54"),
    Case(TestField.make(.uint16, enumeration: TestField.modes), [0x8000], "None"),
    Case(TestField.make(.uint16, enumeration: TestField.modes), [255], "255"),
    Case(TestField.make(.uint16, enumeration: TestField.modes), [0], "off"),
  ])
  func enumerations(example: Case) { check(example) }

  @Test(arguments: [
    Case(TestField.make(.uint16, flags: TestField.errors), [0], "[]"),
    Case(TestField.make(.uint16, flags: TestField.errors), [1], "[\"low_battery\"]"),
    Case(TestField.make(.uint16, flags: TestField.errors), [0x8000], "[\"stacking\"]"),
    Case(TestField.make(.int16, flags: TestField.errors), [0x8000], "[\"stacking\"]"),
    Case(TestField.make(.uint16, flags: TestField.errors), [0x0801], "[\"low_battery\",\"bit_11\"]"),
    Case(
      TestField.make(.uint32, order: .high, flags: TestField.errors), [0x8000, 0x0001], "[\"low_battery\",\"bit_31\"]"),
    Case(TestField.make(.uint32, order: .low, flags: TestField.errors), [0x8000, 0x0001], "[\"stacking\",\"bit_16\"]"),
  ])
  func flags(example: Case) { check(example) }

  @Test(arguments: [
    Case(TestField.make(.string), [0x464D, 0x3830, 0, 0], "FM80"),
    Case(TestField.make(.string), [0x464D, 0x3800, 0x4141, 0], "FM8"),
    Case(TestField.make(.string), [0x4142, 0x4344, 0x4546, 0x4748], "ABCDEFGH"),
    // UTF-8 where it is, else ISO 8859-1.
    Case(TestField.make(.string), [0xC3A9, 0, 0, 0], "é"), Case(TestField.make(.string), [0xE941, 0, 0, 0], "éA"),
    Case(TestField.make(.string), [0x0041, 0x4141, 0, 0], ""),
  ])
  func strings(example: Case) { check(example) }

  @Test func addressesAreHighWordFirst() {
    let field = TestField.make(.ipv4, order: .high)
    #expect(field.decode([0xC0A8, 0x0164] as [UInt16], scaleWord: nil).text == "192.168.1.100")
    #expect(field.decode([0x0000, 0x0000] as [UInt16], scaleWord: nil).text == "0.0.0.0")
  }

  @Test(arguments: [FieldType.uint16, .uint32, .string, .ipv4, .sunssf], [0, 1, 2, 3, 5])
  func anotherNumberOfWordsIsUnreadable(type: FieldType, count: Int) {
    let field = TestField.make(type)
    guard count != field.size else { return }
    #expect(field.decode([UInt16](repeating: 1, count: count), scaleWord: nil) == .unreadable)
    #expect(field.rawNumber([UInt16](repeating: 1, count: count)) == nil)
  }

  @Test func slicesAreDecodedByTheirOwnIndices() {
    let image: [UInt16] = [9, 9, 480, 9]
    #expect(TestField.make(.uint16, isScaled: true).decode(image[2..<3], scaleWord: 0xFFFF).text == "48.0")
  }

  @Test func presence() {
    #expect(!FieldValue.notImplemented.isPresent)
    #expect(!FieldValue.unreadable.isPresent)
    #expect(FieldValue.number(ScaledDecimal(0)).isPresent)
    #expect(FieldValue.text("").isPresent)
    #expect(FieldValue.flags(0, TestField.errors).isPresent)
  }
}
