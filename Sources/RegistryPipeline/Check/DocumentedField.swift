/// A field as a document has it, each fact as printed; what it means is worked out where it is compared.
struct DocumentedField {
  let did: Int
  let offset: Int
  let row: DocumentRow
  /// Values with their labels that the description lists.
  let values: [DocumentedValue]
  /// Bits with their labels, from the description or the bit table that it names.
  let bits: [DocumentedValue]

  /// - Returns: nil when the row documents no register: that of a bit, or of a device that is no part of the map.
  init?(_ row: DocumentRow, bitTables: BitTables) {
    guard let did = Int(row[.did]), let offset = Int(row[.start]), offset > 0 else { return nil }
    self.did = did
    self.offset = offset
    self.row = row
    values = DocumentedValue.list(in: row[.description])
    if row[.units] == "Bitfield" {
      let inline = DocumentedValue.bits(in: row[.description])
      bits = inline.isEmpty ? bitTables.bits(did: did, name: row[.name], description: row[.description]) : inline
    } else {
      bits = []
    }
  }

  var publicName: String { PublicName.of(row[.name], did: did) }
  var isEnumerated: Bool { row[.units] == "Enumerated" }

  /// The registers that a row's type implies, as the register map names it; nil for what it can't name.
  var type: String? {
    let words = row[.type].split { !$0.isLetter && !$0.isNumber }
    switch words.first {
    case "string": return words.count > 1 ? Int(words[1]).map { "string of \(($0 + 1) / 2)" } : nil
    case "uint32" where row[.units] == "Address": return "ipv4"
    case "int16" where row[.name].hasSuffix("_SF"): return "sunssf"
    case let word?: return String(word)
    case nil: return nil
    }
  }

  var access: String? {
    switch row[.access] {
    case "R": "r"
    case "W": "w"
    case "R/W", "RW": "rw"
    default: nil
    }
  }

  /// Unit symbol, empty for a number without a unit, nil for a unit that is not known.
  var units: String? {
    switch row[.units].lowercased() {
    case "", "n/a", "na", "—", "enumerated", "bitfield", "sf", "port", "address", "key": ""
    case "volts", "volts ac", "ac volts", "dc volts", "volts dc": "V"
    case "amps": "A"
    case "watts": "W"
    case "kw", "kwatts": "kW"
    case "va": "VA"
    case "var": "var"
    case "watthours": "Wh"
    case "kwh": "kWh"
    case "ah": "Ah"
    case "hz", "hertz": "Hz"
    case "%", "percent", "percentage": "%"
    case "degrees c": "°C"
    case "milli volts": "mV"
    case "msecs": "ms"
    case "secs", "seconds": "s"
    case "mins", "minute", "minutes": "min"
    case "hour", "hours": "h"
    case "days": "d"
    case "weeks": "weeks"
    case "cycles": "cycles"
    case "registers": "registers"
    default: nil
    }
  }

  /// Public name of the scale factor that is cited, empty for none.
  var scaleFactor: String {
    let name = row[.scaleFactor]
    return ["", "N/A", "NA", "—"].contains(name) ? "" : PublicName.of(name, did: did)
  }
}

/// A number that a document lists, and its name there.
struct DocumentedValue: Hashable {
  let value: Int
  /// In snake_case.
  let label: String

  /// What of the label is enough to tell it by.
  var shortLabel: String { label.split(separator: "_").prefix(4).joined(separator: "_") }

  init(_ value: Int, _ text: some StringProtocol) {
    self.value = value
    label = PublicName.snakeCase(String(text.prefix { $0 != "(" && $0 != ";" && $0 != "," && $0 != "|" }))
  }

  /// The values in text such as `0=Off, 1 = On`, or `GEN_STOP=0, GEN_STARTING=1` where that finds none.
  static func list(in text: String) -> [DocumentedValue] {
    let pieces = text.split(separator: "=", omittingEmptySubsequences: false)
    var values: [DocumentedValue] = []
    for (left, right) in zip(pieces, pieces.dropFirst()) {
      guard let value = Int(lastWord(left)) else { continue }
      // The next value's number ends this one's label.
      let isLast = right.endIndex == text.endIndex
      values.append(DocumentedValue(value, isLast ? right : withoutLastWord(right)))
    }
    guard values.isEmpty else { return values }
    for (left, right) in zip(pieces, pieces.dropFirst()) {
      let digits = right.drop { $0 == " " }.prefix { $0.isNumber }
      guard let value = Int(digits) else { continue }
      values.append(DocumentedValue(value, lastWord(left)))
    }
    return values
  }

  /// The bits in text such as `0x0080=High VOC, 0x0040=Over Temp`.
  static func bits(in text: String) -> [DocumentedValue] {
    let pieces = text.split(separator: "=", omittingEmptySubsequences: false)
    return zip(pieces, pieces.dropFirst()).compactMap { left, right in
      guard let bit = bit(mask: lastWord(left)) else { return nil }
      return DocumentedValue(bit, right.endIndex == text.endIndex ? right : withoutLastWord(right))
    }
  }

  /// The number of the only bit set in a mask such as `0x0080`.
  static func bit(mask: some StringProtocol) -> Int? {
    guard mask.hasPrefix("0x"), let value = UInt32(mask.dropFirst(2), radix: 16), value.nonzeroBitCount == 1 else {
      return nil
    }
    return value.trailingZeroBitCount
  }

  private static func isSpace(_ character: Character) -> Bool {
    character == " " || character == "," || character == ";"
  }

  private static func lastWord(_ text: Substring) -> Substring {
    text.split(whereSeparator: isSpace).last ?? ""
  }

  private static func withoutLastWord(_ text: Substring) -> Substring {
    guard let last = text.split(whereSeparator: isSpace).last else { return "" }
    return text[..<last.startIndex]
  }

  /// Whether a label of the map says the same: every word of the shorter stands in the longer, where `gen` is as good as
  /// `generator`.
  func isSaid(by other: String) -> Bool {
    let mine = label.split(separator: "_")
    let theirs = other.split(separator: "_")
    let (few, many) = mine.count < theirs.count ? (mine, theirs) : (theirs, mine)
    return !few.isEmpty
      && few.allSatisfy { word in
        many.contains { $0 == word || min($0.count, word.count) >= 3 && ($0.hasPrefix(word) || word.hasPrefix($0)) }
      }
  }
}
