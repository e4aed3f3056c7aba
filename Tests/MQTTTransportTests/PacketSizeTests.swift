import MQTTTransport
import MessageIO
import TestSupport
import Testing

@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto"), .timeLimit(.minutes(1)))
struct PacketSizeTests {
  /// MQTT 5 tells the broker, which then keeps larger messages to itself; 3.1.1 can't, and they are dropped on arrival.
  @Test(arguments: [MosquittoOptions.Version.preferring5, .only311])
  func largerMessagesThanAnnouncedDoNotArrive(version: MosquittoOptions.Version) async throws {
    let broker = try await MosquittoBroker.start()
    var options = ClientUnderTest.options(broker)
    options.version = version
    let client = try await ClientUnderTest(options)
    _ = try await client.subscribe(["x/#"])
    var sending = ClientUnderTest.options(broker)
    sending.outstandingByteLimit = 64 << 20
    let sender = try await ClientUnderTest(sending)
    func send(_ topic: String, _ count: Int) {
      let message = OutboundMessage(topic: topic, payload: [UInt8](repeating: 7, count: count), qos: .atLeastOnce)
      #expect(sender.client.send(message) == .sent)
    }
    let greatest = (1 << 20) - 100
    send("x/1", greatest)
    send("x/2", (1 << 20) + 1)
    send("x/3", 20 << 20)
    send("x/4", 1)
    #expect(try await client.message(on: "x/1").payload.count == greatest)
    let next = try await client.next("the next") { event -> String? in
      switch event {
      case .message(let message): message.topic
      case .dropped: "dropped"
      default: nil
      }
    }
    #expect(next == (version == .preferring5 ? "x/4" : "dropped"))
    if version == .only311 { _ = try await client.message(on: "x/4") }
    #expect(client.client.droppedInbound == (version == .preferring5 ? 0 : 2))
  }

  @Test func theMaximumIsAnnouncedOnEveryConnection() async throws {
    let broker = try await MosquittoBroker.start()
    let door = try HostileDoor(to: broker.port)
    let client = try await ClientUnderTest(ClientUnderTest.options(port: door.port))
    door.becomeHostile()
    try await eventually("three attempts") { door.heard.count >= 3 }
    // Maximum Packet Size (MQTT 5.0, section 3.1.2.11.4): 1 MiB.
    for heard in door.heard where !heard.isEmpty {
      #expect(heard.indices.dropLast(4).contains { heard[$0..<$0 + 5] == [0x27, 0, 0x10, 0, 0] })
    }
    #expect(await client.stop() < .seconds(2))
  }
}
