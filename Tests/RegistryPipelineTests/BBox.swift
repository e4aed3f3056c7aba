/// Writes what `pdftotext -bbox` would print for words at places of our own.
enum BBox {
  static let header = line(
    100,
    [
      (10, "DID"), (40, "Start"), (70, "End"), (90, "Size"), (120, "R/W"), (150, "Field"), (172, "Name"), (250, "Type"),
      (300, "Units"), (350, "Scale"), (374, "Factor"), (420, "Contents"), (480, "Description"),
    ])

  /// Words with the left end of each; a letter is 4 points wide.
  static func line(_ top: Int, _ words: [(Int, String)]) -> String {
    words.map { left, text in
      let right = left + 4 * text.count
      let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      return """
            <word xMin="\(left).000000" yMin="\(top).000000" xMax="\(right).000000" yMax="\(top + 6).000000">\(escaped)</word>

        """
    }.joined()
  }

  static func title(_ top: Int, _ number: Int, _ name: String) -> String {
    let words = ["Table", "\(number)"] + name.split(separator: " ").map(String.init)
    return line(top, zip(stride(from: 200, to: 600, by: 40), words).map { ($0, $1) })
  }

  /// The lowest line of a row.
  static func row(
    _ top: Int, offset: Int = 1, name: String, type: String = "uint16", units: String = "N/A", scale: String = "N/A",
    description: [String] = ["Text"]
  ) -> String {
    line(
      top,
      [
        (10, "64111"), (44, "\(offset)"), (72, "\(offset)"), (96, "1"), (124, "R"), (150, name), (246, type),
        (304, units), (354, scale), (420, "Measured"),
      ] + words(description, from: 480))
  }

  /// Words with a space between them.
  static func words(_ words: [String], from left: Int) -> [(Int, String)] {
    var left = left
    return words.map { word in
      defer { left += 4 * word.count + 2 }
      return (left, word)
    }
  }

  static func document(_ pages: [String]) -> String {
    let body = pages.map { "  <page width=\"612.000000\" height=\"792.000000\">\n\($0)  </page>\n" }.joined()
    return "<html>\n<body>\n<doc>\n\(body)</doc>\n</body>\n</html>\n"
  }
}
