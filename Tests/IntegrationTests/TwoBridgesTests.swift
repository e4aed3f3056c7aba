import Foundation
import MessageIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct TwoBridgesTests {
  private static let topic = "radian_inverter_configuration/1/aux_control"

  /// Another bridge on the same base topic, gateway and broker.
  private static func another(_ system: RunningSystem, _ folder: TemporaryDirectory) throws -> ProcessRunner {
    try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(system.simulator.port)", "--broker",
        "mqtt://127.0.0.1:\(system.broker.port)", "--state-dir", folder.path, "--interval", "1",
      ])
  }

  /// Sends a command, and waits until whoever takes it has had its time.
  /// - Returns: how many took it.
  private static func takers(_ system: RunningSystem, _ value: String) async throws -> Int {
    let result = "mate3/\(topic)/set/result"
    let before = system.watcher.messages.count { $0.topic == result }
    #expect(try await system.command(topic, value).status == "accepted")
    // What another one would answer is here when this is.
    let later = try await system.command("radian_inverter_configuration/2/aux_control", value).status
    #expect(later == "accepted")
    return system.watcher.messages.count { $0.topic == result } - before
  }

  /// Before a power cut of all machines a bridge was there; the broker may have kept that.
  @Test(arguments: [false, true]) func ofTwoThatStartTogetherOneServes(afterAPowerCut: Bool) async throws {
    let broker = try await MosquittoBroker.start()
    if afterAPowerCut {
      let before = try await TopicWatcher.start(broker)
      before.publish("mate3/bridge/state", "online", retain: true)
      before.publish("mate3/bridge/info", "{\"instance\":\"dead\"}", retain: true)
      try await before.next("mate3/bridge/info")
      await before.stop()
    }
    let simulator = try await SimulatedGateway.start(registers: RegisterImage(try SharedData.capture()))
    let folder = try TemporaryDirectory()
    let system = try await RunningSystem.start(simulator, broker: broker)
    let second = try Self.another(system, folder)
    system.watcher.clear()
    try await system.ready()
    let isStandingBy: @Sendable (ProcessRunner) -> Bool = { bridge in
      bridge.errorLines.contains { $0.contains("another bridge publishes below this base topic") }
    }
    try await eventually("one that stands by") { isStandingBy(system.bridge) || isStandingBy(second) }
    #expect(isStandingBy(system.bridge) != isStandingBy(second))
    #expect(try await Self.takers(system, "on") == 1)
    #expect(system.simulator.counters.connections == 1)
    // The broker comes back without what it knew, and both come to it at once.
    try await system.broker.restart()
    system.watcher.clear()
    try await system.ready()
    #expect(try await Self.takers(system, "off") == 1)
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    try await system.stop()
  }

  /// The gateway serves one connection, and the one that serves has it, also after the gateway was away.
  @Test func whoStandsByLeavesTheGatewayAlone() async throws {
    var options = SimulatorOptions()
    options.isSingleClient = true
    let system = try await RunningSystem.start(try SharedData.capture(), options: options)
    try await system.ready()
    let folder = try TemporaryDirectory()
    let second = try Self.another(system, folder)
    try await second.errorLine { $0.contains("leaves the gateway alone") }
    for _ in 0..<2 {
      let connections = system.simulator.counters.connections
      try system.simulator.apply(.disconnect)
      try await eventually(within: .seconds(20), "another connection") {
        system.simulator.counters.connections > connections
      }
    }
    #expect(try await Self.takers(system, "on") == 1)
    #expect(system.simulator.counters.refused == 0)
    // The serving one goes, and the other one gets the gateway.
    system.bridge.signal(SIGKILL)
    try await system.bridge.exitStatus()
    system.watcher.clear()
    try await second.errorLine { $0.contains("takes over") }
    try await system.ready()
    #expect(try await Self.takers(system, "off") == 1)
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    await system.watcher.stop()
    await system.simulator.stop()
    try await system.broker.stop()
  }

  /// Without a broker nobody can say who serves: the gateway is read, and given up after each cycle.
  @Test func withoutABrokerTheGatewayIsShared() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    try await system.broker.kill()
    let connections = system.simulator.counters.connections
    try await eventually("two more connections") { system.simulator.counters.connections > connections + 1 }
    // One that has never had a broker.
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let requests = system.simulator.counters.requests
    try system.restartBridge()
    try await eventually(within: .seconds(10), "requests") { system.simulator.counters.requests > requests + 20 }
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    await system.watcher.stop()
    await system.simulator.stop()
  }

  /// A bridge that hangs loses its base after some seconds, and does not take it back beside the other one.
  @Test func ofOneThatHungAndItsSuccessorOneServes() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let folder = try TemporaryDirectory()
    let second = try Self.another(system, folder)
    try await second.errorLine { $0.contains("another bridge publishes below this base topic") }
    system.bridge.signal(SIGSTOP)
    try await second.errorLine(within: .seconds(15)) { $0.contains("takes over") }
    system.watcher.clear()
    system.bridge.signal(SIGCONT)
    try await system.watcher.next("mate3/bridge/claim", where: { $0.text.contains("\"serving\"") })
    try await eventually("one that stands by") {
      let lines = [system.bridge, second].map { bridge in
        bridge.errorLines.count { $0.contains("another bridge publishes below this base topic") }
      }
      return lines == [1, 1] || lines == [0, 2]
    }
    try await system.ready()
    #expect(try await Self.takers(system, "on") == 1)
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    try await system.stop()
  }

  @Test func theSecondStandsByUntilTheFirstIsGone() async throws {
    let capture = try SharedData.capture()
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let folder = try TemporaryDirectory()
    let second = try Self.another(system, folder)
    try await second.errorLine { $0.contains("another bridge publishes below this base topic") }
    // It is no fault of the broker's, nor of a bridge that hangs.
    let shell = try CommandLine()
    func health(_ flags: String = "") async throws -> CommandLine.Run {
      try await shell.run("mate3 health --state-dir \(folder.path) \(flags)")
    }
    let waiting = try await health("--ready")
    #expect(waiting.status == 1 && waiting.output.contains("another bridge on this base topic serves"))
    #expect(!waiting.output.contains("no connection to the broker"))
    #expect(try await health().status == 0)
    let topic = Self.topic
    #expect(try await system.command(topic, "on").status == "accepted")
    let results = system.watcher.messages.filter { $0.topic == "mate3/\(topic)/set/result" }
    #expect(results.count == 1)
    #expect(system.simulator.counters.writes == 1)

    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    system.watcher.clear()
    try await second.errorLine { $0.contains("takes over") }
    try await system.ready()
    #expect(try await health("--ready").status == 0)
    #expect(try await system.command(topic, "off").status == "accepted")
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    await system.watcher.stop()
    await system.simulator.stop()
    try await system.broker.stop()
  }

  /// An `off` that the second bridge was given ends the timed command of the first, which comes back after it.
  @Test func anOffToTheOtherBridgeEndsATimedCommand() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let folder = try TemporaryDirectory()
    let second = try Self.another(system, folder)
    try await second.errorLine { $0.contains("another bridge publishes below this base topic") }
    let topic = Self.topic
    #expect(try await system.command(topic, "on").status == "accepted")
    #expect(try await system.command(topic, #"{"value": "off", "for_s": 600}"#).status == "accepted")
    try await system.watcher.next("mate3/bridge/info", where: { $0.text.contains("\"then\":\"on\"") })
    system.bridge.signal(SIGKILL)
    try await system.bridge.exitStatus()
    system.watcher.clear()
    try await second.errorLine { $0.contains("takes over") }
    try await system.ready()
    #expect(try await system.command(topic, "off").code == "already_so")
    try await system.watcher.next("mate3/bridge/info", where: { $0.text.contains("settled_timed_commands") })
    system.watcher.clear()
    try system.restartBridge()
    // It has a timed command, and so takes over; then it hears that the field was commanded since.
    try await system.watcher.next(
      "mate3/bridge/event", where: { $0.text.contains("timed_command_superseded") }, within: .seconds(30))
    try await system.watcher.next("mate3/bridge/info", where: { $0.text.contains("\"timed_commands\":[]") })
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    try await system.stop()
  }

  @Test func aBridgeThatStoodByTakesNothingBack() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let folder = try TemporaryDirectory()
    let second = try Self.another(system, folder)
    try await second.errorLine { $0.contains("another bridge publishes below this base topic") }
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
    let states = system.watcher.texts.filter { $0.key.hasSuffix("/availability") }
    #expect(states.count == 16 && states.values.allSatisfy { $0 == "online" })
    try await system.stop()
  }

  /// A broker that keeps its messages over a power cut still says `online` of the bridge that died with it.
  @Test func aDeadBridgesRetainedStateIsSeenThrough() async throws {
    let broker = try await MosquittoBroker.start()
    let before = try await TopicWatcher.start(broker)
    before.publish("mate3/bridge/state", "online", retain: true)
    before.publish("mate3/bridge/info", "{\"instance\":\"dead\"}", retain: true)
    try await before.next("mate3/bridge/info")
    await before.stop()
    let system = try await RunningSystem.start(try SharedData.capture(), broker: broker)
    try await system.bridge.errorLine(within: .seconds(20)) { $0.contains("takes over") }
    try await system.watcher.next(
      "mate3/flexnet_dc/5/availability", where: { $0.text == "online" }, within: .seconds(20))
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
    try await system.stop()
  }

  // MARK: Hand-over

  /// A bridge that serves, and another one that takes over as soon as it is started again: it has a timed command.
  private static func beforeAHandOver(
    _ options: SimulatorOptions = SimulatorOptions()
  ) async throws -> (system: RunningSystem, second: ProcessRunner, folder: TemporaryDirectory) {
    let system = try await RunningSystem.start(try SharedData.capture(), options: options)
    try await system.ready()
    let folder = try TemporaryDirectory()
    let second = try another(system, folder)
    try await second.errorLine { $0.contains("another bridge publishes below this base topic") }
    let timed = #"{"value": "on", "for_s": 600, "id": "timed"}"#
    #expect(try await system.command(topic, timed, id: "timed").status == "accepted")
    system.bridge.signal(SIGKILL)
    try await system.bridge.exitStatus()
    system.watcher.clear()
    try await second.errorLine { $0.contains("takes over") }
    try await system.ready()
    return (system, second, folder)
  }

  private static let other = "radian_inverter_configuration/2/aux_control"

  /// The serving one has the gateway's only connection at once, whatever the other one was still looking at.
  @Test func aCommandBeingVerifiedAtAHandOverLetsTheGatewayGo() async throws {
    var options = SimulatorOptions()
    options.isSingleClient = true
    let (system, second, _) = try await Self.beforeAHandOver(options)
    try system.simulator.apply(.busyAfterWrite(.seconds(20)))
    let writes = system.simulator.counters.writes
    system.watcher.publish("mate3/\(Self.other)/set", #"{"value": "on", "id": "cut"}"#)
    try await eventually("a write") { system.simulator.counters.writes > writes }
    let refused = system.simulator.counters.refused
    system.watcher.clear()
    try system.restartBridge()
    let answer = try await system.watcher.next(
      "mate3/\(Self.other)/set/result", where: { $0.text.contains("\"cut\"") }, within: .seconds(15))
    let result = try RunningSystem.Result(answer)
    #expect(result.status == "unconfirmed")
    #expect(result.reason.contains("another bridge took over"))
    try system.simulator.apply(.restore)
    try await system.ready()
    #expect(system.simulator.counters.refused == refused)
    #expect(try await system.command(Self.other, "off").status == "accepted")
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    try await system.stop()
  }

  /// An `off` that is tried again and again is not lost with the bridge that it was sent to.
  @Test func anOffThatWaitsAtAHandOverIsCarriedOutByTheOther() async throws {
    let (system, second, _) = try await Self.beforeAHandOver()
    try system.simulator.apply(.dropBlock(id: 64116, port: 2))
    system.watcher.clear()
    system.watcher.publish("mate3/\(Self.other)/set", #"{"value": "off", "id": "waits"}"#)
    try system.restartBridge()
    // It has not been there for either of them.
    try await system.watcher.next("mate3/bridge/info", where: { $0.text.contains("\"id\":\"timed\"") })
    try system.simulator.apply(.restore)
    let answer = try await system.watcher.next(
      "mate3/\(Self.other)/set/result", where: { $0.text.contains("\"waits\"") })
    let result = try RunningSystem.Result(answer)
    #expect(["accepted", "unchanged"].contains(result.status), "\(result.reason)")
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    try await system.stop()
  }

  /// Not one of them falls between the end of the one and the beginning of the other.
  @Test func everyOffOverAHandOverIsAnswered() async throws {
    let (system, second, _) = try await Self.beforeAHandOver()
    try system.restartBridge()
    let isServing: @Sendable () -> Bool = { [watcher = system.watcher] in
      watcher.messages.contains { $0.topic == "mate3/bridge/info" && $0.text.contains("\"id\":\"timed\"") }
    }
    var sent: [String] = []
    let limit = ContinuousClock.now + .seconds(20)
    var left = 10
    while left > 0, .now < limit {
      sent.append("off-\(sent.count)")
      system.watcher.publish("mate3/\(Self.other)/set", #"{"value": "off", "id": "\#(sent[sent.count - 1])"}"#)
      try await Task.sleep(for: .milliseconds(200))
      if isServing() { left -= 1 }
    }
    #expect(left == 0)
    let all = sent
    try await eventually(within: .seconds(20), "an answer to each") { [watcher = system.watcher] in
      let answered = watcher.messages.filter { $0.topic.hasSuffix("/set/result") }.map(\.text).joined()
      return all.allSatisfy { answered.contains("\"\($0)\"") }
    }
    second.signal(SIGTERM)
    #expect(try await second.exitStatus() == 0)
    try await system.stop()
  }

  /// Two bridges with different bases, each with an automation that wants something else.
  @Test func twoThatUndoEachOtherAreTold() async throws {
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: ["--intervals-settings", "1s", "--caps-field-interval", "0s"])
    try await system.ready()
    let folder = try TemporaryDirectory()
    let other = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(system.simulator.port)", "--broker",
        "mqtt://127.0.0.1:\(system.broker.port)", "--state-dir", folder.path, "--interval", "1", "--base", "other",
        "--caps-field-interval", "0s",
      ])
    try await system.watcher.next("other/house/0/availability", where: { $0.text == "online" }, within: .seconds(20))
    for round in 1...3 {
      #expect(try await system.command(Self.topic, "on").status == "accepted")
      system.watcher.clear()
      system.watcher.publish("other/\(Self.topic)/set", "{\"value\":\"auto\",\"id\":\"\(round)\"}")
      try await system.watcher.next("other/\(Self.topic)/set/result", where: { $0.text.contains("\"accepted\"") })
      try await system.watcher.next("mate3/\(Self.topic)", where: { $0.text == "auto" })
    }
    let alert = try await system.watcher.next("mate3/bridge/alerts", where: { $0.text.contains("\"undone\"") })
    #expect(alert.text.contains("something else writes radian_inverter_configuration/1.aux_control"))
    try await system.watcher.next("mate3/bridge/event", where: { $0.text.contains("\"commands_undone\"") })
    other.signal(SIGTERM)
    #expect(try await other.exitStatus() == 0)
    try await system.stop()
  }

  @Test func oneStateDirectoryServesOneBridge() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let second = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--broker", "mqtt://127.0.0.1:\(system.broker.port)", "--state-dir",
        system.directory.path,
      ])
    #expect(try await second.exitStatus() != 0)
    #expect(second.errorLines.contains { $0.contains("is in use by mate3 bridge (process") })
    let trust = try ProcessRunner(
      ProcessRunner.product("mate3"), ["trust", "charge_controller/3", "--state-dir", system.directory.path])
    #expect(try await trust.exitStatus() != 0)
    #expect(trust.errorLines.contains { $0.contains("is in use by mate3 bridge") })
    try await system.stop()
  }
}
