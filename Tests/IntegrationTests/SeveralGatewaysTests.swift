import Foundation
import MessageIO
import RegisterIO
import Simulator
import TestSupport
import Testing

/// Two gateways in one process: a house with two Radian inverters, and a barn with a split-phase one.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto"))
struct SeveralGatewaysTests {
  private struct Site {
    let broker: MosquittoBroker
    let house: SimulatedGateway
    let barn: SimulatedGateway
    let watcher: TopicWatcher
    let directory: TemporaryDirectory
    let bridge: ProcessRunner

    static func start(settings: String = "") async throws -> Site {
      let broker = try await MosquittoBroker.start()
      let house = try await SimulatedGateway.start(file: CommandLine.file("home"), isAnimated: false)
      let barn = try await SimulatedGateway.start(file: CommandLine.file("split_phase_radian"), isAnimated: false)
      let directory = try TemporaryDirectory()
      let file = try directory.write(
        "bridge.yaml",
        """
        gateway: {response_timeout: 1m}
        broker: {url: 'mqtt://127.0.0.1:\(broker.port)'}
        intervals: {live: 1s}
        state_dir: state
        gateways:
          - {host: 127.0.0.1, port: \(house.port), base: site/house}
          - {host: 127.0.0.1, port: \(barn.port), base: site/barn}
        \(settings)

        """)
      let watcher = try await TopicWatcher.start(broker)
      return Site(
        broker: broker, house: house, barn: barn, watcher: watcher, directory: directory,
        bridge: try ProcessRunner(ProcessRunner.product("mate3"), ["bridge", "--config", file]))
    }

    func ready() async throws {
      for base in ["site/house", "site/barn"] {
        try await watcher.next("\(base)/bridge/state", where: { $0.text == "online" }, within: .seconds(20))
        try await watcher.next(
          "\(base)/system_control/0/availability", where: { $0.text == "online" }, within: .seconds(20))
      }
    }

    func address(of block: String, port: Int, base: String) async throws -> Int {
      let devices = try await watcher.next("\(base)/bridge/devices")
      let rows = try JSONSerialization.jsonObject(with: Data(devices.payload)) as? [[String: Any]] ?? []
      let row = rows.first { $0["name"] as? String == block && $0["port"] as? Int == port }
      return try #require(row?["address"] as? Int)
    }

    /// Changes the power of the barn's first charge controller, and waits two intervals at most until it is published.
    func expectOnTime(_ watts: UInt16, _ block: Int) async throws {
      try barn.apply(.set(address: block + 13, words: [watts]))
      try await watcher.next(
        "site/barn/charge_controller/2/watts", where: { $0.text == "\(watts)" }, within: .seconds(2))
    }

    func stop() async throws {
      await watcher.stop()
      await house.stop()
      await barn.stop()
      try await broker.stop()
    }
  }

  /// Which of the gateways is the bridge's first may change while a page is open, and what is asked and commanded there
  /// must not go to another one than is seen.
  @Test(.enabled(if: PageOverHTTPTests.hasBrowser, "needs chromium")) func anOpenPageKeepsToItsGateway() async throws {
    let site = try await Site.start(settings: "page: {listen: '127.0.0.1:0'}")
    try await site.ready()
    let line = try await site.bridge.errorLine { $0.contains("the page is served") }
    let port = try #require(line.split(separator: "port=").last.flatMap { Int($0.prefix { $0.isNumber }) })
    let asked = "performance.getEntriesByType('resource').map(e => e.name).filter(n => /history.*points=366/.test(n))"
    let look = try await PageOverHTTPTests.look(
      port,
      [
        "--wait",
        """
        document.querySelectorAll('article').length > 5
          && (window.pressed ??= (document.querySelector('[data-range=year]').click(), true))
          && \(asked).length > 0
        """,
        "--evaluate", "\(asked).join(' ')",
      ])
    #expect(look.isThere)
    let addresses = look.value?.split(separator: " ") ?? []
    #expect(!addresses.isEmpty && addresses.allSatisfy { $0.contains("gateway=site%2Fhouse") }, "\(addresses)")
    site.bridge.signal(SIGTERM)
    #expect(try await site.bridge.exitStatus() == 0)
    try await site.stop()
  }

  @Test func eachGatewayIsABridgeOfItsOwn() async throws {
    let site = try await Site.start()
    try await site.ready()
    let texts = site.watcher.texts
    #expect(texts["site/house/single_phase_radian_inverter/2/availability"] == "online")
    #expect(texts["site/barn/split_phase_radian_inverter/1/availability"] == "online")
    #expect(!texts.keys.contains { $0.hasPrefix("site/barn/single_phase") || $0.hasPrefix("site/house/split_phase") })
    #expect(!texts.keys.contains { $0.hasPrefix("mate3/") })
    for mac in ["00005e005301", "00005e005303"] {
      #expect(texts.keys.contains { $0.hasPrefix("homeassistant/device/mate3_\(mac)") }, "\(mac)")
    }

    // A command reaches the gateway whose base it names.
    let command = "radian_inverter_configuration/1/aux_control/set"
    site.watcher.publish("site/barn/\(command)", "on")
    let result = try await site.watcher.next("site/barn/\(command)/result")
    #expect(result.text.contains("\"status\":\"accepted\""), "\(result.text)")
    #expect(site.barn.counters.writes == 1 && site.house.counters.writes == 0)
    site.watcher.publish("site/house/\(command)", "on")
    try await site.watcher.next("site/house/\(command)/result", where: { $0.text.contains("accepted") })
    #expect(site.barn.counters.writes == 1 && site.house.counters.writes == 1)

    // Each has its pins and its ledger, with its own write, in a folder of its own.
    let state = site.directory.path + "/state"
    #expect(
      try Set(FileManager.default.contentsOfDirectory(atPath: state)) == ["site.house", "site.barn", "health.sock"])
    for base in ["site.house", "site.barn"] {
      #expect(FileManager.default.fileExists(atPath: "\(state)/\(base)/pins.json"))
      let ledger = try String(contentsOfFile: "\(state)/\(base)/ledger.jsonl", encoding: .utf8)
      #expect(ledger.split(separator: "\n").count == 2, "\(base)")
    }

    site.bridge.signal(SIGTERM)
    #expect(try await site.bridge.exitStatus(within: .seconds(5)) == 0)
    try await site.watcher.next("site/house/bridge/state", where: { $0.text == "offline" })
    try await site.watcher.next("site/barn/bridge/state", where: { $0.text == "offline" })
    try await site.stop()
  }

  /// A second gateway comes to the first, whose files stay where they are.
  @Test func oneOfSeveralGoesOnWithWhatASingleOneHasLeft() async throws {
    let broker = try await MosquittoBroker.start()
    let gateway = try await CommandLine.serve("home")
    let directory = try TemporaryDirectory()
    let state = directory.path + "/state"
    func bridge(_ gateways: String) async throws -> ProcessRunner {
      let file = try directory.write(
        "bridge.yaml", "broker: {url: 'mqtt://127.0.0.1:\(broker.port)'}\nstate_dir: state\n\(gateways)\n")
      return try ProcessRunner(ProcessRunner.product("mate3"), ["bridge", "--config", file])
    }
    let watcher = try await TopicWatcher.start(broker)
    let topic = "mate3/charge_controller/4/availability"
    let single = try await bridge("gateway: {host: '127.0.0.1:\(gateway.port)'}")
    try await watcher.next(topic) { $0.text == "online" }
    single.signal(SIGTERM)
    #expect(try await single.exitStatus() == 0)
    /// The pins but for when counters were read last, which goes on.
    func pins() throws -> String {
      try String(contentsOfFile: state + "/pins.json", encoding: .utf8)
        .replacing(/"countersAt" : [0-9.]+/, with: "")
    }
    let pinned = try pins()

    let first = "{host: 127.0.0.1, port: \(gateway.port), base: mate3"
    let refused = try await bridge("gateways: [\(first)}, {host: 127.0.0.1, port: 1, base: barn}]")
    #expect(try await refused.exitStatus() == 78)
    #expect(refused.errorLines.contains { $0.contains("keeps_state: true") }, "\(refused.errorLines)")
    let several = try await bridge("gateways: [\(first), keeps_state: true}, {host: 127.0.0.1, port: 1, base: barn}]")
    try await watcher.next(topic) { $0.text == "online" }
    try await watcher.next("barn/bridge/state") { $0.text == "online" }
    several.signal(SIGTERM)
    #expect(try await several.exitStatus() == 0)
    #expect(try pins() == pinned)
    let names = try FileManager.default.contentsOfDirectory(atPath: state)
    #expect(names.contains("barn") && !names.contains("mate3"), "\(names)")
    await gateway.stop()
  }

  /// However many gateways wait for the same broker to say goodbye.
  @Test func allEndWithinTwoSecondsThoughTheBrokerHangs() async throws {
    let broker = try await MosquittoBroker.start()
    let directory = try TemporaryDirectory()
    let bases = (1...6).map { "site/\($0)" }
    let file = try directory.write(
      "bridge.yaml",
      """
      broker: {url: 'mqtt://127.0.0.1:\(broker.port)'}
      state_dir: state
      gateways:
      \(bases.enumerated().map { "  - {host: 127.0.0.1, port: \($0 + 1), base: \($1)}" }.joined(separator: "\n"))

      """)
    let watcher = try await TopicWatcher.start(broker)
    let bridge = try ProcessRunner(ProcessRunner.product("mate3"), ["bridge", "--config", file])
    for base in bases {
      try await watcher.next("\(base)/bridge/state", where: { $0.text == "online" }, within: .seconds(20))
    }
    broker.suspend()
    let begin = ContinuousClock.now
    bridge.signal(SIGTERM)
    #expect(try await bridge.exitStatus(within: .seconds(10)) == 0)
    #expect(begin.duration(to: .now) < .seconds(2))
    broker.resume()
    await watcher.stop()
    try await broker.stop()
  }

  @Test func aGatewayThatHangsOrDiesDelaysNoOther() async throws {
    let site = try await Site.start()
    try await site.ready()
    let block = try await site.address(of: "charge_controller", port: 2, base: "site/barn")
    try await site.expectOnTime(1100, block)
    site.watcher.clear()

    // It hangs: the house's devices go offline while the request still waits, and the barn goes on.
    try site.house.apply(.silence(.standing))
    try await site.expectOnTime(1200, block)
    try await site.watcher.next(
      "site/house/charge_controller/3/availability", where: { $0.text == "offline" }, within: .seconds(20))
    try await site.expectOnTime(1300, block)

    // It is gone.
    await site.house.stop()
    for watts: UInt16 in [1400, 1500, 1600] { try await site.expectOnTime(watts, block) }
    let command = "radian_inverter_configuration/1/aux_control/set"
    site.watcher.publish("site/barn/\(command)", "on")
    try await site.watcher.next(
      "site/barn/\(command)/result", where: { $0.text.contains("\"accepted\"") }, within: .seconds(5))
    site.watcher.publish("site/house/\(command)", "on")
    try await site.watcher.next(
      "site/house/\(command)/result", where: { $0.text.contains("\"gateway_offline\"") }, within: .seconds(20))
    let availability = site.watcher.texts.filter { $0.key.hasSuffix("/availability") }
    #expect(!availability.contains { $0.key.hasPrefix("site/barn/") && $0.value == "offline" })
    #expect(!availability.contains { $0.key.hasPrefix("site/house/") && $0.value == "online" })

    site.bridge.signal(SIGTERM)
    #expect(try await site.bridge.exitStatus(within: .seconds(5)) == 0)
    try await site.stop()
  }

  /// 20 gateways do not fit into 100 descriptors.
  @Test func moreGatewaysThanTheSystemCarriesAreRefused() async throws {
    let directory = try TemporaryDirectory()
    let gateways = (0..<20).map { "  - {host: 127.0.0.1, port: \(16000 + $0), base: site/g\($0)}\n" }
    let file = try directory.write(
      "bridge.yaml", "broker: {url: 'mqtt://127.0.0.1'}\nstate_dir: state\ngateways:\n" + gateways.joined())
    let mate3 = try ProcessRunner.product("mate3").path(percentEncoded: false)
    let bridge = try ProcessRunner(
      URL(filePath: "/usr/bin/prlimit"), ["--nofile=100:100", mate3, "bridge", "--config", file])
    #expect(try await bridge.exitStatus() == 78)
    let sentence = try await bridge.errorLine { $0.contains("20 gateways need") }
    #expect(sentence.contains("allows this process 100") && sentence.contains("ulimit -n"), "\(sentence)")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/state"))
  }
}
