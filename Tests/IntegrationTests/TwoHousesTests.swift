import Foundation
import MessageIO
import Simulator
import TestSupport
import Testing

/// A house with FXR inverters and a barn with an FX, both with an inverter on port 1, in one real Home Assistant.
@Suite(
  .serialized,
  .enabled(
    if: SharedData.isPresent && MosquittoBroker.isInstalled && HomeAssistantUnderTest.program() != nil,
    Comment(rawValue: HomeAssistantUnderTest.absence)))
struct TwoHousesTests {
  /// One gateway is announced, and the other when the owner adds it.
  @Test(arguments: [["House", "Barn"], ["Barn", "House"]])
  func noNameIsSharedAndNoCommandGoesAstray(order: [String]) async throws {
    let broker = try await MosquittoBroker.start()
    let house = try await CommandLine.serve("home")
    let barn = try await CommandLine.serve("fx")
    let gateways = ["House": house, "Barn": barn]
    let directory = try TemporaryDirectory()
    func bridge(_ names: [String]) throws -> ProcessRunner {
      let entries = try names.map { name in
        let port = try #require(gateways[name]?.port)
        return "  - {name: \(name), host: 127.0.0.1, port: \(port), base: site/\(name.lowercased())}\n"
      }
      let file = try directory.write(
        "bridge.yaml",
        """
        broker: {url: 'mqtt://127.0.0.1:\(broker.port)'}
        intervals: {live: 1s}
        state_dir: state
        gateways:
        \(entries.joined())
        """)
      return try ProcessRunner(ProcessRunner.product("mate3"), ["bridge", "--config", file])
    }
    let watcher = try await TopicWatcher.start(broker)
    func ready(_ name: String) async throws {
      let topic = "site/\(name.lowercased())/house/0/availability"
      try await watcher.next(topic, where: { $0.text == "online" }, within: .seconds(20))
    }
    let first = try bridge([order[0]])
    try await ready(order[0])
    let ha = try await HomeAssistantUnderTest.start(broker)
    try await ha.settle(count: try AnnouncedMessages(watcher).enabledCount)
    first.signal(SIGTERM)
    #expect(try await first.exitStatus() == 0)
    watcher.clear()
    let both = try bridge(order)
    for name in order { try await ready(name) }
    let expected = try AnnouncedMessages(watcher).enabledCount
    #expect(try await ha.settle(count: expected) == expected)

    let names = try await ha.devices().map(\.name)
    #expect(Set(names).count == names.count && names.count == 7 + 1 + 5)
    for part in ["House", "Inverter 1", "MATE3 bridge"] {
      for name in order { #expect(names.contains("\(name) \(part)"), "\(names)") }
    }
    let entities = try await ha.entities()
    let numbered = entities.filter { $0.id.hasSuffix("_2") && $0.originalName?.hasSuffix("2") == false }.map(\.id)
    #expect(numbered.isEmpty)

    // What Home Assistant shows of one house switches that house.
    for (name, other) in [("Barn", house), ("House", barn)] {
      let own = try #require(gateways[name])
      let before = (own.counters.writes, other.counters.writes)
      let entity = "select.\(name.lowercased())_inverter_1_aux"
      try await ha.call("select/select_option", ["entity_id": entity, "option": "on"])
      #expect(try await ha.wait(entity, "on")?.state == "on")
      #expect(own.counters.writes == before.0 + 1 && other.counters.writes == before.1, "\(name)")
    }
    #expect(try await ha.complaints().isEmpty)

    try await ha.stop()
    both.signal(SIGTERM)
    #expect(try await both.exitStatus() == 0)
    await watcher.stop()
    await house.stop()
    await barn.stop()
    try await broker.stop()
  }
}
