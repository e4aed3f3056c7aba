import Derived
import Foundation
import Mate3
import MessageIO
import Topics

/// A `/set` message, parsed once. Its payload is kept only where it makes the system safer.
struct Command: Sendable {
  let topic: String
  let responseTopic: String?
  let correlationData: [UInt8]?
  let receivedAt: ContinuousClock.Instant
  /// When its MQTT expiry is over.
  private let expiry: ContinuousClock.Instant?
  /// The device and field that the topic names.
  let place: (device: DeviceKey, field: String)?
  /// What a topic of several settings names; nil for a command of one.
  let scope: Scope?
  /// What it asks for, or why it asks for nothing that can be done.
  let content: Result<CommandPayload, CommandRefusal>
  /// Known also where the rest of the payload is not understood.
  let id: String?
  /// Whether it asks for a value that a field of that name marks as a release. Whether it is for the right device is
  /// seen later; going first gives it no right.
  let isRelease: Bool
  /// What makes the system safer as it came, should another bridge have to carry it out; nil for anything else.
  private(set) var message: InboundMessage?
  /// Until when it is tried again, once it was tried in vain.
  var triedUntil: ContinuousClock.Instant?

  /// Devices of a name: the one on a port, or all of them. The field is nil where the payload names the fields.
  struct Scope: Sendable {
    let device: String
    let port: Int?
    let field: String?

    /// Whether the payload names the devices too, of the whole house.
    var isHouse: Bool { device == HouseTotals.device.name }
  }

  /// A command that waited longer than this is not carried out.
  static let patience: Duration = .seconds(10)
  /// What makes the system safer may have to wait for more of its kind, on a slow gateway some seconds for each.
  private static let releasePatience: Duration = .seconds(60)

  init(_ message: InboundMessage, _ scheme: TopicScheme, _ releases: Releases) {
    topic = message.topic
    responseTopic = message.responseTopic
    correlationData = message.correlationData
    receivedAt = message.receivedAt
    expiry = message.expiryInterval.map { message.receivedAt + .seconds(Int($0)) }
    id = CommandPayload.id(of: message.payload)
    let schedule: Schedule?
    if case .command(_, let field) = scheme.parse(message.topic) {
      schedule = Schedule.named(field)
    } else {
      schedule = nil
    }
    switch scheme.parse(message.topic) {
    case .command(let device, _) where schedule != nil:
      (place, scope) = (nil, Scope(device: device.name, port: device.port, field: nil))
    case .command(let device, let field) where device.name != HouseTotals.device.name:
      (place, scope) = ((device, field), nil)
    case .settings(HouseTotals.device.name, HouseTotals.device.port, nil):
      (place, scope) = (nil, Scope(device: HouseTotals.device.name, port: HouseTotals.device.port, field: nil))
    case .settings(let device, let port, let field) where device != HouseTotals.device.name:
      (place, scope) = (nil, Scope(device: device, port: port, field: field))
    default:
      (place, scope) = (nil, nil)
      content = .failure(
        CommandRefusal(
          .unknownTopic,
          "the topic must be \(scheme.base)/<device>/<port>/<field>/set with a device of \(scheme.bridgeDevices), as in "
            + "\(scheme.base)/radian_inverter_configuration/1/aux_control/set; ‘\(TopicScheme.all)’ can stand in place of the "
            + "port, for every device of that name"))
      isRelease = false
      return
    }
    guard !message.isRetained else {
      content = .failure(
        CommandRefusal(
          .retained, "the command is retained, so it may be of any age; publish it again without the retain flag"))
      isRelease = false
      return
    }
    let isOfHouse = scope?.isHouse ?? false
    do throws(CommandRefusal) {
      let field = place?.field ?? scope?.field
      let payload = try CommandPayload(
        schedule?.settings(message.payload) ?? message.payload, isOfSeveral: field == nil,
        sizeLimit: isOfHouse ? CommandPayload.houseSizeLimit : CommandPayload.sizeLimit)
      if scope != nil, payload.forSeconds != nil { throw CommandPayload.noTime }
      if isOfHouse, !payload.isDryRun { throw Self.onlyRehearsed }
      content = .success(payload)
      isRelease = releases.contains(field, payload)
      if isRelease { self.message = message }
    } catch {
      content = .failure(isOfHouse && error == CommandPayload.noValues ? Self.noHouseValues : error)
      isRelease = false
    }
  }

  private static let noHouseValues = CommandRefusal(
    .badPayload,
    "the topic is that of the whole house; send {\"values\": {\"charge_controller_configuration/3/absorb_volts\": 57.2}, "
      + "\"dry_run\": true}")

  private static let onlyRehearsed = CommandRefusal(
    .badPayload,
    "settings of several devices are looked at together, and not written; add \"dry_run\": true, or send each device its "
      + "own")

  /// How long it may wait.
  var patience: Duration { isRelease ? Self.releasePatience : Self.patience }

  /// How long it may still wait, in seconds.
  var secondsLeft: UInt32 {
    let end = min(receivedAt + patience, expiry ?? receivedAt + patience)
    return UInt32(clamping: ContinuousClock.now.duration(to: end).components.seconds + 1)
  }

  /// Why it is too late, or nil.
  func expired() -> CommandRefusal? {
    if let own = expiredByItself() { return own }
    guard receivedAt.duration(to: .now) > patience else { return nil }
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

  /// The fields that it is for.
  var fields: [String] {
    if let field = place?.field ?? scope?.field { return [field] }
    guard case .success(let payload) = content else { return [] }
    return payload.values?.map(\.field) ?? []
  }

  var byteCount: Int {
    var count = topic.utf8.count + (responseTopic?.utf8.count ?? 0) + (correlationData?.count ?? 0) + 512
    count += message?.payload.count ?? 0
    // That of a whole house is long, and is kept as one text and by its values.
    if scope?.isHouse ?? false, case .success(let payload) = content { count += 2 * payload.text.utf8.count }
    return count
  }
}
