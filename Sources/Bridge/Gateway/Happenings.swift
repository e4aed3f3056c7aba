import FieldCodec
import Mate3
import Registry

/// Notices in readings what automations want to know once: a device's fault that begins or ends, a generator that starts
/// or stops. What stands there when a field is read first is no news.
struct Happenings {
  /// Whose the watched fields of the layout are, by slot.
  private var watched: [Int: DeviceKey] = [:]
  /// The last value of each, over all layouts; no device has two.
  private var last: [DeviceKey: FieldValue] = [:]

  mutating func install(_ system: Cycle.System) {
    watched = system.map.slots.reduce(into: [:]) { watched, slot in
      guard slot.field.isFault || slot.field.name == FieldDefinition.generatorState else { return }
      watched[slot.index] = system.layout.blocks[slot.blockIndex].key
    }
  }

  mutating func apply(_ changes: [FieldChange]) -> [BridgeEvent] {
    changes.compactMap { change in
      guard let device = watched[change.slot], change.value.isPresent else { return nil }
      let before = last.updateValue(change.value, forKey: device)
      return before.flatMap { event(from: $0, to: change.value, of: device) }
    }
  }

  private func event(from before: FieldValue, to now: FieldValue, of device: DeviceKey) -> BridgeEvent? {
    switch (before, now) {
    case (.flags(let old, let table), .flags(let new, _)):
      let begun = new & ~old
      if begun != 0 {
        let faults = table.names(in: begun).joined(separator: ", ")
        return BridgeEvent(.faultBegan, "\(device) reports \(faults)", device: device)
      }
      return new == 0 && old != 0
        ? BridgeEvent(.faultEnded, "\(device) reports no fault any more", device: device) : nil
    case (.enumerated(let old, _), .enumerated(let new, let entry)):
      guard (old == 0) != (new == 0) else { return nil }
      return new == 0
        ? BridgeEvent(.generatorStopped, "the generator has stopped", device: device)
        : BridgeEvent(
          .generatorStarted, "the generator runs or is being started: \(entry?.title ?? "state \(new)")", device: device
        )
    default: return nil
    }
  }
}
