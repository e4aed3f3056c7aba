public import Registry

/// What the owner allows to be written.
public struct CommandPolicy: Sendable, Hashable {
  /// Bounds from the configuration, in the field's units; either may be missing.
  public struct Bounds: Sendable, Hashable {
    /// Least value, in the field's units; nil for none.
    public let minimum: ScaledDecimal?
    /// Greatest value, in the field's units; nil for none.
    public let maximum: ScaledDecimal?

    /// Makes bounds, both inclusive.
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
  /// What the battery bears, which narrows the bounds of its setpoints; nil when the owner does not say.
  public var battery: BatteryProfile?

  /// Allows what is `operational`, and what else is named.
  public init(
    classes: Set<CommandClass> = [.operational], fields: Set<String> = [], limits: [String: Bounds] = [:],
    confirmedLabels: Set<String> = [], battery: BatteryProfile? = nil
  ) {
    self.classes = classes
    self.fields = fields
    self.limits = limits
    self.confirmedLabels = confirmedLabels
    self.battery = battery
  }

  /// Whether a value of a class may be written to the field with any of these names.
  package func allows(_ commandClass: CommandClass, of names: [String]) -> Bool {
    switch commandClass {
    case .operational, .setpoint: classes.contains(commandClass) || names.contains(where: fields.contains)
    case .installer: names.contains(where: fields.contains)
    case .never: false
    }
  }

  /// Whether anything beside what is operational may be written.
  package var opensSetpoints: Bool { classes.contains(.setpoint) || !fields.isEmpty }

  /// Whether the owner has confirmed the labels of the field with any of these names.
  package func hasConfirmedLabels(of names: [String]) -> Bool { names.contains(where: confirmedLabels.contains) }

  /// The configured bounds under the first of these names that has some.
  package func bounds(of names: [String]) -> Bounds? { names.lazy.compactMap { limits[$0] }.first }

  /// Whether values of a class may be written to a field.
  package func allows(_ commandClass: CommandClass, of field: FieldDefinition, in block: PlacedBlock) -> Bool {
    allows(commandClass, of: Self.names(of: field, in: block))
  }

  /// Whether a value of an enumerated field may be written by its label.
  package func allows(label entry: Enumeration.Entry, of field: FieldDefinition, in block: PlacedBlock) -> Bool {
    let names = Self.names(of: field, in: block)
    guard let rule = field.command, field.labelDoubt == nil || hasConfirmedLabels(of: names) else { return false }
    return allows(rule.commandClass(of: entry.value), of: names)
  }

  /// The bounds of a field: what documents say for a site, narrowed by the configuration, by the battery's profile and by
  /// what suits the system voltage.
  package func bounds(of field: FieldDefinition, in block: PlacedBlock, at site: SetpointSite) -> SetpointBounds {
    bounds(
      of: field, named: Self.names(of: field, in: block), in: block.definition.name, at: site, battery: battery)
  }

  /// - Parameters:
  ///   - names: that the configuration may give the field.
  ///   - block: its block's name in the register map.
  func bounds(
    of field: FieldDefinition, named names: [String], in block: String, at site: SetpointSite, battery: BatteryProfile?
  ) -> SetpointBounds {
    var bounds = SetpointBounds(documentedFor: field, at: site)
    bounds.narrow(to: self.bounds(of: names))
    if let battery { bounds.narrow(to: battery, field, in: block, at: site) }
    if field.isBatteryVoltage, let volts = site.nominalVoltage {
      bounds.narrow(within: BatteryVoltage.range(nominal: volts))
    }
    return bounds
  }

  /// Whether the configuration opens the field by its name.
  package func names(_ field: FieldDefinition, in block: PlacedBlock) -> Bool {
    Self.names(of: field, in: block).contains(where: fields.contains)
  }

  /// The names that the configuration may give a field: by the device's own name before its block's.
  static func names(of field: FieldDefinition, in block: PlacedBlock) -> [String] {
    ["\(block.key.name).\(field.name)", "\(block.definition.name).\(field.name)"]
  }
}

/// Why a command was refused before anything was read or written.
package struct CommandRefusal: Error, Hashable, Sendable {
  package let code: ResultCode
  package let reason: String

  package init(_ code: ResultCode, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
