/// A word on a page and the rectangle it fills, in points from the page's upper left corner.
package struct PageWord: Sendable, Hashable {
  package let text: String
  package let left: Double
  package let top: Double
  package let right: Double
  package let bottom: Double

  package init(_ text: String, left: Double, top: Double, right: Double, bottom: Double) {
    self.text = text
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  var middle: Double { (left + right) / 2 }
  var centre: Double { (top + bottom) / 2 }
}

/// The words of a page.
package struct PageText: Sendable {
  package var words: [PageWord]

  package init(words: [PageWord]) { self.words = words }

  /// Words within this many points of one height stand on one line; lines of a table are 8 apart.
  private static let lineTolerance = 2.5

  /// The words by line from the top, each line from the left.
  var lines: [PageLine] {
    var lines: [PageLine] = []
    for word in words.sorted(by: { ($0.centre, $0.left) < ($1.centre, $1.left) }) {
      if let last = lines.last, abs(last.centre - word.centre) < Self.lineTolerance {
        lines[lines.count - 1].words.append(word)
      } else {
        lines.append(PageLine(centre: word.centre, words: [word]))
      }
    }
    for index in lines.indices { lines[index].words.sort { $0.left < $1.left } }
    return lines
  }
}

/// The words of one line, from the left.
struct PageLine {
  let centre: Double
  var words: [PageWord]

  var text: String { words.map(\.text).joined(separator: " ") }
}

extension PageText {
  /// Reads what `pdftotext -bbox` prints: one element a line, pages in order.
  ///
  /// What is not a page or a word with four finite numbers is passed over.
  package static func pages(bbox: String) -> [PageText] {
    var pages: [PageText] = []
    for line in bbox.split(whereSeparator: \.isNewline) {
      let element = line.drop { $0 == " " || $0 == "\t" }
      if element.hasPrefix("<page") {
        pages.append(PageText(words: []))
      } else if element.hasPrefix("<word"), !pages.isEmpty, let word = word(element) {
        pages[pages.count - 1].words.append(word)
      }
    }
    return pages
  }

  private static func word(_ element: Substring) -> PageWord? {
    guard let open = element.firstIndex(of: ">") else { return nil }
    let content = element[element.index(after: open)...]
    guard let end = content.firstRange(of: "</word>") else { return nil }
    let text = unescape(content[..<end.lowerBound])
    let attributes = element[..<open]
    guard !text.isEmpty, let left = number("xMin", attributes), let top = number("yMin", attributes),
      let right = number("xMax", attributes), let bottom = number("yMax", attributes), left <= right, top <= bottom
    else { return nil }
    return PageWord(text, left: left, top: top, right: right, bottom: bottom)
  }

  private static func number(_ name: String, _ attributes: Substring) -> Double? {
    guard let start = attributes.firstRange(of: " \(name)=\"") else { return nil }
    let rest = attributes[start.upperBound...]
    guard let value = Double(rest.prefix { $0 != "\"" }), value.isFinite else { return nil }
    return value
  }

  private static func unescape(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")]
      .reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
  }
}
