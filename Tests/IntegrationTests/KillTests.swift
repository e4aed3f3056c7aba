import Foundation
import Mate3
import MessageIO
import Simulator
import TestSupport
import Testing

@testable import StateStore

/// Kill -9 at random points during commands with timed ends and caps.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct KillTests {
  @Test func aKilledBridgeLosesNothing() async throws {
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    print("kills: seed \(seed)")
    var random = SplitMix64(seed: seed)
    let perDay = 30
    let system = try await RunningSystem.start(
      try SharedData.capture(), live: 60,
      arguments: [
        "--caps-field-interval", "0s", "--caps-field-per-day", "\(perDay)", "--caps-device-per-day", "1000",
        "--caps-gateway-per-day", "1000", "--commands-fields",
        "charge_controller_configuration.absorb_time_hours", "--commands-limits",
        "{charge_controller_configuration.absorb_time_hours: {min: 0, max: 4}}",
      ])
    try await system.ready()
    let watcher = system.watcher
    var kills = 0
    var answered = 0
    for number in 0..<200 {
      let isTimed = number.isMultiple(of: 4)
      let (topic, payload) =
        isTimed
        ? (
          "radian_inverter_configuration/\(Int.random(in: 1...2, using: &random))/aux_control",
          "{\"value\":\"\(Bool.random(using: &random) ? "on" : "off")\",\"for_s\":1,\"then\":\"auto\",\"id\":\"\(number)\"}"
        )
        : (
          "charge_controller_configuration/3/absorb_time_hours",
          "{\"value\":\"\(Double(Int.random(in: 0...40, using: &random)) / 10)\",\"id\":\"\(number)\"}"
        )
      watcher.publish("mate3/\(topic)/set", payload)
      guard Int.random(in: 0..<14, using: &random) == 0 else {
        let answer = try? await watcher.next(
          "mate3/\(topic)/set/result", where: { $0.text.contains("\"id\":\"\(number)\"") }, within: .seconds(12))
        if answer != nil { answered += 1 }
        continue
      }
      // Somewhere within a command, which takes some milliseconds.
      try await Task.sleep(for: .microseconds(Int.random(in: 0...12_000, using: &random)))
      system.bridge.signal(SIGKILL)
      try await system.bridge.exitStatus()
      kills += 1
      try await watcher.next("mate3/bridge/state", where: { $0.text == "offline" })
      try checkState(system)
      watcher.clear()
      try system.restartBridge()
      try await system.ready()
    }
    #expect(kills > 3)
    #expect(answered > 150)
    // Every timed command has ended: no timer is left, and both outputs are back.
    try await eventually(within: .seconds(30), "the end of every timed command") {
      watcher.texts["mate3/bridge/info"]?.contains("\"timed_commands\":[]") ?? false
    }
    #expect(system.simulator.registers[40718] == 1)
    #expect(system.simulator.registers[40857] == 1)
    // No cap was exceeded, by the ledger and by what the device saw.
    let absorbTime = 40936 + 11
    let writes = system.simulator.counters.writes
    try await system.stop()
    let entries = try checkState(system)
    let intents = entries.compactMap { if case .intent(let intent) = $0 { intent } else { nil } }
    let counted = intents.filter { $0.address == absorbTime && !$0.isFree }
    #expect(counted.count <= perDay)
    #expect(counted.count > perDay / 2)
    #expect(intents.count >= writes, "a write that the ledger does not know")
    // Every intent has its end.
    let ends = Set(entries.compactMap { if case .end(let end) = $0 { end.number } else { nil } })
    #expect(intents.allSatisfy { ends.contains($0.number) })
    print("kills: \(kills) kills, \(answered) of 200 answered, \(intents.count) intents, \(writes) writes")
  }

  @discardableResult
  private func checkState(_ system: RunningSystem) throws -> [LedgerEntry] {
    let directory = try StateDirectory(system.directory.path, owner: "test")
    _ = try PinFile(directory).load()
    _ = try TimerFile(directory).load()
    return LedgerFile(directory).entries
  }
}
