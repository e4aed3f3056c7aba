import Mate3
import Topics

extension PublishedState {
  /// Announces devices to Home Assistant, or withdraws them.
  mutating func announce(_ announcements: [Announcement], at now: ContinuousClock.Instant) {
    let news = announcements.compactMap(\.news)
    if !news.isEmpty { untold = news }
    for announcement in announcements {
      let index = topics.index(of: announcement.topic, rank: .discovery, device: announcement.owner)
      if announcement.isKept {
        topics.adopt(index, announcement.payload)
        if let owner = announcement.owner { departed[owner] = departed[owner] ?? now }
      } else {
        topics.assign(index, to: announcement.owner)
        topics.set(index, announcement.payload)
      }
    }
  }

  /// Time for Home Assistant to remove an entity: a topic that is cleared before is an invalid state to it.
  static let withdrawalGrace: Duration = .seconds(3)

  /// Takes a device out of Home Assistant, and clears its topics.
  mutating func withdraw(_ device: DeviceKey, at now: ContinuousClock.Instant) {
    for (index, entry) in topics.entries.enumerated() where topics.device(of: entry) == device {
      if entry.rank == .discovery {
        topics.set(index, "")
      } else {
        clear(index, at: now)
      }
    }
  }

  /// Clears a topic, at once where nothing was ever announced.
  mutating func clear(_ index: Int, at now: ContinuousClock.Instant) {
    if topics.entries.contains(where: { $0.rank == .discovery }) {
      withdrawn[index] = withdrawn[index] ?? now + Self.withdrawalGrace
    } else {
      topics.set(index, "")
    }
  }

  /// Clears the topics whose time has come, but for those of devices that are back with a value.
  mutating func clearWithdrawn(at now: ContinuousClock.Instant) {
    for (index, due) in withdrawn where due <= now {
      withdrawn[index] = nil
      let entry = topics.entries[index]
      if let device = topics.device(of: entry), present.contains(device), entry.payload != nil { continue }
      topics.set(index, "")
    }
  }

  /// Says of each device with commands why they are refused; nil when they are not.
  mutating func setCommandStates(_ reasons: [DeviceKey: String?]) {
    var reasons = reasons
    for device in commandable where reasons[device] == nil && departed[device] != nil {
      reasons.updateValue("the gateway does not show this device now", forKey: device)
    }
    commandable.formUnion(reasons.keys)
    for (device, reason) in reasons.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      let index = topics.index(of: settings.scheme.commands(device), rank: .availability, device: device)
      topics.set(index, JSONPayload.bytes(CommandState(state: reason == nil ? "online" : "offline", reason: reason)))
    }
  }

  /// Sends everything retained once more.
  mutating func repeatAll() {
    guard isConnected else { return }
    topics.markAll()
  }

  private struct CommandState: Encodable {
    let state: String
    let reason: String?

    private enum CodingKeys: CodingKey { case state, reason }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(state, forKey: .state)
      try container.encode(reason, forKey: .reason)
    }
  }
}
