import MQTTTransport
import MessageIO
import TestSupport
import Testing

/// Brokers that hang, and connections that never come about.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "mosquitto is not installed"), .timeLimit(.minutes(1)))
struct BlockedBrokerTests {
  @Test func suspendedBrokerFillsUpToTheLimitAndDrains() async throws {
    let broker = try await MosquittoBroker.start()
    let watcher = try await TopicWatcher.start(broker, ["flood"])
    var options = ClientUnderTest.options(broker)
    options.outstandingLimit = 100
    let client = try await ClientUnderTest(options)
    broker.suspend()
    let message = OutboundMessage(topic: "flood", payload: [UInt8](repeating: 1, count: 20_000))
    var sent = 0
    // The kernel takes some megabytes before the first message has to wait.
    while client.client.send(message) == .sent, sent < 10_000 { sent += 1 }
    #expect(client.client.send(message) == .full)
    #expect(client.client.outstanding == 100)
    #expect(client.client.send([message, message]) == (0, .full))
    #expect(sent < 10_000)
    broker.resume()
    _ = try await client.next("draining") { if case .drained = $0 { true } else { nil } }
    #expect(client.client.outstanding < 50)
    let room = 100 - client.client.outstanding
    #expect(client.client.send([OutboundMessage(topic: "flood", text: "last")]) == (1, .sent))
    #expect(room > 50)
    try await watcher.next(where: { $0.text == "last" })
    #expect(watcher.messages.count == sent + 1)
    try await eventually("nothing outstanding") { client.client.outstanding == 0 }
  }

  @Test func acknowledgementsCountAsOutstanding() async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    options.outstandingLimit = 10
    let client = try await ClientUnderTest(options)
    broker.suspend()
    let message = OutboundMessage(topic: "x", text: "", qos: .atLeastOnce)
    #expect(client.client.send(Array(repeating: message, count: 12)[...]) == (10, .full))
    #expect(client.client.outstanding == 10)
    broker.resume()
    _ = try await client.next("draining") { if case .drained = $0 { true } else { nil } }
    try await eventually("nothing outstanding") { client.client.outstanding == 0 }
  }

  /// A message that is larger than the bound goes alone.
  @Test(arguments: [QoS.atMostOnce, .atLeastOnce])
  func whatIsOutstandingIsBoundedInBytes(qos: QoS) async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    options.outstandingByteLimit = 3_000_000
    let client = try await ClientUnderTest(options)
    broker.suspend()
    let message = OutboundMessage(topic: "x", payload: [UInt8](repeating: 1, count: 100_000), qos: qos)
    let (taken, outcome) = client.client.send(Array(repeating: message, count: 200)[...])
    #expect(outcome == .full)
    // What the kernel has taken of QoS 0 is not outstanding any more.
    #expect(qos == .atMostOnce ? taken < 150 : taken == 29)
    broker.resume()
    _ = try await client.next("draining") { if case .drained = $0 { true } else { nil } }
    try await eventually("nothing outstanding") { client.client.outstanding == 0 }
    let large = OutboundMessage(topic: "x", payload: [UInt8](repeating: 1, count: 4_000_000), qos: qos)
    #expect(client.client.send(large) == .sent)
    try await eventually("nothing outstanding") { client.client.outstanding == 0 }
  }

  @Test(arguments: [0, 40_000_000])
  func stopIsBoundedWhileTheBrokerHangs(backlog: Int) async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    options.outstandingByteLimit = 2 * backlog
    let client = try await ClientUnderTest(options)
    broker.suspend()
    let message = OutboundMessage(topic: "x", payload: [UInt8](repeating: 1, count: 100_000))
    for _ in 0..<backlog / 100_000 { #expect(client.client.send(message) == .sent) }
    let farewell = OutboundMessage(topic: "state", text: "offline", qos: .atLeastOnce)
    #expect(await client.stop(farewell: [farewell], within: .milliseconds(500)) < .seconds(1.5))
    try await client.ended(within: .seconds(1))
  }

  @Test func farewellReachesABrokerThatWakesAfterTheStop() async throws {
    let broker = try await MosquittoBroker.start()
    let watcher = try await TopicWatcher.start(broker, ["state"])
    var options = ClientUnderTest.options(broker)
    options.will = OutboundMessage(topic: "state", text: "will")
    let client = try await ClientUnderTest(options)
    broker.suspend()
    let farewell = OutboundMessage(topic: "state", text: "bye", qos: .atLeastOnce)
    _ = await client.stop(farewell: [farewell], within: .milliseconds(200))
    broker.resume()
    #expect(try await watcher.next("state").text == "bye")
    watcher.publish("state", "marker")
    try await watcher.next(where: { $0.text == "marker" })
    #expect(watcher.messages.map(\.text) == ["bye", "marker"])
  }

  @Test func silentBrokerIsGivenUpAndFoundAgain() async throws {
    let broker = try await MosquittoBroker.start()
    let proxy = try LoopbackProxy(to: broker.port)
    var options = ClientUnderTest.options(port: proxy.port)
    options.connectTimeout = .milliseconds(500)
    options.clientID = "same"
    broker.suspend()
    let client = try await ClientUnderTest(options, connects: false)
    let (reason, willRetry) = try await client.disconnected()
    #expect(reason.contains("did not answer"))
    #expect(willRetry)
    // Attempts pile up in the kernel; the broker works them all off when it wakes, each taking over from the other.
    try await eventually("more attempts") { proxy.connections >= 4 }
    broker.resume()
    try await eventually("a lasting connection") {
      (try? await client.subscribe(["x"])) == []
    }
  }

  /// MQTT 5.0, sections 3.1.2.10 and 3.2.2.3.14: the broker gives up a client that was silent for one and a half
  /// keep-alives, and may want a shorter one than the client.
  @Test(arguments: [
    (answer: TinyBroker.accepted, keepAlive: Duration.seconds(5)),
    (answer: TinyBroker.accepted(keepAlive: 5), keepAlive: .seconds(30)),
  ])
  func aQuietConnectionIsKeptAlive(answer: [UInt8], keepAlive: Duration) async throws {
    let broker = try TinyBroker(answers: [[0xD0, 0]], endsThen: true) { _ in answer }
    var options = ClientUnderTest.options(port: broker.port)
    options.keepAlive = keepAlive
    let client = try await ClientUnderTest(options)
    let connected = ContinuousClock.now
    // It ends the connection once it has answered the first ping.
    _ = try await client.disconnected()
    #expect((.seconds(4)..<(.seconds(7.5))).contains(connected.duration(to: .now)))
  }

  @Test(arguments: [false, true])
  func blackHoleIsBounded(tls: Bool) async throws {
    // Accepted by the kernel and never answered.
    let hole = try ScriptedServer { peer in while peer.read(1) != nil {} }
    var options = ClientUnderTest.options(port: hole.port)
    options.connectTimeout = .milliseconds(300)
    if tls { options.tls = MosquittoOptions.TLS() }
    let client = try await ClientUnderTest(options, connects: false)
    let start = ContinuousClock.now
    #expect(try await client.disconnected().reason.contains("did not answer"))
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(await client.stop(within: .seconds(10)) < .seconds(2))
    try await client.ended()
  }

  @Test func connectThatIsNeverAcceptedIsBounded() async throws {
    let hole = try FullBacklog()
    let client = try await ClientUnderTest(ClientUnderTest.options(port: hole.port), connects: false)
    #expect(await client.stop(within: .seconds(10)) < .seconds(2))
    try await client.ended()
  }
}
