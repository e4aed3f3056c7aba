import FieldCodec
import Mate3
import Registry

/// Entities that only show.
extension EntityMaker {
  /// None when the device does not have the value.
  func readings(_ field: FieldDefinition, _ hint: FieldHint) -> [Component] {
    guard field.access.isReadable, let value = value(field) else { return [] }
    if let flags = field.flags { return self.flags(field, flags, hint) }
    var component: Component
    if let enumeration = field.enumeration {
      component = enumerated(field, enumeration, hint)
    } else {
      component = self.component(.sensor, field, hint)
      if case .number(let number) = value { describe(&component, field, number, hint) }
    }
    place(&component, hint, field)
    explainSetting(&component, field)
    return [component]
  }

  /// Says of a setting that can be written, but not from here, why not.
  private func explainSetting(_ component: inout Component, _ field: FieldDefinition) {
    guard let standard = field.command?.standard, standard == .setpoint || standard == .installer else { return }
    let isNumber = field.enumeration == nil && field.type.isNumeric
    let bounds = isNumber ? bounds(field) : nil
    var attributes: [String: String] = [:]
    if !system.policy.allows(standard, of: field, in: block) {
      let opening = standard == .setpoint ? "commands.allow or commands.fields" : "commands.fields"
      attributes["not_commandable"] = "'not allowed; \(opening) of the bridge would open it'"
    } else if field.labelDoubt != nil {
      attributes["not_commandable"] = "'its labels are in doubt; see commands.labels_confirmed'"
    } else if bounds?.conflict != nil {
      attributes["not_commandable"] = "'the battery profile is for another system voltage; see battery.nominal'"
    } else if isNumber, bounds?.range == nil {
      attributes["not_commandable"] = "'no limits; see commands.limits'"
    }
    if let value = bounds?.factoryDefault { attributes["factory_default"] = "\(value)" }
    if !attributes.isEmpty { explain(&component, attributes) }
  }

  /// Attributes that stand as they are, whatever the state.
  func explain(_ component: inout Component, _ attributes: [String: String]) {
    component.attributesTopic = component.stateTopic
    component.attributesTemplate = Template.constant(attributes)
  }

  /// Where the entity is listed, and whether it is enabled.
  private func place(_ component: inout Component, _ hint: FieldHint, _ field: FieldDefinition) {
    component.isEnabled =
      (hint.prominence == .daily || hint.prominence == .detail && !field.access.isWritable) && !isOfMissingInput(field)
    let isMeasured = hint.prominence == .daily && !field.access.isWritable
    component.category = isMeasured ? nil : .diagnostic
  }

  private func enumerated(_ field: FieldDefinition, _ enumeration: Enumeration, _ hint: FieldHint) -> Component {
    if let pair = TwoStates.shown[enumeration.name] {
      var component = component(.binarySensor, field, hint)
      component.payloadOn = pair.on
      component.payloadOff = pair.off
      component.valueTemplate = Template.either(pair.on, pair.off)
      return component
    }
    var component = component(.sensor, field, hint)
    component.deviceClass = "enum"
    component.options = enumeration.entries.map(\.label) + strangers(field).map(String.init)
    return component
  }

  /// One sensor for "anything at all" where the flags are faults, and one for each documented flag.
  private func flags(_ field: FieldDefinition, _ table: FlagTable, _ hint: FieldHint) -> [Component] {
    var made: [Component] = []
    if table.entries.contains(where: \.isProblem), table.name != "control_status" {
      var any = component(.binarySensor, field, hint)
      any.deviceClass = "problem"
      any.valueTemplate = Template.anyFlag
      any.attributesTopic = any.stateTopic
      any.attributesTemplate = Template.flagAttributes
      place(&any, hint, field)
      made.append(any)
    }
    for entry in table.entries {
      var one = component(.binarySensor, field, hint, part: entry.label)
      one.name = "\(Self.group(of: field)): \(Self.inSentence(entry.title))"
      one.valueTemplate = Template.flag(entry.label)
      if entry.isProblem { one.deviceClass = "problem" }
      one.category = .diagnostic
      one.isEnabled = false
      made.append(one)
    }
    return made
  }

  /// With a small first letter, but for abbreviations.
  private static func inSentence(_ title: String) -> String {
    title.dropFirst().first?.isLowercase ?? false ? title.prefix(1).lowercased() + title.dropFirst() : title
  }

  private static func group(of field: FieldDefinition) -> String {
    field.label.hasSuffix("s") && !field.label.hasSuffix("status") ? String(field.label.dropLast()) : field.label
  }

  private func describe(
    _ component: inout Component, _ field: FieldDefinition, _ number: ScaledDecimal, _ hint: FieldHint
  ) {
    guard !hint.isInstant else {
      component.deviceClass = "timestamp"
      component.valueTemplate = Template.instant
      return
    }
    component.unit = field.units
    component.precision = max(0, -number.exponent)
    // Measured powers have one unit; settings have the one of the gateway's own menu.
    if field.units == "kW", !field.access.isWritable {
      component.unit = "W"
      component.precision = 0
      component.valueTemplate = Template.watts
    }
    guard !hint.isPlain else { return }
    component.deviceClass = hint.deviceClass ?? Quantity.deviceClass(of: field.units)
    if field.name == "ac_pf" { component.deviceClass = "power_factor" }
    component.stateClass = Quantity.stateClass(of: field, in: block.definition)
  }

  /// Whether the field counts what goes through a second AC input, and the inverter has only one, as an FXR. Both kinds
  /// answer with the same block.
  private func isOfMissingInput(_ field: FieldDefinition) -> Bool {
    field.name.hasPrefix("ac2_") && !system.hasSecondInput(block)
  }
}
