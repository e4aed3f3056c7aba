import FieldCodec
import Registry
import TestSupport
import Testing

/// For every field of the register map and any words.
@Suite struct CodecPropertyTests {
  private static let edges: [UInt16] = [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFE, 0xFFFF, 0x4142, 0xC3A9]
  private static let scales: [UInt16] = [0, 1, 10, 0xFFFF, 0xFFFE, 0xFFF6, 0x8000, 11]

  private func eachField(_ body: (FieldDefinition, String, inout SplitMix64) -> Void) throws {
    var generator = SplitMix64(seed: 64110)
    for block in try Registry.embedded().blocks {
      for field in block.fields { body(field, "\(block.name).\(field.name)", &generator) }
    }
  }

  private func words(_ field: FieldDefinition, _ generator: inout SplitMix64) -> [UInt16] {
    (0..<field.size).map { _ in
      Bool.random(using: &generator)
        ? Self.edges.randomElement(using: &generator) ?? 0 : UInt16.random(in: .min ... .max, using: &generator)
    }
  }

  /// What a device shows can be written back as it is shown, and changes nothing.
  @Test func encodingWhatWasDecodedGivesTheSameWords() throws {
    try eachField { field, name, generator in
      for _ in 0..<20 {
        let words = words(field, &generator)
        let scale = Self.scales.randomElement(using: &generator)
        let value = field.decode(words, scaleWord: scale)
        let text: String
        switch value {
        case .notImplemented, .unreadable: continue
        // Flags are shown by name and written as a number.
        case .flags(let bits, _): text = String(bits)
        case .text(let shown):
          // Bytes behind the first NUL and those of another encoding are not kept.
          text = shown
          let bytes = words.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
          let kept = bytes.prefix { $0 != 0 }
          guard kept.elementsEqual(shown.utf8), bytes[kept.endIndex...].allSatisfy({ $0 == 0 }) else { continue }
        // Scale factors out of range are shown, and never written.
        case .number(let number) where field.type == .sunssf:
          guard (ScaledDecimal(-10)...ScaledDecimal(10)).contains(number) else { continue }
          text = value.text
        // Commands have 18 digits at most, which a 32-bit number times 10^10 exceeds.
        case .number:
          text = value.text.utf8.count <= 18 ? value.text : "\(value.text.prefix(10))e\(value.text.utf8.count - 10)"
        default: text = value.text
        }
        do {
          let encoded = try field.encode(text, scaleWord: scale)
          #expect(encoded == words, "\(name) \(words) \(text)")
        } catch {
          Issue.record("\(name) \(words) \(text): \(error)")
        }
      }
    }
  }

  @Test func anyTextIsEncodedOrRefused() throws {
    let texts = [
      "", "-", "0", "1e30", "-1e-30", "999999999999999999", "None", "[]", "on", "\u{0}", "é€𝄞", "1.2.3.4", "٣", "{",
      String(repeating: "9", count: 1000), String(repeating: "x", count: 5000),
    ]
    try eachField { field, name, generator in
      for text in texts {
        do throws(EncodingFailure) {
          let words = try field.encode(text, scaleWord: Self.scales.randomElement(using: &generator))
          #expect(words.count == field.size, "\(name) \(text.prefix(20))")
        } catch {
          #expect(!error.message.isEmpty, "\(name) \(text.prefix(20))")
        }
      }
    }
  }

  @Test func everyLabelIsItsNumber() throws {
    try eachField { field, name, _ in
      for entry in field.enumeration?.entries ?? [] {
        let byLabel = try? field.encode(entry.label, scaleWord: nil)
        #expect(byLabel != nil, "\(name) \(entry.label)")
        #expect(byLabel == (try? field.encode(String(entry.value), scaleWord: nil)), "\(name) \(entry.label)")
        #expect(byLabel.map { field.decode($0, scaleWord: nil).text } == entry.label, "\(name)")
      }
    }
  }

  @Test func wordsThatAreEncodedNeverMeanNotImplemented() throws {
    try eachField { field, name, generator in
      guard field.type != .string, field.type != .ipv4 else { return }
      for _ in 0..<10 {
        let number = Int64.random(in: -70000...70000, using: &generator)
        guard let words = try? field.encode(String(number), scaleWord: 0) else { continue }
        #expect(field.decode(words, scaleWord: 0).isPresent, "\(name) \(number)")
        #expect(field.rawNumber(words) != nil, "\(name) \(number)")
      }
    }
  }
}
