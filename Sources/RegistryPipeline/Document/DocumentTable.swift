import Registry

/// A table of the vendor's documents.
package struct DocumentTable: Sendable {
  package let number: Int
  package let title: String
  package var rows: [DocumentRow]

  package init(number: Int, title: String, rows: [DocumentRow] = []) {
    self.number = number
    self.title = title
    self.rows = rows
  }

  /// Name of the table's file: its number and title.
  package var fileName: String {
    let digits = number < 10 ? "0\(number)" : "\(number)"
    return "table_\(digits)_\(PublicName.snakeCase(title)).csv"
  }

  /// The table as RFC 4180 asks, header first, lines ended by LF.
  package var csv: String {
    let header = DocumentColumn.allCases.map(\.title)
    return ([header] + rows.map { row in DocumentColumn.allCases.map { row[$0] } })
      .map(Self.line).joined()
  }

  /// One line of CSV with its end.
  package static func line(_ cells: [String]) -> String {
    cells.map { cell in
      let needsQuotes = cell.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
      return needsQuotes ? "\"\(cell.replacing(scalar: "\"", with: "\"\""))\"" : cell
    }.joined(separator: ",") + "\n"
  }
}

/// A row of a table, wrapped cells joined.
package struct DocumentRow: Sendable, Hashable {
  /// Row among those of the table, from 1, the header not counted.
  package let number: Int
  private let cells: [DocumentColumn: String]

  package init(number: Int, cells: [DocumentColumn: String]) {
    self.number = number
    self.cells = cells
  }

  /// The cell's text, empty where there is none.
  package subscript(_ column: DocumentColumn) -> String { cells[column] ?? "" }
}
