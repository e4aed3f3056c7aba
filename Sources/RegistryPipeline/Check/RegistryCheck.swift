package import Registry

/// What comparing the register map with documents found.
package struct RegistryCheck: Sendable {
  package static let note = "note"
  package static let spreadsheet = "spreadsheet"
  static let documents = [note, spreadsheet]

  /// Documented fields that were compared.
  package private(set) var fields = 0
  /// Facts about them that were compared.
  package private(set) var facts = 0
  /// Differences that the exceptions list.
  package private(set) var listed: [Exceptions.Entry] = []
  /// Differences that they don't.
  package private(set) var unlisted: [Difference] = []
  /// Exceptions for what is no difference any more.
  package private(set) var stale: [Exceptions.Entry] = []

  /// Whether the map says what the documents say, but for what was reviewed.
  package var passes: Bool { unlisted.isEmpty && stale.isEmpty }

  private let registry: Registry
  private let exceptions: [Difference: Exceptions.Entry]

  package init(registry: Registry, exceptions: Exceptions) {
    self.registry = registry
    self.exceptions = Dictionary(
      exceptions.entries.map { ($0.difference, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Compares the map with the tables of one document.
  package mutating func compare(_ document: Document) {
    var comparison = FieldComparison(document: document.name, registry: registry)
    comparison.compare(document)
    fields += comparison.fields
    facts += comparison.facts
    var met: Set<Difference> = []
    for difference in comparison.differences where met.insert(difference).inserted {
      if let entry = exceptions[difference] { listed.append(entry) } else { unlisted.append(difference) }
    }
    stale += exceptions.values.filter { $0.difference.document == document.name && !met.contains($0.difference) }
    stale.sort { $0.line < $1.line }
  }
}

/// The tables of a document.
package struct Document: Sendable {
  package let name: String
  package let tables: [DocumentTable]
  let bitTables: BitTables

  init(name: String, tables: [DocumentTable], bitTables: BitTables) {
    self.name = name
    self.tables = tables
    self.bitTables = bitTables
  }

  /// The application note, from the tables found in it.
  package init(note tables: [DocumentTable]) {
    self.init(name: RegistryCheck.note, tables: tables, bitTables: BitTables(tables))
  }
}
