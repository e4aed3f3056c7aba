import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The text of the cells of an XLSX file (ECMA-376), which is a ZIP of XML.
struct Workbook {
  /// Columns beyond this many are passed over.
  static let columnLimit = 64

  private let member: (String) throws(DocumentError) -> Data
  private let strings: [String]
  private let pathByName: [String: String]

  /// - Parameter member: gives a file of the ZIP by its path.
  init(member: @escaping (String) throws(DocumentError) -> Data) throws(DocumentError) {
    self.member = member
    let sheets = XMLReader(try member("xl/workbook.xml"), gather: ["sheet"]).elements
    let relations = XMLReader(try member("xl/_rels/workbook.xml.rels"), gather: ["Relationship"]).elements
    let targets = Dictionary(
      relations.map { ($0.attributes["Id"] ?? "", $0.attributes["Target"] ?? "") },
      uniquingKeysWith: { first, _ in first })
    pathByName = Dictionary(
      sheets.compactMap { sheet in
        guard let name = sheet.attributes["name"], let target = targets[sheet.attributes["r:id"] ?? ""] else {
          return nil
        }
        return (name, target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)")
      }, uniquingKeysWith: { first, _ in first })
    strings = XMLReader(try member("xl/sharedStrings.xml"), gather: ["si"], text: ["t"]).elements.map(\.text)
  }

  /// The cells of a sheet by row, as far as the rows are in the file; nil when there is no such sheet.
  func rows(sheet: String) throws(DocumentError) -> [[String]]? {
    guard let path = pathByName[sheet] else { return nil }
    var rows: [[String]] = []
    var current = ""
    for cell in XMLReader(try member(path), gather: ["c"], text: ["v", "t"]).elements {
      let reference = cell.attributes["r"] ?? ""
      let row = reference.drop { $0.isLetter }
      guard let column = Self.column(reference.prefix { $0.isLetter }) else { continue }
      if rows.isEmpty || row != current[...] { rows.append([]) }
      current = String(row)
      let value =
        cell.attributes["t"] == "s"
        ? Int(cell.text).flatMap { strings.indices.contains($0) ? strings[$0] : nil } : cell.text
      guard let text = value else { continue }
      let missing = column - rows[rows.count - 1].count
      guard missing >= 0 else { continue }
      rows[rows.count - 1] += Array(repeating: "", count: missing) + [text]
    }
    return rows
  }

  /// The position of a column such as `AB`, from 0; nil beyond the limit.
  private static func column(_ letters: Substring) -> Int? {
    guard (1...2).contains(letters.count) else { return nil }
    var number = 0
    for letter in letters.unicodeScalars {
      guard ("A"..."Z").contains(letter) else { return nil }
      number = number * 26 + Int(letter.value - 64)
    }
    return number <= columnLimit ? number - 1 : nil
  }
}

/// Gathers the elements of some names with the text inside them.
private final class XMLReader: NSObject, XMLParserDelegate {
  struct Element {
    let attributes: [String: String]
    var text = ""
  }

  private(set) var elements: [Element] = []
  private let names: Set<String>
  private let textNames: Set<String>
  private var isInside = false
  private var textDepth = 0

  /// - Parameters:
  ///   - gather: names of the elements wanted.
  ///   - text: names of the elements in them whose text counts.
  init(_ data: Data, gather names: Set<String>, text textNames: Set<String> = []) {
    self.names = names
    self.textNames = textNames
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    parser.shouldResolveExternalEntities = false
    // What was gathered before a mistake in the XML stands: a table cut short shows up in the comparison.
    _ = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if names.contains(name) {
      elements.append(Element(attributes: attributes))
      isInside = true
    } else if isInside, textNames.contains(name) {
      textDepth += 1
    }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if textDepth > 0, !elements.isEmpty { elements[elements.count - 1].text += text }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if names.contains(name) {
      isInside = false
      textDepth = 0
    } else if textDepth > 0, textNames.contains(name) {
      textDepth -= 1
    }
  }
}
