import Mate3
import Topics

extension StatePublisher {
  /// Announces devices to Home Assistant, or withdraws them.
  func announce(_ announcements: [Announcement], at now: ContinuousClock.Instant = .now) {
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
    flush()
  }

  /// Says of each device with commands why they are refused; nil when they are not.
  func setCommandStates(_ reasons: [DeviceKey: String?]) {
    for (device, reason) in reasons.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      let index = topics.index(of: settings.scheme.commands(device), rank: .availability, device: device)
      topics.set(index, JSONPayload.bytes(CommandState(state: reason == nil ? "online" : "offline", reason: reason)))
    }
    flush()
  }

  /// Publishes values that are made of several fields.
  func setCombined(_ values: [(device: DeviceKey, field: String, text: String)]) {
    for value in values {
      let index = topics.index(
        of: settings.scheme.state(value.device, value.field), rank: .state, device: value.device)
      combined.insert(index)
      topics.set(index, Array(value.text.utf8))
    }
    flush()
  }

  /// Sends everything retained once more.
  func repeatAll() {
    guard isConnected else { return }
    topics.markAll()
    flush()
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
