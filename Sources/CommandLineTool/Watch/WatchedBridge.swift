import Foundation
import Mate3
import MessageIO
import Registry
import Synchronization
import Topics

/// What a bridge has published, from one task for another.
final class BridgeTopics: Sendable {
  struct Moment: Sendable {
    var scheme: TopicScheme
    /// The last payload of each retained topic.
    var retained: [String: [UInt8]]
    /// The last command's answer.
    var result: [UInt8]?
  }

  private let state = Mutex<(moment: Moment?, isNew: Bool)>((nil, false))

  func begin(_ scheme: TopicScheme, _ retained: [String: [UInt8]]) {
    state.withLock { $0 = (Moment(scheme: scheme, retained: retained), true) }
  }

  /// Most topics, and most bytes of a payload: a bridge has fewer, and a broker may send anything.
  private static let (topics, bytes) = (20_000, 65_536)

  func receive(_ message: InboundMessage) {
    guard message.payload.count <= Self.bytes else { return }
    state.withLock { state in
      if let known = state.moment?.retained, known[message.topic] == nil, known.count >= Self.topics { return }
      state.isNew = true
      if message.topic.hasSuffix("/set/result") {
        state.moment?.result = message.payload
      } else {
        state.moment?.retained[message.topic] = message.payload
      }
    }
  }

  /// Whether anything came at all.
  var hasBegun: Bool { state.withLock { $0.moment != nil } }

  /// What there is, if anything came since this was asked last.
  func news() -> Moment? {
    state.withLock { state in
      guard state.isNew else { return nil }
      state.isNew = false
      return state.moment
    }
  }
}

/// A running bridge, as a picture of the moment.
struct WatchedBridge {
  private let registry: Registry
  private var state: WatchState
  private var lastHouse: [String: String] = [:]

  init(_ registry: Registry) {
    self.registry = registry
    state = WatchState(registry)
  }

  /// - Throws: ``Failure``.
  mutating func frame(_ moment: BridgeTopics.Moment) throws -> WatchFrame {
    let (scheme, retained) = (moment.scheme, moment.retained)
    let devices = try BridgeClient.devices(retained, scheme, registry, ReadSelection(), isTold: false)
    state.keep(Set(devices.map(\.key)))
    let rows = state.apply(
      devices.flatMap { device in device.fields.map { (device.key, device.block, $0.definition, $0.value) } })
    var house: [String: String] = [:]
    let folder = scheme.folder(DeviceKey(name: "house", port: 0))
    for (topic, payload) in retained where topic.hasPrefix(folder) {
      house[String(topic.dropFirst(folder.count))] = String(decoding: payload, as: UTF8.self)
    }
    if house["availability"] != "online" { house = [:] }
    defer { lastHouse = house }
    return WatchFrame(
      rows: rows, house: house, isHouseChanged: !house.isEmpty && house != lastHouse,
      alerts: absences(retained, scheme) + alerts(retained[scheme.bridgeAlerts]),
      command: moment.result.flatMap(Self.sentence))
  }

  /// What is not shown because it is not fresh, in a sentence.
  private func absences(_ retained: [String: [UInt8]], _ scheme: TopicScheme) -> [String] {
    guard retained[scheme.bridgeState].map({ String(decoding: $0, as: UTF8.self) }) != "offline" else {
      return ["the bridge is not running, so nothing is known"]
    }
    let states = retained.filter { $0.key.hasSuffix("/availability") }
    let offline = states.filter { String(decoding: $0.value, as: UTF8.self) == "offline" }.keys
    guard !offline.isEmpty else { return [] }
    guard offline.count < states.count else { return ["the gateway is silent, so no reading is fresh"] }
    let names = offline.map { $0.dropFirst(scheme.base.count + 1).dropLast("/availability".count) }.sorted()
    return ["not read for too long: \(names.joined(separator: ", "))"]
  }

  private struct Alert: Decodable {
    var message: String
  }

  private func alerts(_ payload: [UInt8]?) -> [String] {
    guard let payload else { return [] }
    do {
      return try JSONDecoder().decode([Alert].self, from: Data(payload)).map(\.message)
    } catch {
      return ["the bridge's alerts can't be understood; are bridge and this program of one version?"]
    }
  }

  private struct Answer: Decodable {
    var status: String
    var reason: String
    var field: String?
    var requested: String?
  }

  private static func sentence(_ payload: [UInt8]) -> String? {
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(payload)) else { return nil }
    return "\(answer.field ?? "?") = \(answer.requested ?? "?") was \(answer.status): \(answer.reason)"
  }
}
