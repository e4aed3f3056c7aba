/// A place where a document and the register map say different things.
package struct Difference: Sendable, Hashable, CustomStringConvertible {
  /// Which document: `note` or `spreadsheet`.
  package let document: String
  /// Name of the block, which is that of its file, or the number of a block that the map does not have.
  package let table: String
  /// Register from the block's first, from 1; 0 for the block as a whole.
  package let offset: Int
  /// The fact: `field`, `size`, `units`, `enumeration 3`, …
  package let what: String
  /// What the document says, as printed where it is a name or a unit; empty when it says nothing.
  package let documented: String
  /// What the map says, empty when it says nothing.
  package let registry: String

  package init(
    document: String, table: String, offset: Int, what: String, documented: String, registry: String
  ) {
    self.document = document
    self.table = table
    self.offset = offset
    self.what = what
    self.documented = documented
    self.registry = registry
  }

  package var description: String {
    let place = offset == 0 ? table : "\(table) offset \(offset)"
    func quoted(_ text: String) -> String { text.isEmpty ? "nothing" : "‘\(text)’" }
    return "\(place), \(what): the \(document) has \(quoted(documented)), the register map \(quoted(registry))"
  }

  /// A row of the exceptions file.
  package func csv(reason: String) -> String {
    DocumentTable.line([
      document, table, offset == 0 ? "" : String(offset), what, documented, registry, reason,
    ])
  }
}
