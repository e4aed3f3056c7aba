import Foundation
import Glibc
import Mate3
import MessageIO
import Simulator
import StateStore
import TestSupport
import Testing

/// What becomes of the state directory while the real program runs.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct StateOnDiskTests {
  private static let topic = "radian_inverter_configuration/1/aux_control"

  private func alert(_ system: RunningSystem, _ part: String) async throws {
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text.contains(part) })
  }

  @Test(arguments: ["ledger.jsonl", "pins.json", ""]) func whatIsDeletedIsWrittenAgainAndSaid(name: String) async throws
  {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let folder = system.directory.path
    let pins = "\(folder)/pins.json"
    try await eventually("the pins") { FileManager.default.fileExists(atPath: pins) }
    #expect(try await system.command(Self.topic, "on").status == "accepted")
    let kept = try Data(contentsOf: URL(filePath: pins))
    if name.isEmpty {
      for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
        try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
      }
      try FileManager.default.removeItem(atPath: folder)
    } else {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
    #expect(try await system.command(Self.topic, "off").status == "accepted")
    try await alert(system, "\(name.isEmpty ? "lock in it, was" : "\(name) was") deleted while this program ran")
    #expect(try String(contentsOfFile: "\(folder)/ledger.jsonl", encoding: .utf8).contains("aux_control"))
    try await eventually("the pins") { (try? Data(contentsOf: URL(filePath: pins))) == kept }
    try await system.stop()
  }

  @Test func aDirectoryOpenToAllIsSaid() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    #expect(chmod(system.directory.path, 0o777) == 0)
    #expect(try await system.command(Self.topic, "on").status == "accepted")
    try await alert(system, "everybody on this machine can change")
    #expect(chmod(system.directory.path, 0o700) == 0)
    system.watcher.clear()
    #expect(try await system.command(Self.topic, "off").status == "accepted")
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text == "[]" })
    try await system.stop()
  }

  /// A ledger, or timed commands, that make no sense keep nothing from being written.
  @Test func garbageIsSetAsideAndSaid() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    for name in ["ledger.jsonl", "timers.json"] { try system.directory.write(name, "\u{1}\u{2}garbage\n") }
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    #expect(try await system.command(Self.topic, "on").status == "accepted")
    try await alert(system, "ledger.jsonl can't be understood at line 1")
    try await alert(system, "timers.json can't be understood")
    try await system.stop()
  }

  /// Pins that are gone, though something tells of an earlier run.
  @Test func aLossOfThePinsIsSaid() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    #expect(try await system.command(Self.topic, "on").status == "accepted")
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    try FileManager.default.removeItem(atPath: "\(system.directory.path)/pins.json")
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    try await alert(system, "pins.json is gone, though ledger.jsonl tells of an earlier run")
    try await system.stop()
  }

  @Test func aFullDiskIsSaidUntilThereIsRoom() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let folder = system.directory.path
    guard mount("tmpfs", folder, "tmpfs", 0, "size=256k,mode=700") == 0 else {
      print("skipped: no tmpfs can be mounted here")
      await system.watcher.stop()
      await system.simulator.stop()
      return try await system.broker.stop()
    }
    defer { umount2(folder, Int32(MNT_DETACH)) }
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    #expect(try await system.command(Self.topic, "on").status == "accepted")
    let filler = open("\(folder)/filler", O_WRONLY | O_CREAT, 0o600)
    let block = [UInt8](repeating: 1, count: 4096)
    while write(filler, block, block.count) > 0 {}
    close(filler)
    // The last block of the ledger has some room left.
    for _ in 0..<30 where !system.watcher.texts["mate3/bridge/alerts", default: ""].contains("No space") {
      _ = try await system.command("radian_inverter_configuration/2/aux_control", "on")
      _ = try await system.command("radian_inverter_configuration/2/aux_control", "auto")
    }
    try await alert(system, "No space left on device); make room on its disk")
    unlink("\(folder)/filler")
    system.watcher.clear()
    #expect(try await system.command(Self.topic, "auto").status == "accepted")
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text == "[]" })
    try await system.stop()
  }

  /// A lifetime counter that a poll saw rise is on disk after the end of the run.
  @Test func countersOfPollsAreKeptAtTheEnd() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    let topic = "mate3/charge_controller/3/lifetime_kwh_hours"
    let before = try #require(system.watcher.texts[topic].flatMap(UInt16.init))
    try system.simulator.apply(.set(address: 40928, words: [before + 1]))
    try await system.watcher.next(topic, where: { $0.text == "\(before + 1)" })
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let directory = try StateDirectory(system.directory.path, owner: "test")
    let pin = try PinFile(directory).load().pins[PinKey(block: "charge_controller", port: 3)]
    #expect(pin?.counters["lifetime_kwh_hours"] == Int64(before + 1))
    await system.watcher.stop()
    await system.simulator.stop()
    try await system.broker.stop()
  }
}
