/// A table of the vendor's documents.
public struct DocumentTable: Sendable {
  public let number: Int
  public let title: String
  public var rows: [DocumentRow]

  public init(number: Int, title: String, rows: [DocumentRow] = []) {
    self.number = number
    self.title = title
    self.rows = rows
  }

  /// Name of the table's file: its number and title.
  public var fileName: String {
    let digits = number < 10 ? "0\(number)" : "\(number)"
    return "table_\(digits)_\(PublicName.snakeCase(title)).csv"
  }

  /// The table as RFC 4180 asks, header first, lines ended by LF.
  public var csv: String {
    let header = DocumentColumn.allCases.map(\.title)
    return ([header] + rows.map { row in DocumentColumn.allCases.map { row[$0] } })
      .map(Self.line).joined()
  }

  /// One line of CSV with its end.
  public static func line(_ cells: [String]) -> String {
    cells.map { cell in
      let needsQuotes = cell.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
      return needsQuotes ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
    }.joined(separator: ",") + "\n"
  }
}

/// A row of a table, wrapped cells joined.
public struct DocumentRow: Sendable, Hashable {
  /// Row among those of the table, from 1, the header not counted.
  public let number: Int
  private let cells: [DocumentColumn: String]

  public init(number: Int, cells: [DocumentColumn: String]) {
    self.number = number
    self.cells = cells
  }

  /// The cell's text, empty where there is none.
  public subscript(_ column: DocumentColumn) -> String { cells[column] ?? "" }
}
