/// A comma-separated file (RFC 4180) whose cells know their place.
package struct CSVDocument {
  package struct Cell {
    package let text: String
    package let line: Int
    package let column: Int
  }

  package let file: String
  package let rows: [[Cell]]

  /// - Throws: ``RegistryError`` with the place of a quote that is never closed or text outside of quotes.
  package init(file: String, text: String) throws(RegistryError) {
    self.file = file
    var rows: [[Cell]] = []
    var row: [Cell] = []
    var cell = ""
    var line = 1
    var column = 1
    var cellLine = 1
    var cellColumn = 1
    var isQuoted = false
    var wasQuoted = false

    func endCell() {
      row.append(Cell(text: cell, line: cellLine, column: cellColumn))
      cell = ""
      wasQuoted = false
    }
    func endRow() {
      endCell()
      if row.count > 1 || row[0].text != "" { rows.append(row) }
      row = []
    }

    var scalars = text.unicodeScalars.makeIterator()
    var pending = scalars.next()
    if pending == "\u{FEFF}" { pending = scalars.next() }
    while let scalar = pending {
      pending = scalars.next()
      if isQuoted {
        if scalar == "\"" {
          if pending == "\"" {
            cell.unicodeScalars.append("\"")
            pending = scalars.next()
            column += 1
          } else {
            isQuoted = false
          }
        } else {
          cell.unicodeScalars.append(scalar)
        }
      } else {
        switch scalar {
        case "\"" where cell.isEmpty && !wasQuoted:
          isQuoted = true
          wasQuoted = true
        case "\"":
          throw RegistryError([
            RegistryProblem(
              .error, file: file, line: line, column: column,
              "a quote stands in the middle of a cell; quote the whole cell and double the quotes inside it")
          ])
        case ",":
          endCell()
          cellLine = line
          cellColumn = column + 1
        case "\r" where pending == "\n", "\r" where pending == nil: break
        case "\n": endRow()
        default:
          if wasQuoted {
            throw RegistryError([
              RegistryProblem(
                .error, file: file, line: line, column: column,
                "text follows a closing quote; put a comma or the end of the line there")
            ])
          }
          cell.unicodeScalars.append(scalar)
        }
      }
      column += 1
      if scalar == "\n" {
        line += 1
        column = 1
        if !isQuoted {
          cellLine = line
          cellColumn = 1
        }
      }
    }
    if isQuoted {
      throw RegistryError([
        RegistryProblem(
          .error, file: file, line: cellLine, column: cellColumn, "the quote that opens here is never closed")
      ])
    }
    if !cell.isEmpty || !row.isEmpty { endRow() }
    self.rows = rows
  }
}
