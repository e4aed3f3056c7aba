import ArgumentParser
import Foundation
import Registry

/// What `--set` says: `device.field=value` or `device/port.field=value`, a topic of the bridge, or a path of the Python
/// program such as `charge_controllers[3].config.absorb_volts=57.6`.
struct Assignment {
  /// The base of a topic; nil where none is given.
  let base: String?
  let device: String
  let port: Int?
  private(set) var field: String
  let value: String

  /// The Python program's words for the devices, and the blocks they are: what they show, and what is behind `config`.
  private static let python: [String: (block: String, configuration: String?)] = [
    "mate3": ("gateway", "system_control"),
    "charge_controller": ("charge_controller", "charge_controller_configuration"),
    "fndc": ("flexnet_dc", "flexnet_dc_configuration"),
    "fx_inverter": ("fx_inverter", "fx_inverter_configuration"),
    "single_phase_radian_inverter": ("single_phase_radian_inverter", "radian_inverter_configuration"),
    "split_phase_radian_inverter": ("split_phase_radian_inverter", "radian_inverter_configuration"),
    "optics": ("optics_statistics", nil),
    "outback_system_control": ("system_control", nil),
    "opticsre_statistics": ("optics_statistics", nil),
  ]

  /// - Throws: `ValidationError` with what to write instead.
  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    // As the bridge takes it: blanks around a value mean nothing.
    let value = Self.trimmed(Self.unquoted(Self.trimmed(parts.last ?? "")))
    guard parts.count == 2, !value.isEmpty, let (base, device, port, field) = Self.place(Self.trimmed(parts[0]))
    else {
      throw ValidationError(
        "--set takes device.field=value or device/port.field=value, such as "
          + "radian_inverter_configuration/1.aux_control=on, not ‘\(text.prefix(120))’.")
    }
    self.base = base
    self.device = device
    self.port = port
    self.field = field
    self.value = value
  }

  /// The same with the field's name as the register map spells it.
  func spelled(by registry: Registry) -> Assignment {
    var spelled = self
    if let block = registry.block(named: device) { spelled.field = block.fieldName(field) }
    return spelled
  }

  /// - Returns: what the Python program's name of a device is here; nil for one that it does not have.
  static func deviceName(_ text: String) -> String? {
    guard let match = text.wholeMatch(of: /([a-z0-9_]+)(?:\[([0-9]+)\])?(\.config)?/),
      let name = block(String(match.1), isConfiguration: match.3 != nil)
    else { return nil }
    return match.2.map { "\(name)/\($0)" } ?? name
  }

  /// - Parameter word: as the Python program has it, also as that of several.
  private static func block(_ word: String, isConfiguration: Bool) -> String? {
    let known = python[word] ?? (word.hasSuffix("s") ? python[String(word.dropLast())] : nil)
    return isConfiguration ? known?.configuration : known?.block
  }

  private static func place(_ text: String) -> (base: String?, String, Int?, String)? {
    if let match = text.wholeMatch(of: /([a-z0-9_]+)(?:\[([0-9]+)\])?(\.config)?\.([a-z0-9_]+)/) {
      let word = String(match.1)
      let isPath = match.2 != nil || match.3 != nil
      guard let block = block(word, isConfiguration: match.3 != nil) else {
        return isPath ? nil : (nil, word, nil, String(match.4))
      }
      return (nil, block, match.2.flatMap { Int($0) }, String(match.4))
    }
    if let match = text.wholeMatch(of: /([^\/.]+)\/([0-9]+)\.([^.]+)/), let port = Int(match.2) {
      return (nil, String(match.1), port, String(match.3))
    }
    // A topic, with or without its base and `/set`.
    if let match = text.wholeMatch(of: /(?:(.+)\/)?([a-z0-9_]+)\/([0-9]+)\/([a-z0-9_]+)(?:\/set)?/),
      let port = Int(match.3)
    {
      return (match.1.map(String.init), String(match.2), port, String(match.4))
    }
    if let match = text.wholeMatch(of: /([^\/.]+)\.([^.]+)/) { return (nil, String(match.1), nil, String(match.2)) }
    return nil
  }

  private static func trimmed(_ value: String) -> String { value.trimmingCharacters(in: .whitespacesAndNewlines) }

  /// A text in the quotes that the Python program wants.
  private static func unquoted(_ value: String) -> String {
    guard value.count >= 2, let first = value.first, first == value.last, "\"'".contains(first) else { return value }
    return String(value.dropFirst().dropLast())
  }
}

extension BlockDefinition {
  /// The name here of a field whose words are set apart otherwise elsewhere, as `re_float_volts` for `refloat_volts`.
  fileprivate func fieldName(_ name: String) -> String {
    guard field(name) == nil else { return name }
    func joined(_ name: String) -> String { name.replacing("scale_factor", with: "sf").replacing("_", with: "") }
    return fields.first { joined($0.name) == joined(name) }?.name ?? name
  }
}
