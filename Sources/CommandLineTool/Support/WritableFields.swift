import Mate3
import Registry

/// The list of what can be written on a system.
struct WritableFields {
  private struct Entry {
    let name: String
    let definition: BlockDefinition
    /// Names of the fields that one of its devices has.
    var fields: Set<String>
    var ports: [Int]
  }

  private var entries: [Entry] = []
  private let system: SystemValues
  private let policy: CommandPolicy
  /// Where limits are given.
  private var mend = "--limit"
  /// Where labels are confirmed that the documents may have the wrong way round.
  private var confirmation = "--confirm-labels"

  /// - Parameter system: all of it, also what is not listed.
  init(_ devices: [DeviceReading], _ system: SystemValues, _ policy: CommandPolicy) {
    self.system = system
    self.policy = policy
    for device in devices {
      let fields = device.definition.fields.filter { $0.endOffset - 1 <= device.length + 2 }.map(\.name)
      add(device.name, device.port, device.definition, Set(fields))
    }
  }

  /// Of what a bridge has published. Fields that can't be read it does not publish, so all of them are listed.
  init(_ devices: [DeviceOutput], _ system: SystemValues, _ registry: Registry, _ policy: CommandPolicy) {
    self.system = system
    self.policy = policy
    mend = "the bridge's commands.limits"
    confirmation = "the bridge's commands.labels_confirmed"
    for device in devices {
      guard let block = registry.block(named: device.block) else { continue }
      let known = device.fields.map(\.definition.name) + block.fields.filter { !$0.access.isReadable }.map(\.name)
      add(device.key.name, device.key.port, block, Set(known))
    }
  }

  private mutating func add(_ name: String, _ port: Int, _ block: BlockDefinition, _ fields: Set<String>) {
    if let index = entries.firstIndex(where: { $0.name == name }) {
      entries[index].ports.append(port)
      entries[index].fields.formUnion(fields)
    } else {
      entries.append(Entry(name: name, definition: block, fields: fields, ports: [port]))
    }
  }

  func text(width: Int?) -> String {
    let style = TextStyle(isColored: Terminal.hasColor)
    var lines: [String] = []
    for entry in entries {
      let fields = entry.definition.fields.filter {
        $0.access.isWritable && entry.fields.contains($0.name) && $0.command?.standard != .never
      }
      guard !fields.isEmpty else { continue }
      let ports = entry.ports == [0] ? "" : "  port \(entry.ports.map(String.init).joined(separator: ", "))"
      if !lines.isEmpty { lines.append("") }
      lines.append(style.bold(entry.name) + style.dim(ports))
      var table = TextTable(width: width.map { $0 - 2 })
      for field in fields { table.add([field.name, commandClass(field), values(field, entry)]) }
      lines += table.lines { text, _, column in column == 1 ? style.dim(text) : text }.map { "  " + $0 }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func commandClass(_ field: FieldDefinition) -> String { field.command?.standard.rawValue ?? "" }

  private func values(_ field: FieldDefinition, _ entry: Entry) -> String {
    if let enumeration = field.enumeration {
      let labels = enumeration.entries.map { entry in
        let own = field.command?.exceptions[entry.value].map { ", \($0.rawValue)" } ?? ""
        return "\(entry.label) (\(entry.value)\(own))"
      }.joined(separator: ", ")
      let names = [entry.name, entry.definition.name].map { "\($0).\(field.name)" }
      let isInDoubt = field.labelDoubt != nil && !policy.hasConfirmedLabels(of: names)
      return isInDoubt ? "labels in doubt, see \(confirmation): \(labels)" : labels
    }
    guard field.type.isNumeric, field.type != .ipv4 else { return "text" }
    let ports = entry.ports.map { port in
      (port, numbers(field, of: DeviceKey(name: entry.name, port: port), entry.definition))
    }
    let texts = Set(ports.map(\.1))
    guard texts.count > 1 else { return texts.first ?? "" }
    return ports.map { "port \($0): \($1)" }.joined(separator: "; ")
  }

  /// The numbers that may be written to a device, as model, system voltage, configuration and flags leave them.
  private func numbers(_ field: FieldDefinition, of device: DeviceKey, _ block: BlockDefinition) -> String {
    let units = field.units.map { " \($0)" } ?? ""
    let bounds = system.bounds(of: field, in: SystemValues.Member(key: device, definition: block), policy)
    let standard = bounds.factoryDefault.map { ", \($0) from the factory" } ?? ""
    let step = bounds.step.map { " in steps of \($0)" } ?? ""
    guard let range = bounds.range else {
      let known = [bounds.minimum.map { "at least \($0)" }, bounds.maximum.map { "at most \($0)" }].compactMap(\.self)
      return "number\(units.isEmpty ? "" : " in\(units)")\(step)\(standard)"
        + known.map { ", \($0)" }.joined() + "; no document gives \(known.isEmpty ? "limits" : "the other limit"), set "
        + "\(known.isEmpty ? "them" : "it") with \(mend)"
    }
    return "\(range.lowerBound) to \(range.upperBound)\(units)\(step)\(standard)"
  }
}
