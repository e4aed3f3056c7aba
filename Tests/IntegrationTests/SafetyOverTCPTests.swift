import Foundation
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

/// Random sequences of commands, swaps, faults and restarts with the real program over TCP. `MATE3_TCP_SEQUENCES` and
/// `MATE3_SEED` set how many and which.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct SafetyOverTCPTests {
  static let sequences = ProcessInfo.processInfo.environment["MATE3_TCP_SEQUENCES"].flatMap(Int.init) ?? 50
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

  @Test func everyCommandHasItsOneTrueOutcome() async throws {
    print("safety over TCP: \(Self.sequences) sequences, MATE3_SEED=\(Self.seed)")
    var random = SplitMix64(seed: Self.seed)
    let system = try await RunningSystem.start(
      try SharedData.capture(), live: 60, arguments: ["--caps-field-interval", "0s"])
    try await system.ready()
    var counts: [String: Int] = [:]
    for number in 0..<Self.sequences {
      for _ in 0..<Int.random(in: 2...4, using: &random) {
        let step = try await step(system, &random)
        counts[step, default: 0] += 1
      }
      system.simulator.cancelSchedule()
      try system.simulator.apply(.restore)
      if number % 10 == 9 { try await restart(system, kill: Bool.random(using: &random)) }
      try await calm(system)
    }
    print(
      "safety over TCP: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
    #expect(counts["accepted", default: 0] > Self.sequences / 10)
    #expect(counts["rejected", default: 0] > Self.sequences / 10)
    try await system.stop()
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
    let result = try await system.command(topic, value, within: .seconds(30))
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
    return result.status
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
      watcher.publish("mate3/bridge/request/trust", "{\"device\":\"\(name)\",\"port\":\(port)}")
    }
    try await scan(system)
    try await eventually(within: .seconds(20), "no alert") { watcher.texts["mate3/bridge/alerts"] == "[]" }
  }

  /// Has everything scanned anew, which may have to wait for two seconds: trust pins what the last scan saw, which must
  /// be none of a swap. A scan takes at least 13 requests, a live cycle 6.
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
