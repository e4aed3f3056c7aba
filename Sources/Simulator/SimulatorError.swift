/// Why the simulator can't do what it was asked: one sentence that names the place and the mend.
public struct SimulatorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
