/// A document can't be read: one sentence with the mend.
package struct DocumentError: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
