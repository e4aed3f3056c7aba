public import Registry

/// What comparing the register map with documents found.
public struct RegistryCheck: Sendable {
  public static let note = "note"
  public static let spreadsheet = "spreadsheet"
  static let documents = [note, spreadsheet]

  /// Documented fields that were compared.
  public private(set) var fields = 0
  /// Facts about them that were compared.
  public private(set) var facts = 0
  /// Differences that the exceptions list.
  public private(set) var listed: [Exceptions.Entry] = []
  /// Differences that they don't.
  public private(set) var unlisted: [Difference] = []
  /// Exceptions for what is no difference any more.
  public private(set) var stale: [Exceptions.Entry] = []

  /// Whether the map says what the documents say, but for what was reviewed.
  public var passes: Bool { unlisted.isEmpty && stale.isEmpty }

  private let registry: Registry
  private let exceptions: [Difference: Exceptions.Entry]

  public init(registry: Registry, exceptions: Exceptions) {
    self.registry = registry
    self.exceptions = Dictionary(
      exceptions.entries.map { ($0.difference, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Compares the map with the tables of one document.
  public mutating func compare(_ document: Document) {
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
public struct Document: Sendable {
  public let name: String
  public let tables: [DocumentTable]
  let bitTables: BitTables

  init(name: String, tables: [DocumentTable], bitTables: BitTables) {
    self.name = name
    self.tables = tables
    self.bitTables = bitTables
  }

  /// The application note, from the tables found in it.
  public init(note tables: [DocumentTable]) {
    self.init(name: RegistryCheck.note, tables: tables, bitTables: BitTables(tables))
  }
}
