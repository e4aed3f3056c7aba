import Foundation
import RegisterIO
import Registry
import Synchronization
import TestSupport
import Testing
import Topics

@testable import Bridge
@testable import Mate3
@testable import Simulator

/// A gateway that reboots shows everything that it can show: nothing, a map without devices, blank and odd values, a
/// chain that breaks off, its devices one by one. Three live intervals after the last change everything is as before,
/// whatever the bridge was doing. `MATE3_REBOOTS` and `MATE3_SEED` set how many, and which.
@Suite struct RebootTests {
  static let reboots = ProcessInfo.processInfo.environment["MATE3_REBOOTS"].flatMap(Int.init) ?? 40
  static let seed = ProcessInfo.processInfo.environment["MATE3_SEED"].flatMap(UInt64.init) ?? 1

  @Test func afterAnyRebootEverythingIsAsBefore() async throws {
    let house = try RebootingHouse()
    for number in 0..<Self.reboots {
      let seed = Self.seed &+ UInt64(number)
      let differences = try await house.reboot(seed: seed)
      try #require(differences.isEmpty, "seed \(seed): \(differences.joined(separator: "\n"))")
    }
  }
}

/// A small system, as its map looks with the first so many devices.
struct RebootingHouse {
  private static let description = """
    clock: 2025-06-14 12:00:00
    gateway: { mac: 00-00-5E-00-53-01, serial: SIM20250614, model: MATE3s, firmware: [1, 4, 2] }
    devices:
      - { kind: fx_inverter, port: 1, model: FX, serial: SIM-A, firmware: [1, 6, 15] }
      - { kind: charge_controller, port: 3, model: FM60, firmware: [3, 3, 0], array_w: 2600 }
      - { kind: flexnet_dc, port: 5, model: FLEXnet DC, firmware: [1, 1, 71] }
    """

  let registry: Registry
  /// By number of devices; the last has all of them.
  private let maps: [GatewayMap]

  init() throws {
    registry = try Registry.embedded()
    let image = try SystemDescription(Self.description, file: "reboot.yaml").image(registry)
    let complete = GatewayMap(image, registry: registry)
    let reboot = Reboot(complete, downUntil: .zero, perDevice: .seconds(1))
    maps = (0...reboot.ports.count).map { count in
      var map = complete
      for port in reboot.ports.dropFirst(count) {
        for placement in map.placements(port: port).reversed() { map.drop(placement) }
      }
      return map
    }
  }

  /// The map with all devices.
  var complete: [Int: UInt16] { words(maps[maps.count - 1]) }

  private func words(_ map: GatewayMap) -> [Int: UInt16] {
    Dictionary(uniqueKeysWithValues: map.image.registers.map { ($0.address, $0.word) })
  }

  /// The first devices, without MAC.
  private func blank(_ count: Int) -> [Int: UInt16] {
    var map = maps[count]
    if let gateway = map.placement(id: 64110) { map.set("mac_address", text: "", in: gateway) }
    return words(map)
  }

  /// Headers and ports stand, and everything else holds one word; texts are empty where it would be one.
  private func filled(_ count: Int, _ word: UInt16) -> [Int: UInt16] {
    let map = maps[count]
    var words = words(map)
    for placement in map.placements {
      let definition = map.definition(of: placement)
      for offset in 3...placement.count where offset != definition?.portField?.offset {
        let isText = definition?.fields.contains {
          $0.type == .string && $0.offset <= offset && offset < $0.endOffset
        }
        words[placement.start + offset - 1] = isText == true && word == 0x8000 ? 0 : word
      }
    }
    return words
  }

  /// Headers, ports and scale factors stand, and everything else is not implemented.
  private func sentinels(_ count: Int) -> [Int: UInt16] {
    let map = maps[count]
    var words = words(map)
    for placement in map.placements {
      guard let definition = map.definition(of: placement) else { continue }
      for field in definition.fields where field.offset > 2 && field.index != definition.portFieldIndex {
        for offset in field.offset..<field.endOffset where offset <= placement.count {
          let isHigh = offset == field.offset && field.size == 2 && field.wordOrder == .high
          let isLow = offset == field.endOffset - 1 && field.size == 2 && field.wordOrder == .low
          words[placement.start + offset - 1] =
            switch field.type {
            case .int16 where field.flags == nil: 0x8000
            case .int32: isHigh || isLow ? 0x8000 : 0
            case .string, .ipv4: 0
            case .sunssf: words[placement.start + offset - 1] ?? 0
            default: 0xFFFF
            }
        }
      }
    }
    return words
  }

  /// A chain that breaks off behind so many blocks.
  private func cut(_ count: Int, _ random: inout SplitMix64) -> [Int: UInt16] {
    let map = maps[count]
    var words = words(map)
    let header = map.placements[Int.random(in: 2..<map.placements.count, using: &random)].start
    switch Int.random(in: 0..<4, using: &random) {
    case 0: for address in header...0xFFFF { words[address] = nil }
    case 1: for address in header + 1...0xFFFF { words[address] = nil }
    case 2: for address in header..<header + 300 { words[address] = 0 }
    default: for address in header..<header + 300 { words[address] = 0xFFFF }
    }
    return words
  }

  private func odd(_ count: Int, _ random: inout SplitMix64) -> [Int: UInt16] {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: filled(count, 0)
    case 1: filled(count, 0xFFFF)
    case 2: filled(count, 0x8000)
    default: sentinels(count)
    }
  }

  private struct Stage {
    var begin: Duration
    var answer: @Sendable (RegisterRange) -> GatewayFault
  }

  private func stages(_ live: Duration, _ random: inout SplitMix64) -> [Stage] {
    func map(_ words: [Int: UInt16]) -> @Sendable (RegisterRange) -> GatewayFault {
      let map = VirtualMap(words: words)
      return { map.answer($0) }
    }
    var stages = [Stage(begin: .zero, answer: map(words(maps[maps.count - 1])))]
    var time: Duration = .milliseconds(Int.random(in: 20_000...40_000, using: &random))
    func add(_ answer: @escaping @Sendable (RegisterRange) -> GatewayFault, _ length: ClosedRange<Int>) {
      stages.append(Stage(begin: time, answer: answer))
      time += .milliseconds(Int.random(in: length, using: &random))
    }
    let all = maps.count - 1
    if Bool.random(using: &random) {
      let faults: [GatewayFault] = [
        .silence, .lostReply, .exception(.serverDeviceBusy), .exception(.serverDeviceFailure),
      ]
      let fault = faults[Int.random(in: 0..<faults.count, using: &random)]
      add({ _ in fault }, 100...20_000)
    }
    if Bool.random(using: &random) { add(map(words(maps[all]).mapValues { _ in 0 }), 100...8000) }
    if Bool.random(using: &random) { add(map([40000: 0x5375, 40001: 0x6E53, 40002: 0xFFFF, 40003: 0]), 100...8000) }
    if Bool.random(using: &random) { add(map(cut(all, &random)), 100...8000) }
    for count in Int.random(in: 0...all, using: &random)...all where Bool.random(using: &random) {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: add(map(blank(count)), 100...8000)
      case 1: add(map(odd(count, &random)), 100...8000)
      case 2: add(map(cut(count, &random)), 100...8000)
      default: add(map(words(maps[count])), 100...8000)
      }
    }
    if Bool.random(using: &random) {
      add(map(odd(all, &random)), 100...20_000)
    }
    stages.append(Stage(begin: time, answer: map(words(maps[all]))))
    return stages
  }

  /// Reboots the gateway of a running bridge.
  /// - Returns: what is not as before, three live intervals after the last change.
  func reboot(seed: UInt64) async throws -> [String] {
    var random = SplitMix64(seed: seed)
    let live = Duration.seconds([1, 2, 5].randomElement(using: &random) ?? 5)
    let stages = stages(live, &random)
    let last = stages[stages.count - 1].begin
    let before = Mutex<[String: String]>([:])
    let reboot = stages[1].begin
    let bridge = VirtualBridge(
      registry, until: last + live * 3, requestTime: .milliseconds(Int.random(in: 5...60, using: &random)),
      settings: PollSettings(live: live, checksClock: false),
      answer: { range, time in (stages.last { $0.begin <= time } ?? stages[0]).answer(range) }, at: reboot,
      look: { broker in before.withLock { $0 = Self.kept(broker) } })
    await bridge.run()
    let (old, new) = (before.withLock { $0 }, Self.kept(bridge.broker))
    guard old.count > 100 else { return ["only \(old.count) topics before the reboot"] }
    return try old.sorted { $0.key < $1.key }.flatMap { topic, text in
      try topic.hasPrefix("homeassistant/")
        ? Self.changes(of: topic, text, new[topic] ?? "")
        : new[topic] == text ? [] : ["\(topic): \(text) → \(new[topic] ?? "")"]
    } + new.filter { old[$0.key] == nil && $0.value != "None" }.map { "\($0.key) is new: \($0.value)" }
  }

  /// Differences between two announcements. What had a value for a moment only has an entity and a topic from then on.
  private static func changes(of topic: String, _ old: String, _ new: String) throws -> [String] {
    guard old != new else { return [] }
    func parts(_ text: String) throws -> (rest: [String: Any], components: [String: NSDictionary]) {
      var object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let components = try #require(object.removeValue(forKey: "components") as? [String: NSDictionary])
      return (object, components)
    }
    let (old, new) = (try parts(old), try parts(new))
    var changes = old.components.sorted { $0.key < $1.key }.filter { new.components[$0.key] != $0.value }
      .map { "\(topic) \($0.key): \($0.value) → \(String(describing: new.components[$0.key]))" }
    if NSDictionary(dictionary: old.rest) != NSDictionary(dictionary: new.rest) {
      changes.append("\(topic): \(old.rest) → \(new.rest)")
    }
    return changes
  }

  /// Values, availability and what Home Assistant is told.
  private static func kept(_ broker: ScriptedBroker) -> [String: String] {
    broker.retainedTexts.filter { topic, _ in
      !topic.hasPrefix("mate3/bridge/") && !topic.hasSuffix("/commands") && !topic.hasPrefix("mate3/house/")
    }
  }
}
