import Foundation
import MessageIO
import RegisterIO
import Registry
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto"))
struct HouseTests {
  private static func home() throws -> [Int: UInt16] {
    let file = ProcessRunner.packageDirectory.appending(path: "examples/systems/home.yaml")
    return Dictionary(
      uniqueKeysWithValues: try RegisterImage.load(file: file.path(percentEncoded: false), registry: .embedded())
        .registers
        .map { ($0.address, $0.word) })
  }

  private static func system(_ arguments: [String] = []) async throws -> RunningSystem {
    let system = try await RunningSystem.start(home(), arguments: arguments)
    try await system.ready()
    return system
  }

  private static func address(_ system: RunningSystem, of block: String, port: Int) async throws -> Int {
    let devices = try await system.watcher.next("mate3/bridge/devices")
    let rows = try JSONSerialization.jsonObject(with: Data(devices.payload)) as? [[String: Any]] ?? []
    let row = rows.first { $0["name"] as? String == block && $0["port"] as? Int == port }
    return try #require(row?["address"] as? Int)
  }

  /// A charge controller's power is at offset 14 of its block, a register of its own.
  @Test func aChangedReadingChangesTheSumOfTheSameCycle() async throws {
    let system = try await Self.system()
    try await system.watcher.next("mate3/house/0/availability", where: { $0.text == "online" })
    let third = try await Self.address(system, of: "charge_controller", port: 3)
    let fourth = try await Self.address(system, of: "charge_controller", port: 4)
    try system.simulator.apply(.set(address: third + 13, words: [1200]))
    try system.simulator.apply(.set(address: fourth + 13, words: [340]))
    try await system.watcher.next("mate3/house/0/solar_power", where: { $0.text == "1540" })
    let messages = system.watcher.messages
    let part = try #require(messages.lastIndex { $0.topic == "mate3/charge_controller/4/watts" })
    let sum = try #require(messages.lastIndex { $0.topic == "mate3/house/0/solar_power" })
    #expect(part < sum)
    try await system.stop()
  }

  /// Silence takes every value away, and each comes back with its devices.
  @Test func aSilentGatewayTakesTheHouseOffline() async throws {
    let system = try await Self.system()
    try await system.watcher.next("mate3/house/0/solar_power", where: { $0.text != "None" })
    system.watcher.clear()
    let registers = try Self.home()
    await system.simulator.stop()
    try await system.watcher.next(
      "mate3/house/0/availability", where: { $0.text == "offline" }, within: .seconds(20))
    #expect(system.watcher.texts["mate3/house/0/solar_power"] == "None")
    #expect(system.watcher.texts["mate3/house/0/state_of_charge"] == "None")
    system.watcher.clear()
    try await system.restartSimulator(registers)
    try await system.watcher.next(
      "mate3/house/0/availability", where: { $0.text == "online" }, within: .seconds(40))
    #expect(system.watcher.texts["mate3/house/0/solar_power"] == "0")
    try await system.stop()
  }

  /// The values go also while the bridge is stuck in a request that nobody answers.
  @Test func aHangingGatewayTakesTheHouseOffline() async throws {
    let system = try await Self.system(["--gateway-response-timeout", "1m"])
    try await system.watcher.next("mate3/house/0/solar_power", where: { $0.text != "None" })
    system.watcher.clear()
    try system.simulator.apply(.silence(.standing))
    try await system.watcher.next(
      "mate3/house/0/availability", where: { $0.text == "offline" }, within: .seconds(10))
    #expect(system.watcher.texts["mate3/house/0/solar_power"] == "None")
    try await system.stop()
  }

  /// A device that is pinned and missing leaves no sum of the others.
  @Test func aMissingDeviceLeavesNoPartialSum() async throws {
    let system = try await Self.system()
    try await system.watcher.next("mate3/house/0/load_power", where: { $0.text != "None" })
    system.watcher.clear()
    try system.simulator.apply(.dropBlock(id: 64117, port: 2))
    try await system.watcher.next("mate3/house/0/load_power", where: { $0.text == "None" }, within: .seconds(20))
    try await system.watcher.next(
      "mate3/single_phase_radian_inverter/2/availability", where: { $0.text == "offline" }, within: .seconds(20))
    #expect(system.watcher.texts["mate3/house/0/availability"] == nil, "the rest of the house is there")
    // Forgotten, it is no part of the house any more.
    system.watcher.publish("mate3/bridge/request/forget", "{}")
    try await system.watcher.next(
      "mate3/house/0/load_power", where: { Double($0.text) != nil }, within: .seconds(20))
    try await system.stop()
  }

  /// Devices come back one by one after a reboot, so slowly that no pause of the bridge can pass over the time in which
  /// one inverter is there without the other. Offset 47 of the block is the load in tenths of a kilowatt.
  @Test func aRebootOfTheGatewayPublishesNoPartialSum() async throws {
    let system = try await Self.system()
    for (port, word) in [(1, 5), (2, 3)] {
      let address = try await Self.address(system, of: "single_phase_radian_inverter", port: port)
      try system.simulator.apply(.set(address: address + 46, words: [UInt16(word)]))
    }
    try await system.watcher.next("mate3/house/0/load_power", where: { $0.text == "800" })
    system.watcher.clear()
    try system.simulator.apply(.reboot(down: .seconds(1), perDevice: .seconds(4)))
    try await system.watcher.next("mate3/house/0/load_power", where: { $0.text == "None" }, within: .seconds(30))
    try await system.watcher.next("mate3/house/0/load_power", where: { $0.text == "800" }, within: .seconds(60))
    let texts = Set(system.watcher.messages.filter { $0.topic == "mate3/house/0/load_power" }.map(\.text))
    #expect(texts == ["None", "800"])
    try await system.stop()
  }

  /// What the bridge knows of the day's counters outlives it: a counter that was reset meanwhile is not counted with
  /// the others' old day.
  @Test func aRestartCountsNoEnergyTwice() async throws {
    let system = try await Self.system()
    let third = try await Self.address(system, of: "charge_controller", port: 3)
    let fourth = try await Self.address(system, of: "charge_controller", port: 4)
    try system.simulator.apply(.set(address: third + 18, words: [150]))
    try system.simulator.apply(.set(address: fourth + 18, words: [100]))
    try await system.watcher.next("mate3/house/0/solar_energy_today", where: { $0.text == "25.0" })
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    #expect(FileManager.default.fileExists(atPath: "\(system.directory.path)/energies.json"))
    try system.simulator.apply(.set(address: third + 18, words: [1]))
    system.watcher.clear()
    try system.restartBridge()
    try await system.watcher.next(
      "mate3/house/0/solar_energy_today", where: { $0.text == "25.0" }, within: .seconds(20))
    // 10.1 would be yesterday's energy of the other controller once more.
    #expect(!system.watcher.messages.contains { $0.topic == "mate3/house/0/solar_energy_today" && $0.text == "10.1" })
    try await system.stop()
  }

  @Test func theHouseCanBeSwitchedOff() async throws {
    let system = try await Self.system()
    try await system.watcher.next("mate3/house/0/solar_power")
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let second = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1", "--port", "\(system.simulator.port)", "--broker",
        "mqtt://127.0.0.1:\(system.broker.port)", "--state-dir", system.directory.path, "--topics-house", "false",
      ])
    system.watcher.clear()
    try await system.ready(hasHouse: false)
    try await system.watcher.next("mate3/house/0/solar_power", where: { $0.payload.isEmpty })
    let watcher = system.watcher
    try await eventually("the end of every topic of the house") {
      watcher.texts.filter { $0.key.hasPrefix("mate3/house/") }.values.allSatisfy { $0.isEmpty }
    }
    second.signal(SIGTERM)
    try await second.exitStatus()
    try await system.stop()
  }

  @Test func commandsToTheHouseAreRefused() async throws {
    let system = try await Self.system()
    let result = try await system.command("house/0/solar_power", "1")
    #expect(result.code == "unknown_topic")
    try await system.stop()
  }
}
