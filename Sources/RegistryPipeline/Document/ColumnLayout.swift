/// The columns of every table of the vendor's documents.
package enum DocumentColumn: Int, Sendable, Hashable, CaseIterable, Comparable {
  case did, start, end, size, access, name, type, units, scaleFactor, contents, description

  /// As it stands in the header.
  package var title: String {
    switch self {
    case .did: "DID"
    case .start: "Start"
    case .end: "End"
    case .size: "Size"
    case .access: "R/W"
    case .name: "Field Name"
    case .type: "Type"
    case .units: "Units"
    case .scaleFactor: "Scale Factor"
    case .contents: "Contents"
    case .description: "Description"
    }
  }

  /// The last word of the title, which stands in the header's line also where the title is wrapped or shortened.
  var keyword: Substring { title.split(separator: " ").last ?? "" }

  /// Names are broken anywhere and have no spaces; text is broken between words.
  var isName: Bool { self == .name || self == .scaleFactor }

  package static func < (left: DocumentColumn, right: DocumentColumn) -> Bool { left.rawValue < right.rawValue }
}

/// Where the columns of a table are on one page.
struct ColumnLayout {
  /// The right end of each column but the last.
  private let boundaries: [Double]

  /// Whether the line has the title of every column, in order.
  static func isHeader(_ line: PageLine) -> Bool { header(line) != nil }

  /// The middle of each title of a header.
  private static func header(_ line: PageLine) -> [Double]? {
    var rest = line.words[...]
    var middles: [Double] = []
    for column in DocumentColumn.allCases {
      guard let found = rest.firstIndex(where: { $0.text == column.keyword }) else { return nil }
      middles.append(rest[found].middle)
      rest = rest[(found + 1)...]
    }
    return middles
  }

  /// Places the boundary of two columns in the widest gap between their titles that the fewest words cross.
  /// - Returns: nil when `header` is none.
  init?(header: PageLine, rows: [PageLine]) {
    guard let middles = Self.header(header) else { return nil }
    let words = header.words + rows.flatMap(\.words)
    boundaries = zip(middles, middles.dropFirst()).map { Self.gap(from: $0, to: $1, words) }
  }

  private static func gap(from left: Double, to right: Double, _ words: [PageWord]) -> Double {
    let near = words.filter { $0.left < right && $0.right > left }
    let edges = Set(near.flatMap { [$0.left, $0.right] }.filter { $0 > left && $0 < right } + [left, right]).sorted()
    var best = (crossings: Int.max, width: 0.0, middle: (left + right) / 2)
    for (start, end) in zip(edges, edges.dropFirst()) {
      let middle = (start + end) / 2
      let crossings = near.count { $0.left < middle && $0.right > middle }
      if crossings < best.crossings || crossings == best.crossings && end - start > best.width {
        best = (crossings, end - start, middle)
      }
    }
    return best.middle
  }

  func column(of word: PageWord) -> DocumentColumn {
    DocumentColumn(rawValue: boundaries.count { $0 < word.middle }) ?? .description
  }
}
