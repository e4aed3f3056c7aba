import Foundation
import Mate3
import Testing
import Topics

@Suite struct DevicePayloadTests {
  private func object(_ members: [(String, String, JSONShape)]) -> String {
    let bytes = DevicePayload.bytes(
      DeviceKey(name: "roof", port: 3), isOnline: true,
      members.map { DevicePayload.Member(name: $0.0, payload: Array($0.1.utf8), shape: $0.2) })
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("48.0", JSONShape.plain, "48.0"), ("-0.18", .plain, "-0.18"), ("[]", .plain, "[]"),
    (#"["low_battery_voltage"]"#, .plain, #"["low_battery_voltage"]"#), ("None", .plain, "null"),
    ("None", .label, "null"), ("bulk", .label, #""bulk""#), ("54", .label, "54"), ("54", .text, #""54""#),
    ("192.0.2.7", .text, #""192.0.2.7""#), ("a\"b\\c\n\u{1}", .text, #""a\"b\\c\u000a\u0001""#),
    ("Dächer", .text, #""Dächer""#),
  ])
  func writesEveryKindOfValue(payload: String, shape: JSONShape, expected: String) throws {
    let text = object([("field", payload, shape)])
    #expect(text == #"{"device":"roof","port":3,"availability":"online","field":\#(expected)}"#)
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
  }

  @Test func keepsTheOrder() {
    #expect(object([("b", "1", .plain), ("a", "2", .plain)]).hasSuffix(#","b":1,"a":2}"#))
  }
}
