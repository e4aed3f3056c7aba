/// A text that must not be shown. Printing, logging or dumping it gives a placeholder.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself, for the one place that needs it.
  package let value: String

  package init(_ value: String) { self.value = value }

  package var description: String { "(set)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
