import FieldCodec
import Registry

/// Makes the words of one block from values of its fields.
struct BlockBuilder {
  /// Id, length and content.
  private(set) var words: [UInt16]
  /// Nil for blocks that no document explains.
  let definition: BlockDefinition?

  /// A block with every field implemented: numbers are 0 and texts empty, scale factors as the documents have them.
  /// - Parameter length: Registers after id and length; nil for the documents' number.
  init(_ definition: BlockDefinition, length: Int?) {
    self.definition = definition
    let length = length ?? BlockDefaults.lengths[definition.name] ?? definition.documentedLength
    words = [definition.did, UInt16(truncatingIfNeeded: length)] + Array(repeating: 0xFFFF, count: length)
    for field in definition.fields where field.offset > 2 {
      let word =
        field.type == .sunssf
        ? UInt16(bitPattern: Int16(BlockDefaults.scale(field.name, in: definition.name))) : 0
      put(Array(repeating: word, count: field.size), field)
    }
  }

  init(_ name: String, _ registry: Registry, length: Int? = nil) throws(SimulatorError) {
    guard let definition = registry.block(named: name) else {
      throw SimulatorError("the registry has no block \(name), which described systems need; use the built-in one")
    }
    self.init(definition, length: length)
  }

  /// A block that no document explains.
  init(unknown id: UInt16, length: Int) {
    definition = nil
    words = [id, UInt16(truncatingIfNeeded: length)]
    words += (0..<length).map { UInt16(truncatingIfNeeded: $0 &* 257) }
  }

  /// Sets fields by name. Names that the block doesn't have, and fields past its end, are left out.
  mutating func fill(_ values: [String: String]) {
    for (name, value) in values {
      guard let field = definition?.field(name), let encoded = try? encode(value, field) else { continue }
      put(encoded, field)
    }
  }

  /// Sets one field.
  /// - Throws: ``SimulatorError`` with the place in the file.
  mutating func apply(_ setting: SystemDescription.Setting) throws(SimulatorError) {
    guard let field = definition?.field(setting.name) else {
      throw setting.place.error(
        "`\(setting.name)` is no field of this device; see registry_data for the names of its blocks")
    }
    guard field.endOffset - 1 <= words.count else {
      throw setting.place.error("`\(setting.name)` lies past the block's end; give the block a greater length")
    }
    do throws(EncodingFailure) {
      put(try encode(setting.value, field), field)
    } catch {
      throw setting.place.error(error.message)
    }
  }

  /// Makes fields not implemented.
  mutating func remove(_ names: Set<String>) {
    for name in names {
      guard let field = definition?.field(name) else { continue }
      switch field.type {
      case .int16, .sunssf: put([0x8000], field)
      case .int32: put(field.wordOrder == .low ? [0, 0x8000] : [0x8000, 0], field)
      case .uint16, .uint32, .clock, .clockSpan: put(Array(repeating: 0xFFFF, count: field.size), field)
      case .string, .ipv4: put(Array(repeating: 0, count: field.size), field)
      }
    }
  }

  private func encode(_ value: String, _ field: FieldDefinition) throws(EncodingFailure) -> [UInt16] {
    // `off` and `on` are labels here even where a number is meant by them elsewhere.
    try field.encode(value, scaleWord: definition?.scaleFactor(of: field).flatMap { words(at: $0.offset) })
  }

  private func words(at offset: Int) -> UInt16? {
    offset >= 1 && offset <= words.count ? words[offset - 1] : nil
  }

  private mutating func put(_ values: [UInt16], _ field: FieldDefinition) {
    guard field.endOffset - 1 <= words.count else { return }
    for (index, word) in values.enumerated() { words[field.offset - 1 + index] = word }
  }
}
