import Foundation
import MQTTTransport
import MessageIO
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: MosquittoBroker.isInstalled, "mosquitto is not installed"), .timeLimit(.minutes(1)))
struct ConnectionTests {
  @Test func willIsPublishedWhenTheClientIsGoneWithoutGoodbye() async throws {
    let broker = try await MosquittoBroker.start()
    let watcher = try await TopicWatcher.start(broker)
    var options = ClientUnderTest.options(broker)
    options.will = OutboundMessage(topic: "state", text: "offline", qos: .atLeastOnce, retain: true)
    // A proxy is cut where a client would be killed.
    let proxy = try LoopbackProxy(to: broker.port)
    options.port = proxy.port
    let client = try await ClientUnderTest(options)
    proxy.close()
    #expect(try await watcher.next("state").text == "offline")
    #expect(try await client.disconnected().willRetry)
  }

  @Test func noWillAfterACleanStopAndTheFarewellInstead() async throws {
    let broker = try await MosquittoBroker.start()
    let watcher = try await TopicWatcher.start(broker)
    var options = ClientUnderTest.options(broker)
    options.will = OutboundMessage(topic: "state", text: "will", qos: .atLeastOnce)
    let client = try await ClientUnderTest(options)
    let batch = (0..<100).map { OutboundMessage(topic: "before/\($0)", text: "") }
    #expect(client.client.send(batch[...]).taken == 100)
    let took = await client.stop(
      farewell: [OutboundMessage(topic: "state", text: "bye", qos: .atLeastOnce)], within: .seconds(10))
    #expect(took < .seconds(2))
    try await client.ended()
    #expect(try await watcher.next("state").text == "bye")
    #expect(watcher.messages.count == 101)
    watcher.publish("marker", "")
    try await watcher.next("marker")
    #expect(!watcher.messages.contains { $0.text == "will" })
    #expect(client.client.send(OutboundMessage(topic: "late", text: "")) == .notConnected)
  }

  @Test func reconnectsAfterTheBrokerWasKilled() async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    // A broker that is back before the first new attempt looks like one that serves another client of this id.
    options.takenOverRetryDelay = .milliseconds(50)
    let client = try await ClientUnderTest(options)
    for _ in 0..<3 {
      try await broker.kill()
      let (reason, willRetry) = try await client.disconnected()
      #expect(willRetry)
      #expect(reason.contains("127.0.0.1:\(broker.port)"))
      #expect(client.client.send(OutboundMessage(topic: "x", text: "")) == .notConnected)
      #expect(client.client.subscribe(["x"], qos: .atMostOnce) == .notConnected)
      try await broker.restart()
      try await client.connected()
      #expect(try await client.subscribe(["x"]) == [])
      #expect(client.client.send(OutboundMessage(topic: "x", text: "again")) == .sent)
      #expect(try await client.message(on: "x").text == "again")
    }
  }

  @Test func aBrokerThatIsNotThereYetIsReportedOnceAndTriedAgain() async throws {
    let broker = try await MosquittoBroker.start()
    try await broker.kill()
    let client = try await ClientUnderTest(ClientUnderTest.options(broker), connects: false)
    let (reason, willRetry) = try await client.disconnected()
    #expect(reason.contains("nothing listens on 127.0.0.1:\(broker.port)"))
    #expect(willRetry)
    try await broker.restart()
    let next = try await client.next("the next event") { $0 }
    #expect(next == .connected(BrokerSession(isVersion5: true)))
  }

  @Test func takenOverClientIDStopsWithOneSentence() async throws {
    let broker = try TinyBroker { version in
      // Then DISCONNECT with reason 0x8E (MQTT 5.0, section 3.14.2.1).
      version == 5 ? TinyBroker.accepted + [0xE0, 1, 0x8E] : []
    }
    var options = ClientUnderTest.options(port: broker.port)
    options.clientID = "same"
    let client = try await ClientUnderTest(options)
    let (reason, willRetry) = try await client.disconnected()
    #expect(!willRetry)
    #expect(reason.contains("same"))
    try await client.ended()
    #expect(broker.versions == [5])
    #expect(await client.stop(within: .seconds(10)) < .seconds(2))
  }

  /// A broker that hung works off our own abandoned attempts when it wakes.
  @Test func takeOverByAnAttemptOfOurOwnIsForgivenOnce() async throws {
    let attempts = Attempts()
    let broker = try TinyBroker { _ in
      switch attempts.next() {
      case 1: []
      case 2: TinyBroker.accepted + [0xE0, 1, 0x8E]
      default: TinyBroker.accepted
      }
    }
    var options = ClientUnderTest.options(port: broker.port)
    options.connectTimeout = .milliseconds(300)
    let client = try await ClientUnderTest(options, connects: false)
    #expect(try await client.disconnected().reason.contains("did not answer"))
    try await client.connected()
    #expect(try await client.disconnected().willRetry)
    try await client.connected()
    #expect(broker.versions.count == 3)
  }

  /// mosquitto 2.0.11 closes the older of two connections without giving a reason.
  @Test func twoClientsWithOneClientIDStopFighting() async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    options.clientID = "same"
    let clients = [try await ClientUnderTest(options), try await ClientUnderTest(options)]
    let reason = try await within(.seconds(10), "the end of the fight") {
      try await withThrowingTaskGroup(of: String.self) { group in
        for client in clients {
          group.addTask {
            try await client.next("giving way") {
              if case .disconnected(let reason, true) = $0, reason.contains("another client") { reason } else { nil }
            }
          }
        }
        defer { group.cancelAll() }
        return try await group.next() ?? ""
      }
    }
    #expect(reason.contains("same"))
  }

  @Test(arguments: [MosquittoOptions.Version.preferring5, .only311])
  func wrongPasswordIsOneSentenceWithoutThePassword(version: MosquittoOptions.Version) async throws {
    let broker = try await MosquittoBroker.start(MosquittoBroker.Options(users: ["anna": "right"]))
    var options = ClientUnderTest.options(broker)
    options.version = version
    options.refusedRetryDelay = .milliseconds(50)
    options.username = "anna"
    options.password = "guessed"
    let wrong = try await ClientUnderTest(options, connects: false)
    let (reason, willRetry) = try await wrong.disconnected()
    #expect(willRetry)
    #expect(reason.contains("refused user anna"))
    #expect(!reason.contains("guessed") && !"\(options)".contains("guessed"))
    options.password = "right"
    _ = try await ClientUnderTest(options)
  }

  @Test func refusedSubscriptionsAreNamed() async throws {
    // SUBACK for packet 1: the first filter granted with QoS 1, the second not authorized (MQTT 5.0, section 3.9).
    let broker = try TinyBroker(answers: [[0x90, 5, 0, 1, 0, 1, 0x87]]) { _ in TinyBroker.accepted }
    let client = try await ClientUnderTest(ClientUnderTest.options(port: broker.port))
    #expect(try await client.subscribe(["a/#", "b"]) == ["b"])
  }

  @Test func fallsBackTo311WhenVersion5IsRefused() async throws {
    // The answer of brokers that never heard of version 5: a CONNACK of 3.1.1.
    let broker = try TinyBroker { version in [0x20, 2, 0, version == 4 ? 0 : 1] }
    let client = try await ClientUnderTest(ClientUnderTest.options(port: broker.port), connects: false)
    let event = try await client.next("the first event") { $0 }
    #expect(event == .connected(BrokerSession(isVersion5: false)))
    #expect(broker.versions == [5, 4])
  }

  @Test func tlsIsCheckedAgainstTheAuthorityAndTheName() async throws {
    let broker = try await MosquittoBroker.start(MosquittoBroker.Options(usesTLS: true))
    var options = ClientUnderTest.options(broker)
    options.host = "localhost"
    options.tls = MosquittoOptions.TLS(authorityFile: broker.authorityFile)
    let client = try await ClientUnderTest(options)
    _ = try await client.subscribe(["x"])
    let large = [UInt8](repeating: 7, count: 200_000)
    #expect(client.client.send(OutboundMessage(topic: "x", payload: large)) == .sent)
    #expect(try await client.message(on: "x").payload == large)
    #expect(await client.stop(within: .seconds(10)) < .seconds(2))

    // The certificate is for localhost, not for the address.
    options.host = "127.0.0.1"
    let wrongName = try await ClientUnderTest(options, connects: false)
    #expect(try await wrongName.disconnected().reason.contains("no TLS connection"))
    // The system's certificates do not know this broker.
    options.host = "localhost"
    options.tls = MosquittoOptions.TLS()
    let unknown = try await ClientUnderTest(options, connects: false)
    #expect(try await unknown.disconnected().reason.contains("certificate"))
  }

  @Test func optionsThatCannotWorkAreErrorsAtTheStart() async throws {
    var options = ClientUnderTest.options(port: 1)
    options.tls = MosquittoOptions.TLS(authorityFile: "/nowhere/ca.pem")
    await #expect(throws: BrokerError.self) { try await MosquittoClient(options).start() }
    options.tls = nil
    options.keepAlive = .seconds(1)
    await #expect(throws: BrokerError.self) { try await MosquittoClient(options).start() }
    options.keepAlive = .seconds(30)
    options.will = OutboundMessage(topic: "a/#", text: "")
    await #expect(throws: BrokerError.self) { try await MosquittoClient(options).start() }
  }

  @Test func unknownNameIsOneSentence() async throws {
    var options = ClientUnderTest.options(port: 1)
    options.host = "no-such-host.invalid"
    let client = try await ClientUnderTest(options, connects: false)
    #expect(try await client.disconnected().reason.contains("no-such-host.invalid"))
  }

  @Test func messagesBeyondTheBoundAreDroppedAndEventsAreNot() async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    options.inboundLimit = 10
    let client = try MosquittoClient(options)
    try await client.start()
    var events = client.events.makeAsyncIterator()
    guard case .connected = await events.next() else { throw TimedOut("connecting") }
    #expect(client.subscribe(["n/#"], qos: .atMostOnce) == .sent)
    guard case .subscribed = await events.next() else { throw TimedOut("subscribing") }
    #expect(client.send((0..<50).map { OutboundMessage(topic: "n/\($0)", text: "") }[...]).taken == 50)
    try await eventually("40 dropped messages") { client.droppedInbound == 40 }
    try await broker.kill()
    // The consumer looks only now.
    for index in 0..<10 {
      guard case .message(let message) = await events.next() else { throw TimedOut("message \(index)") }
      #expect(message.topic == "n/\(index)")
    }
    #expect(await events.next() == .dropped(40))
    guard case .disconnected = await events.next() else { throw TimedOut("the disconnection") }
    await client.stop(farewell: [], within: .seconds(1))
    while await events.next() != nil {}
  }

  @Test func clientThatIsLetGoDisconnects() async throws {
    let broker = try await MosquittoBroker.start()
    let watcher = try await TopicWatcher.start(broker)
    var options = ClientUnderTest.options(broker)
    options.will = OutboundMessage(topic: "state", text: "will")
    do {
      let client = try await ClientUnderTest(options)
      #expect(client.client.send(OutboundMessage(topic: "state", text: "up", qos: .atLeastOnce)) == .sent)
      try await watcher.next("state")
    }
    // Its client id is free, and a clean goodbye leaves no will.
    watcher.publish("state", "marker")
    try await watcher.next(where: { $0.text == "marker" })
    #expect(watcher.messages.map(\.text) == ["up", "marker"])
  }

  /// In a process of its own, where nothing else opens files or takes memory.
  @Test func reconnectsLeaveNothingBehind() async throws {
    await #expect(processExitsWith: .success) {
      let broker = try TinyBroker(endsThen: true) { _ in TinyBroker.accepted }
      var options = MosquittoOptions(host: "127.0.0.1", port: broker.port, clientID: "x", password: "p")
      options.retryDelay = .milliseconds(1)
      options.longestRetryDelay = .milliseconds(1)
      options.takenOverRetryDelay = .milliseconds(1)
      options.will = OutboundMessage(topic: "state", text: "will")
      let client = try MosquittoClient(options)
      try await client.start()
      var (connections, before) = (0, (files: 0, bytes: 0))
      for await event in client.events {
        guard case .connected = event else { continue }
        connections += 1
        if connections == 500 { before = try Self.usage() }
        if connections == 2000 { break }
      }
      let after = try Self.usage()
      // Connections under way may differ by a few.
      #expect(abs(after.files - before.files) < 10)
      #expect(after.bytes - before.bytes < 1 << 20, "\(after.bytes - before.bytes) bytes for 1,500 connections")
    }
  }

  private static func usage() throws -> (files: Int, bytes: Int) {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .ascii).split(separator: " ")
    return (try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count, (Int(fields[1]) ?? 0) * 4096)
  }
}

private final class Attempts: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
