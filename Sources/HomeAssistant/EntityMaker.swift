import FieldCodec
import Mate3
import Registry
import Topics

/// Makes the entities of one block.
struct EntityMaker {
  let system: DiscoverySystem
  let block: PlacedBlock
  /// The gateway's MAC and the block's place, which begin every unique id.
  private let stem: String

  init(_ system: DiscoverySystem, _ block: PlacedBlock, _ mac: String) {
    self.system = system
    self.block = block
    stem = "mate3_\(mac)_\(block.definition.name)_\(block.key.port)"
  }

  func components() -> [Component] {
    var made: [Component] = []
    let times = block.definition.clockTimes.filter { value($0.hour) != nil && value($0.minute) != nil }
    let parts = Set(times.flatMap { [$0.hour.name, $0.minute.name] })
    for field in block.definition.fields where isShown(field) && !parts.contains(field.name) {
      let hint = FieldHint.hint(field, in: block.definition)
      guard hint.prominence != .hidden else { continue }
      let controls = controls(field, hint)
      made += controls.isEmpty ? readings(field, hint) : controls
    }
    made += times.filter { isShown($0.field) }.map(timeOfDay)
    if made.contains(where: { $0.commandTopic != nil }) { made += commandState() }
    return made + triggers()
  }

  /// Mail, names and network settings are nothing for a recorder, also where they are published.
  private func isShown(_ field: FieldDefinition) -> Bool {
    block.range(of: field) != nil && field.privacy == .shared
  }

  // MARK: Parts

  func value(_ field: FieldDefinition) -> FieldValue? { system.observations.values[FieldPlace(field, of: block)] }

  /// Numbers of an enumerated field that no document lists.
  func strangers(_ field: FieldDefinition) -> [Int] {
    (system.observations.numbers[FieldPlace(field, of: block)] ?? []).sorted()
  }

  func component(
    _ platform: Component.Platform, _ field: FieldDefinition, _ hint: FieldHint, part: String? = nil
  ) -> Component {
    var component = Component(
      platform, "\(stem)_\(field.name)" + (part.map { "_\($0)" } ?? ""), hint.name ?? field.label)
    component.icon = Icon.of(field.name)
    if field.access.isReadable { component.stateTopic = system.scheme.state(block.key, field.name) }
    component.availability = availability()
    return component
  }

  /// Nil for the device's own, which is that of its first block.
  private func availability(isControl: Bool = false) -> [Component.Availability] {
    var all: [Component.Availability] = [
      .init(system.scheme.bridgeState), .init(system.scheme.availability(block.key)),
    ]
    if isControl { all.append(.init(system.scheme.commands(block.key), template: Template.commandState)) }
    return all
  }

  /// A component that sends commands, unavailable while the bridge refuses them all.
  func control(
    _ platform: Component.Platform, _ field: FieldDefinition, _ hint: FieldHint, part: String? = nil
  ) -> Component {
    var component = component(platform, field, hint, part: part)
    component.commandTopic = system.scheme.command(block.key, field.name)
    component.availability = availability(isControl: true)
    if field.command?.standard != .operational {
      component.category = .config
      component.isEnabled = hint.prominence != .rare || system.policy.names(field, in: block)
    }
    return component
  }

  /// Whether commands are taken and how they ended, for a block that has controls.
  private func commandState() -> [Component] {
    let isSystem = block.definition.kind == .system
    var state = Component(.sensor, "\(stem)_commands", isSystem ? "System commands" : "Commands")
    state.category = .diagnostic
    state.icon = Icon.of("commands")
    state.stateTopic = system.scheme.commands(block.key)
    state.valueTemplate = Template.commandReason
    state.availability = availability()
    var result = Component(.event, "\(stem)_result", isSystem ? "System command result" : "Command result")
    result.category = .diagnostic
    result.icon = Icon.of("result")
    result.stateTopic = system.scheme.results(block.key)
    result.valueTemplate = Template.result
    result.eventTypes = WriteOutcome.Status.allCases.map(\.rawValue)
    result.availability = [.init(system.scheme.bridgeState)]
    // Answers are not retained, so that nothing fires again when Home Assistant starts.
    var refused = Component(.trigger, "\(stem)_refused", isSystem ? "System command" : "Command")
    refused.happening = "refused"
    refused.stateTopic = result.stateTopic
    refused.valueTemplate = Template.key("status")
    refused.triggerPayload = WriteOutcome.Status.rejected.rawValue
    return [state, result, refused]
  }

  /// Triggers for what the bridge tells of this device.
  private func triggers() -> [Component] {
    let told =
      if block.definition.fields.contains(where: \.isFault) {
        [("Fault", "began", "fault_began"), ("Fault", "ended", "fault_ended")]
      } else if block.definition.field(FieldDefinition.generatorState) != nil {
        [("Generator", "started", "generator_started"), ("Generator", "stopped", "generator_stopped")]
      } else {
        [(String, String, String)]()
      }
    return told.map { name, happening, event in
      var trigger = Component(.trigger, "\(stem)_\(event)", name)
      trigger.happening = happening
      trigger.stateTopic = system.scheme.bridgeEvent
      trigger.valueTemplate = Template.eventOfDevice
      trigger.triggerPayload = "\(event) \(block.key)"
      return trigger
    }
  }
}
