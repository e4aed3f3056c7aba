import TestSupport
import Testing

@testable import Configuration

/// Whatever stands in the file, the environment or the flags, reading ends with a configuration or with sentences.
@Suite struct ConfigurationFuzzTests {
  private static let words = [
    "gateway", "host", "broker", "url", "commands", "limits", "devices", "block", "port", "name", "log", "level", ":",
    ": ", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", ",", "\"", "'", "&a", "*a", "!!int", "|", ">", "#", "?",
    "%YAML", "---", "...", "~", "\t", "é", "\u{0}", "\u{FEFF}", "<<", "5s", "-1", "99999999999999999999",
    "gateway.port",
  ]

  private func check(_ text: String, _ seed: UInt64) {
    do throws(ConfigurationError) {
      _ = try configuration(text, environment: ["MATE3_DEVICES": text], arguments: ["--commands-limits", text])
    } catch {
      #expect(!error.problems.isEmpty, "seed \(seed)")
      #expect(error.problems.allSatisfy { !$0.message.isEmpty }, "seed \(seed)")
    }
  }

  @Test func randomBytes() {
    for seed in UInt64(0)..<60 {
      var generator = SplitMix64(seed: seed)
      let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      check(String(decoding: bytes, as: UTF8.self), seed)
    }
  }

  @Test func randomWords() {
    for seed in UInt64(0)..<120 {
      var generator = SplitMix64(seed: seed)
      let text = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
        Self.words.randomElement(using: &generator) ?? ""
      }
      check(text.joined(), seed)
    }
  }

  @Test func damagedFile() {
    for seed in UInt64(0)..<60 {
      var generator = SplitMix64(seed: seed)
      var scalars = Array((leastFile + "commands: {limits: {a.b: {min: 1}}}\n").unicodeScalars)
      for _ in 0..<3 {
        let position = Int.random(in: 0..<scalars.count, using: &generator)
        scalars[position] = Self.words.randomElement(using: &generator)?.unicodeScalars.first ?? " "
      }
      check(String(String.UnicodeScalarView(scalars)), seed)
    }
  }

  @Test(arguments: [
    String(repeating: "[", count: 5000), String(repeating: "- ", count: 5000), String(repeating: "a: {", count: 2000),
    (0..<40).map { "x\($0): &a\($0) [\($0 == 0 ? "1" : "*a\($0 - 1),*a\($0 - 1)")]\n" }.joined(),
    String(repeating: "[", count: 200_000), String(repeating: "x", count: 300_000),
  ])
  func deepLongAndUnfolding(text: String) {
    #expect(!problems(text).isEmpty)
  }
}
