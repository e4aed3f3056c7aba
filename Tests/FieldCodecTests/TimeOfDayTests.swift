import FieldCodec
import Testing

@testable import Registry

struct TimeOfDayTests {
  private let field = TestField.make(.clock)

  @Test func everyMinuteOfTheDayGoesThereAndBack() throws {
    for hour: UInt16 in 0..<24 {
      for minute: UInt16 in 0..<60 {
        let text = field.decode([hour, minute], scaleWord: nil).text
        #expect(try field.encode(text, scaleWord: nil) == [hour, minute])
      }
    }
    #expect(field.decode([6, 5], scaleWord: nil).text == "06:05")
    #expect(try field.encode("6:05", scaleWord: nil) == [6, 5])
    // As Home Assistant writes times.
    #expect(try field.encode("06:45:00", scaleWord: nil) == [6, 45])
  }

  @Test(arguments: [[24, 0], [0, 60], [0xFFFF, 0], [0, 0xFFFF], [0x8000, 0x8000]] as [[UInt16]])
  func whatIsNoTimeIsNone(words: [UInt16]) {
    #expect(!field.decode(words, scaleWord: nil).isPresent)
  }

  @Test(arguments: [
    "", ":", "6", "6:5", "24:00", "06:60", "006:30", "+6:30", "06:-1", "06:30:01", "06:30:0", "06:30:", "06:30:00:00",
    "6.5", "٦:٣٠",
  ])
  func refuses(text: String) {
    #expect(throws: EncodingFailure.self) { try field.encode(text, scaleWord: nil) }
  }
}
