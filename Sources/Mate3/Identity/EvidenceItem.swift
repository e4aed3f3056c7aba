import FieldCodec
public import RegisterIO
public import Registry

/// One field that tells a device from others, with the words it must have.
public struct EvidenceItem: Sendable {
  public let device: DeviceKey
  public let field: FieldDefinition
  public let range: RegisterRange
  public let expected: [UInt16]

  /// What differs, for people, or nil when the words are as expected.
  func difference(_ words: [UInt16]) -> String? {
    guard words != expected else { return nil }
    return "\(field.name) of \(device) was \(field.shown(expected)) and is \(field.shown(words)) now"
  }
}

extension FieldDefinition {
  /// Whether the field's words must not change while the device is the same: what is fixed about it, and its firmware
  /// and calibration, which change seldom and on purpose.
  var isStandingEvidence: Bool { evidence == .fixed || evidence == .standing }

  func shown(_ words: [UInt16]) -> String {
    let value = decode(words, scaleWord: nil)
    switch value {
    case .text(let text): return "‘\(text)’"
    case .notImplemented: return "empty"
    case .unreadable: return words.map(String.init).joined(separator: " ")
    default: return value.text
    }
  }
}
