import Foundation
import MessageIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct TimedCommandTests {
  let capture: [Int: UInt16]
  static let topic = "radian_inverter_configuration/1/aux_control"
  static let address = CommandTests.auxControl

  init() throws { capture = try SharedData.capture() }

  private func start() async throws -> RunningSystem {
    let system = try await RunningSystem.start(capture, live: 60, arguments: ["--caps-field-interval", "0s"])
    try await system.ready()
    return system
  }

  private func send(_ system: RunningSystem, _ json: String) async throws -> RunningSystem.Result {
    let id = UUID().uuidString
    system.watcher.publish("mate3/\(Self.topic)/set", "{\"id\":\"\(id)\",\(json)}")
    return try RunningSystem.Result(
      try await system.watcher.next("mate3/\(Self.topic)/set/result", where: { $0.text.contains(id) }))
  }

  private func word(_ system: RunningSystem) -> UInt16? { system.simulator.registers[Self.address] }

  /// The capture has `auto` there.
  @Test func whatStoodBeforeComesBack() async throws {
    let system = try await start()
    let result = try await send(system, #""value":"on","for_s":1"#)
    #expect(result.status == "accepted")
    #expect(result.reason.contains("ends after 1 s with auto"))
    #expect(word(system) == 2)
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_ended") }, within: .seconds(10))
    #expect(word(system) == 1)
    #expect(system.watcher.texts["mate3/\(Self.topic)"] == "auto")
    try await system.stop()
  }

  @Test func theFirstOriginalOutlivesASecondTimedCommand() async throws {
    let system = try await start()
    #expect(try await send(system, #""value":"on","for_s":300"#).status == "accepted")
    #expect(try await send(system, #""value":"off","for_s":1"#).status == "accepted")
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_ended") }, within: .seconds(10))
    #expect(word(system) == 1)
    try await system.stop()
  }

  @Test func thenNamesWhatComesBack() async throws {
    let system = try await start()
    #expect(try await send(system, #""value":"on","for_s":1,"then":"off""#).status == "accepted")
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_ended") }, within: .seconds(10))
    #expect(word(system) == 0)
    try await system.stop()
  }

  @Test func whatTheOwnerChangedIsLeft() async throws {
    let system = try await start()
    #expect(try await send(system, #""value":"on","for_s":1"#).status == "accepted")
    try system.simulator.apply(.set(address: Self.address, words: [0]))
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_superseded") }, within: .seconds(10))
    #expect(word(system) == 0)
    #expect(system.simulator.counters.writes == 1)
    try await system.stop()
  }

  @Test func anotherCommandCancels() async throws {
    let system = try await start()
    #expect(try await send(system, #""value":"on","for_s":300"#).status == "accepted")
    try await system.watcher.next("mate3/bridge/info", where: { $0.text.contains("\"then\":\"auto\"") })
    // A refused command cancels nothing.
    #expect(try await send(system, #""value":"purple""#).status == "rejected")
    #expect(try await send(system, #""value":"on""#).reason.contains("is cancelled"))
    let again = try await send(system, #""value":"on""#)
    #expect(!again.reason.contains("is cancelled"))
    try await system.stop()
  }

  @Test func aRestartForgetsNothing() async throws {
    let system = try await start()
    #expect(try await send(system, #""value":"on","for_s":2"#).status == "accepted")
    system.bridge.signal(SIGKILL)
    try await system.bridge.exitStatus()
    try await system.watcher.next("mate3/bridge/state", where: { $0.text == "offline" })
    system.watcher.clear()
    try system.restartBridge()
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_ended") }, within: .seconds(20))
    #expect(word(system) == 1)
    try await system.stop()
  }

  /// A revert that can't be made stands as an alert until it is made.
  @Test func aRevertThatCannotBeMadeIsRetried() async throws {
    let system = try await start()
    #expect(try await send(system, #""value":"on","for_s":1"#).status == "accepted")
    try system.simulator.apply(.replaceDevice(port: 1, model: "OTHER", serial: nil))
    try await system.watcher.next(
      "mate3/bridge/alerts", where: { $0.text.contains("\"kind\":\"timer\"") }, within: .seconds(15))
    #expect(word(system) == 2)
    try system.simulator.apply(.restore)
    system.watcher.publish("mate3/bridge/request/rescan", "{}")
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_ended") }, within: .seconds(30))
    #expect(word(system) == 1)
    let watcher = system.watcher
    try await eventually(within: .seconds(10), "no alert") { watcher.texts["mate3/bridge/alerts"] == "[]" }
    try await system.stop()
  }

  /// An id stands for one command, also over a restart; what makes the system safer is carried out whatever its id.
  @Test func anIDStandsForOneCommand() async throws {
    let system = try await start()
    let topic = "mate3/\(Self.topic)/set"
    func send(_ payload: String) async throws -> InboundMessage {
      system.watcher.clear()
      system.watcher.publish(topic, payload)
      return try await system.watcher.next("\(topic)/result")
    }
    // What a dry run was answered answers no command.
    #expect(try RunningSystem.Result(await send(#"{"value":"on","id":"same","dry_run":true}"#)).code == "dry_run")
    let first = try await send(#"{"value":"on","id":"same"}"#)
    #expect(try RunningSystem.Result(first).status == "accepted")
    #expect(try await send(#"{"value":"on","id":"same"}"#).text == first.text)
    let other = try RunningSystem.Result(await send(#"{"value":"auto","id":"same"}"#))
    #expect(other.code == "id_used" && other.id == "same")
    #expect(system.simulator.counters.writes == 1)
    #expect(try RunningSystem.Result(await send(#"{"value":"off","id":"same"}"#)).status == "accepted")
    #expect(word(system) == 0 && system.simulator.counters.writes == 2)

    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    let again = try RunningSystem.Result(await send(#"{"value":"on","id":"same"}"#))
    #expect(again.status == "accepted" && again.reason.contains("an earlier run"))
    #expect(try RunningSystem.Result(await send(#"{"value":"auto","id":"same"}"#)).code == "id_used")
    #expect(word(system) == 0 && system.simulator.counters.writes == 2)
    try await system.stop()
  }
}
