/// Finds the tables on the pages of the application note.
///
/// Each page repeats the title and the header of the table that goes on there. The cells of a row stand on its lowest
/// line, so a row ends with the line that has something in the first column; what is wrapped stands above.
package struct TableReader: Sendable {
  /// The tables in the order of their first page.
  package private(set) var tables: [DocumentTable] = []
  /// What looked like part of a table and was passed over, a sentence each.
  package private(set) var problems: [String] = []

  private var indexByNumber: [Int: Int] = [:]
  /// Lines of a row that goes on on the next page, with their columns.
  private var pending: [[DocumentColumn: [PageWord]]] = []
  private var pendingTable: Int?

  /// Lines this far under a title may still be its header.
  private static let linesToHeader = 3
  /// Words closer than this belong together: a part of a name set in another run of letters.
  private static let gluedWithin = 0.8

  package init(pages: [PageText]) {
    for (index, page) in pages.enumerated() { read(page.lines, page: index + 1) }
    if !pending.isEmpty { problems.append("the last page ends within a row") }
  }

  /// The tables of what `pdftotext -bbox` prints.
  package init(bbox: String) { self.init(pages: PageText.pages(bbox: bbox)) }

  private mutating func read(_ lines: [PageLine], page: Int) {
    let headers = lines.indices.filter { ColumnLayout.isHeader(lines[$0]) }
    var titles: [(title: Int, header: Int)] = []
    for header in headers {
      let first = max(titles.last.map { $0.header + 1 } ?? 0, header - Self.linesToHeader)
      guard let title = (first..<header).last(where: { Self.title(lines[$0]) != nil }) else {
        problems.append("page \(page) has a table header without a title above it")
        continue
      }
      titles.append((title, header))
    }
    for (index, place) in titles.enumerated() {
      guard let (number, name) = Self.title(lines[place.title]) else { continue }
      let end = index + 1 < titles.count ? titles[index + 1].title : lines.count
      let rows = Array(lines[(place.header + 1)..<end])
      guard let layout = ColumnLayout(header: lines[place.header], rows: rows) else { continue }
      if pendingTable != number, !pending.isEmpty {
        problems.append("a row of table \(pendingTable ?? 0) has no end before page \(page)")
        pending = []
      }
      add(rows, layout, number: number, name: name, mayContinue: index + 1 == titles.count)
    }
  }

  /// The number and name in a line such as `Table 5 Charge Controller Block`.
  private static func title(_ line: PageLine) -> (number: Int, name: String)? {
    guard line.words.count > 2, line.words[0].text == "Table", let number = Int(line.words[1].text), number > 0 else {
      return nil
    }
    return (number, line.words.dropFirst(2).map(\.text).joined(separator: " "))
  }

  private mutating func add(
    _ lines: [PageLine], _ layout: ColumnLayout, number: Int, name: String, mayContinue: Bool
  ) {
    let index: Int
    if let known = indexByNumber[number] {
      index = known
      if tables[index].title != name { problems.append("table \(number) has two titles") }
    } else {
      index = tables.count
      indexByNumber[number] = index
      tables.append(DocumentTable(number: number, title: name))
    }
    var open = pending
    for line in lines {
      let cells = Dictionary(grouping: line.words) { layout.column(of: $0) }
      if Self.isFooter(line) { continue }
      open.append(cells)
      guard cells[.did] != nil else { continue }
      tables[index].rows.append(Self.row(open, number: tables[index].rows.count + 1))
      open = []
    }
    pending = mayContinue ? open : []
    pendingTable = number
    if !mayContinue, !open.isEmpty { problems.append("table \(number) ends within a row") }
  }

  /// A page number stands alone on its line.
  private static func isFooter(_ line: PageLine) -> Bool {
    line.words.count == 1 && line.words[0].text.allSatisfy(\.isNumber)
  }

  private static func row(_ lines: [[DocumentColumn: [PageWord]]], number: Int) -> DocumentRow {
    var cells: [DocumentColumn: String] = [:]
    for column in DocumentColumn.allCases {
      let parts = lines.compactMap { $0[column] }.map { text($0, isName: column.isName) }
      if !parts.isEmpty { cells[column] = parts.joined(separator: column.isName ? "" : " ") }
    }
    return DocumentRow(number: number, cells: cells)
  }

  private static func text(_ words: [PageWord], isName: Bool) -> String {
    var text = ""
    var end: Double?
    for word in words {
      if let end, !isName, word.left - end > gluedWithin { text.append(" ") }
      text.append(word.text)
      end = word.right
    }
    return text
  }
}
