import Derived
import Mate3
import MessageIO
import Registry
import Topics

extension PublishedState {
  /// Takes which field topics the JSON topics of a new layout are made of.
  mutating func installObjects(_ system: Cycle.System, _ houseFields: [DerivedField]) {
    guard settings.publishesObjects else { return }
    for object in objects.objects where !present.contains(object.device) { publish(object, isOnline: false) }
    var members: [DeviceKey: [DeviceObjects.Member]] = [:]
    let devices = system.map.slots.map { system.layout.blocks[$0.blockIndex].key }
    for (slot, device) in zip(system.map.slots, devices) {
      guard let topic = topic(ofSlot: slot.index) else { continue }
      members[device, default: []].append(
        DeviceObjects.Member(name: slot.field.name, topic: topic, shape: JSONShape(slot.field)))
    }
    for block in system.layout.blocks where !block.isDuplicate {
      for time in block.definition.clockTimes {
        let topic = stateTopic(block.key, time.field.name)
        members[block.key, default: []].append(
          DeviceObjects.Member(name: time.field.name, topic: topic, shape: .text))
      }
    }
    for placed in system.schedules {
      let topic = stateTopic(placed.block.key, placed.schedule.name)
      members[placed.block.key, default: []].append(
        DeviceObjects.Member(name: placed.schedule.name, topic: topic, shape: .plain))
    }
    for field in houseFields {
      members[HouseTotals.device, default: []].append(
        DeviceObjects.Member(
          name: field.name, topic: stateTopic(HouseTotals.device, field.name),
          shape: field.kind == .choice ? .text : .plain))
    }
    objects = DeviceObjects(
      members.sorted { "\($0.key)" < "\($1.key)" }.map { device, members in
        DeviceObjects.Object(
          device: device, topic: topics.index(of: settings.scheme.object(device), rank: .object, device: device),
          members: members)
      }, slots: devices)
  }

  /// Makes the JSON topics anew in which something changed; they go out after the fields' own topics.
  mutating func publishObjects() {
    for object in objects.takeDirty() { publish(object, isOnline: online[object.device] ?? false) }
  }

  /// Goodbyes in which every device is offline.
  var offlineObjects: [OutboundMessage] {
    objects.objects.filter { online[$0.device] == true }
      .compactMap { object in
        payload(of: object, isOnline: false).map {
          OutboundMessage(
            topic: settings.scheme.object(object.device), payload: $0, qos: .atLeastOnce, retain: true)
        }
      }
  }

  /// Takes what an earlier run left in a JSON topic. It says that its device is online, so it goes at once; this run
  /// publishes its own.
  mutating func adoptObject(_ device: DeviceKey) {
    let index = topics.index(of: settings.scheme.object(device), rank: .object, device: device)
    if topics.payload(index) == nil { topics.set(index, "") }
  }

  private mutating func publish(_ object: DeviceObjects.Object, isOnline: Bool) {
    if let payload = payload(of: object, isOnline: isOnline) { topics.set(object.topic, payload) }
  }

  private func payload(of object: DeviceObjects.Object, isOnline: Bool) -> [UInt8]? {
    let members = object.members.compactMap { member -> DevicePayload.Member? in
      guard let payload = topics.payload(member.topic), !payload.isEmpty else { return nil }
      return DevicePayload.Member(name: member.name, payload: Array(payload.utf8), shape: member.shape)
    }
    return members.isEmpty ? nil : DevicePayload.bytes(object.device, isOnline: isOnline, members)
  }
}
