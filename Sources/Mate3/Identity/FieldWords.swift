/// The words of some fields of a block, by the field's name: a dictionary in few bytes.
public struct FieldWords: Hashable, Sendable {
  private struct Entry: Hashable {
    let name: String
    var count: UInt16
  }

  /// Sorted by name.
  private var entries: [Entry] = []
  /// The words of one entry after the other.
  private var words: [UInt16] = []

  public init() {}

  /// The words of a field; nil when it has none here. Setting more than 65,535, which no map has, removes them.
  public subscript(name: String) -> [UInt16]? {
    get {
      let (index, start, isFound) = place(of: name)
      return isFound ? Array(words[start..<start + Int(entries[index].count)]) : nil
    }
    set {
      let (index, start, isFound) = place(of: name)
      if isFound { words.removeSubrange(start..<start + Int(entries[index].count)) }
      guard let newValue, let count = UInt16(exactly: newValue.count) else {
        if isFound { entries.remove(at: index) }
        return
      }
      words.insert(contentsOf: newValue, at: start)
      if isFound { entries[index].count = count } else { entries.insert(Entry(name: name, count: count), at: index) }
    }
  }

  /// Where a name is, or belongs, and where its words begin.
  private func place(of name: String) -> (index: Int, start: Int, isFound: Bool) {
    var start = 0
    for (index, entry) in entries.enumerated() {
      if entry.name >= name { return (index, start, entry.name == name) }
      start += Int(entry.count)
    }
    return (entries.count, start, false)
  }

  /// The same without what the arrays have in reserve: `map` makes them of exactly their size.
  func compact() -> FieldWords {
    var compact = FieldWords()
    compact.entries = entries.map(\.self)
    compact.words = words.map(\.self)
    return compact
  }

  private var dictionary: [String: [UInt16]] {
    Dictionary(entries.compactMap { entry in self[entry.name].map { (entry.name, $0) } }, uniquingKeysWith: { $1 })
  }
}

extension FieldWords: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, [UInt16])...) {
    for (name, words) in elements { self[name] = words }
  }
}

/// As a dictionary is encoded.
extension FieldWords: Codable {
  public init(from decoder: any Decoder) throws {
    for (name, words) in try [String: [UInt16]](from: decoder) {
      guard words.count <= UInt16.max else {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "\(name) has \(words.count) words"))
      }
      self[name] = words
    }
  }

  public func encode(to encoder: any Encoder) throws { try dictionary.encode(to: encoder) }
}
