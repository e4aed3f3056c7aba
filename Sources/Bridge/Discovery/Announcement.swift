import Mate3

/// A message on one of Home Assistant's discovery topics.
struct Announcement: Sendable {
  let topic: String
  /// Empty to withdraw it.
  let payload: [UInt8]
  /// The device whose topics it stands for; it is withdrawn when they are cleared. Nil for the bridge itself.
  var owner: DeviceKey?
  /// The broker has it from an earlier run, for a device that may only be away for now: it stays as it is until the
  /// device is forgotten.
  var isKept = false
  /// Name of the device where the log is to tell of it once the broker has it.
  var news: String?
}

extension Announcement {
  init(withdrawing topic: String) { self.init(topic: topic, payload: []) }
}
