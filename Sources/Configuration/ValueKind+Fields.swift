import Mate3
import Registry

extension ReadingContext {
  /// The block that a device name of the configuration stands for.
  private func block(device: String) -> BlockDefinition? {
    guard let registry else { return nil }
    if let block = registry.block(named: device) { return block }
    for named in devices {
      guard let block = registry.block(named: named.block) else { continue }
      if named.name == device { return block }
      if named.name + "_configuration" == device, let family = block.family {
        return registry.blocks.first { $0.family == family && $0.kind == .configuration }
      }
    }
    return nil
  }

  private var deviceNames: [String] {
    (registry?.blocks.map(\.name) ?? []) + devices.flatMap { [$0.name, $0.name + "_configuration"] }
  }

  /// Looks up `device.field`; nil after reporting.
  fileprivate mutating func field(_ node: ConfigurationNode, _ key: String) -> FieldDefinition? {
    guard let text = node.text, case let parts = text.split(separator: ".", omittingEmptySubsequences: false),
      parts.count == 2
    else {
      report(
        node, "\(key) has \(node.kind) in it; give device.field such as radian_inverter_configuration.absorb_volts")
      return nil
    }
    let (device, name) = (String(parts[0]), String(parts[1]))
    // Without a register map there are problems enough already.
    guard registry != nil else { return nil }
    guard let block = block(device: device) else {
      let hint = NearestName.of(device, among: deviceNames).map { "; did you mean \($0)?" } ?? ""
      report(node, "\(key) names a device ‘\(device.prefix(60))’ that does not exist\(hint)")
      return nil
    }
    guard let field = block.field(name) else {
      let hint = NearestName.of(name, among: block.fields.map(\.name)).map { "; did you mean \($0)?" } ?? ""
      report(node, "\(key) names a field ‘\(name.prefix(60))’ that \(device) does not have\(hint)")
      return nil
    }
    return field
  }

  /// Looks up a field that must be one that may be commanded; nil after reporting.
  fileprivate mutating func commandableField(_ node: ConfigurationNode, _ key: String) -> FieldDefinition? {
    guard let field = field(node, key) else { return nil }
    guard let command = field.command else {
      report(node, "\(key) names \(node.text ?? ""), which is read-only; take it out")
      return nil
    }
    guard command.standard != .never || command.exceptions.values.contains(where: { $0 != .never }) else {
      report(node, "\(key) names \(node.text ?? ""), which the bridge never writes; take it out")
      return nil
    }
    return field
  }
}

extension ValueKind where Value == Set<String> {
  /// Fields that may be commanded.
  static let commandableFields = Self(
    name: "list of `device.field`",
    read: { node, key, context in
      var fields: Value = []
      for item in node.items(key, &context) ?? [] {
        if context.commandableField(item, key) != nil, let name = item.text { fields.insert(name) }
      }
      return fields
    }, show: show)

  /// Fields whose labels are in doubt.
  static let doubtfulFields = Self(
    name: "list of `device.field`",
    read: { node, key, context in
      var fields: Value = []
      for item in node.items(key, &context) ?? [] {
        guard let field = context.field(item, key), let name = item.text else { continue }
        if field.labelDoubt == nil {
          context.warn(item, "\(key) names \(name), whose labels are not in doubt; take it out")
        }
        fields.insert(name)
      }
      return fields
    }, show: show)

  private static let show: @Sendable (Value) -> String = { fields in
    "[\(fields.sorted().joined(separator: ", "))]"
  }
}

extension ValueKind where Value == [String: CommandPolicy.Bounds] {
  static let limits = Self(
    name: "mapping of `device.field` to `{min, max}`",
    read: { node, key, context in
      let advice = "give device.field: {min: 48, max: 60}"
      var limits: Value = [:]
      for pair in node.pairs(key, advice, &context) ?? [] {
        guard let field = context.commandableField(pair.key, key), let name = pair.key.text,
          let bounds = bounds(pair.value, "\(key).\(name)", field, &context)
        else { continue }
        limits[name] = bounds
      }
      return limits
    },
    show: { limits in
      let entries = limits.sorted { $0.key < $1.key }
        .map { name, bounds in
          let values = [bounds.minimum.map { "min: \($0)" }, bounds.maximum.map { "max: \($0)" }].compactMap { $0 }
          return "\(name): {\(values.joined(separator: ", "))}"
        }
      return "{\(entries.joined(separator: ", "))}"
    })

  private static func bounds(
    _ node: ConfigurationNode, _ key: String, _ field: FieldDefinition, _ context: inout ReadingContext
  ) -> CommandPolicy.Bounds? {
    guard field.type.isNumeric, field.type != .ipv4, field.enumeration == nil, field.flags == nil else {
      context.report(node, "\(key) is no measured number, so it has no limits; take them out")
      return nil
    }
    guard let members = node.members(key, known: ["min", "max"], "give {min: 48, max: 60}", &context) else {
      return nil
    }
    let problems = context.problems.count
    let minimum = number(members["min"], "\(key).min", &context)
    let maximum = number(members["max"], "\(key).max", &context)
    guard context.problems.count == problems else { return nil }
    // Limits that are given for 12 V scale with the system, so they can be compared only when a command comes.
    let registry = field.limits.flatMap { $0.isPerBattery12V ? nil : $0 }
    if let minimum, let least = registry?.minimum, minimum < least {
      context.report(node, "\(key).min \(minimum) is below the documented \(least); limits may narrow, never widen")
      return nil
    }
    if let maximum, let most = registry?.maximum, maximum > most {
      context.report(node, "\(key).max \(maximum) is above the documented \(most); limits may narrow, never widen")
      return nil
    }
    // One bound is enough where a document gives the other, if only for some models.
    if minimum ?? registry?.minimum == nil, field.ranges.contains(where: { $0.minimum != nil }) {
      return CommandPolicy.Bounds(minimum: nil, maximum: maximum)
    }
    if maximum ?? registry?.maximum == nil, field.ranges.contains(where: { $0.maximum != nil }) {
      return CommandPolicy.Bounds(minimum: minimum, maximum: nil)
    }
    guard let least = minimum ?? registry?.minimum, let most = maximum ?? registry?.maximum else {
      context.report(node, "\(key) has one bound where no document gives the other; give min and max")
      return nil
    }
    guard least <= most else {
      context.report(node, "\(key) leaves no value between \(least) and \(most); give a min below the max")
      return nil
    }
    return CommandPolicy.Bounds(minimum: minimum, maximum: maximum)
  }

  private static func number(
    _ node: ConfigurationNode?, _ key: String, _ context: inout ReadingContext
  ) -> ScaledDecimal? {
    guard let node, !node.isEmpty else { return nil }
    guard let text = node.text, let number = ScaledDecimal(text) else {
      context.report(node, "\(key) is \(node.kind); give a decimal number such as 57.6")
      return nil
    }
    return number
  }
}
