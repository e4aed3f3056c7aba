import Mate3
import MessageIO
import Registry
import Testing
import Topics

@testable import Bridge

@Suite struct CommandQueueTests {
  private func message(_ topic: String, _ text: String) -> InboundMessage {
    InboundMessage(topic: "mate3/\(topic)/set", payload: Array(text.utf8))
  }

  /// `off` after `on` to one field: the release goes first, and the older command does not undo it.
  @Test func aReleaseGoesFirstAndReplacesWhatItWouldPrecede() async throws {
    let queue = CommandQueue(limit: 4, registry: try Registry.embedded(), scheme: TopicScheme(base: "mate3"))
    let one = "radian_inverter_configuration/1/aux_control"
    let two = "radian_inverter_configuration/2/aux_control"
    #expect(queue.add(message(two, "on")).refusal == nil)
    #expect(queue.add(message(one, "on")).refusal == nil)
    let replaced = queue.add(message(one, "off")).replaced
    #expect(replaced.map(\.topic) == ["mate3/\(one)/set"])
    #expect(await queue.next()?.payload == Array("off".utf8))
    #expect(await queue.next()?.topic == "mate3/\(two)/set")
  }

  @Test func theOrderIsReleasesThenOthers() async throws {
    let queue = CommandQueue(limit: 2, registry: try Registry.embedded(), scheme: TopicScheme(base: "mate3"))
    let topics = ["radian_inverter_configuration/1/aux_control", "radian_inverter_configuration/2/aux_control"]
    for topic in topics { #expect(queue.add(message(topic, "on")).refusal == nil) }
    #expect(queue.add(message("charge_controller_configuration/3/aux_control", "on")).refusal?.code == .queueFull)
    #expect(queue.add(message("charge_controller_configuration/4/aux_control", "off")).refusal == nil)
    var order: [String] = []
    for _ in 0..<3 { order.append(await queue.next()?.topic ?? "") }
    #expect(order == (["charge_controller_configuration/4/aux_control"] + topics).map { "mate3/\($0)/set" })
    queue.close()
    #expect(queue.add(message(topics[0], "on")).refusal?.code == .shuttingDown)
    #expect(await queue.next() == nil)
  }
}
