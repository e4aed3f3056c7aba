/// The rows of a CSV file, by column name.
package struct CSVTable {
  package struct Row {
    package let file: String
    let cells: [String: CSVDocument.Cell]
    package let line: Int

    package subscript(_ column: String) -> String { cells[column]?.text ?? "" }

    package func problem(
      _ column: String, _ message: String, _ severity: RegistryProblem.Severity = .error
    ) -> RegistryProblem {
      let cell = cells[column]
      return RegistryProblem(severity, file: file, line: cell?.line ?? line, column: cell?.column ?? 1, message)
    }
  }

  package private(set) var rows: [Row] = []
  package private(set) var problems: [RegistryProblem] = []

  /// Reads `text`, whose header must have exactly `columns` in any order.
  package init(file: String, text: String, columns: [String]) {
    let document: CSVDocument
    do {
      document = try CSVDocument(file: file, text: text)
    } catch {
      problems = error.problems
      return
    }
    guard let header = document.rows.first else {
      problems = [
        RegistryProblem(.error, file: file, line: 1, column: 1, "the file is empty; its header names the columns")
      ]
      return
    }
    for cell in header where !columns.contains(cell.text) {
      problems.append(
        RegistryProblem(
          .error, file: file, line: cell.line, column: cell.column,
          "column ‘\(cell.text)’ is unknown; the columns are \(columns.joined(separator: ","))"))
    }
    let names = header.map(\.text)
    for column in columns where !names.contains(column) {
      problems.append(RegistryProblem(.error, file: file, line: 1, column: 1, "column ‘\(column)’ is missing"))
    }
    if Set(names).count != names.count {
      problems.append(RegistryProblem(.error, file: file, line: 1, column: 1, "a column stands twice in the header"))
    }
    guard problems.isEmpty else { return }
    for cells in document.rows.dropFirst() {
      guard cells.count == names.count else {
        problems.append(
          RegistryProblem(
            .error, file: file, line: cells[0].line, column: 1,
            "the row has \(cells.count) cells where the header has \(names.count)"))
        continue
      }
      rows.append(
        Row(
          file: file, cells: Dictionary(zip(names, cells), uniquingKeysWith: { first, _ in first }),
          line: cells[0].line))
    }
  }
}
