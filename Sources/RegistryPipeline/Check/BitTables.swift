/// The bits that a document lists in tables of their own.
struct BitTables {
  private var byTitle: [String: [DocumentedValue]] = [:]
  private var byField: [String: [DocumentedValue]] = [:]

  /// - Parameter tables: all tables of the document; those that document fields are passed over.
  init(_ tables: [DocumentTable]) {
    for table in tables {
      let bits = table.rows.compactMap { row in
        DocumentedValue.bit(mask: row[.contents]).map { DocumentedValue($0, row[.description]) }
      }
      guard !bits.isEmpty, !table.rows.contains(where: { Int($0[.did]) != nil }) else { continue }
      byTitle[Self.key(table.title)] = bits
    }
  }

  /// Adds bits that the document ties to a field by name.
  mutating func add(_ bit: DocumentedValue, did: Int, name: String) {
    byField["\(did) \(name)", default: []].append(bit)
  }

  /// The bits of a field: those tied to its name, or those of the table that its description names.
  func bits(did: Int, name: String, description: String) -> [DocumentedValue] {
    if let bits = byField["\(did) \(name)"] { return bits }
    let text = Self.key(description)
    let title = byTitle.keys.filter { text.contains($0) }.max { ($0.count, $0) < ($1.count, $1) }
    return title.flatMap { byTitle[$0] } ?? []
  }

  /// The documents write a table's title in several ways: `GS_Error_Table`, `GS_Error table`, `FN Status Table`.
  private static func key(_ text: String) -> String {
    text.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.replacing("table", with: "")
  }
}
