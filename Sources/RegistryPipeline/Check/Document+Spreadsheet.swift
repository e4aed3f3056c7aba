import Foundation

extension Document {
  private static let mapSheet = "SunSpecMap"
  private static let bitSheet = "Bitfields"

  /// The vendor's spreadsheet: the map's tables one below the other on one sheet, the bits on another.
  /// - Throws: ``DocumentError`` when the file can't be read or has other sheets.
  package init(xlsx file: String) throws(DocumentError) {
    let argument = file.hasPrefix("-") ? "./\(file)" : file
    let workbook = try Workbook { name throws(DocumentError) in
      // unzip takes `[` in a name for a pattern; the names here have none.
      try ExternalTool.unzip.output(["-p", argument, name], file: file)
    }
    guard let rows = try workbook.rows(sheet: Self.mapSheet) else {
      throw DocumentError("\(file) has no sheet \(Self.mapSheet); give OutBack's register map")
    }
    self.init(mapRows: rows, bitRows: try workbook.rows(sheet: Self.bitSheet) ?? [])
  }

  /// - Parameters:
  ///   - mapRows: rows of the sheet with the map; a title stands alone in its row.
  ///   - bitRows: DID, field, name of the bit, mask, value, meaning.
  init(mapRows: [[String]], bitRows: [[String]]) {
    var tables: [DocumentTable] = []
    for row in mapRows.map({ $0.map(Self.tidy) }) {
      let filled = row.filter { !$0.isEmpty }
      if filled.count == 1 {
        tables.append(DocumentTable(number: tables.count + 1, title: filled[0]))
      } else if !tables.isEmpty, filled.count > 1, row.first != DocumentColumn.did.title {
        let cells = Dictionary(zip(DocumentColumn.allCases, row), uniquingKeysWith: { first, _ in first })
        let number = tables[tables.count - 1].rows.count + 1
        tables[tables.count - 1].rows.append(DocumentRow(number: number, cells: cells))
      }
    }
    var bitTables = BitTables(tables)
    for row in bitRows.map({ $0.map(Self.tidy) }) where row.count > 5 {
      // A row whose value is 0 says what the bit means when it is not set.
      guard let did = Int(row[0]), let bit = DocumentedValue.bit(mask: row[3]), row[3] == row[4] else { continue }
      bitTables.add(DocumentedValue(bit, row[5]), did: did, name: row[1])
    }
    self.init(name: RegistryCheck.spreadsheet, tables: tables, bitTables: bitTables)
  }

  /// The text in one line without spaces at its ends.
  private static func tidy(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
