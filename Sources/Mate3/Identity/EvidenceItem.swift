import FieldCodec
package import RegisterIO
import Registry

/// What a look at one piece of evidence tells.
package enum EvidenceVerdict: Hashable, Sendable {
  case fits
  /// Blank or a sentinel, as for a while after a reboot: nothing follows from it, and nothing is proven. The sentence
  /// says what can't be seen.
  case blank(String)
  /// Another device's, or changed; the sentence says what differs.
  case differs(String)

  /// The graver of two.
  func worse(_ other: EvidenceVerdict) -> EvidenceVerdict {
    switch (self, other) {
    case (.differs, _), (.blank, .fits), (.blank, .blank): self
    default: other
    }
  }
}

/// One field that tells a device from others, with the words it must have.
package struct EvidenceItem: Sendable {
  package let device: DeviceKey
  /// Nil for the end of the map, behind which another device would stand.
  let field: FieldDefinition?
  package let range: RegisterRange
  package let expected: [UInt16]
  /// Whether it says where the block is: its header, its port, or the end of the map.
  var isPlace = false
  /// Whether it says which gateway this is.
  var isOfGateway = false

  /// As results name it.
  package var name: String { field.map { "\(device).\($0.name)" } ?? "end of the map" }

  func judge(_ words: [UInt16]) -> EvidenceVerdict {
    guard words != expected else { return .fits }
    guard let field else {
      return .differs("behind the last device, where the map ended at \(range.start), it goes on now")
    }
    guard !field.isBlank(words) else { return .blank("\(field.name) of \(device) is blank for the moment") }
    return .differs("\(field.name) of \(device) was \(field.shown(expected)) and is \(field.shown(words)) now")
  }
}

/// What one piece of evidence showed.
struct EvidenceLook {
  let device: DeviceKey
  let words: [UInt16]
  let verdict: EvidenceVerdict
}

extension [EvidenceLook] {
  /// What all of them tell. A device of which something is blank starts: what is zero there is blank as well.
  var verdict: EvidenceVerdict {
    let starting = Set(filter { if case .blank = $0.verdict { true } else { false } }.map(\.device))
    return reduce(.fits) { all, look in
      guard case .differs(let reason) = look.verdict, starting.contains(look.device),
        look.words.allSatisfy({ [0, 0x8000, 0xFFFF].contains($0) })
      else { return all.worse(look.verdict) }
      return all.worse(.blank(reason))
    }
  }
}

extension FieldDefinition {
  /// Whether the field's words must not change while the device is the same: what is fixed about it, and its firmware
  /// and calibration, which change seldom and on purpose.
  var isStandingEvidence: Bool { evidence == .fixed || evidence == .standing }

  /// Whether words are what devices show while they start or settle: nothing, or a sentinel, of whatever type.
  func isBlank(_ words: [UInt16]) -> Bool {
    words.allSatisfy { $0 == 0xFFFF } || (words.allSatisfy { $0 == 0x8000 } && flags == nil)
      || (evidence == .standing && name.hasSuffix("firmware_number") && words == [0])
      || !decode(words, scaleWord: 0).isPresent
  }

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
