import Mate3
import MessageIO
import Registry
import Testing
import Topics

@testable import Bridge

@Suite struct CommandQueueTests {
  private func command(
    _ topic: String, _ text: String, retained: Bool = false, age: Duration = .zero
  ) throws -> Command {
    let scheme = TopicScheme(base: "mate3")
    return Command(
      InboundMessage(
        topic: "mate3/\(topic)/set", payload: Array(text.utf8), isRetained: retained, receivedAt: .now - age),
      scheme,
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

  /// What has waited too long is known before its turn; what makes the system safer waits longer.
  @Test func whatHasExpiredIsTakenOut() async throws {
    let queue = CommandQueue(limit: 10)
    let topic = "radian_inverter_configuration/1/aux_control"
    for (text, age) in [("on", 11), ("off", 11), ("auto", 9)] {
      #expect(try queue.add(command(topic, text, age: .seconds(age))) == nil)
    }
    let expired = queue.removeExpired()
    #expect(try expired.map { try $0.content.get().text } == ["on"])
    for text in ["off", "auto"] {
      let next = await queue.next()
      #expect(try next?.content.get().text == text)
    }
    #expect(queue.removeExpired().isEmpty)
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
