import Foundation
import Simulator
import TestSupport
import Testing

/// What the image starts, and what it makes of the options of Home Assistant's app.
struct ContainerTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  /// A supervisor that gives the same answer to whoever knows the token.
  private func supervisor(_ status: String, _ body: String) throws -> ScriptedServer {
    try ScriptedServer { peer in
      var request = ""
      while !request.hasSuffix("\r\n\r\n"), let bytes = peer.readSome() {
        request += String(decoding: bytes, as: UTF8.self)
      }
      let isKnown =
        request.hasPrefix("GET /services/mqtt HTTP/1.1\r\n")
        && request.contains("\r\nAuthorization: Bearer a-token\r\n")
      peer.write(Array("HTTP/1.1 \(isKnown ? status : "401 Unauthorized")\r\n\r\n\(isKnown ? body : "{}")".utf8))
    }
  }

  private func service(_ port: UInt16) -> String {
    #"{"result":"ok","data":{"addon":"core_mosquitto","host":"127.0.0.1","port":"\#(port)","ssl":false,"#
      + #""protocol":"3.1.1","username":"addons","password":"from the supervisor"}}"#
  }

  /// The bridge has the options for its configuration and the supervisor's broker; its page is the supervisor's.
  @Test func theOptionsAreTheConfigurationAndTheBrokerIsTheSupervisors() async throws {
    let gateway = try await CommandLine.serve("fx")
    let broker = try await MosquittoBroker.start(.init(users: ["addons": "from the supervisor"]))
    let supervisor = try supervisor("200 OK", service(broker.port))
    let watcher = try await TopicWatcher.start(broker, user: "addons", password: "from the supervisor")
    let options = try line.directory.write(
      "options.json",
      """
      {"gateway": {"host": "127.0.0.1", "port": \(gateway.port)}, "commands": {"allow": ["operational"]},
       "battery": {}, "devices": [], "log": {"level": "info"}}
      """)
    let bridge = try ProcessRunner(
      ProcessRunner.product("mate3"), ["container", "--options", options],
      environment: [
        "SUPERVISOR_TOKEN": "a-token", "MATE3_SUPERVISOR": "127.0.0.1:\(supervisor.port)",
        "MATE3_STATE_DIR": line.directory.path + "/state", "MATE3_PAGE_LISTEN": "127.0.0.1:0",
      ])
    try await watcher.next("mate3/fx_inverter/1/availability") { $0.text == "online" }
    let info = try await watcher.next("mate3/bridge/info") { _ in true }.text
    #expect(info.contains("\"page.proxy\":\"172.30.32.2\"") && !info.contains("from the supervisor"), "\(info)")
    // It is the bridge itself that has the container's first process, and so its signals.
    bridge.signal(SIGTERM)
    #expect(try await bridge.exitStatus() == 0, "\(bridge.errorLines)")
    #expect(!bridge.errorLines.contains { $0.contains("from the supervisor") || $0.contains("a-token") })
    await gateway.stop()
  }

  @Test func aBrokerOfOnesOwnGoesFirst() async throws {
    let gateway = try await CommandLine.serve("fx")
    let broker = try await MosquittoBroker.start()
    let watcher = try await TopicWatcher.start(broker)
    let options = try line.directory.write(
      "options.json",
      #"{"gateway": {"host": "127.0.0.1:\#(gateway.port)"}, "broker": {"url": "mqtt://127.0.0.1:\#(broker.port)"}}"#)
    // No supervisor is asked: there is none.
    let bridge = try ProcessRunner(
      ProcessRunner.product("mate3"), ["container", "--options", options],
      environment: [
        "SUPERVISOR_TOKEN": "a-token", "MATE3_SUPERVISOR": "127.0.0.1:1",
        "MATE3_STATE_DIR": line.directory.path + "/state", "MATE3_PAGE_LISTEN": "127.0.0.1:0",
      ])
    try await watcher.next("mate3/fx_inverter/1/availability") { $0.text == "online" }
    bridge.signal(SIGTERM)
    #expect(try await bridge.exitStatus() == 0)
    await gateway.stop()
  }

  @Test(arguments: [
    ("400 Bad Request", #"{"result":"error","message":"no service"}"#, "Mosquitto broker"),
    ("200 OK", "nonsense", "can't be understood"), ("200 OK", #"{"data":{"host":"h"}}"#, "can't be understood"),
  ])
  func withoutABrokerItSaysWhatToInstall(status: String, body: String, mention: String) async throws {
    let supervisor = try supervisor(status, body)
    let options = try line.directory.write("options.json", #"{"gateway": {"host": "127.0.0.1"}}"#)
    let run = try await line.run(
      ["mate3", "container", "--options", options],
      environment: ["SUPERVISOR_TOKEN": "a-token", "MATE3_SUPERVISOR": "127.0.0.1:\(supervisor.port)"])
    #expect(run.status == 2 && run.errors.contains(mention), "\(run.errors)")
  }

  @Test func outsideOfHomeAssistantTheEnvironmentOrAFileIsEnough() async throws {
    let nothing = try await line.run(["mate3", "container", "--config", "none.yaml"])
    #expect(nothing.status == 78 && nothing.errors.contains("MATE3_GATEWAY_HOST"), "\(nothing.errors)")
    let file = try line.directory.write("bridge.yaml", "gateway: {host: h}\nbroker: {url: \"http://h\"}\n")
    let wrong = try await line.run(["mate3", "container", "--config", file])
    #expect(wrong.status == 78 && wrong.errors.contains("bridge.yaml:2:"), "\(wrong.errors)")
  }
}
