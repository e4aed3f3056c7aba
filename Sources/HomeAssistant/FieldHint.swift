import Registry

/// How a field appears in Home Assistant, where its name, unit and kind do not tell.
struct FieldHint: Sendable {
  /// How much an owner cares.
  enum Prominence: Sendable {
    /// Looked at every day: enabled.
    case daily
    /// Enabled, among the diagnostics; a setting only where it can be changed.
    case detail
    /// Among the diagnostics, disabled until the owner wants it.
    case rare
    /// No entity.
    case hidden
  }

  var prominence: Prominence
  /// Nil: the register map's label.
  var name: String?
  var deviceClass: String?
  /// Numbers that are no measure of anything: codes, time zones.
  var isPlain = false
  /// Seconds since 1970, UTC.
  var isInstant = false

  static let daily = daily(nil)
  static let detail = detail(nil)
  static let rare = rare(nil)
  static let hidden = FieldHint(prominence: .hidden)
  static let plain = FieldHint(prominence: .rare, isPlain: true)

  static func daily(_ name: String?, class deviceClass: String? = nil) -> FieldHint {
    FieldHint(prominence: .daily, name: name, deviceClass: deviceClass)
  }

  static func detail(_ name: String?) -> FieldHint { FieldHint(prominence: .detail, name: name) }

  static func rare(_ name: String?) -> FieldHint { FieldHint(prominence: .rare, name: name) }

  static func instant(_ prominence: Prominence) -> FieldHint { FieldHint(prominence: prominence, isInstant: true) }

  /// The hint of a field; what no table names is rare, and what only explains the map itself is hidden.
  static func hint(_ field: FieldDefinition, in block: BlockDefinition) -> FieldHint {
    if let hint = table[block.name]?[field.name] { return hint }
    if field.type == .sunssf || isInternal(field) { return .hidden }
    return .rare
  }

  static func isHidden(_ place: FieldPlace) -> Bool { table[place.block]?[place.field]?.prominence == .hidden }

  /// What the device's own page shows, and what only serves to write something else.
  private static func isInternal(_ field: FieldDefinition) -> Bool {
    let name = field.name
    return ["did", "length", "serial_number", "model_number", "mac_address"].contains(name)
      || name.hasSuffix("_firmware_number") || name.hasSuffix("_write_complement") || name.hasPrefix("spare_reg_")
      || name.hasSuffix("_reset_read") || name == "clear_data_log_read" || name.hasSuffix("_reset_maximum_data")
  }
}
