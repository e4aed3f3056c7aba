import Registry

/// What Home Assistant calls the kinds of measure.
enum Quantity {
  /// The device class of a unit. Kilovolt-amperes have none: Home Assistant 2025.4 knows volt-amperes only.
  static func deviceClass(of units: String?) -> String? {
    switch units {
    case "V", "mV": "voltage"
    case "A", "mA": "current"
    case "W", "kW": "power"
    case "VA": "apparent_power"
    case "var": "reactive_power"
    case "Wh", "kWh": "energy"
    case "Hz": "frequency"
    case "°C": "temperature"
    case "ms", "s", "min", "h", "d": "duration"
    default: nil
    }
  }

  /// How long-term statistics are kept of a field: none of settings, logs and extremes.
  static func stateClass(of field: FieldDefinition, in block: BlockDefinition) -> String? {
    guard let units = field.units, !field.access.isWritable, field.enumeration == nil else { return nil }
    switch block.kind {
    case .configuration, .statistics, .common: return nil
    case .status, .gateway, .system, .sunspecInverter: break
    }
    switch units {
    // A counter of the day begins again at midnight, which `total_increasing` knows. A balance can fall at any time,
    // which no state class fits.
    case "Wh", "kWh", "Ah", "kAh": return field.type.isSigned ? nil : "total_increasing"
    case "V", "mV", "A", "mA", "W", "kW", "VA", "kVA", "var", "kvar", "Hz", "°C", "%":
      let isExtreme =
        ["todays_", "lifetime_", "minimum_", "maximum_"].contains { field.name.hasPrefix($0) }
        || field.name.contains("_maximum_")
      return isExtreme || field.name == "system_voltage" ? nil : "measurement"
    default: return nil
    }
  }
}

/// Enumerations that mean on and off.
struct TwoStates {
  let on: String
  let off: String

  /// Those that are shown as a binary sensor.
  static let shown: [String: TwoStates] = [
    "disabled_enabled": TwoStates(on: "enabled", off: "disabled"),
    "enabled_disabled": TwoStates(on: "enabled", off: "disabled"),
    "no_yes": TwoStates(on: "yes", off: "no"),
  ]

  /// Those that are commanded with a switch.
  static let switched: [String: TwoStates] = shown.merging([
    "enable_disable": TwoStates(on: "enable", off: "disable"),
    "use_drop": TwoStates(on: "use", off: "drop"),
    "drop_use": TwoStates(on: "use", off: "drop"),
    "radian_charger_operating_mode": TwoStates(on: "bulk_and_float", off: "off"),
  ]) { $1 }
}
