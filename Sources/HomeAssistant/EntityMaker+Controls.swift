import FieldCodec
import Mate3
import Registry
import Topics

/// Entities that command.
extension EntityMaker {
  /// The controls of a field, none when the configuration allows no command to it or the device does not have it.
  func controls(_ field: FieldDefinition, _ hint: FieldHint) -> [Component] {
    guard field.access.isWritable else { return [] }
    if let enumeration = field.enumeration {
      let allowed = enumeration.entries.filter { system.policy.allows(label: $0, of: field, in: block) }
      guard !allowed.isEmpty else { return [] }
      if field.access == .writeOnly { return writeOnly(field, enumeration, allowed, hint) }
      guard value(field) != nil else { return [] }
      return [choice(field, enumeration, hint)]
    }
    guard field.access == .readWrite, case .number(let number) = value(field) else { return [] }
    return self.number(field, number, hint).map { [$0] } ?? []
  }

  /// Hour and minute as one text, which goes through the bridge as one command.
  func timeOfDay(_ time: ClockTime) -> Component {
    let isAllowed = [time.hour, time.minute].allSatisfy { part in
      system.policy.allows(part.command?.standard ?? .never, of: part, in: block)
        && bounds(part).range != nil
    }
    guard isAllowed else {
      var component = component(.sensor, time.field, .rare)
      component.category = .diagnostic
      component.isEnabled = false
      return component
    }
    var component = control(.text, time.field, .rare)
    component.isEnabled = [time.hour, time.minute].allSatisfy { system.policy.names($0, in: block) }
    // What is no time of day is published as None, and nothing at all while the topic is being cleared.
    // Home Assistant itself writes times with seconds.
    component.pattern = "^(([01]?[0-9]|2[0-3]):[0-5][0-9](:00)?|None)?$"
    component.maximumLength = 8
    return component
  }

  private func choice(_ field: FieldDefinition, _ enumeration: Enumeration, _ hint: FieldHint) -> Component {
    // A switch stays one whatever is read: another number makes it unknown.
    if let pair = TwoStates.switched[enumeration.name] {
      var component = control(.toggle, field, hint)
      component.payloadOn = pair.on
      component.payloadOff = pair.off
      component.valueTemplate = Template.either(pair.on, pair.off)
      return component
    }
    var component = control(.select, field, hint)
    component.options = enumeration.entries.map(\.label) + strangers(field).map(String.init)
    return component
  }

  private func number(_ field: FieldDefinition, _ number: ScaledDecimal, _ hint: FieldHint) -> Component? {
    guard system.policy.allows(field.command?.standard ?? .never, of: field, in: block),
      case let bounds = bounds(field),
      case let step = [ScaledDecimal(1, exponent: number.exponent), bounds.step].compactMap(\.self).reduce(
        ScaledDecimal(1, exponent: -3), max), let steps = bounds.steps(of: step)
    else { return nil }
    // Home Assistant counts steps from the minimum, and shows no value beyond a bound: what was set at the keypad must be
    // shown all the same.
    let seen = system.observations.extremes[FieldPlace(field, of: block)] ?? number...number
    guard let below = SetpointBounds.neighbours(of: seen.lowerBound, step: step)?.below,
      let above = SetpointBounds.neighbours(of: seen.upperBound, step: step)?.above
    else { return nil }
    let lowest = min(steps.lowerBound, below).double
    let highest = max(steps.upperBound, above).double
    guard lowest.isFinite, highest.isFinite, lowest < highest else { return nil }
    var component = control(.number, field, hint)
    component.unit = field.units
    component.deviceClass = hint.deviceClass ?? Quantity.deviceClass(of: field.units)
    component.minimum = lowest
    component.maximum = highest
    component.step = step.double
    if let standard = bounds.factoryDefault { explain(&component, ["factory_default": "\(standard)"]) }
    return component
  }

  /// The bounds of a field as the system was read last.
  func bounds(_ field: FieldDefinition) -> SetpointBounds {
    let site = SetpointSite(of: field, in: block, layout: system.layout) { block, field in
      system.observations.values[FieldPlace(field, of: block)]
    }
    return system.policy.bounds(of: field, in: block, at: site)
  }

  /// The register reads 0 whatever was written: the state comes from the status bits that show what it did.
  private func writeOnly(
    _ field: FieldDefinition, _ enumeration: Enumeration, _ allowed: [Enumeration.Entry], _ hint: FieldHint
  ) -> [Component] {
    guard let confirmation = field.confirmation else { return [] }
    let status = block.definition.fields[confirmation.statusFieldIndex]
    guard let table = status.flags, value(status) != nil else { return [] }
    if enumeration.name == "bulk_charge_control" { return buttons(field, allowed, hint) }
    guard enumeration.entries.allSatisfy({ entry in allowed.contains(entry) }) else {
      return buttons(field, allowed, hint)
    }
    let cases = enumeration.entries.compactMap { entry in
      confirmation.conditions[entry.value].map { (label: entry.label, condition: $0) }
    }
    var component: Component
    if let pair = TwoStates.switched[enumeration.name] {
      component = control(.toggle, field, hint)
      component.payloadOn = pair.on
      component.payloadOff = pair.off
    } else {
      component = control(.select, field, hint)
      component.options = allowed.map(\.label)
    }
    component.stateTopic = system.scheme.state(block.key, status.name)
    component.valueTemplate = Template.label(cases, in: table)
    return [component]
  }

  private func buttons(
    _ field: FieldDefinition, _ allowed: [Enumeration.Entry], _ hint: FieldHint
  ) -> [Component] {
    allowed.map { entry in
      var component = control(.button, field, hint, part: entry.label)
      component.name = entry.title
      component.payloadPress = entry.label
      component.category = field.command?.commandClass(of: entry.value) == .operational ? nil : .config
      return component
    }
  }
}
