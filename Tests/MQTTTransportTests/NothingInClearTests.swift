import Foundation
import MQTTTransport
import MessageIO
import TestSupport
import Testing

@Suite(.enabled(if: MosquittoBroker.isInstalled, "needs mosquitto"), .timeLimit(.minutes(2)))
struct NothingInClearTests {
  enum Damage: CaseIterable {
    case removed, directory, garbage, empty
  }

  /// Whatever becomes of a file between two attempts to connect: nothing but a TLS ClientHello ever leaves.
  @Test(arguments: ["ca.pem", "client.pem", "client.key"])
  func whatTheURLPromisesIsNeededAtEveryAttempt(_ name: String) async throws {
    let broker = try await MosquittoBroker.start(
      MosquittoBroker.Options(users: ["alice": "open-sesame"], usesTLS: true))
    let door = try HostileDoor(to: broker.port)
    let directory = try TemporaryDirectory()
    let authority = try #require(broker.authorityFile)
    func copy(_ source: String, _ name: String) throws -> String {
      try directory.write(name, try String(contentsOfFile: source, encoding: .utf8))
    }
    let key = authority.replacing(".crt", with: ".key")
    var options = ClientUnderTest.options(port: door.port)
    options.host = "localhost"
    options.username = "alice"
    options.password = "open-sesame"
    options.tls = MosquittoOptions.TLS(
      authorityFile: try copy(authority, "ca.pem"), certificateFile: try copy(authority, "client.pem"),
      keyFile: try copy(key, "client.key"))
    let client = try await ClientUnderTest(options)
    let file = directory.url.appending(path: name)
    let content = try Data(contentsOf: file)
    for damage in Damage.allCases {
      try FileManager.default.removeItem(at: file)
      switch damage {
      case .removed: break
      case .directory: try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
      case .garbage: try directory.write(name, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
      case .empty: try directory.write(name, "")
      }
      door.becomeHostile()
      let reason = try? await client.next("a sentence", within: .seconds(3)) {
        if case .fault(let reason) = $0 { reason } else { nil }
      }
      // As many attempts as fit into that time.
      try await Task.sleep(for: .milliseconds(150))
      for heard in door.heard {
        #expect(heard.isEmpty || heard.starts(with: [0x16, 0x03]), "\(damage): \(heard)")
        #expect(!String(decoding: heard, as: UTF8.self).contains(/alice|sesame/))
      }
      let sentence = try #require(reason, "\(name) \(damage)")
      let isNamed = sentence.contains(file.path(percentEncoded: false))
      #expect(isNamed || damage == .garbage || damage == .empty, "\(sentence)")
      if damage != .removed { try FileManager.default.removeItem(at: file) }
      try content.write(to: file)
      // Only a TLS handshake, now that it can be made.
      try await eventually("a ClientHello") { door.heard.contains { $0.starts(with: [0x16, 0x03]) } }
      #expect(!door.heard.contains { String(decoding: $0, as: UTF8.self).contains(/alice|sesame/) })
      door.becomeHonest()
      try await client.connected()
    }
    #expect(await client.stop() < .seconds(2))
  }

  @Test func aChangedPasswordFileIsReadForTheNextAttempt() async throws {
    let broker = try await MosquittoBroker.start(MosquittoBroker.Options(users: ["alice": "new"]))
    let directory = try TemporaryDirectory()
    var options = ClientUnderTest.options(broker)
    options.username = "alice"
    options.passwordFile = try directory.write("password", "old\n")
    options.refusedRetryDelay = .milliseconds(20)
    let client = try await ClientUnderTest(options, connects: false)
    #expect(try await client.disconnected().reason.contains("refused user alice"))
    try directory.write("password", "new\nanything")
    try await client.connected()

    try FileManager.default.removeItem(at: directory.url.appending(path: "password"))
    try await broker.restart()
    let reason = try await client.next("a sentence") { if case .fault(let reason) = $0 { reason } else { nil } }
    #expect(reason.contains("password file \(directory.path)") || reason.contains("/password can't be read"))
    try directory.write("password", "new")
    try await client.connected()
    #expect(await client.stop() < .seconds(2))
  }

  /// What the broker never acknowledged goes out on the next connection, whose client is another one.
  @Test func unacknowledgedMessagesOutliveTheirConnection() async throws {
    let broker = try await MosquittoBroker.start()
    let door = try HostileDoor(to: broker.port)
    let client = try await ClientUnderTest(ClientUnderTest.options(port: door.port))
    broker.suspend()
    let messages = (0..<300).map { OutboundMessage(topic: "r/\($0)", text: "\($0)", qos: .atLeastOnce) }
    #expect(client.client.send(messages[...]).taken == 300)
    #expect(client.client.outstanding == 300)
    door.becomeHostile()
    _ = try await client.disconnected()
    try await broker.restart()
    let watcher = try await TopicWatcher.start(broker)
    door.becomeHonest()
    try await client.connected()
    try await watcher.next("r/299")
    #expect(watcher.messages.map(\.text) == (0..<300).map(String.init))
    try await eventually("all are acknowledged") { client.client.outstanding == 0 }
    await watcher.stop()
  }
}
