import Foundation
import Simulator
import TestSupport
import Testing

/// An hour and a minute, commanded as one value.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct TimeOfDayTests {
  static let stem = "gateway/0/grid_use_interval_1_weekday_start"
  /// Note table 1, offset 338; the block begins at 40069.
  static let address = 40069 + 338 - 1

  private func start(_ fields: String) async throws -> RunningSystem {
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: ["--commands-fields", fields, "--caps-field-interval", "0s"])
    try await system.ready()
    return system
  }

  @Test func bothRegistersAreWrittenAtOnceAndAllThreeTopicsFollow() async throws {
    let system = try await start(
      "gateway.grid_use_interval_1_weekday_start_hour,gateway.grid_use_interval_1_weekday_start_minute")
    let (watcher, simulator) = (system.watcher, system.simulator)
    let before = try #require(watcher.texts["mate3/\(Self.stem)_time"])
    #expect(before != "06:45")
    let result = try await system.command("\(Self.stem)_time", "06:45")
    #expect(result.status == "accepted" && result.registersWritten == [6, 45] && result.registersRead == [6, 45])
    #expect(result.value == "06:45")
    #expect(simulator.counters.lastWrites.map(\.address) == [Self.address])
    #expect(simulator.counters.lastWrites.map(\.words) == [[6, 45]])
    for (ending, text) in [("time", "06:45"), ("hour", "6"), ("minute", "45")] {
      try await watcher.next("mate3/\(Self.stem)_\(ending)", where: { $0.text == text })
    }
    // The minute by itself moves the time too.
    #expect(try await system.command("\(Self.stem)_minute", "50").status == "accepted")
    try await watcher.next("mate3/\(Self.stem)_time", where: { $0.text == "06:50" })

    for text in ["24:00", "6:60", "06", "noon"] {
      #expect(try await system.command("\(Self.stem)_time", text).code == "invalid_value")
    }
    #expect(try await system.command("gateway/0/no_such_time", "06:00").code == "unknown_field")
    // A time that ends.
    #expect(try await system.command("\(Self.stem)_time", #"{"value":"07:10","for_s":1}"#).status == "accepted")
    try await watcher.next("mate3/bridge/event", where: { $0.text.contains("timed_command_ended") })
    #expect(simulator.registers[Self.address] == 6 && simulator.registers[Self.address + 1] == 50)
    #expect(simulator.counters.writes == 4)

    // What the gateway does not take is no success.
    try simulator.apply(.refuseInside(bits: 1, FaultWindow(requests: 1)))
    #expect(try await system.command("\(Self.stem)_time", "08:00").status == "failed")
    #expect(simulator.registers[Self.address] == 6)

    // A minute that the gateway no longer has leaves no time that looks fresh; with the minute it is back.
    try simulator.apply(.set(address: Self.address + 1, words: [0xFFFF]))
    watcher.publish("mate3/bridge/request/rescan", "{}")
    try await watcher.next("mate3/\(Self.stem)_time", where: { $0.text == "None" })
    try simulator.apply(.set(address: Self.address + 1, words: [30]))
    watcher.publish("mate3/bridge/request/rescan", "{}")
    try await watcher.next("mate3/\(Self.stem)_time", where: { $0.text == "06:30" })
    try await system.stop()
  }

  @Test func oneOfTheTwoIsNotEnough() async throws {
    for ending in ["hour", "minute"] {
      let system = try await start("gateway.grid_use_interval_1_weekday_start_\(ending)")
      #expect(try await system.command("\(Self.stem)_time", "06:45").code == "not_allowed")
      #expect(system.simulator.counters.writes == 0)
      try await system.stop()
    }
  }
}
