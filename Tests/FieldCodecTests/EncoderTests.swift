import FieldCodec
import Testing

@testable import Registry

/// What values become in registers, and which have no place there.
@Suite struct EncoderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let field: FieldDefinition
    let text: String
    let scale: UInt16?
    let words: [UInt16]

    init(_ field: FieldDefinition, _ text: String, scale: UInt16? = nil, _ words: [UInt16]) {
      self.field = field
      self.text = text
      self.scale = scale
      self.words = words
    }

    var testDescription: String { "\(field.type) \(text)" }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let field: FieldDefinition
    let text: String
    let scale: UInt16?
    let code: EncodingFailure.Code

    init(_ field: FieldDefinition, _ text: String, scale: UInt16? = nil, _ code: EncodingFailure.Code) {
      self.field = field
      self.text = text
      self.scale = scale
      self.code = code
    }

    var testDescription: String { "\(field.type) \(text.prefix(20))" }
  }

  private static let scaled = TestField.make(.uint16, isScaled: true)
  private static let choice = TestField.make(.int16, enumeration: TestField.modes)

  @Test(arguments: [
    Case(TestField.make(.uint16), "0", [0]), Case(TestField.make(.uint16), "65534", [0xFFFE]),
    Case(TestField.make(.uint16), "+7", [7]), Case(TestField.make(.uint16), "7.000", [7]),
    Case(TestField.make(.int16), "-1", [0xFFFF]), Case(TestField.make(.int16), "-32767", [0x8001]),
    Case(scaled, "48", scale: 0xFFFF, [480]), Case(scaled, "57.6", scale: 0xFFFF, [576]),
    Case(scaled, "57.60", scale: 0xFFFF, [576]), Case(scaled, "5.76e1", scale: 0xFFFF, [576]),
    Case(scaled, "700", scale: 2, [7]), Case(scaled, "6553.4", scale: 0xFFFF, [0xFFFE]),
    Case(TestField.make(.uint32, order: .low), "65538", [2, 1]),
    Case(TestField.make(.uint32, order: .high), "65538", [1, 2]),
    Case(TestField.make(.int32), "-7200", [0xE3E0, 0xFFFF]),
    Case(TestField.make(.uint32), "4294967294", [0xFFFE, 0xFFFF]),
    Case(choice, "on", [2]), Case(choice, "2", [2]), Case(choice, "disabled", [0xFFFF]), Case(choice, "-1", [0xFFFF]),
    Case(choice, "On", [2]), Case(choice, "TRUE", [2]), Case(choice, "54", [54]),
    Case(TestField.make(.uint16, flags: TestField.errors), "32769", [0x8001]),
    Case(TestField.make(.sunssf), "-2", [0xFFFE]), Case(TestField.make(.string), "FM80", [0x464D, 0x3830, 0, 0]),
    Case(TestField.make(.string), "FM8", [0x464D, 0x3800, 0, 0]), Case(TestField.make(.string), "", [0, 0, 0, 0]),
    Case(TestField.make(.string), "é", [0xC3A9, 0, 0, 0]),
    Case(TestField.make(.ipv4), "192.168.1.100", [0xC0A8, 0x0164]),
  ])
  func encodes(example: Case) throws {
    #expect(try example.field.encode(example.text, scaleWord: example.scale) == example.words)
  }

  @Test(arguments: [
    // The pattern for "not implemented" is never written as a value.
    Refusal(TestField.make(.uint16), "65535", .outOfRange), Refusal(TestField.make(.int16), "-32768", .outOfRange),
    Refusal(TestField.make(.uint32), "4294967295", .outOfRange),
    Refusal(TestField.make(.int32), "-2147483648", .outOfRange),
    Refusal(TestField.make(.uint16, flags: TestField.errors), "65535", .outOfRange),
    Refusal(TestField.make(.uint16, enumeration: TestField.modes), "disabled", .outOfRange),
    Refusal(TestField.make(.uint16), "65536", .outOfRange), Refusal(TestField.make(.uint16), "-1", .outOfRange),
    Refusal(TestField.make(.int16), "32768", .outOfRange), Refusal(TestField.make(.uint16), "1e20", .outOfRange),
    Refusal(scaled, "6553.5", scale: 0xFFFF, .outOfRange), Refusal(scaled, "48.05", scale: 0xFFFF, .tooPrecise),
    Refusal(scaled, "750", scale: 2, .tooPrecise), Refusal(TestField.make(.uint16), "1.5", .tooPrecise),
    Refusal(scaled, "48", scale: nil, .noScale), Refusal(scaled, "48", scale: 0x8000, .noScale),
    Refusal(scaled, "48", scale: 11, .noScale), Refusal(TestField.make(.uint16), "", .notAValue),
    Refusal(TestField.make(.uint16), "on", .notAValue), Refusal(TestField.make(.uint16), "0x10", .notAValue),
    Refusal(TestField.make(.uint16), "nan", .notAValue), Refusal(TestField.make(.uint16), "None", .notAValue),
    Refusal(choice, "onn", .notAValue), Refusal(choice, "1.5", .notAValue), Refusal(choice, "", .notAValue),
    Refusal(TestField.make(.string), "ABCDEFGHI", .outOfRange),
    Refusal(TestField.make(.string), "ABCDEFGé", .outOfRange),
    Refusal(TestField.make(.string), "A\u{0}B", .notAValue), Refusal(TestField.make(.ipv4), "192.168.1", .notAValue),
    Refusal(TestField.make(.ipv4), "192.168.1.256", .notAValue),
    Refusal(TestField.make(.ipv4), "192.168..1", .notAValue),
    Refusal(TestField.make(.ipv4), "1.2.3.4.5", .notAValue), Refusal(TestField.make(.ipv4), "a.b.c.d", .notAValue),
    Refusal(TestField.make(.sunssf), "11", .outOfRange),
  ])
  func refuses(example: Refusal) {
    #expect {
      try example.field.encode(example.text, scaleWord: example.scale)
    } throws: { error in
      guard let failure = error as? EncodingFailure else { return false }
      return failure.code == example.code && !failure.message.isEmpty
    }
  }

  @Test func sentencesNameTheMend() {
    func message(_ field: FieldDefinition, _ text: String, _ scale: UInt16? = nil) -> String {
      do throws(EncodingFailure) {
        return "\(try field.encode(text, scaleWord: scale))"
      } catch {
        return error.description
      }
    }
    #expect(
      message(Self.choice, "maybe") == "‘maybe’ is no value of value; give one of disabled, off, on, or its number")
    #expect(message(Self.scaled, "48.05", 0xFFFF) == "48.05 can't be held by value, which counts in steps of 0.1")
    #expect(message(TestField.make(.uint16), "70000") == "70000 is outside what the register of value can hold")
    #expect(message(TestField.make(.string), "ABCDEFGHI") == "the text is 9 bytes long; value holds 8")
  }
}
