public import Registry

/// What the owner allows to be written.
public struct CommandPolicy: Sendable, Hashable {
  /// Bounds from the configuration, in the field's units.
  public struct Bounds: Sendable, Hashable {
    public let minimum: ScaledDecimal
    public let maximum: ScaledDecimal

    public init(minimum: ScaledDecimal, maximum: ScaledDecimal) {
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// Allowed classes. `installer` and `never` in here have no effect.
  public var classes: Set<CommandClass>
  /// Fields allowed by name, as `block.field` with the registry's names. Opens `setpoint` and `installer`, never `never`.
  public var fields: Set<String>
  /// By `block.field`; they narrow the registry's limits and take their place where it has none.
  public var limits: [String: Bounds]
  /// Fields whose labels, in doubt in the documents, the owner has confirmed; as `block.field`.
  public var confirmedLabels: Set<String>

  public init(
    classes: Set<CommandClass> = [.operational], fields: Set<String> = [], limits: [String: Bounds] = [:],
    confirmedLabels: Set<String> = []
  ) {
    self.classes = classes
    self.fields = fields
    self.limits = limits
    self.confirmedLabels = confirmedLabels
  }

  /// Whether a value of a class may be written to `block.field`.
  public func allows(_ commandClass: CommandClass, of name: String) -> Bool {
    switch commandClass {
    case .operational, .setpoint: classes.contains(commandClass) || fields.contains(name)
    case .installer: fields.contains(name)
    case .never: false
    }
  }
}

/// Why a command was refused before anything was read or written.
public struct CommandRefusal: Error, Hashable, Sendable {
  public let code: ResultCode
  public let reason: String

  public init(_ code: ResultCode, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
