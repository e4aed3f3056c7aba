/// A value of the whole system that no single device has: what it is, and what it is computed from.
package struct DerivedField: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case power, energy, percentage, voltage, current, choice
  }

  /// Last level of its topic.
  package let name: String
  /// For people, without the device's name.
  package let title: String
  package let kind: Kind
  /// Unit symbol as in the register map, or nil for a choice.
  package let unit: String?
  package let decimals: Int
  /// What a choice can be.
  package let options: [String]
  /// How it is computed, in words, for documents.
  package let formula: String
  let recipes: [Recipe]

  init(
    _ name: String, _ title: String, _ kind: Kind, decimals: Int = 0, options: [String] = [], formula: String,
    _ recipes: [Recipe]
  ) {
    self.name = name
    self.title = title
    self.kind = kind
    self.decimals = decimals
    self.options = options
    self.formula = formula
    self.recipes = recipes
    unit =
      switch kind {
      case .power: "W"
      case .energy: "kWh"
      case .percentage: "%"
      case .voltage: "V"
      case .current: "A"
      case .choice: nil
      }
  }

  /// Whether it counts up through the day and begins again at zero; otherwise it is a measurement, or a choice.
  package var isDailyTotal: Bool { kind == .energy }
  package var isMeasurement: Bool { !isDailyTotal && kind != .choice }

  /// The field of this name, or nil.
  package static func named(_ name: String) -> DerivedField? { all.first { $0.name == name } }
}

/// One way to compute a value; the first way that a system has the devices for is taken.
struct Recipe: Sendable, Hashable {
  /// Which devices' fields are taken.
  enum Extent: Sendable, Hashable {
    /// All of them, summed.
    case all
    /// The device at the lowest hub port.
    case first
    /// There must be just one, because two would not tell whether they measure the same.
    case only
  }

  let extent: Extent
  /// Every one of these groups of devices must be on the system.
  let needs: [DeviceRole]
  /// None of these may be on the system.
  var lacks: [DeviceRole] = []
  let terms: [Term]
}

/// A field of a kind of device, and how it goes into a sum.
struct Term: Sendable, Hashable {
  enum Role: Sendable, Hashable {
    case plus, minus
    /// Does not go into the sum, and must be zero for the sum to hold.
    case mustBeZero
  }

  /// Name of the block in the register map.
  let block: String
  let field: String
  var role = Role.plus
  /// The term counts only while this field of the same block has this number.
  var condition: Condition?

  struct Condition: Sendable, Hashable {
    let field: String
    let number: Int
  }
}

/// Devices that do the same.
enum DeviceRole: Sendable, Hashable, CaseIterable {
  case chargeControllers, inverters, batteryMonitor

  /// Names of their status blocks in the register map.
  var blocks: [String] {
    switch self {
    case .chargeControllers: ["charge_controller"]
    case .inverters: ["fx_inverter", "split_phase_radian_inverter", "single_phase_radian_inverter"]
    case .batteryMonitor: ["flexnet_dc"]
    }
  }
}
