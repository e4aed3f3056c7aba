/// A text that must not be shown. Printing, logging or dumping it gives a placeholder.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself, for the one place that needs it.
  public let value: String

  public init(_ value: String) { self.value = value }

  public var description: String { "(set)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
