import Registry

/// Compares each documented field with the register map, fact by fact.
struct FieldComparison {
  private let document: String
  private let registry: Registry
  private(set) var differences: [Difference] = []
  private(set) var fields = 0
  private(set) var facts = 0
  /// Block and offset that are being compared.
  private var place = (table: "", offset: 0)

  init(document: String, registry: Registry) {
    self.document = document
    self.registry = registry
  }

  mutating func compare(_ document: Document) {
    var documented: [DocumentedField] = []
    for table in document.tables {
      for row in table.rows {
        if let field = DocumentedField(row, bitTables: document.bitTables) {
          documented.append(field)
        } else if !["", "—"].contains(row[.did]), row[.start] != "0" {
          place = ("table \(table.number)", 0)
          expect("row \(row.number)", "\(row[.did]) \(row[.start])", is: "")
        }
      }
    }
    let byBlock = Dictionary(grouping: documented, by: \.did)
    for did in byBlock.keys.sorted() {
      let fields = byBlock[did] ?? []
      self.fields += fields.count
      guard let id = UInt16(exactly: did), let block = registry.block(id: id) else {
        place = (String(did), 0)
        expect("block", String(did), is: "")
        continue
      }
      compare(fields, with: block)
    }
    for block in registry.blocks where byBlock[Int(block.did)] == nil {
      place = (block.name, 0)
      expect("block", "", is: String(block.did))
    }
  }

  private mutating func compare(_ documented: [DocumentedField], with block: BlockDefinition) {
    let known = Dictionary(block.fields.map { ($0.offset, $0) }, uniquingKeysWith: { first, _ in first })
    var met: Set<Int> = []
    for field in documented {
      place = (block.name, field.offset)
      guard let definition = known[field.offset], met.insert(field.offset).inserted else {
        expect("field", field.row[.name], is: "")
        continue
      }
      compare(field, with: definition, of: block)
    }
    for field in block.fields where !met.contains(field.offset) {
      place = (block.name, field.offset)
      expect("field", "", is: field.vendorName)
    }
  }

  private mutating func compare(
    _ documented: DocumentedField, with field: FieldDefinition, of block: BlockDefinition
  ) {
    let row = documented.row
    expect("end", row[.end], is: String(field.endOffset - 1))
    expect("size", row[.size], is: String(field.size))
    expect("vendor_name", row[.name], is: field.vendorName)
    expect("name", documented.publicName, is: field.name)
    let type = field.type == .string ? "string of \(field.size)" : field.type.rawValue
    expect("type", documented.type, row[.type], is: type)
    expect("access", documented.access, row[.access], is: field.access.rawValue)
    expect("units", documented.units, row[.units], is: field.units ?? "")
    expect("scale_factor", documented.scaleFactor, is: block.scaleFactor(of: field)?.name ?? "")
    if documented.offset == 1 { expect("id", row[.contents], is: String(block.did)) }
    if documented.offset == 2 { expect("length", row[.contents], is: String(block.documentedLength)) }
    compareValues(documented, with: field)
    compare(documented.bits, "bit", with: (field.flags?.entries ?? []).map { ($0.bit, $0.label) })
  }

  private mutating func compareValues(_ documented: DocumentedField, with field: FieldDefinition) {
    if documented.isEnumerated, documented.values.isEmpty {
      expect("enumeration", "", is: field.enumeration?.name ?? "")
    } else if documented.isEnumerated || field.enumeration != nil {
      // Elsewhere the description's numbers are special values of a quantity.
      compare(documented.values, "value", with: (field.enumeration?.entries ?? []).map { ($0.value, $0.label) })
    }
  }

  private mutating func compare(_ documented: [DocumentedValue], _ what: String, with known: [(Int, String)]) {
    var rest = Dictionary(known, uniquingKeysWith: { first, _ in first })
    for entry in documented {
      let label = rest.removeValue(forKey: entry.value)
      let isSame = label.map(entry.isSaid(by:)) ?? false
      // A label that is said in other words counts as the map's own.
      expect("\(what) \(entry.value)", isSame ? label : entry.label, entry.shortLabel, is: label ?? "")
    }
    for (value, label) in rest.sorted(by: { $0.key < $1.key }) { expect("\(what) \(value)", "", is: label) }
  }

  private mutating func expect(_ what: String, _ documented: String, is known: String) {
    expect(what, documented, documented, is: known)
  }

  /// - Parameters:
  ///   - meaning: the documented fact in the map's terms, nil when it has none.
  ///   - printed: the documented fact as it stands in the document.
  private mutating func expect(_ what: String, _ meaning: String?, _ printed: String, is known: String) {
    facts += 1
    guard meaning != known else { return }
    differences.append(
      Difference(
        document: document, table: place.table, offset: place.offset, what: what, documented: printed, registry: known))
  }
}
