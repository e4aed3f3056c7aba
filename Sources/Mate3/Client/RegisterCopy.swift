import FieldCodec
import RegisterIO
import Registry

/// Every register of a gateway, to be kept or sent: without passwords and keys, which are zero.
public struct RegisterCopy: Sendable {
  /// By address.
  public private(set) var words: [Int: UInt16]
  private let layout: SystemLayout

  init(words: [Int: UInt16], layout: SystemLayout) {
    self.words = words
    self.layout = layout
    for block in layout.blocks {
      for field in block.definition.fields where field.privacy == .secret { zero(field, of: block) }
    }
  }

  /// A dump as others' tools and `mate3 --from` read it: `{"40000": 21365, …}`, a register a line.
  public var json: String {
    "{\n" + words.sorted { $0.key < $1.key }.map { "  \"\($0.key)\": \($0.value)" }.joined(separator: ",\n") + "\n}\n"
  }

  /// The same without names, mail, network settings, serials and MAC. What is equal stays equal and what differs stays
  /// different, so that the copy decodes, and devices can be told from each other, as before.
  public var redacted: RegisterCopy {
    var copy = self
    var redaction = Redaction()
    for block in layout.blocks {
      var explained = IndexSet()
      for field in block.definition.fields {
        explained.insert(field.offset..<field.endOffset)
        guard field.privacy == .personal || field.isSerial, let range = block.range(of: field) else { continue }
        let words = (range.start..<range.end).map { self.words[$0] ?? 0 }
        for (index, word) in redaction.words(words, field).enumerated() { copy.words[range.start + index] = word }
      }
      // Nobody knows what is held by registers that no document explains.
      for offset in 1..<block.length + 3 where !explained.contains(offset) {
        copy.zero(block.address + offset - 1)
      }
      for field in block.definition.fields
      where (field.privacy != .shared || field.isSerial) && block.range(of: field) == nil {
        copy.zero(field, of: block)
      }
    }
    for block in layout.unknown {
      for address in block.address + 2..<block.address + 2 + block.length { copy.zero(address) }
    }
    return copy
  }

  /// Also the part of a field that a shorter block cuts off.
  private mutating func zero(_ field: FieldDefinition, of block: PlacedBlock) {
    for offset in field.offset..<field.endOffset where offset <= block.length + 2 { zero(block.address + offset - 1) }
  }

  private mutating func zero(_ address: Int) {
    if words[address] != nil { words[address] = 0 }
  }

  /// The offsets that some field covers.
  private struct IndexSet {
    private var offsets: Set<Int> = []
    mutating func insert(_ range: Range<Int>) { offsets.formUnion(range) }
    func contains(_ offset: Int) -> Bool { offsets.contains(offset) }
  }
}

extension FieldDefinition {
  /// Whether the field tells one device from all others in the world.
  fileprivate var isSerial: Bool { type == .string && (name == "serial_number" || name == "mac_address") }
}

/// Puts something harmless in the place of each text, address and number, the same for the same.
private struct Redaction {
  private var texts: [String: Int] = [:]
  private var addresses: [UInt32: Int] = [:]

  mutating func words(_ words: [UInt16], _ field: FieldDefinition) -> [UInt16] {
    let value = field.decode(words, scaleWord: nil)
    switch value {
    case .notImplemented: return words
    case .text(let text):
      let number = texts[text, default: texts.count + 1]
      texts[text] = number
      return (try? field.encode("R\(number)", scaleWord: nil)) ?? words.map { _ in 0 }
    case .address(let address):
      guard address != 0, address != .max else { return words }
      let number = addresses[address, default: addresses.count + 1]
      addresses[address] = number
      // TEST-NET-1 (RFC 5737).
      return [192 << 8, 2 << 8 | UInt16(truncatingIfNeeded: number)]
    case .number, .enumerated, .flags, .unreadable: return words.map { _ in 0 }
    }
  }
}
