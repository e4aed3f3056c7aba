import Foundation
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

/// Random sequences of commands, swaps, faults, ids used again, timed commands and restarts with the real program over
/// TCP, judged by what the simulator has seen and holds. `MATE3_TCP_SEQUENCES` and
/// `MATE3_SEED` set how many and which.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct SafetyOverTCPTests {
  static let sequences = ProcessInfo.processInfo.environment["MATE3_TCP_SEQUENCES"].flatMap(Int.init) ?? 20
  static let seed =
    ProcessInfo.processInfo.environment["MATE3_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64(UInt32.max))

  /// Topic, hub port, and address of `aux_control` in the capture: offset 41 of the blocks at 40678 and 40817 (note
  /// table 11), offset 34 of those at 40936 and 41054 (table 6).
  static let targets = [
    ("radian_inverter_configuration/1/aux_control", 1, 40678 + 40),
    ("radian_inverter_configuration/2/aux_control", 2, 40817 + 40),
    ("charge_controller_configuration/3/aux_control", 3, 40936 + 33),
    ("charge_controller_configuration/4/aux_control", 4, 41054 + 33),
  ]

  /// So many systems side by side: a sequence is mostly waiting.
  static let systems = min(8, max(1, sequences / 10))

  @Test func everyCommandHasItsOneTrueOutcome() async throws {
    print("safety over TCP: \(Self.sequences) sequences in \(Self.systems) systems, MATE3_SEED=\(Self.seed)")
    let counts = try await withThrowingTaskGroup(of: [String: Int].self) { group in
      for number in 0..<Self.systems {
        let share = Self.sequences / Self.systems + (number < Self.sequences % Self.systems ? 1 : 0)
        group.addTask { try await play(share, seed: Self.seed &+ UInt64(number)) }
      }
      return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    }
    print(
      "safety over TCP: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
    #expect(counts["accepted", default: 0] > Self.sequences / 10)
    #expect(counts["rejected", default: 0] > Self.sequences / 10)
  }

  /// Plays sequences with one system.
  /// - Returns: how often each outcome came.
  private func play(_ sequences: Int, seed: UInt64) async throws -> [String: Int] {
    var random = SplitMix64(seed: seed)
    let system = try await RunningSystem.start(
      try SharedData.capture(), live: 60, arguments: ["--caps-field-interval", "0s"])
    try await system.ready()
    var counts: [String: Int] = [:]
    for number in 0..<sequences {
      for _ in 0..<Int.random(in: 2...4, using: &random) {
        let step = try await step(system, &random)
        counts[step, default: 0] += 1
      }
      system.simulator.cancelSchedule()
      try system.simulator.apply(.restore)
      if number % 10 == 9 { try await restart(system, kill: Bool.random(using: &random)) }
      try await calm(system)
    }
    // A long run's ledger begins anew when it is large.
    if sequences <= 100 {
      try await settle(system)
      try checkLedger(system)
    }
    try await system.stop()
    return counts
  }

  /// One disturbance, perhaps, and one command; the outcome is checked against what the simulator saw.
  private func step(_ system: RunningSystem, _ random: inout SplitMix64) async throws -> String {
    let simulator = system.simulator
    let (topic, port, address) = Self.targets[Int.random(in: 0..<4, using: &random)]
    let other = [0, 2, 1, 4, 3][port]
    // A second swap of the same ports would undo the first: one still due, since the last command took fewer requests
    // than expected, as much as one done.
    simulator.cancelSchedule()
    try simulator.apply(.restore)
    try await settle(system)
    let writes = simulator.counters.writes
    var mustNotWrite = false
    var mustNotAccept = false
    switch Int.random(in: 0..<14, using: &random) {
    case 0:
      try simulator.apply(.swapPorts(port, other))
      mustNotWrite = true
    case 1:
      try simulator.apply(.replaceDevice(port: port, model: "ANOTHER ONE", serial: nil))
      mustNotWrite = true
    case 2:
      try simulator.apply(.changeSerial(port: port, serial: "X\(Int.random(in: 0...99, using: &random))"))
      mustNotWrite = true
    case 3: try simulator.apply(.loseAnswer(closing: Bool.random(using: &random), .once))
    case 4: try simulator.apply(.busyAfterWrite(.milliseconds(400)))
    case 5:
      try simulator.apply(.refuseInside(bits: 0x0001, .standing))
      mustNotAccept = true
    case 6: try simulator.apply(.exception(.serverDeviceBusy, .once))
    case 7: try simulator.apply(.silence(.once))
    case 8: try simulator.apply(.disconnect)
    case 9:
      // The swap comes in the middle of the command: before the write it must keep it from being sent, after it the
      // read-back must find it.
      simulator.schedule(.swapPorts(port, other), inRequests: Int.random(in: 1...6, using: &random), isAfter: false)
      mustNotAccept = true
    case 10:
      try simulator.apply(.lock(true))
      mustNotAccept = true
    default: break
    }
    let value = ["off", "auto", "on"][Int.random(in: 0..<3, using: &random)]
    if Int.random(in: 0..<6, using: &random) == 0 {
      // Retained, so of any age: refused whatever else holds.
      system.watcher.clear()
      system.watcher.publish("mate3/\(topic)/set", value, retain: true)
      let answer = try await system.watcher.next("mate3/\(topic)/set/result")
      system.watcher.publish("mate3/\(topic)/set", "", retain: true)
      let refused = try RunningSystem.Result(answer)
      #expect(refused.code == "retained" && simulator.counters.writes == writes, "\(topic): \(refused.reason)")
      return refused.status
    }
    let id = "step-\(UUID().uuidString)"
    let payload = "{\"value\":\"\(value)\",\"id\":\"\(id)\"}"
    let result = try await system.command(topic, payload, id: id, within: .seconds(30))
    let sent = simulator.counters.writes - writes
    let what: Comment = "\(topic) \(value): \(result.status) \(result.code), \(sent) writes; \(result.reason)"
    switch result.status {
    case "rejected": #expect(sent == 0, what)
    case "unchanged": #expect(sent == 0, what)
    case "accepted":
      #expect(sent == 1, what)
      #expect(!mustNotWrite && !mustNotAccept, what)
      #expect(simulator.registers[address] == result.registersWritten.first, what)
    case "failed", "unconfirmed": #expect(sent <= 1, what)
    default: Issue.record(what)
    }
    if mustNotWrite { #expect(sent == 0 && result.status == "rejected", what) }
    // Whatever comes next is a step of its own.
    if result.status != "rejected", value != "off", Bool.random(using: &random) {
      try await again(system, topic, payload, id: id, first: result)
    }
    if result.status == "accepted", Int.random(in: 0..<6, using: &random) == 0 {
      try await timed(system, topic, address, from: value)
      return "timed"
    }
    return result.status
  }

  /// The same id once more: the first answer, and nothing is written; with another payload it is refused.
  private func again(
    _ system: RunningSystem, _ topic: String, _ payload: String, id: String, first: RunningSystem.Result
  ) async throws {
    let writes = system.simulator.counters.writes
    system.watcher.clear()
    let second = try await system.command(topic, payload, id: id, within: .seconds(30))
    #expect(second.status == first.status && second.code == first.code, "\(topic): \(second.reason)")
    system.watcher.clear()
    let other = try await system.command(
      topic, "{\"value\":\"\(first.requested == "on" ? "auto" : "on")\",\"id\":\"\(id)\"}", id: id, within: .seconds(30)
    )
    #expect(other.code == "id_used", "\(topic): \(other.status) \(other.code), \(other.reason)")
    #expect(system.simulator.counters.writes == writes, "an id was written twice")
  }

  /// A value for a second: it ends, and the register holds what was to come back.
  private func timed(_ system: RunningSystem, _ topic: String, _ address: Int, from value: String) async throws {
    system.simulator.cancelSchedule()
    try system.simulator.apply(.restore)
    let words: [String: UInt16] = ["off": 0, "auto": 1, "on": 2]
    let (held, then) = value == "on" ? ("auto", "off") : ("on", "off")
    let id = "timed-\(UUID().uuidString)"
    let result = try await system.command(
      topic, "{\"value\":\"\(held)\",\"for_s\":1,\"then\":\"\(then)\",\"id\":\"\(id)\"}", id: id, within: .seconds(30))
    // What was swapped a moment ago may still be refused.
    guard result.status == "accepted" else {
      #expect(result.status == "rejected" || result.status == "unconfirmed", "\(topic): \(result.reason)")
      return
    }
    #expect(result.registersWritten.first == words[held])
    try await eventually(within: .seconds(20), "the end of \(topic)") {
      system.simulator.registers[address] == words[then]
    }
  }

  /// The ledger has two lines for each write that the gateway has seen, and no others.
  private func checkLedger(_ system: RunningSystem) throws {
    let file = URL(filePath: system.directory.path).appending(path: "ledger.jsonl")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let intents = lines.count { $0.contains("\"intent\"") }
    let unsent = lines.count { $0.contains("\"end\"") && $0.contains("\"rejected\"") }
    #expect(intents - unsent == system.simulator.counters.writes, "\(lines.count) lines")
    #expect(lines.count == 2 * intents)
  }

  private func restart(_ system: RunningSystem, kill: Bool) async throws {
    system.bridge.signal(kill ? SIGKILL : SIGTERM)
    try await system.bridge.exitStatus()
    try await system.watcher.next("mate3/bridge/state", where: { $0.text == "offline" })
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
  }

  /// Waits until no device is distrusted, trusting by hand what a swap during a write has made so.
  private func calm(_ system: RunningSystem) async throws {
    let watcher = system.watcher
    try await settle(system)
    try await scan(system)
    guard let alerts = watcher.texts["mate3/bridge/alerts"], alerts != "[]" else { return }
    for (name, port) in Self.targets.map({ ($0.0.split(separator: "/")[0], $0.1) }) {
      // Each looks at the gateway first, and none must be waiting when the next thing is disturbed.
      let id = "trust-\(UUID().uuidString)"
      watcher.publish("mate3/bridge/request/trust", "{\"device\":\"\(name)\",\"port\":\(port),\"id\":\"\(id)\"}")
      try await watcher.next(
        "mate3/bridge/response/trust", where: { $0.text.contains(id) }, within: .seconds(40))
    }
    try await settle(system)
    try await eventually(within: .seconds(20), "no alert") { watcher.texts["mate3/bridge/alerts"] == "[]" }
  }

  /// Has everything scanned anew, which may have to wait for two seconds. A scan takes at least 13 requests, a live cycle 6.
  private func scan(_ system: RunningSystem) async throws {
    let before = system.simulator.counters.requests
    system.watcher.publish("mate3/bridge/request/rescan", "{}")
    try await eventually(within: .seconds(20), "a scan") { system.simulator.counters.requests >= before + 13 }
    try await settle(system)
  }

  /// Waits until the simulator has not been asked anything for a while, so that a number of requests from now is one
  /// of the next command's.
  private func settle(_ system: RunningSystem) async throws {
    var last = -1
    var since = ContinuousClock.now
    let simulator = system.simulator
    try await eventually(within: .seconds(20), "a pause on the wire") {
      let now = simulator.counters.requests
      if now != last {
        last = now
        since = .now
      }
      return since.duration(to: .now) > .milliseconds(60)
    }
  }
}
