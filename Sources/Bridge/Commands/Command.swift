import Derived
import Foundation
import Mate3
import MessageIO
import Topics

/// A `/set` message, parsed once. Its payload is not kept.
struct Command: Sendable {
  let topic: String
  let responseTopic: String?
  let correlationData: [UInt8]?
  let receivedAt: ContinuousClock.Instant
  /// When its MQTT expiry is over.
  private let expiry: ContinuousClock.Instant?
  /// The device and field that the topic names.
  let place: (device: DeviceKey, field: String)?
  /// What it asks for, or why it asks for nothing that can be done.
  let content: Result<CommandPayload, CommandRefusal>
  /// Known also where the rest of the payload is not understood.
  let id: String?
  /// Whether it asks for a value that a field of that name marks as a release. Whether it is for the right device is
  /// seen later; going first gives it no right.
  let isRelease: Bool

  /// A command that waited longer than this is not carried out.
  static let patience: Duration = .seconds(10)

  init(_ message: InboundMessage, _ scheme: TopicScheme, _ releases: Releases) {
    topic = message.topic
    responseTopic = message.responseTopic
    correlationData = message.correlationData
    receivedAt = message.receivedAt
    expiry = message.expiryInterval.map { message.receivedAt + .seconds(Int($0)) }
    id = CommandPayload.id(of: message.payload)
    guard case .command(let device, let field) = scheme.parse(message.topic), device.name != HouseTotals.device.name
    else {
      place = nil
      content = .failure(
        CommandRefusal(
          .unknownTopic,
          "the topic must be \(scheme.base)/<device>/<port>/<field>/set with a device of \(scheme.bridgeDevices), as in "
            + "\(scheme.base)/radian_inverter_configuration/1/aux_control/set"))
      isRelease = false
      return
    }
    place = (device, field)
    guard !message.isRetained else {
      content = .failure(
        CommandRefusal(
          .retained, "the command is retained, so it may be of any age; publish it again without the retain flag"))
      isRelease = false
      return
    }
    do throws(CommandRefusal) {
      let payload = try CommandPayload(message.payload)
      content = .success(payload)
      isRelease = releases.contains(field, payload)
    } catch {
      content = .failure(error)
      isRelease = false
    }
  }

  /// What it asks for, as long as it does not ask too late.
  /// - Throws: ``CommandRefusal``.
  func checked() throws(CommandRefusal) -> (place: (device: DeviceKey, field: String), payload: CommandPayload) {
    let payload = try content.get()
    guard let place else { throw CommandRefusal(.unknownTopic, "the topic names no device and field") }
    return (place, payload)
  }

  /// Why it is too late, or nil.
  func expired() -> CommandRefusal? {
    if let own = expiredByItself() { return own }
    guard receivedAt.duration(to: .now) > Self.patience else { return nil }
    return CommandRefusal(.expired, "the command waited longer than it may; nothing was written")
  }

  /// Why the end that it was sent with has come, or nil. Asked again before its write.
  func expiredByItself() -> CommandRefusal? {
    if case .success(let payload) = content, let expiresAt = payload.expiresAt, expiresAt <= Date() {
      return CommandRefusal(.expired, "the command's time expires_at has passed; nothing was written")
    }
    guard let expiry, expiry < .now else { return nil }
    return CommandRefusal(.expired, "the command's MQTT expiry is over; nothing was written")
  }

  var byteCount: Int { topic.utf8.count + (responseTopic?.utf8.count ?? 0) + (correlationData?.count ?? 0) + 512 }
}
