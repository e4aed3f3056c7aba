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
    return "\(field.name) of \(device) was \(shown(expected)) and is \(shown(words)) now"
  }

  private func shown(_ words: [UInt16]) -> String {
    let value = field.decode(words, scaleWord: nil)
    switch value {
    case .text(let text): return "‘\(text)’"
    case .notImplemented, .unreadable: return "empty"
    default: return value.text
    }
  }
}

/// What each device was when this program first saw it.
///
/// Writes are compared with this, never with a later scan, so that a swap that a poll has noticed in the meantime is
/// refused as well. Kept in memory; a store of pins on disk takes its place without a change to the write procedure.
public struct IdentityBaseline: Sendable {
  private var words: [DeviceKey: [String: [UInt16]]] = [:]

  public init() {}

  /// Whether a field is evidence: what is fixed about a device, and its firmware.
  static func isEvidence(_ field: FieldDefinition) -> Bool {
    switch field.evidence {
    case .fixed: true
    case .standing: field.name.hasSuffix("firmware_number")
    case .none, .grows: false
    }
  }

  /// Records devices seen for the first time and compares the others.
  /// - Parameter word: the word at an address in a complete reading of `layout`.
  /// - Returns: what differs from the first sight, a sentence each.
  public mutating func observe(_ layout: SystemLayout, word: (Int) -> UInt16?) -> [String] {
    var differences: [String] = []
    for block in layout.blocks where !block.isDuplicate {
      var seen: [String: [UInt16]] = [:]
      for field in block.definition.fields where Self.isEvidence(field) {
        guard let range = block.range(of: field) else { continue }
        let read = (range.start..<range.end).compactMap(word)
        if read.count == range.count { seen[field.name] = read }
      }
      guard let known = words[block.key] else {
        words[block.key] = seen
        continue
      }
      for field in block.definition.fields {
        guard let expected = known[field.name], let now = seen[field.name], let range = block.range(of: field) else {
          continue
        }
        let item = EvidenceItem(device: block.key, field: field, range: range, expected: expected)
        if let difference = item.difference(now) { differences.append(difference) }
      }
    }
    return differences
  }

  /// What must be read, and be equal, before `block` is written: the gateway's MAC and serial, the block's own
  /// evidence and its partner's; for a block that acts on every device, the header of each.
  public func evidence(for block: PlacedBlock, in layout: SystemLayout) -> [EvidenceItem] {
    var items: [EvidenceItem] = []
    func add(_ block: PlacedBlock, _ isWanted: (FieldDefinition) -> Bool) {
      for field in block.definition.fields where Self.isEvidence(field) && isWanted(field) {
        guard let range = block.range(of: field), let expected = words[block.key]?[field.name] else { continue }
        items.append(EvidenceItem(device: block.key, field: field, range: range, expected: expected))
      }
    }
    func isHeader(_ field: FieldDefinition, of block: PlacedBlock) -> Bool {
      field.offset <= 2 || field.index == block.definition.portFieldIndex
    }
    for own in layout.blocks where own.definition.kind == .common || own.definition.kind == .gateway {
      add(own) { $0.type == .string && !isHeader($0, of: own) }
    }
    if block.definition.kind == .system {
      for other in layout.blocks where other.index != block.index && !other.isDuplicate {
        add(other) { isHeader($0, of: other) }
      }
    } else if let partner = layout.partner(of: block) {
      add(partner) { _ in true }
    }
    add(block) { field in !items.contains { $0.device == block.key && $0.field.index == field.index } }
    return items
  }
}
