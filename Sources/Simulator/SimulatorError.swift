/// Why the simulator can't do what it was asked: one sentence that names the place and the mend.
package struct SimulatorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  package let message: String

  package init(_ message: String) { self.message = message }

  package var description: String { message }
}
