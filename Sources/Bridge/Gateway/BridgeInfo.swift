import FieldCodec
package import Foundation
import Mate3
import RegisterIO
import Registry

/// `bridge/devices`: one entry a device.
struct DeviceEntry: Encodable, Sendable {
  var name: String
  var port: Int
  var block: String
  var id: UInt16
  var address: Int
  var length: Int
  var grade: String?
  var trusted: Bool
  var model: String?
  var serial: String?
  var firmware: String?
}

/// A timed command as `bridge/info` shows it.
struct TimerEntry: Sendable, Encodable {
  var field: String
  var then: String
  var endsAt: Date
  var id: String?
  var problem: String?

  init(_ timer: TimedCommand) {
    field = timer.name
    then = timer.revertTo
    endsAt = timer.endsAt
    id = timer.id
    problem = timer.problem
  }

  enum CodingKeys: String, CodingKey {
    case field, then, id, problem
    case endsAt = "ends_at"
  }
}

/// Which timed command is meant: of a later one on the field another bridge knows nothing.
struct TimerMark: Sendable, Codable, Hashable {
  var field: String
  var endsAt: String

  init(_ timer: TimedCommand) {
    field = timer.name
    endsAt = timer.endsAt.timestamp
  }

  enum CodingKeys: String, CodingKey {
    case field
    case endsAt = "ends_at"
  }
}

/// What `bridge/info` says of the program itself.
package struct ProgramInfo: Sendable {
  package var version: String
  /// New at every start.
  package var instance: String
  package var startedAt: Date
  /// Settings in effect, without secrets. Made when they are asked for: a process may serve hundreds of gateways. It is
  /// called with the publisher's lock held and must not use the publisher.
  package var settings: @Sendable () -> [String: String]

  package init(
    version: String, instance: String, startedAt: Date, settings: @escaping @Sendable () -> [String: String]
  ) {
    self.version = version
    self.instance = instance
    self.startedAt = startedAt
    self.settings = settings
  }
}

/// Why there was no connection to the broker, and how long.
struct BrokerProblem: Sendable, Encodable {
  var reason: String
  var since: Date
  var until: Date?
}

/// `bridge/info`.
struct BridgeInfo: Sendable, Encodable {
  var program: ProgramInfo
  var gateway: GatewayInfo
  var dropped: Int
  var droppedInbound: Int
  var brokerProblem: BrokerProblem?
  var timers: [TimerEntry]
  /// Timed commands of the bridge that served before, on whose fields this one has carried out a later command.
  var settled: [TimerMark]

  enum CodingKeys: String, CodingKey {
    case version, instance, settings, gateway
    case timers = "timed_commands"
    case settled = "settled_timed_commands"
    case startedAt = "started_at"
    case dropped = "dropped_messages"
    case droppedInbound = "dropped_inbound_messages"
    case brokerProblem = "broker_problem"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(program.version, forKey: .version)
    try container.encode(program.instance, forKey: .instance)
    try container.encode(program.settings(), forKey: .settings)
    try container.encode(program.startedAt, forKey: .startedAt)
    try container.encode(gateway, forKey: .gateway)
    try container.encode(dropped, forKey: .dropped)
    try container.encode(droppedInbound, forKey: .droppedInbound)
    try container.encodeIfPresent(brokerProblem, forKey: .brokerProblem)
    try container.encode(timers, forKey: .timers)
    if !settled.isEmpty { try container.encode(settled, forKey: .settled) }
  }
}

/// What the gateway's part of `bridge/info` holds.
struct GatewayInfo: Encodable, Sendable {
  var state: String
  var registersPerRequest: Int
  var lastRead: [String: Date]
  var counters: GatewayCounters
  /// How far the gateway's clock is ahead, in seconds; null when it is not known.
  var clockDrift: Int?

  enum CodingKeys: String, CodingKey {
    case state, counters
    case registersPerRequest = "registers_per_request"
    case lastRead = "last_read"
    case clockDrift = "clock_drift"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(state, forKey: .state)
    try container.encode(registersPerRequest, forKey: .registersPerRequest)
    try container.encode(lastRead, forKey: .lastRead)
    try container.encode(counters, forKey: .counters)
    try container.encode(clockDrift, forKey: .clockDrift)
  }
}

extension GatewayService {
  func deviceList() -> [DeviceEntry] {
    guard let image else { return [] }
    return image.layout.blocks.filter { !$0.isDuplicate }
      .map { block in
        let partner = image.layout.partner(of: block)
        func text(_ field: String) -> String? {
          value(field, of: block, in: image) ?? partner.flatMap { value(field, of: $0, in: image) }
        }
        let isCommon = block.definition.kind == .common
        let parts = ["major", "mid", "minor"].compactMap { text("\($0)_firmware_number") }
        return DeviceEntry(
          name: block.key.name, port: block.key.port, block: block.definition.name, id: block.definition.did,
          address: block.address, length: block.length, grade: pins.grades[PinKey(block)]?.rawValue,
          trusted: pins.pins[PinKey(block)]?.state == .trusted,
          model: text("model_number") ?? (isCommon ? text("model") : nil),
          serial: text("serial_number"),
          firmware: parts.count == 3 ? parts.joined(separator: ".") : (isCommon ? text("version") : nil))
      }
  }

  func gatewayInfo() -> GatewayInfo {
    GatewayInfo(
      state: clockWatch.isStopped ? "clock_stopped" : (isAnswering() && silentSince == nil ? "online" : "silent"),
      registersPerRequest: size.current,
      lastRead: Dictionary(uniqueKeysWithValues: lastReadTimes.map { ($0.key.rawValue, $0.value) }),
      counters: counters, clockDrift: clockDrift.seconds)
  }

  private nonisolated func value(_ name: String, of block: PlacedBlock, in image: SystemImage) -> String? {
    guard let field = block.definition.field(name), field.privacy == .shared,
      let slot = image.map.slots.first(where: { $0.blockIndex == block.index && $0.field.index == field.index }),
      let value = image.value(ofSlot: slot.index), value.isPresent
    else { return nil }
    return value.text
  }
}
