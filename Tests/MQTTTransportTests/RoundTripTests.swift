import Foundation
import MQTTTransport
import MessageIO
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: MosquittoBroker.isInstalled, "mosquitto is not installed"), .timeLimit(.minutes(1)))
struct RoundTripTests {
  @Test(arguments: [MosquittoOptions.Version.preferring5, .only311], [QoS.atMostOnce, .atLeastOnce, .exactlyOnce])
  func messagesArriveAsSent(version: MosquittoOptions.Version, qos: QoS) async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    options.version = version
    let client = try await ClientUnderTest(options)
    #expect(try await client.subscribe(["test/#"], qos: .exactlyOnce) == [])
    let payload = (0...255).map { UInt8($0) }
    #expect(client.client.send(OutboundMessage(topic: "test/ü", payload: payload, qos: qos)) == .sent)
    let message = try await client.message(on: "test/ü")
    #expect(message.payload == payload)
    #expect(message.qos == qos)
    #expect(!message.isRetained)
    #expect(client.client.send(OutboundMessage(topic: "test/empty", payload: [], qos: qos)) == .sent)
    #expect(try await client.message(on: "test/empty").payload == [])
    try await eventually("all being acknowledged") { client.client.outstanding == 0 }
    #expect(await client.stop(within: .seconds(10)) < .seconds(2))
  }

  /// What another thread sends while the client ends goes out before the farewell or not at all: a bridge that was told by
  /// the broker of its own farewell would say that it is online.
  @Test func nothingComesBehindTheFarewell() async throws {
    let broker = try await MosquittoBroker.start()
    for round in 0..<30 {
      let client = try await ClientUnderTest(ClientUnderTest.options(broker))
      let topic = "state/\(round)"
      let sender = client.client
      let sent = Mutex(0)
      let others = (0..<4).map { _ in
        Thread {
          while sender.send(OutboundMessage(topic: topic, text: "online", retain: true)) != .notConnected {
            sent.withLock { $0 += 1 }
          }
        }
      }
      for thread in others { thread.start() }
      try await eventually("messages") { sent.withLock { $0 > 100 } }
      await client.client.stop(
        farewell: [OutboundMessage(topic: topic, text: "offline", retain: true)], within: .seconds(5))
    }
    let watcher = try await TopicWatcher.start(broker, ["state/#"])
    // The broker may still be at what the last ones sent.
    try await eventually("every farewell") { watcher.texts.values.count { $0 == "offline" } == 30 }
    await watcher.stop()
  }

  @Test func sessionSaysItsVersion() async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    let new = try await ClientUnderTest(options, connects: false)
    #expect(try await new.connected().isVersion5)
    options.version = .only311
    let old = try await ClientUnderTest(options, connects: false)
    #expect(try await !old.connected().isVersion5)
  }

  @Test func answersCarryTheirCorrelation() async throws {
    let broker = try await MosquittoBroker.start()
    let client = try await ClientUnderTest(ClientUnderTest.options(broker))
    _ = try await client.subscribe(["answer"])
    let answer = OutboundMessage(topic: "answer", text: "yes", qos: .atLeastOnce, correlationData: [0, 1, 0xFF])
    #expect(client.client.send(answer) == .sent)
    #expect(try await client.message(on: "answer").correlationData == [0, 1, 0xFF])
  }

  /// A command that is sent on for another bridge.
  @Test func requestsAreSentWhole() async throws {
    let broker = try await MosquittoBroker.start()
    let client = try await ClientUnderTest(ClientUnderTest.options(broker))
    _ = try await client.subscribe(["request"])
    let request = OutboundMessage(
      topic: "request", payload: Array("off".utf8), qos: .atLeastOnce, responseTopic: "reply/here", expiryInterval: 77)
    #expect(client.client.send(request) == .sent)
    let message = try await client.message(on: "request")
    #expect(message.responseTopic == "reply/here")
    #expect(message.expiryInterval == 77)
  }

  /// The values that only another program's message has.
  @Test func requestsOfVersion5AreReadWhole() async throws {
    let broker = try await MosquittoBroker.start()
    let client = try await ClientUnderTest(ClientUnderTest.options(broker))
    _ = try await client.subscribe(["request"])
    try await ProcessRunner(
      MosquittoTool.publish,
      [
        "-V", "5", "-p", "\(broker.port)", "-t", "request", "-m", "on", "-q", "1", "-D", "publish", "response-topic",
        "reply/here", "-D", "publish", "correlation-data", "abc", "-D", "publish", "message-expiry-interval", "77",
      ]
    ).exitStatus()
    let message = try await client.message(on: "request")
    #expect(message.responseTopic == "reply/here")
    #expect(message.correlationData == Array("abc".utf8))
    #expect(message.expiryInterval == 77)
    #expect(message.text == "on")
  }

  @Test func retainedFlagIsSeenLiveOnVersion5Only() async throws {
    let broker = try await MosquittoBroker.start()
    let new = try await ClientUnderTest(ClientUnderTest.options(broker))
    var options = ClientUnderTest.options(broker)
    options.version = .only311
    let old = try await ClientUnderTest(options)
    _ = try await new.subscribe(["state"])
    _ = try await old.subscribe(["state"])
    #expect(new.client.send(OutboundMessage(topic: "state", text: "1", qos: .atLeastOnce, retain: true)) == .sent)
    #expect(try await new.message(on: "state").isRetained)
    #expect(try await !old.message(on: "state").isRetained)
    // Asked for again, the stored message comes with the flag in both.
    _ = try await old.subscribe(["state"])
    #expect(try await old.message(on: "state").isRetained)
  }

  @Test func batchesKeepTheirOrder() async throws {
    let broker = try await MosquittoBroker.start()
    let watcher = try await TopicWatcher.start(broker)
    let client = try await ClientUnderTest(ClientUnderTest.options(broker))
    let batch = (0..<1000).map { OutboundMessage(topic: "n/\($0)", text: "\($0)") }
    let (taken, outcome) = client.client.send(batch[...])
    #expect((taken, outcome) == (1000, .sent))
    try await watcher.next("n/999")
    #expect(watcher.messages.map(\.topic) == batch.map(\.topic))
  }

  @Test(arguments: ["", "a/+", "#", "a\0b", String(repeating: "x", count: 70_000)])
  func topicsThatAreNotAllowedAreInvalid(topic: String) async throws {
    let broker = try await MosquittoBroker.start()
    let client = try await ClientUnderTest(ClientUnderTest.options(broker))
    for qos in [QoS.atMostOnce, .atLeastOnce] {
      let batch = [
        OutboundMessage(topic: "fine", text: ""), OutboundMessage(topic: topic, text: "x", qos: qos),
        OutboundMessage(topic: "not reached", text: ""),
      ]
      let (taken, outcome) = client.client.send(batch[...])
      #expect(taken == 1)
      guard case .invalid(let sentence) = outcome else {
        Issue.record("\(topic.prefix(20).debugDescription) gave \(outcome)")
        continue
      }
      #expect(!sentence.isEmpty)
    }
    try await eventually("nothing outstanding") { client.client.outstanding == 0 }
  }

  @Test func filtersThatAreNotAllowedAreInvalid() async throws {
    let broker = try await MosquittoBroker.start()
    let client = try await ClientUnderTest(ClientUnderTest.options(broker))
    for filter in ["", "a#", "a\0b"] {
      guard case .invalid = client.client.subscribe([filter], qos: .atMostOnce) else {
        Issue.record("\(filter.debugDescription) was taken")
        continue
      }
    }
    _ = try await client.subscribe(["a", "b"])
    #expect(client.client.unsubscribe(["a"]) == .sent)
    let watcher = try await TopicWatcher.start(broker)
    watcher.publish("a", "1")
    watcher.publish("b", "1")
    let first = try await client.next("a message") { if case .message(let message) = $0 { message.topic } else { nil } }
    #expect(first == "b")
  }
}

enum MosquittoTool {
  static var publish: URL { URL(filePath: "/usr/bin/mosquitto_pub") }
}
