import Foundation
import Simulator
import TestSupport
import Testing

/// What stands in the way is called by its name.
struct DiagnosisTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test(arguments: [
    ("SSH-2.0-OpenSSH_9.2p1 Debian\r\n", "it is SSH"), ("HTTP/1.1 400 Bad Request\r\n\r\n", "it is HTTP"),
    ("220 mail.example ESMTP\r\n", "is that the gateway's Modbus port?"), ("", "is not its Modbus port, which is 502"),
  ])
  func aPortThatSpeaksSomethingElse(answer: String, sentence: String) async throws {
    let server = try ScriptedServer { peer in
      _ = peer.readSome()
      peer.write(Array(answer.utf8))
    }
    let run = try await line.run("mate3 devices -H 127.0.0.1:\(server.port)")
    #expect(run.status == (answer.isEmpty ? 3 : 2) && run.errors.contains(sentence), "\(run.errors)")
    let broker = try await line.run("mate3 devices --broker mqtt://127.0.0.1:\(server.port)", within: .seconds(20))
    #expect(broker.status == 2 && broker.errors.contains("127.0.0.1:\(server.port)"), "\(broker.errors)")
    #expect(!broker.errors.contains("Success") && broker.errors.split(separator: "\n").count == 1)
  }

  @Test(.enabled(if: MosquittoBroker.isInstalled)) func tlsOnAPlainPortAndTheReverse() async throws {
    let plain = try await MosquittoBroker.start()
    let onPlain = try await line.run("mate3 devices --broker mqtts://127.0.0.1:\(plain.port)")
    #expect(onPlain.status == 2 && onPlain.errors.contains("write mqtt:// in place"), "\(onPlain.errors)")
    try await plain.stop()
    let gone = try await line.run("mate3 devices --broker mqtts://127.0.0.1:\(plain.port)")
    #expect(gone.status == 2 && gone.errors.contains("nothing listens"), "\(gone.errors)")

    var options = MosquittoBroker.Options()
    options.usesTLS = true
    let secure = try await MosquittoBroker.start(options)
    let inClear = try await line.run("mate3 devices --broker mqtt://127.0.0.1:\(secure.port)")
    #expect(inClear.status == 2 && inClear.errors.contains("write mqtts:// in place"), "\(inClear.errors)")
    let unknown = try await line.run("mate3 devices --broker mqtts://localhost:\(secure.port)")
    #expect(unknown.status == 2 && unknown.errors.contains("check the certificates"), "\(unknown.errors)")
    let known = try await line.run([
      "mate3", "devices", "--broker", "mqtts://localhost:\(secure.port)", "--broker-ca-file",
      secure.authorityFile ?? "",
    ])
    #expect(known.status == 2 && known.errors.contains("no bridge is running"), "\(known.errors)")
    try await secure.stop()
  }

  @Test(.enabled(if: MosquittoBroker.isInstalled)) func aRefusedPasswordIsSaidAndNothingIsAnnounced() async throws {
    var options = MosquittoBroker.Options()
    options.users = ["bridge": "right"]
    let broker = try await MosquittoBroker.start(options)
    let wrong = ["MATE3_BROKER_PASSWORD": "wrong"]
    let run = try await line.run(
      ["mate3", "devices", "--broker", "mqtt://bridge@127.0.0.1:\(broker.port)"], environment: wrong)
    #expect(run.status == 2 && run.errors.contains("refused user bridge: check the user name, the password"))
    #expect(run.errors.split(separator: "\n").count == 1)
    for (user, sentence) in [
      ("bridge@", "no password was given; it goes into MATE3_BROKER_PASSWORD"), ("", "as in mqtt://user@127.0.0.1"),
    ] {
      let none = try await line.run("mate3 devices --broker \(user)127.0.0.1:\(broker.port)")
      #expect(none.status == 2 && none.errors.contains(sentence), "\(none.errors)")
      let bridge = try ProcessRunner(
        ProcessRunner.product("mate3"),
        [
          "bridge", "--host", "127.0.0.1:1", "--broker", "\(user)127.0.0.1:\(broker.port)", "--state-dir",
          line.directory.path + "/none",
        ])
      try await bridge.errorLine { $0.contains("no connection to the broker") && $0.contains(sentence) }
      bridge.signal(SIGTERM)
      try await bridge.exitStatus()
    }

    let gateway = try await CommandLine.serve("fx")
    let words = [
      "bridge", "--host", "127.0.0.1:\(gateway.port)", "--broker", "mqtt://bridge@127.0.0.1:\(broker.port)",
      "--state-dir", line.directory.path + "/bridge", "--interval", "1",
    ]
    let refused = try ProcessRunner(ProcessRunner.product("mate3"), words, environment: wrong)
    try await refused.errorLine { $0.contains("refused user bridge") }
    // What follows the first scan, in the same breath or later.
    try await refused.errorLine { $0.contains("system_control/0 was seen for the first time") }
    refused.signal(SIGTERM)
    try await refused.exitStatus()
    #expect(!refused.errorLines.contains { $0.contains("announced") })

    let right = try ProcessRunner(
      ProcessRunner.product("mate3"), words, environment: ["MATE3_BROKER_PASSWORD": "right"])
    try await right.errorLine { $0.contains("announced to Home Assistant") && $0.contains("Inverter 1") }
    right.signal(SIGTERM)
    try await right.exitStatus()
    await gateway.stop()
    try await broker.stop()
  }

  @Test(arguments: [
    ("devices --from nothing.yaml", 66), ("trust --all --state-dir nothing", 66),
    ("devices -H h --registry nothing", 66), ("devices --config nothing.yaml", 78),
    ("simulate --from nothing.yaml --port 0", 66), ("bridge --config nothing.yaml", 78),
    ("devices --broker mqtt://u@127.0.0.1 --broker-password-file nothing", 66),
    ("devices --broker mqtts://127.0.0.1 --broker-ca-file nothing", 66),
  ])
  func aMissingFileIsNamed(words: String, status: Int32) async throws {
    let run = try await line.run("mate3 \(words)")
    #expect(run.status == status && run.errors.contains("nothing"), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test(.enabled(if: MosquittoBroker.isInstalled)) func theBridgeSaysThatItsGatewaysPortIsPerhapsNone() async throws {
    let server = try ScriptedServer { peer in _ = peer.readSome() }
    let broker = try await MosquittoBroker.start()
    let bridge = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1:\(server.port)", "--broker", "127.0.0.1:\(broker.port)", "--state-dir",
        line.directory.path + "/bridge",
      ])
    try await bridge.errorLine {
      $0.contains("the gateway can't be read: 127.0.0.1:\(server.port) closed the connection before it answered")
        && $0.contains("Modbus is on 502 unless the gateway's menu says otherwise")
    }
    bridge.signal(SIGTERM)
    try await bridge.exitStatus()
    try await broker.stop()
  }

  @Test func aGatewayThatHangsIsSaidWithTheTimeWaited() async throws {
    let server = try ScriptedServer { peer in while peer.readSome() != nil {} }
    let run = try await line.run("mate3 devices -H 127.0.0.1:\(server.port) --timeout 300ms")
    #expect(run.status == 2 && run.errors.contains("within 300 ms"), "\(run.errors)")
  }
}
