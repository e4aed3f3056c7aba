import Foundation
import MessageIO
import Simulator
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct OutageTests {
  let capture: [Int: UInt16]

  init() throws { capture = try SharedData.capture() }

  /// Everything retained is there again within 5 s of the return of a broker that lost it all.
  @Test func anEmptiedBrokerIsFilledAgain() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let before = Set(
      system.watcher.texts.keys.filter {
        !$0.hasPrefix("mate3/bridge/echo/") && !["mate3/bridge/event", "mate3/bridge/claim"].contains($0)
      })
    try await system.broker.restart()
    let back = ContinuousClock.now
    system.watcher.clear()
    try await eventually(within: .seconds(5), "every retained topic") {
      before.isSubset(of: Set(system.watcher.texts.keys))
    }
    let took = back.duration(to: .now)
    #expect(took < .seconds(5))
    #expect(system.watcher.texts["mate3/gateway/0/availability"] == "online")
    // Retained, that is: a client that comes later gets them too.
    let late = try await TopicWatcher.start(system.broker, ["#"])
    try await eventually("every retained topic for a late client") {
      before.isSubset(of: Set(late.messages.filter(\.isRetained).map(\.topic)))
    }
    await late.stop()
    try await system.stop()
  }

  /// While the broker hangs, the last value of a topic waits for it, and nothing else.
  @Test func aHangingBrokerGetsTheLastValues() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let simulator = system.simulator
    system.broker.suspend()
    for step in 0..<3 {
      try simulator.apply(.set(address: 40916, words: [UInt16(500 + step)]))
      let requests = simulator.counters.requests
      try await eventually("a cycle") { simulator.counters.requests > requests + 6 }
    }
    system.broker.resume()
    try await system.watcher.next(
      "mate3/charge_controller/3/battery_voltage", where: { $0.text == "50.2" }, within: .seconds(20))
    #expect(system.watcher.texts["mate3/charge_controller/3/battery_voltage"] == "50.2")
    try await system.stop()
  }

  @Test func aSilentGatewayTakesItsDevicesOfflineAndBack() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let devices = system.watcher.texts.keys.filter { $0.hasSuffix("/availability") }
    #expect(devices.count == 16)
    system.watcher.clear()
    await system.simulator.stop()
    let silent = ContinuousClock.now
    let watcher = system.watcher
    try await eventually(within: .seconds(10), "every device offline") {
      devices.allSatisfy { watcher.texts[$0] == "offline" }
    }
    // Three live intervals of a second, and the watch that looks every half of one.
    #expect(silent.duration(to: .now) < .milliseconds(3000 + 500 + 1000))
    let refused = try await system.command("radian_inverter_configuration/1/aux_control", "on")
    #expect(refused.code == "gateway_offline")
    try await system.restartSimulator(capture)
    try await eventually(within: .seconds(40), "every device online") {
      devices.allSatisfy { watcher.texts[$0] == "online" }
    }
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
    try await system.stop()
  }

  /// A bridge that was killed leaves its devices online at the broker; its successor, which finds no gateway, must not
  /// let them look alive.
  @Test func leftoversOfAKilledBridgeDoNotLookAlive() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let watcher = system.watcher
    system.bridge.signal(SIGKILL)
    try await watcher.next("mate3/bridge/state", where: { $0.text == "offline" })
    await system.simulator.stop()
    watcher.publish("mate3/charge_controller_of_old/3/battery_voltage", "12.3", retain: true)
    watcher.clear()
    try system.restartBridge()
    try await watcher.next("mate3/bridge/state", where: { $0.text == "online" })
    for device in ["charge_controller/3", "gateway/0", "flexnet_dc/5"] {
      try await watcher.next("mate3/\(device)/availability", where: { $0.text == "offline" })
    }
    watcher.clear()
    try await system.restartSimulator(capture)
    try await watcher.next(
      "mate3/charge_controller/3/availability", where: { $0.text == "online" }, within: .seconds(40))
    // What no device of this system is called is cleared.
    try await watcher.next("mate3/charge_controller_of_old/3/battery_voltage", where: { $0.payload.isEmpty })
    try await system.stop()
  }

  enum Hang: String, CaseIterable, Sendable { case nothing, broker, gateway, both }

  /// SIGTERM ends the program within two seconds with status 0, whatever hangs.
  @Test(arguments: Hang.allCases)
  func endsWithinTwoSeconds(hang: Hang) async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    if hang == .gateway || hang == .both {
      try system.simulator.apply(.silence(.standing))
      let requests = system.simulator.counters.requests
      let simulator = system.simulator
      try await eventually("a request without an answer") { simulator.counters.requests > requests }
    }
    if hang == .broker || hang == .both { system.broker.suspend() }
    let begin = ContinuousClock.now
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    #expect(begin.duration(to: .now) < .seconds(2))
    system.broker.resume()
    let watcher = system.watcher
    try await eventually("the farewell") { watcher.texts["mate3/bridge/state"] == "offline" }
    if hang == .nothing {
      let devices = watcher.texts.filter { $0.key.hasSuffix("/availability") }
      #expect(devices.count == 16)
      #expect(devices.values.allSatisfy { $0 == "offline" })
    }
    try await system.stop()
  }

  /// A standby takes over when pings are not answered: nothing that waits for the gateway may hold them up. And however
  /// often users ask for a scan, the gateway is asked no more for it.
  @Test func aHangingGatewayHoldsUpNoPing() async throws {
    let system = try await RunningSystem.start(capture, arguments: ["--gateway-response-timeout", "1m"])
    try await system.ready()
    try system.simulator.apply(.silence(.standing))
    let requests = system.simulator.counters.requests
    let simulator = system.simulator
    try await eventually("a request without an answer") { simulator.counters.requests > requests }
    let watcher = system.watcher
    for _ in 0..<20 { watcher.publish("mate3/bridge/request/rescan", "{}") }
    watcher.publish("mate3/bridge/request/trust", #"{"device":"charge_controller","port":3}"#)
    watcher.publish("mate3/bridge/request/forget", "{}")
    let begin = ContinuousClock.now
    watcher.publish("mate3/bridge/request/ping", #"{"id":"still there"}"#)
    try await watcher.next(
      "mate3/bridge/response/ping", where: { $0.text.contains("still there") }, within: .seconds(10))
    #expect(begin.duration(to: .now) < .seconds(4), "a standby waits five seconds")
    try await watcher.next(
      "mate3/bridge/response/rescan", where: { $0.text.contains("asked for just now") }, within: .seconds(10))
    #expect(simulator.counters.requests == requests + 1)
    try await system.stop()
  }

  /// However often users ask for a scan, the gateway is asked no more often than it can bear: 30 requests a scan at the
  /// most, one scan in two seconds, and no cycles out of turn.
  @Test func aStormOfWishesDoesNotPesterTheGateway() async throws {
    let system = try await RunningSystem.start(capture, live: 60)
    try await system.ready()
    let before = system.simulator.counters.requests
    for number in 0..<200 { system.watcher.publish("mate3/bridge/request/rescan", "{\"id\":\"\(number)\"}") }
    try await system.watcher.next(
      "mate3/bridge/response/rescan", where: { $0.text.contains("\"199\"") }, within: .seconds(10))
    let begin = ContinuousClock.now
    let simulator = system.simulator
    try await eventually(within: .seconds(10), "the scan that had to wait") {
      simulator.counters.requests >= before + 2 * 10 && begin.duration(to: .now) > .seconds(3)
    }
    #expect(simulator.counters.requests <= before + 3 * 30)
    try await system.stop()
  }

  /// A value that is gone must not stay behind looking fresh, be it noticed by a poll, a scan or the next run.
  @Test func aValueThatIsGoneBecomesNone() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let watcher = system.watcher
    // 40916 is the battery voltage of the charge controller on port 3, 41044 the day's energy of that on port 4.
    try system.simulator.apply(.set(address: 40916, words: [0xFFFF]))
    watcher.publish("mate3/bridge/request/rescan", "{}")
    try await watcher.next("mate3/charge_controller/3/battery_voltage", where: { $0.text == "None" })
    system.bridge.signal(SIGKILL)
    try await system.bridge.exitStatus()
    try system.simulator.apply(.set(address: 41044, words: [0xFFFF]))
    try system.restartBridge()
    try await watcher.next("mate3/charge_controller/4/todays_kwh", where: { $0.text == "None" })
    try await system.stop()
  }

  /// After a reboot that is slower than a scan the devices that come last are found again.
  @Test func aSlowRebootLosesNoDevice() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let watcher = system.watcher
    try system.simulator.apply(.reboot(down: .milliseconds(500), perDevice: .milliseconds(2500)))
    try await watcher.next("mate3/flexnet_dc/5/availability", where: { $0.text == "offline" }, within: .seconds(30))
    try await eventually(within: .seconds(60), "every device") {
      let states = watcher.texts.filter { $0.key.hasSuffix("/availability") }
      return states.count == 16 && states.values.allSatisfy { $0 == "online" }
    }
    #expect(watcher.texts["mate3/bridge/info"]?.contains("\"registers_per_request\":100") ?? false)
    try await system.stop()
  }

  /// However the moments of the reboot fall to those of the reading: everything is as before three live intervals after
  /// the last device is back.
  @Test func everythingIsAsBeforeAfterReboots() async throws {
    let system = try await RunningSystem.start(capture)
    try await system.ready()
    let watcher = system.watcher
    func state() -> [String: String] {
      let clock = ["second", "minute", "hour", "day"].map { "mate3/gateway/0/\($0)" }
      return watcher.texts.filter {
        !$0.key.hasPrefix("mate3/bridge/") && !$0.key.hasSuffix("/commands") && !clock.contains($0.key)
      }
    }
    try await eventually("all there is") { state().values.count > 500 }
    let before = state()
    for offset in [0, 450] {
      try await Task.sleep(for: .milliseconds(offset))
      try system.simulator.apply(.reboot(down: .milliseconds(1200), perDevice: .milliseconds(500)))
      // Five devices.
      let complete = ContinuousClock.now + .milliseconds(1200 + 5 * 500)
      try await eventually(within: .seconds(10), "the outage") {
        watcher.texts["mate3/flexnet_dc/5/availability"] == "offline"
      }
      try await eventually(within: .seconds(20), "everything as before") {
        let now = state()
        return before.allSatisfy { now[$0.key] == $0.value }
      }
      #expect(complete.duration(to: .now) < .milliseconds(3000 + 500 + 1000))
    }
    try await system.stop()
  }
}
