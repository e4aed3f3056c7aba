package import Derived
package import Registry

/// The name of a value in the text format of Prometheus: `mate3_<block>_<field>_<unit>`, in base units.
///
/// Energies are in joules and charges in coulombs, because `promtool` takes hours for a mistake:
/// `increase(mate3_house_solar_energy_today_joules_total[1d]) / 3.6e6` are kWh.
package struct MetricName: Sendable, Hashable {
  /// What kind of samples there are.
  package enum Kind: Sendable, Hashable {
    case gauge, counter
    /// One for each state, of which those that hold are 1.
    case states([String])
  }

  package let name: String
  package let kind: Kind
  package let help: String
  /// What a value in the field's unit is multiplied with.
  package let factor: Double

  private static let units: [String: (name: String, factor: Double)] = [
    "V": ("volts", 1), "mV": ("volts", 0.001), "A": ("amperes", 1), "W": ("watts", 1), "kW": ("watts", 1000),
    "kVA": ("volt_amperes", 1000), "kvar": ("volt_amperes_reactive", 1000), "Wh": ("joules", 3600),
    "kWh": ("joules", 3_600_000), "Ah": ("coulombs", 3600), "kAh": ("coulombs", 3_600_000), "°C": ("celsius", 1),
    "Hz": ("hertz", 1), "%": ("ratio", 0.01), "ms": ("seconds", 0.001), "s": ("seconds", 1), "min": ("seconds", 60),
    "h": ("seconds", 3600), "d": ("seconds", 86400), "weeks": ("seconds", 604_800), "cycles": ("cycles", 1),
  ]
  /// Words of names that only say the unit.
  private static let unitWords: Set<String> = [
    "kwh", "wh", "kw", "watts", "kva", "kvar", "ah", "kah", "volts", "amps", "hours", "hour", "percent", "kamp",
    "day", "days", "minutes", "weeks",
  ]

  /// A measurement of a block; nil for what no number or state tells.
  package init?(_ field: FieldDefinition, of block: BlockDefinition) {
    guard field.privacy == .shared, !field.isInternal, field.index != block.portFieldIndex else { return nil }
    let states = field.enumeration?.entries.map(\.label) ?? field.flags?.entries.map(\.label)
    guard states != nil || field.type.isNumeric && field.type != .ipv4 && field.type != .clock else { return nil }
    let isAmount = ["kWh", "Wh", "Ah", "kAh"].contains(field.units ?? "")
    let counts = field.name.hasPrefix("todays_") && !field.type.isSigned || field.evidence == .grows
    self.init(
      "\(block.name)_\(field.name)", field.units, states: states, isCounter: isAmount && counts,
      help: "\(block.label): \(field.label)")
  }

  /// A value of the house.
  package init(_ field: DerivedField) {
    self.init(
      "house_\(field.name)", field.unit, states: field.kind == .choice ? field.options : nil,
      isCounter: field.isDailyTotal, help: field.title)
  }

  private init(_ path: String, _ unit: String?, states: [String]?, isCounter: Bool, help: String) {
    self.help = help
    if let states {
      (name, kind, factor) = ("mate3_\(path)", .states(states), 1)
      return
    }
    let base = unit.flatMap { Self.units[$0] }
    // promtool takes a letter that stands alone for a unit.
    let words = path.replacing("shunt_", with: "shunt").split(separator: "_").map(String.init)
    let stem = base == nil ? words : words.filter { !Self.unitWords.contains($0) }
    let parts = ["mate3"] + stem + [base?.name].compactMap { $0 } + (isCounter ? ["total"] : [])
    name = parts.joined(separator: "_")
    kind = isCounter ? .counter : .gauge
    factor = base?.factor ?? 1
  }
}
