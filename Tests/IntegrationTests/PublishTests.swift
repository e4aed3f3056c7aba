import FieldCodec
import Foundation
import Mate3
import MessageIO
import RegisterIO
import Registry
import Simulator
import TestSupport
import Testing
import Topics

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct PublishTests {
  let capture: [Int: UInt16]

  init() throws { capture = try SharedData.capture() }

  /// The gateway, the broker, the age of readings and the disk; and a bridge does not start more and more of them.
  @Test func whatMayWaitHasAThreadOfItsOwn() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let command = try await system.command(
      "radian_inverter_configuration/1/aux_control", #"{"value":"on","for_s":1,"then":"off","id":"timed"}"#)
    #expect(command.status == "accepted")
    system.watcher.publish("mate3/bridge/request/rescan", "")
    try await system.watcher.next("mate3/bridge/response/rescan")
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_ended") }, within: .seconds(20))
    let names = try ProcessThreads.names(of: system.bridge.processIdentifier)
    for name in ["modbus", "mqtt", "watch", "files"] {
      #expect(names.filter { $0 == name }.count == 1, "\(name) of \(names)")
    }
    try await system.stop()
  }

  /// Block ids, lengths and scale factors are topics only on wish; those of an earlier run, or of a version that always
  /// had them, are cleared.
  @Test func whatOnlyExplainsTheMapHasNoTopics() async throws {
    let wish = ["--topics-internal", "true"]
    let system = try await RunningSystem.start(capture, arguments: wish)
    try await system.ready()
    let registry = try Registry.embedded()
    let internals = Set(
      registry.blocks.flatMap { block in block.fields.filter(\.isInternal).map { "\(block.name)/\($0.name)" } })
    func shown() -> Set<String> {
      Set(
        system.watcher.texts.filter { topic, text in
          let levels = topic.split(separator: "/")
          return levels.count == 4 && internals.contains("\(levels[1])/\(levels[3])") && !text.isEmpty
        }.keys)
    }
    #expect(shown().isSuperset(of: ["mate3/gateway/0/did", "mate3/charge_controller/3/voltage_sf"]))
    let others = system.watcher.texts.filter { $0.key.hasPrefix("mate3/charge_controller/3/") && !$0.value.isEmpty }
      .keys
    try await system.reconfigureBridge(replacing: wish, with: [])
    try await eventually(within: .seconds(20), "no topic that only explains the map") { shown().isEmpty }
    try await system.ready()
    let now = system.watcher.texts.filter { $0.key.hasPrefix("mate3/charge_controller/3/") && !$0.value.isEmpty }.keys
    #expect(
      Set(now) == Set(others).filter { !$0.hasSuffix("_sf") && !$0.hasSuffix("/did") && !$0.hasSuffix("/length") })
    try await system.stop()
  }

  /// Every implemented, public field of every block, with the value that its words have.
  ///
  /// 764 fields (counted from the CSV files by an independent script), 20 times of day, 4 schedules, the availability of 15 blocks,
  /// whether commands are taken for the 8 that have any, the house's 20 values and its availability, and the bridge's
  /// state, info, devices and alerts.
  @Test func publishesEveryImplementedPublicField() async throws {
    var options = SimulatorOptions()
    options.freezesClock = true
    let system = try await RunningSystem.start(
      capture, arguments: ["--topics-internal", "true"], options: options)
    try await system.ready()
    // A client that comes later gets what is retained, and nothing else.
    let late = try await TopicWatcher.start(system.broker, ["mate3/#"])
    let count = 764 + 20 + 4 + 15 + 8 + 21 + 4
    try await late.next("mate3/flexnet_dc_configuration/5/availability")
    try await eventually("every retained topic") { late.texts.count >= count }
    let texts = late.texts.filter { $0.key != "mate3/bridge/event" }
    await late.stop()
    #expect(texts.count == count)

    let registry = try Registry.embedded()
    let expected = try Self.decoded(capture, registry)
    let times = Set(
      ((registry.block(named: "gateway")?.clockTimes ?? []).map(\.field.name) + Schedule.all.map(\.name))
        .map { "mate3/gateway/0/\($0)" })
    for (topic, text) in expected { #expect(texts[topic] == text, "\(topic)") }
    let fields = texts.keys.filter {
      !$0.hasPrefix("mate3/bridge/") && !$0.hasPrefix("mate3/house/") && !$0.hasSuffix("/availability")
        && !$0.hasSuffix("/commands") && !times.contains($0)
    }
    #expect(Set(fields) == Set(expected.keys))

    for secret in registry.blocks.flatMap({ block in block.fields.filter { $0.privacy != .shared }.map { ($0, block) } }
    ) {
      #expect(!texts.keys.contains { $0.hasSuffix("/\(secret.0.name)") && $0.contains("/\(secret.1.name)/") })
    }
    try await system.stop()
  }

  /// The fields straight from the registry and the words, without the scan.
  static func decoded(_ words: [Int: UInt16], _ registry: Registry) throws -> [String: String] {
    var texts: [String: String] = [:]
    var address = 40002
    while let did = words[address], did != 0xFFFF, let length = words[address + 1] {
      defer { address += Int(length) + 2 }
      guard let block = registry.block(id: did) else { continue }
      let port = block.portField.flatMap { words[address + $0.offset - 1] } ?? 0
      for field in block.fields
      where field.endOffset - 1 <= Int(length) + 2 && field.access.isReadable && field.privacy == .shared {
        let own = (0..<field.size).compactMap { words[address + field.offset - 1 + $0] }
        let scale = block.scaleFactor(of: field).flatMap { words[address + $0.offset - 1] }
        let value = field.decode(own, scaleWord: scale)
        if value.isPresent { texts["mate3/\(block.name)/\(port)/\(field.name)"] = value.text }
      }
    }
    return texts
  }

  /// Requests are counted at the server: all intervals equal, so that every cycle reads everything.
  @Test(arguments: [(100, 13), (125, 11)])
  func aFullReadTakesTheFewestRequests(limit: Int, expected: Int) async throws {
    let system = try await RunningSystem.start(
      capture, arguments: ["--max-read", "\(limit)", "--intervals-settings", "1", "--intervals-fixed", "1"])
    try await system.ready()
    try await Self.expect(system, expected, requestsPerCycle: 3)
    try await system.stop()
  }

  /// 6 requests at 100 registers: 40491–40571, 40630–40677, 40769–40816, 40908–40935, 41026–41053, 41144–41221.
  @Test func aLiveCycleReadsOnlyTheLiveBlocks() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    try await Self.expect(system, 6, requestsPerCycle: 3)
    try await system.stop()
  }

  private static func expect(_ system: RunningSystem, _ expected: Int, requestsPerCycle cycles: Int) async throws {
    let (simulator, watcher) = (system.simulator, system.watcher)
    // A cycle has ended when the count stands still; the scan is behind us when the first one has.
    try await settled(simulator)
    let first = simulator.counters.requests
    var last = first
    for _ in 0..<cycles {
      try await eventually("a cycle") { simulator.counters.requests > last }
      try await settled(simulator)
      let now = simulator.counters.requests
      #expect(now - last == expected)
      last = now
    }
    #expect(simulator.counters.exceptions == 0)
    #expect(watcher.texts["mate3/bridge/state"] == "online")
  }

  /// Waits until the simulator has not been asked anything for a fifth of a second.
  private static func settled(_ simulator: SimulatedGateway) async throws {
    var last = -1
    var since = ContinuousClock.now
    try await eventually(within: .seconds(10), "a pause between cycles") {
      let now = simulator.counters.requests
      if now != last {
        last = now
        since = .now
      }
      return since.duration(to: .now) > .milliseconds(200)
    }
  }

  @Test func aChangedWordIsPublishedAlone() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    system.watcher.clear()
    try system.simulator.apply(.set(address: 40916, words: [512]))
    try await system.watcher.next("mate3/charge_controller/3/battery_voltage", where: { $0.text == "51.2" })
    let others = system.watcher.messages.map(\.topic).filter {
      !$0.hasPrefix("mate3/bridge/") && !$0.hasPrefix("mate3/gateway/0/")
        // Whether commands are taken follows the first readings.
        && !$0.hasSuffix("/commands")
        && $0 != "mate3/charge_controller/3/battery_voltage"
    }
    #expect(others.isEmpty)
    try await system.stop()
  }
}
