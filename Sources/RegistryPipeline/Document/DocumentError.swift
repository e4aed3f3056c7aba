/// A document can't be read: one sentence with the mend.
public struct DocumentError: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
