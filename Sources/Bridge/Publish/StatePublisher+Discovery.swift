import Mate3
import Topics

extension StatePublisher {
  /// Announces a device to Home Assistant, or withdraws it with an empty payload.
  /// - Parameter device: whose topics it stands for; it is withdrawn when they are cleared. Nil for the bridge itself.
  func setDiscovery(_ topic: String, _ payload: [UInt8], of device: DeviceKey?) {
    let index = topics.index(of: topic, rank: .discovery, device: device)
    topics.assign(index, to: device)
    topics.set(index, payload)
    flush()
  }

  /// Leaves the announcement of a device that is away as an earlier run made it, until the device is forgotten.
  func keepDiscovery(_ topic: String, _ payload: [UInt8], of device: DeviceKey, at now: ContinuousClock.Instant = .now)
  {
    topics.adopt(topics.index(of: topic, rank: .discovery, device: device), payload)
    departed[device] = departed[device] ?? now
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
