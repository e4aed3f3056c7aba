import Derived
import FieldCodec
import Mate3
import Registry

/// The last values of the important fields.
struct WatchState {
  struct Row {
    let device: DeviceKey
    let values: [Value]
    let isChanged: Bool
  }

  struct Value {
    let field: FieldDefinition
    let value: FieldValue

    /// With its units.
    var text: String { field.text(value) + (field.shownUnits.map { " \($0)" } ?? "") }

    var isProblem: Bool {
      guard case .flags(let bits, let table) = value else { return false }
      return table.entries.contains { $0.isProblem && bits & (1 << UInt32($0.bit)) != 0 }
    }
  }

  /// What an owner looks for, by block and in the order in which it is shown; absent blocks have nothing of the kind.
  static let fields: [(block: String, fields: [String])] = [
    (
      "flexnet_dc",
      ["state_of_charge", "battery_voltage", "battery_current", "input_kw", "output_kw", "net_kw", "status_flags"]
    ),
    (
      "charge_controller",
      ["charger_state", "watts", "array_voltage", "battery_voltage", "battery_current", "todays_kwh"]
    ),
    ("fx_inverter", inverter),
    ("single_phase_radian_inverter", inverter),
    ("split_phase_radian_inverter", inverter),
    ("charge_controller_configuration", ["faults"]),
    ("system_control", ["ags_operational_state", "control_status"]),
  ]
  private static let inverter = [
    "inverter_operating_mode", "output_kw", "load_kw", "charge_kw", "buy_kw", "sell_kw", "battery_voltage",
    "ac_input_state", "error_flags", "warning_flags",
  ]

  private let registry: Registry
  private var blocks: [DeviceKey: String] = [:]
  private var values: [DeviceKey: [String: (FieldDefinition, FieldValue)]] = [:]

  init(_ registry: Registry) { self.registry = registry }

  /// Forgets devices that are not there any more.
  mutating func keep(_ present: Set<DeviceKey>) {
    blocks = blocks.filter { present.contains($0.key) }
    values = values.filter { present.contains($0.key) }
  }

  /// - Parameter readings: each with the block that the device is of: it may have a name of the user's own.
  mutating func apply(
    _ readings: [(device: DeviceKey, block: String, field: FieldDefinition, value: FieldValue)]
  ) -> [Row] {
    var changed: Set<DeviceKey> = []
    for (device, name, field, value) in readings {
      guard let block = Self.fields.first(where: { $0.block == name }), block.fields.contains(field.name) else {
        continue
      }
      blocks[device] = block.block
      if let old = values[device]?[field.name], old.1 == value { continue }
      values[device, default: [:]][field.name] = (field, value)
      changed.insert(device)
    }
    return Self.fields.flatMap { block in
      blocks.filter { $0.value == block.block }.keys.sorted { $0.port < $1.port }.map { device in
        Row(device: device, values: shown(block.fields, of: device), isChanged: changed.contains(device))
      }
    }
  }

  private func shown(_ fields: [String], of device: DeviceKey) -> [Value] {
    fields.compactMap { name in
      guard let (field, value) = values[device]?[name], value.isPresent else { return nil }
      return Value(field: field, value: value)
    }
  }
}

/// What there is to see at one moment.
struct WatchFrame: Sendable {
  var rows: [WatchState.Row]
  /// The values of the whole house, by name; empty without a bridge, which reckons them.
  var house: [String: String] = [:]
  /// Whether they are others than before.
  var isHouseChanged = false
  /// The sentences of what is wrong.
  var alerts: [String] = []
  /// The last command that was answered, and with what.
  var command: String?

  /// What is known of the whole house, in the order of the documents.
  var houseValues: [(field: DerivedField, text: String)] {
    DerivedField.all.compactMap { field in
      house[field.name].flatMap { $0 == "None" ? nil : (field, Terminal.plain($0)) }
    }
  }
}
