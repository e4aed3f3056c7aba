import Foundation
import TestSupport
import Testing

@testable import Mate3

@Suite struct FieldWordsTests {
  private static let names = ["did", "length", "port_number", "model_number", "serial_number", "é"]

  /// Whatever is set, changed and removed, it holds what a dictionary would.
  @Test func holdsWhatADictionaryHolds() throws {
    for seed in UInt64(0)..<200 {
      var random = SplitMix64(seed: seed)
      var words = FieldWords()
      var expected: [String: [UInt16]] = [:]
      for _ in 0..<30 {
        let name = Self.names[Int.random(in: 0..<Self.names.count, using: &random)]
        let value: [UInt16]? =
          Int.random(in: 0..<4, using: &random) == 0
          ? nil : (0..<Int.random(in: 0...9, using: &random)).map { _ in UInt16.random(in: 0...9, using: &random) }
        words[name] = value
        expected[name] = value
        for name in Self.names { #expect(words[name] == expected[name], "seed \(seed)") }
      }
      #expect(words.compact() == words)
      var reversed = FieldWords()
      for name in expected.keys.sorted().reversed() { reversed[name] = expected[name] }
      #expect(reversed == words && reversed.hashValue == words.hashValue, "seed \(seed)")
      let json = try JSONEncoder().encode(words)
      #expect(try JSONDecoder().decode([String: [UInt16]].self, from: json) == expected)
      #expect(try JSONDecoder().decode(FieldWords.self, from: json) == words)
    }
  }

  @Test func oneWordOfDifferenceTellsThemApart() {
    let words: FieldWords = ["a": [1, 2], "b": [3]]
    #expect(words != ["a": [1], "b": [2, 3]])
    #expect(words != ["a": [1, 2], "c": [3]])
    #expect(words != ["a": [1, 2]])
    #expect(words == ["b": [3], "a": [1, 2]])
  }
}
