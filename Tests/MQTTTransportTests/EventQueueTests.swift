import MessageIO
import TestSupport
import Testing

@testable import MQTTTransport

@Suite(.timeLimit(.minutes(1))) struct EventQueueTests {
  /// A message without or with properties, or what happened to the connection.
  private func event(_ random: inout SplitMix64) -> BrokerEvent {
    func bytes(_ most: Int) -> [UInt8] { (0..<Int.random(in: 0...most, using: &random)).map { UInt8($0 % 251) } }
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return .drained
    case 1: return .subscribed(refused: ["a/\(Int.random(in: 0...9, using: &random))"])
    case 2:
      return .message(
        InboundMessage(
          topic: "µ/set", payload: bytes(8), qos: .exactlyOnce, responseTopic: "answer", expiryInterval: 7))
    default:
      let name = String(repeating: "é", count: Int.random(in: 0...40, using: &random))
      let isRetained = Bool.random(using: &random)
      return .message(
        InboundMessage(
          topic: "mate3/\(name)", payload: bytes(300), qos: isRetained ? .atMostOnce : .atLeastOnce,
          isRetained: isRetained))
    }
  }

  @Test func everythingComesOutAsAndInTheOrderThatItWentIn() async {
    for seed in UInt64(0)..<40 {
      var random = SplitMix64(seed: seed)
      let queue = EventQueue(messageLimit: 10_000, byteLimit: 10_000_000)
      var waiting: [BrokerEvent] = []
      for _ in 0..<400 {
        if waiting.isEmpty || Int.random(in: 0..<5, using: &random) < 3 {
          let event = event(&random)
          waiting.append(event)
          queue.push(event)
        } else {
          #expect(await queue.next() == waiting.removeFirst(), "seed \(seed)")
        }
      }
      for event in waiting { #expect(await queue.next() == event, "seed \(seed)") }
      queue.finish()
      #expect(await queue.next() == nil)
    }
  }

  @Test func messagesAreBoundedByNumberAndBytesAndEventsAreNot() async {
    let queue = EventQueue(messageLimit: 3, byteLimit: 13)
    func message(_ count: Int) -> BrokerEvent {
      .message(InboundMessage(topic: "t", payload: Array(repeating: 1, count: count)))
    }
    let answered = BrokerEvent.message(InboundMessage(topic: "t", payload: [1, 1], responseTopic: "r"))
    let taken = [message(4), answered, message(4)]
    for event in taken { queue.push(event) }
    queue.push(message(0))
    queue.push(.drained)
    #expect(queue.dropped == 1)
    for event in taken.prefix(2) { #expect(await queue.next() == event) }
    queue.push(message(8))
    #expect(queue.dropped == 2)
    queue.push(message(7))
    #expect(queue.dropped == 2)
    queue.finish()
    var rest: [BrokerEvent] = []
    while let event = await queue.next() { rest.append(event) }
    #expect(rest.count == 3 && rest[0] == taken[2] && rest[1] == .drained)
  }
}
