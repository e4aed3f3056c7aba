package import Registry

/// The reviewed differences between the documents and the register map: `registry_data/exceptions.csv`.
package struct Exceptions: Sendable {
  package struct Entry: Sendable {
    package let difference: Difference
    /// Why the map does not follow the document there.
    package let reason: String
    package let line: Int
  }

  static let columns = ["document", "table", "offset", "what", "documented", "registry", "reason"]

  package let entries: [Entry]

  /// - Throws: ``RegistryError`` with every row that can't be used.
  package init(csv: String, file: String = "exceptions.csv") throws(RegistryError) {
    let table = CSVTable(file: file, text: csv, columns: Self.columns)
    var problems = table.problems
    var entries: [Entry] = []
    var seen: [Difference: Int] = [:]
    for row in table.rows {
      let offset = row["offset"].isEmpty ? 0 : Int(row["offset"])
      guard let offset, offset >= 0 else {
        problems.append(row.problem("offset", "‘\(row["offset"])’ is no offset; give a whole number or nothing"))
        continue
      }
      if row["reason"].isEmpty { problems.append(row.problem("reason", "an exception needs its reason")) }
      let difference = Difference(
        document: row["document"], table: row["table"], offset: offset, what: row["what"],
        documented: row["documented"], registry: row["registry"])
      if !RegistryCheck.documents.contains(difference.document) {
        problems.append(
          row.problem(
            "document",
            "‘\(difference.document)’ is no document; give \(RegistryCheck.documents.joined(separator: " or "))"))
      }
      if let line = seen.updateValue(row.line, forKey: difference) {
        problems.append(row.problem("document", "the difference stands already in line \(line)"))
      }
      entries.append(Entry(difference: difference, reason: row["reason"], line: row.line))
    }
    guard problems.isEmpty else { throw RegistryError(problems) }
    self.entries = entries
  }

  /// The exceptions that come with a register map.
  /// - Parameter directory: the map's folder; nil, or a folder without the file, gives those built into the program.
  /// - Throws: ``RegistryError`` also when a file of the folder can't be read.
  package static func load(directory: String?) throws(RegistryError) -> Exceptions {
    let files: [String: String] = if let directory { try Registry.files(directory: directory) } else { [:] }
    let name = Registry.exceptionsFile
    return try Exceptions(csv: files[name] ?? Registry.embeddedFiles()[name] ?? Self.columns.joined(separator: ","))
  }
}
