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

  private static func options(messages: Int, bytes: Int) -> MosquittoOptions {
    var options = ClientUnderTest.options(port: 1)
    options.inboundLimit = messages
    options.inboundByteLimit = bytes
    return options
  }

  @Test func everythingComesOutAsAndInTheOrderThatItWentIn() async {
    for seed in UInt64(0)..<40 {
      var random = SplitMix64(seed: seed)
      let queue = EventQueue(Self.options(messages: 10_000, bytes: 10_000_000))
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
    // What keeping a message takes beside its bytes.
    let own = 64
    let queue = EventQueue(Self.options(messages: 3, bytes: 3 * own + 13))
    func message(_ count: Int) -> BrokerEvent {
      .message(InboundMessage(topic: "t", payload: Array(repeating: 1, count: count)))
    }
    let answered = BrokerEvent.message(
      InboundMessage(topic: "t", payload: [1], responseTopic: "r", correlationData: [1]))
    let taken = [message(3), answered, message(3)]
    for event in taken { queue.push(event) }
    queue.push(message(0))
    queue.push(.drained)
    queue.push(message(0))
    #expect(queue.dropped == 2)
    for event in taken.prefix(2) { #expect(await queue.next() == event) }
    queue.push(message(own + 9))
    #expect(queue.dropped == 3)
    let last = message(own + 8)
    queue.push(last)
    #expect(queue.dropped == 3)
    queue.finish()
    var rest: [BrokerEvent] = []
    while let event = await queue.next() { rest.append(event) }
    // However many were dropped before the consumer came, it hears of it once.
    #expect(rest == [taken[2], .dropped(3), .drained, last])
  }

  @Test func aFloodOfCommandsLeavesRoomForReleasesAndTheRest() async throws {
    var options = Self.options(messages: 2, bytes: 1 << 20)
    options.commandLimit = 4
    let queue = EventQueue(
      options, InboundCommands(isCommand: { $0.hasSuffix("/set") }, isRelease: { $0.payload == Array("off".utf8) }))
    func push(_ topic: String, _ text: String) {
      queue.push(.message(InboundMessage(topic: topic, payload: Array(text.utf8))))
    }
    for _ in 0..<20_000 { push("a/set", "on") }
    push("state", "1")
    push("b/set", "on")
    push("a/set", "off")
    push("b/set", "off")
    push("state", "2")
    push("state", "3")
    queue.finish()
    var texts: [String] = []
    var told = 0
    while let event = await queue.next() {
      switch event {
      case .message(let message): texts.append(String(decoding: message.payload, as: UTF8.self))
      case .dropped(let count): told += count
      default: break
      }
    }
    #expect(texts == ["off", "off"] + Array(repeating: "on", count: 4) + ["1", "2"])
    #expect(told == 20_000 - 4 + 1 + 1)
    #expect(queue.dropped == told)

    // Without a wait for others there is nothing to overtake.
    let quiet = EventQueue(
      options, InboundCommands(isCommand: { $0.hasSuffix("/set") }, isRelease: { $0.payload == Array("off".utf8) }))
    for text in ["off", "on"] {
      quiet.push(.message(InboundMessage(topic: "a/set", payload: Array(text.utf8))))
    }
    for text in ["off", "on"] {
      guard case .message(let message) = await quiet.next() else { throw TimedOut(text) }
      #expect(message.payload == Array(text.utf8))
    }
  }
}
