package import FieldCodec
package import Registry

/// The settings of a system as kept in a file, by kind of device and hub port: to restore what a replaced device had, or
/// to give another system the same.
package struct SavedSettings: Sendable, Equatable {
  package struct Device: Sendable, Equatable {
    /// Name of its block in the register map.
    package let block: String
    package let port: Int
    /// As the device named itself.
    package let model: String?
    package let settings: [Setting]

    package init(block: String, port: Int, model: String?, settings: [Setting]) {
      self.block = block
      self.port = port
      self.model = model
      self.settings = settings
    }
  }

  package struct Setting: Sendable, Equatable {
    package let field: String
    /// As a command gives it: a label or a number.
    package let text: String

    package init(field: String, text: String) {
      self.field = field
      self.text = text
    }
  }

  package let devices: [Device]

  package init(_ devices: [Device]) { self.devices = devices }

  /// What a system has.
  package init(of system: SystemValues) {
    devices = system.members.compactMap { member in
      let values = system.values[member.key] ?? [:]
      let settings = member.definition.fields.compactMap { field -> Setting? in
        guard Self.holds(field, of: member.definition), let value = values[field.name],
          let text = field.settingText(value)
        else { return nil }
        return Setting(field: field.name, text: text)
      }
      guard !settings.isEmpty else { return nil }
      return Device(
        block: member.definition.name, port: member.key.port, model: system.model(of: member.key), settings: settings)
    }
  }

  /// What the gateway's menu holds but is no setting: its clock, a counter, which day of a log is shown.
  private static let excluded: Set<String> = [
    "year", "month", "day", "hour", "minute", "second", "ags_total_generator_run_time", "set_data_log_day_offset",
  ]

  /// Whether a field is a setting that is kept: not what switches something, not what is of one device alone, such as a
  /// calibration, and not what the gateway sets for all inverters, who have it themselves.
  package static func holds(_ field: FieldDefinition, of block: BlockDefinition) -> Bool {
    field.access == .readWrite && field.command?.standard == .setpoint && field.privacy == .shared
      && block.kind != .system && !excluded.contains(field.name)
  }
}

extension SavedSettings {
  /// A setting that a system has otherwise.
  package struct Difference: Sendable {
    package let change: SetpointChange
    package let definition: FieldDefinition
    /// What stands there.
    package let now: FieldValue
    /// What a command is to give.
    package let text: String
  }

  /// What a system has otherwise than these settings, in no particular order.
  package struct Comparison: Sendable {
    package var differences: [Difference] = []
    /// Devices and fields that the system does not have, as `device/port` or `device/port.field`.
    package var absent: [String] = []
    /// Devices of another model, each with both.
    package var otherModels: [(device: DeviceKey, saved: String, here: String)] = []
  }

  package func comparison(with system: SystemValues) -> Comparison {
    var comparison = Comparison()
    for device in devices {
      guard
        let member = system.members.first(where: { $0.definition.name == device.block && $0.key.port == device.port })
      else {
        comparison.absent.append("\(device.block)/\(device.port)")
        continue
      }
      if let saved = device.model, let here = system.model(of: member.key), saved != here {
        comparison.otherModels.append((member.key, saved, here))
      }
      for setting in device.settings {
        guard let field = member.definition.field(setting.field), let value = field.settingValue(setting.text),
          let now = system.values[member.key]?[field.name], now.isPresent
        else {
          comparison.absent.append("\(member.key).\(setting.field)")
          continue
        }
        guard now != value else { continue }
        let change = SetpointChange(device: member.key, block: device.block, field: field.name, value: value)
        comparison.differences.append(Difference(change: change, definition: field, now: now, text: setting.text))
      }
    }
    return comparison
  }
}

extension FieldDefinition {
  /// A value as a command gives it; labels in doubt as their numbers. Nil for what has no value.
  package func settingText(_ value: FieldValue) -> String? {
    switch value {
    case .number, .text: value.text
    case .enumerated(let number, let entry): labelDoubt == nil ? entry?.label ?? "\(number)" : "\(number)"
    case .notImplemented, .unreadable, .flags, .address: nil
    }
  }

  /// The value that a command's text asks for; nil for none of this field.
  package func settingValue(_ text: String) -> FieldValue? {
    if let enumeration {
      let number = enumeration.entry(commanded: text)?.value ?? Int(text)
      return number.map { .enumerated($0, enumeration.entry($0)) }
    }
    if type == .string { return .text(text) }
    return ScaledDecimal(text).map { .number($0) }
  }
}

extension SystemValues {
  /// A device's own name of its model.
  package func model(of device: DeviceKey) -> String? {
    guard case .text(let model)? = values[device]?["model_number"], !model.isEmpty else { return nil }
    return model
  }
}
