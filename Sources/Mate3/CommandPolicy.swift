public import Registry

/// What the owner allows to be written.
public struct CommandPolicy: Sendable, Hashable {
  /// Bounds from the configuration, in the field's units; either may be missing.
  public struct Bounds: Sendable, Hashable {
    public let minimum: ScaledDecimal?
    public let maximum: ScaledDecimal?

    public init(minimum: ScaledDecimal?, maximum: ScaledDecimal?) {
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// Allowed classes. `installer` and `never` in here have no effect.
  public var classes: Set<CommandClass>
  /// Fields allowed by name, as `device.field` with the device's name in topics or its block's in the registry. Opens
  /// `setpoint` and `installer`, never `never`.
  public var fields: Set<String>
  /// Named as in ``fields``; they narrow the registry's limits and take their place where it has none.
  public var limits: [String: Bounds]
  /// Fields whose labels, in doubt in the documents, the owner has confirmed; named as in ``fields``.
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

  /// Whether a value of a class may be written to a field of a block.
  public func allows(_ commandClass: CommandClass, _ field: FieldDefinition, of block: PlacedBlock) -> Bool {
    switch commandClass {
    case .operational, .setpoint: classes.contains(commandClass) || isNamed(field, block, in: fields)
    case .installer: isNamed(field, block, in: fields)
    case .never: false
    }
  }

  /// Whether the owner has confirmed the field's labels.
  public func hasConfirmedLabels(_ field: FieldDefinition, of block: PlacedBlock) -> Bool {
    isNamed(field, block, in: confirmedLabels)
  }

  /// The configured bounds: those under the device's own name before those under its block's.
  public func bounds(_ field: FieldDefinition, of block: PlacedBlock) -> Bounds? {
    Self.names(field, block).lazy.compactMap { limits[$0] }.first
  }

  private func isNamed(_ field: FieldDefinition, _ block: PlacedBlock, in set: Set<String>) -> Bool {
    Self.names(field, block).contains(where: set.contains)
  }

  private static func names(_ field: FieldDefinition, _ block: PlacedBlock) -> [String] {
    ["\(block.key.name).\(field.name)", "\(block.definition.name).\(field.name)"]
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
