import Mate3
import Registry

/// The list of what can be written on a system.
struct WritableFields {
  private struct Entry {
    var device: DeviceReading
    var ports: [Int]
  }

  private var entries: [Entry] = []
  private let policy: CommandPolicy

  init(_ devices: [DeviceReading], _ policy: CommandPolicy) {
    self.policy = policy
    for device in devices {
      if let index = entries.firstIndex(where: { $0.device.name == device.name }) {
        entries[index].ports.append(device.port)
        if device.length > entries[index].device.length { entries[index].device = device }
      } else {
        entries.append(Entry(device: device, ports: [device.port]))
      }
    }
  }

  func text(width: Int?) -> String {
    let style = TextStyle(isColored: Terminal.hasColor)
    var lines: [String] = []
    for entry in entries {
      let fields = entry.device.definition.fields.filter {
        $0.access.isWritable && $0.endOffset - 1 <= entry.device.length + 2 && $0.command?.standard != .never
      }
      guard !fields.isEmpty else { continue }
      let ports = entry.ports == [0] ? "" : "  port \(entry.ports.map(String.init).joined(separator: ", "))"
      if !lines.isEmpty { lines.append("") }
      lines.append(style.bold(entry.device.name) + style.dim(ports))
      var table = TextTable(width: width.map { $0 - 2 })
      for field in fields { table.add([field.name, commandClass(field), values(field)]) }
      lines += table.lines { text, _, column in column == 1 ? style.dim(text) : text }.map { "  " + $0 }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func commandClass(_ field: FieldDefinition) -> String { field.command?.standard.rawValue ?? "" }

  private func values(_ field: FieldDefinition) -> String {
    if let enumeration = field.enumeration {
      return enumeration.entries.map { entry in
        let own = field.command?.exceptions[entry.value].map { ", \($0.rawValue)" } ?? ""
        return "\(entry.label) (\(entry.value)\(own))"
      }.joined(separator: ", ")
    }
    guard field.type.isNumeric, field.type != .ipv4 else { return "text" }
    let units = field.units.map { " \($0)" } ?? ""
    guard let minimum = field.limits?.minimum, let maximum = field.limits?.maximum else {
      if field.ranges.contains(where: { $0.basis != .none }) {
        return "number\(units.isEmpty ? "" : " in\(units)"); its limits follow from model and system voltage"
      }
      return "number\(units.isEmpty ? "" : " in\(units)"); no document gives limits, set them with --limit"
    }
    return "\(minimum) to \(maximum)\(units)"
      + (field.limits?.isPerBattery12V ?? false ? " for each 12 V of the battery" : "")
  }
}
