import Mate3
import MessageIO
import Registry
import Testing
import Topics

@testable import Bridge

@Suite struct CommandQueueTests {
  private func command(_ topic: String, _ text: String, retained: Bool = false) throws -> Command {
    let scheme = TopicScheme(base: "mate3")
    return Command(
      InboundMessage(topic: "mate3/\(topic)/set", payload: Array(text.utf8), isRetained: retained), scheme,
      Releases(registry: try Registry.embedded(), scheme: scheme))
  }

  @Test func theOrderIsReleasesThenOthers() async throws {
    let queue = CommandQueue(limit: 2)
    let topics = ["radian_inverter_configuration/1/aux_control", "radian_inverter_configuration/2/aux_control"]
    for topic in topics { #expect(try queue.add(command(topic, "on")) == nil) }
    #expect(try queue.add(command("charge_controller_configuration/3/aux_control", "on"))?.code == .queueFull)
    #expect(try queue.add(command("charge_controller_configuration/4/aux_control", "off")) == nil)
    var order: [String] = []
    for _ in 0..<3 { order.append(await queue.next()?.topic ?? "") }
    #expect(order == (["charge_controller_configuration/4/aux_control"] + topics).map { "mate3/\($0)/set" })
    queue.close()
    #expect(try queue.add(command(topics[0], "on"))?.code == .shuttingDown)
    #expect(await queue.next() == nil)
  }

  /// What is not carried out goes before nothing.
  @Test(arguments: [
    ("off", false, true), ("{\"value\": \"off\"}", false, true),
    ("{\"value\": \"off\", \"dry_run\": true}", false, false),
    ("off", true, false), ("on", false, false), ("{\"value\": \"off\"", false, false),
  ])
  func whatIsARelease(payload: String, retained: Bool, isRelease: Bool) throws {
    #expect(
      try command("radian_inverter_configuration/1/aux_control", payload, retained: retained).isRelease == isRelease)
  }

  @Test func bytesAreBoundedAsWell() throws {
    let queue = CommandQueue(limit: 1000, byteLimit: 4000)
    let long = String(repeating: "x", count: 1000)
    var taken = 0
    while try queue.add(command("radian_inverter_configuration/1/\(long)", "on")) == nil { taken += 1 }
    #expect(taken == 2)
    #expect(try queue.add(command("radian_inverter_configuration/1/aux_control", "off")) == nil)
  }
}
