import Foundation
import Mate3
import Testing
import Topics

@Suite struct CommandPayloadTests {
  static let good: [(String, CommandPayload)] = [
    ("on", CommandPayload(text: "on")),
    (#""on""#, CommandPayload(text: "on")),
    (#"{"value":true}"#, CommandPayload(text: "true")),
    (#"{"value":"on","for_s":60,"then":false}"#, CommandPayload(text: "on", forSeconds: 60, then: "false")),
    (" 57.6\n", CommandPayload(text: "57.6")),
    // Blanks mean nothing, wherever the value stands.
    (#"" 57.6 ""#, CommandPayload(text: "57.6")),
    (#"{"value":" 57.6\n"}"#, CommandPayload(text: "57.6")),
    (#"{"value":"on","for_s":60,"then":" off "}"#, CommandPayload(text: "on", forSeconds: 60, then: "off")),
    (#"{"value":"on","id":"x"}"#, CommandPayload(text: "on", id: "x")),
    (#"{"value":2}"#, CommandPayload(text: "2")),
    // Binary floating point would make 57.600000000000001 of it.
    (#"{"value":57.6}"#, CommandPayload(text: "57.6")),
    (#"{"value":0.1,"id":7}"#, CommandPayload(text: "0.1", id: "7")),
    (#"{"value":"on","dry_run":true}"#, CommandPayload(text: "on", isDryRun: true)),
    (#"{"value":57.5,"round":true}"#, CommandPayload(text: "57.5", isRounded: true)),
    (
      #"{"value":"on","expires_at":"2026-01-31T12:00:00Z"}"#,
      CommandPayload(text: "on", expiresAt: Date(timeIntervalSince1970: 1_769_860_800))
    ),
    (
      #"{"value":"on","for_s":3600,"then":"auto"}"#, CommandPayload(text: "on", forSeconds: 3600, then: "auto")
    ),
    (
      #"{"value":"on","expires_at":1769860800}"#,
      CommandPayload(text: "on", expiresAt: Date(timeIntervalSince1970: 1_769_860_800))
    ),
  ]

  @Test(arguments: good)
  func reads(text: String, expected: CommandPayload) throws {
    #expect(try CommandPayload(Array(text.utf8)) == expected)
  }

  @Test(arguments: [
    ("", "empty"), ("   ", "empty"), ("{", "JSON"), (#"{"id":"x"}"#, "value"), (#"{"value":null}"#, "value"),
    (#""""#, "empty"), (#"{"value":["on"]}"#, "value"), (#"{"value":"on","for_s":0}"#, "for_s"),
    (#"{"value":"on","for_s":1e9}"#, "for_s"),
    (#"{"value":"on","then":"auto"}"#, "for_s"), (#"{"value":"on","unless":5}"#, "unless"),
    (#"{"value":"on","expires_at":"soon"}"#, "expires_at"), (#"{"value":"on","dry_run":"yes"}"#, "dry_run"),
    (#"{"value":57.5,"round":1}"#, "round"),
    (#"{"value":"on","value":"off"}"#, "‘value’ twice"), (#"{"id":1,"value":"on" , "\u0069d" : 2}"#, "‘id’ twice"),
    (#"{"value":"on","id":{}}"#, "id"), (String(repeating: "9", count: 5000), "5000 bytes"),
  ])
  func refuses(text: String, naming word: String) {
    #expect {
      try CommandPayload(Array(text.utf8))
    } throws: { error in
      guard let refusal = error as? CommandRefusal else { return false }
      return refusal.code == .badPayload && refusal.reason.contains(word)
    }
  }

  @Test(arguments: [
    (#"{"a":{"b":1},"c":{"b":1}}"#, nil), (#"{"a":"{\"b\":1,\"b\":2}"}"#, nil), (#"["a","a",{"a":["a","a"]}]"#, nil),
    (#"{"a":{"b":1,"c":[{"b":1}],"b":2}}"#, "b"), (#"{"a\\":1,"b":"a\\","a\\":2}"#, "a\\"), ("{\"a", nil),
    ("{\"a\\", nil), ("]}{\"a\":1,\"a\"\n:", "a"), ("{\"\\x\":1,\"\\x\":", nil),
  ])
  func findsAKeyThatIsThereTwice(text: String, key: String?) {
    #expect(JSONKeys.repeated(in: Array(text.utf8)) == key)
  }

  @Test func aRoundedValueIsAnotherCommand() {
    #expect(CommandPayload(text: "57.5", isRounded: true).asked != CommandPayload(text: "57.5").asked)
  }

  @Test func blanksAroundOneOfSeveralValuesMeanNothing() throws {
    let payload = try CommandPayload(
      Array(#"{"values":{"absorb_volts":"59 ","float_volts":" 54"}}"#.utf8), isOfSeveral: true)
    #expect(payload == CommandPayload(values: ["absorb_volts": "59", "float_volts": "54"]))
  }

  private static let twice = #"{"value":"on","value":"off"}"#

  /// A decoder of JSON would take UTF-16 as well, past what looks for keys that are there twice.
  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x6F], "not UTF-8"),
      (Array(#"{"value":"on"}"#.data(using: .utf16LittleEndian) ?? Data()), "not UTF-8"),
      (Array(twice.data(using: .utf16LittleEndian) ?? Data()), "not UTF-8"),
      (Array(twice.data(using: .utf16BigEndian) ?? Data()), "not UTF-8"),
      (Array(twice.data(using: .utf32LittleEndian) ?? Data()), "not UTF-8"),
      (Array("on\0".utf8), "not UTF-8"), (Array("\u{FEFF}on".utf8), "byte order mark"),
      (Array("\u{FEFF}{\"value\":\"on\"}".utf8), "byte order mark"),
    ] as [([UInt8], String)])
  func refusesWhatIsNotUTF8(payload: [UInt8], naming words: String) throws {
    for isOfSeveral in [false, true] {
      let refusal = #expect(throws: CommandRefusal.self) { try CommandPayload(payload, isOfSeveral: isOfSeveral) }
      #expect(refusal?.code == .badPayload && refusal?.reason.contains(words) ?? false, "\(refusal?.reason ?? "")")
    }
    let schedule = try #require(Schedule.named("ags_quiet_time_schedule"))
    let refusal = #expect(throws: CommandRefusal.self) { try schedule.settings(payload) }
    #expect(refusal?.reason.contains(words) ?? false, "\(refusal?.reason ?? "")")
  }

  @Test func theResultHasEveryKey() throws {
    let outcome = WriteOutcome(.accepted, .ok, "written", written: [2], read: [2], evidence: ["a/1.b"])
    let time = Date(timeIntervalSince1970: 1_769_860_800.25)
    let message = ResultMessage(
      outcome: outcome, field: "a/1/b", requested: "on", value: "on", id: nil, receivedAt: time, finishedAt: time)
    let text = String(decoding: JSONPayload.bytes(message), as: UTF8.self)
    #expect(
      text
        == #"{"code":"ok","evidence":["a/1.b"],"field":"a/1/b","finished_at":"2026-01-31T12:00:00.250Z","id":null,"#
        + #""reason":"written","#
        + #""received_at":"2026-01-31T12:00:00.250Z","registers_read":[2],"registers_written":[2],"requested":"on","#
        + #""status":"accepted","value":"on"}"#)
  }
}
