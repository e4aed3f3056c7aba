public import RegisterIO

/// Why something asked of a ``Gateway`` could not be done.
public struct GatewayError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble, to decide by.
  public enum Code: Hashable, Sendable {
    /// No connection could be made, or it broke.
    case notConnected
    /// The gateway takes the connection and closes it at once: it serves another client.
    case busy
    /// There is no SunSpec map, or it makes no sense.
    case notSunSpec
    /// A SunSpec device that has none of OutBack's blocks.
    case notOutBack
    /// The system has no such device, or not at that port.
    case unknownDevice
    /// Several devices have the name, and no port was given.
    case ambiguousDevice
    /// No such field.
    case unknownField
    /// The gateway refused a request that can't be made smaller.
    case refused
  }

  /// What kind of trouble it is.
  public let code: Code
  /// One sentence with the mend.
  public let message: String
  /// What the connection said, where it was the reason.
  public let cause: RegisterError?

  /// Makes an error; one sentence tells people what to do.
  public init(_ code: Code, _ message: String, cause: RegisterError? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  public var description: String { message }
}
