import Foundation
import Registry
import Simulator
import TestSupport
import Testing

@testable import CommandLineTool

/// `mate3 setup`, from nothing to a configuration that a bridge runs with.
struct SetupTests {
  let line: CommandLine
  /// Where the configuration goes; the folder is not there yet.
  let file: String

  init() throws {
    line = try CommandLine()
    file = line.directory.path + "/etc/bridge.yaml"
  }

  private func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test func withoutATerminalItWritesWhatABridgeRunsWith() async throws {
    let gateway = try await CommandLine.serve("home", isSingleClient: true)
    let broker = try await MosquittoBroker.start(.init(users: ["bridge": "a secret"]))
    let run = try await line.run(
      [
        "mate3", "setup", "--host", "127.0.0.1:\(gateway.port)", "--broker", "mqtt://bridge@127.0.0.1:\(broker.port)",
        "--config", file,
      ], environment: ["MATE3_BROKER_PASSWORD": "a secret"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.lines.contains { $0.contains("charge_controller") && $0.contains("4") }, "\(run.output)")
    #expect(run.lines.contains { $0.hasPrefix("gateway  127.0.0.1:\(gateway.port)") && $0.contains("answers: ") })
    #expect(run.lines.contains { $0.hasPrefix("broker   mqtt://bridge@127.0.0.1:") && $0.hasSuffix("answers: MQTT 5") })
    #expect(gateway.counters.connections == 1 && gateway.counters.open == 0)
    #expect(try mode(file) == 0o644 && mode(line.directory.path + "/etc") == 0o755)
    #expect(try mode(line.directory.path + "/etc/broker-password") == 0o600)
    #expect(try !(text(file) + run.output + run.errors).contains("a secret"))

    let watcher = try await TopicWatcher.start(broker, user: "bridge", password: "a secret")
    let bridge = try ProcessRunner(
      ProcessRunner.product("mate3"), ["bridge", "--config", file, "--state-dir", line.directory.path + "/state"])
    try await watcher.next("mate3/charge_controller/4/availability") { $0.text == "online" }
    bridge.signal(SIGTERM)
    #expect(try await bridge.exitStatus() == 0)
    await gateway.stop()
  }

  @Test(arguments: [
    ("", "--host"), ("--network 10.0.0.0/8", "--network"), ("--host h --find", "--find"),
    ("--host 127.0.0.1 --broker nonsense://b", "--broker"),
  ])
  func whatIsMissingOrWrongIsOneSentenceAndNoWait(words: String, mention: String) async throws {
    let run = try await line.run("mate3 setup --config \(file) \(words)", within: .seconds(20))
    #expect(run.status == 64)
    #expect(run.errors.contains(mention) && run.output.isEmpty, "\(run.output)\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: file))
    let lines = try await line.run(
      ["mate3", "setup", "--config", file, "--host", "h", "--broker", "mqtt://u@b"],
      environment: ["MATE3_BROKER_PASSWORD": "a\nb"])
    #expect(lines.status == 64 && lines.errors.contains("several lines"), "\(lines.errors)")
  }

  @Test func whatIsThereIsKeptUnlessItIsToBeReplaced() async throws {
    let gateway = try await CommandLine.serve("fx")
    let broker = try await MosquittoBroker.start()
    let words = [
      "mate3", "setup", "--host", "127.0.0.1:\(gateway.port)", "--broker", "mqtt://127.0.0.1:\(broker.port)",
      "--config", file,
    ]
    try FileManager.default.createDirectory(
      atPath: line.directory.path + "/etc", withIntermediateDirectories: true)
    try line.directory.write("etc/bridge.yaml", "mine: 1\n")
    let kept = try await line.run(words)
    #expect(kept.status == 7 && kept.errors.contains("--overwrite"), "\(kept.errors)")
    #expect(try text(file) == "mine: 1\n" && gateway.counters.connections == 0)
    let replaced = try await line.run(words + ["--overwrite", "--base", "house/solar"])
    #expect(replaced.status == 0, "\(replaced.errors)")
    #expect(try text(file + ".old") == "mine: 1\n" && text(file).contains("base: \"house/solar\""))

    // Nor is a password that somebody has put there.
    try FileManager.default.removeItem(atPath: file)
    try line.directory.write("etc/broker-password", "mine\n")
    let user = words.map { $0.replacing("mqtt://", with: "mqtt://me@") }
    let password = try await line.run(user, environment: ["MATE3_BROKER_PASSWORD": "other"])
    #expect(password.status == 7 && password.errors.contains("--broker-password-file"), "\(password.errors)")
    #expect(try text(line.directory.path + "/etc/broker-password") == "mine\n")
    #expect(!FileManager.default.fileExists(atPath: file))
    let nobody = try await line.run(words + ["--broker-password-file", "etc/broker-password"])
    #expect(nobody.status == 64 && nobody.errors.contains("no user"), "\(nobody.errors)")
    let named = try await line.run(user + ["--broker-password-file", "etc/broker-password"])
    #expect(named.status == 0, "\(named.errors)")
    #expect(try text(file).contains("/etc/broker-password\""))
    #expect(try await line.run("mate3 bridge --config \(file) --check").status == 0)
    await gateway.stop()
  }

  /// Neither the configurations of before nor their passwords are lost, however often it is done.
  @Test func whatIsReplacedIsKept() async throws {
    let gateway = try await CommandLine.serve("fx")
    let broker = try await MosquittoBroker.start(.init(users: ["bridge": "first", "other": "second"]))
    func setup(_ user: String, _ password: String, _ more: [String] = []) async throws -> [String] {
      let run = try await line.run(
        [
          "mate3", "setup", "--overwrite", "--host", "127.0.0.1:\(gateway.port)", "--broker",
          "mqtt://\(user)@127.0.0.1:\(broker.port)", "--config", file,
        ] + more, environment: ["MATE3_BROKER_PASSWORD": password])
      #expect(run.status == 0, "\(run.errors)")
      return run.lines.map(String.init)
    }
    let secret = line.directory.path + "/etc/broker-password"
    _ = try await setup("bridge", "first")
    try line.directory.write("etc/bridge.yaml", text(file) + "# mine\n")
    let first = try text(file)
    let lines = try await setup("other", "second")
    #expect(lines.contains("kept: \(file).old, the configuration of before"), "\(lines)")
    #expect(lines.contains("kept: \(secret), which this configuration does not name"), "\(lines)")
    #expect(try text(file + ".old") == first && text(secret) == "first\n" && text(secret + "2") == "second\n")
    #expect(try text(file).contains("password_file: \"broker-password2\"") && mode(secret + "2") == 0o600)
    let second = try text(file)
    // The same again needs nothing new.
    _ = try await setup("other", "second")
    _ = try await setup("other", "second")
    #expect(try text(file) == second && text(file + ".old") == first && text(file + ".old2") == second)
    for path in [file + ".old3", secret + "3"] { #expect(!FileManager.default.fileExists(atPath: path)) }
    #expect(try await line.run("mate3 bridge --config \(file).old --check").status == 0)
    await gateway.stop()
  }

  /// As when the disk is full: what runs may read its password at any time.
  @Test func whereTheConfigurationCantBeWrittenThePasswordIsAsItWas() async throws {
    let gateway = try await CommandLine.serve("fx")
    let broker = try await MosquittoBroker.start(.init(users: ["bridge": "secret"]))
    let folder = line.directory.path + "/etc"
    // A folder in the file's place can't be replaced.
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
    try line.directory.write("etc/broker-password", "mine\n")
    let run = try await line.run(
      [
        "mate3", "setup", "--overwrite", "--host", "127.0.0.1:\(gateway.port)", "--broker",
        "mqtt://bridge@127.0.0.1:\(broker.port)", "--config", file,
      ], environment: ["MATE3_BROKER_PASSWORD": "secret"])
    #expect(run.status == 66, "\(run.output)\(run.errors)")
    #expect(try text(folder + "/broker-password") == "mine\n")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names == ["bridge.yaml", "broker-password"])
    await gateway.stop()
  }

  /// At each moment the service has the password of the configuration that is there.
  @Test func theServiceIsHandedBothPasswordsUntilTheConfigurationIsTheNewOne() throws {
    let dropIns = line.directory.path + "/mate3.service.d"
    try FileManager.default.createDirectory(atPath: dropIns, withIntermediateDirectories: true)
    try line.directory.write("mate3.service.d/broker-password.conf", "# mine\n[Service]\n")
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: dropIns).sorted() }
    var seen: [String] = []
    let service = SetupService(folder: dropIns) { words in
      seen.append("\(words.last ?? ""): \((try? names()) ?? []) \((try? text(file))?.contains("user") ?? false)")
      return ""
    }
    func write(_ flags: [(String, String?)]) throws -> [String] {
      seen = []
      var target = SetupTarget(file)
      try target.prepare(overwrite: true, SetupDialog(isOn: false))
      return try target.write(try SetupAnswers([("--host", "192.0.2.7")] + flags), service)
    }
    let secret = try line.directory.write("a secret", "x\n")
    let user = [("--broker", "mqtt://user@192.0.2.8" as String?), ("--broker-password-file", secret)]
    let begun = try write(user)
    #expect(
      seen == [
        #"daemon-reload: ["broker-password.conf", "broker-password2.conf"] false"#,
        #"daemon-reload: ["broker-password.conf.old", "broker-password2.conf"] true"#,
      ])
    #expect(begun.count == 1 && begun[0].hasPrefix("set aside: \(dropIns)/broker-password.conf.old, "), "\(begun)")
    #expect(try text(dropIns + "/broker-password2.conf").contains("\nLoadCredential=a secret:\(secret)\n"))
    #expect(try mode(dropIns + "/broker-password2.conf") == 0o644)
    #expect(try write(user) == ["kept: \(file).old, the configuration of before"])
    #expect(seen.count == 1)
    // Without a password none is handed over, as soon as the configuration needs none.
    let last = try write([("--broker", "mqtt://192.0.2.8")])
    #expect(last.contains { $0.hasPrefix("set aside: \(dropIns)/broker-password2.conf.old, ") }, "\(last)")
    #expect(seen == [#"daemon-reload: ["broker-password.conf.old", "broker-password2.conf.old"] false"#])
    // Nothing is left of what could not be done.
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
    #expect(throws: Failure.self) { try write(user) }
    #expect(seen.last == #"daemon-reload: ["broker-password.conf.old", "broker-password2.conf.old"] false"#)
    #expect(throws: Failure.self) { try service.handOver("/etc/a:b") }
  }

  @Test func whatDoesNotAnswerIsSaidAndNothingIsWritten() async throws {
    let gateway = try await CommandLine.serve("fx")
    let port = gateway.port
    let broker = try await MosquittoBroker.start(.init(users: ["bridge": "secret"]))
    let words = "mate3 setup --host 127.0.0.1:\(port) --broker mqtt://127.0.0.1:\(broker.port) --config \(file)"
    let refused = try await line.run(words)
    #expect(refused.status == 2 && refused.errors.contains("refused a client without a user name"), "\(refused.errors)")
    #expect(refused.errors.contains("write it into broker.url (--broker), as in mqtt://user@127.0.0.1"))
    let noPassword = try await line.run(words.replacing("mqtt://", with: "mqtt://bridge@"))
    #expect(
      noPassword.status == 2 && noPassword.errors.contains("no password was given; it goes into MATE3_BROKER_PASSWORD"),
      "\(noPassword.errors)")
    await gateway.stop()
    let away = try await line.run(words)
    // In the table, whole, and for scripts.
    #expect(away.output.split(separator: "refused the connection").count == 2, "\(away.output)")
    #expect(away.status == 2 && away.errors.contains("refused the connection"), "\(away.errors)")
    #expect(away.errors.split(separator: "\n").count == 1 && away.errors.contains("--anyway"))
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try await line.run(words + " --anyway").status == 0)
    #expect(try await line.run("mate3 bridge --config \(file) --check").status == 0)
  }

  /// As when the bridge runs that is set up anew.
  @Test func aGatewayThatServesSomebodyElseIsSaidToBeBusy() async throws {
    let gateway = try await CommandLine.serve("fx", isSingleClient: true)
    let broker = try await MosquittoBroker.start()
    let client = try RawClient(Int(gateway.port))
    try await eventually("the other client") { gateway.counters.open == 1 }
    let run = try await line.run(
      "mate3 setup --host 127.0.0.1:\(gateway.port) --broker mqtt://127.0.0.1:\(broker.port) --config \(file)")
    #expect(run.status == 3 && run.errors.contains("systemctl stop mate3"), "\(run.errors)")
    withExtendedLifetime(client) {}
    await gateway.stop()
  }

  /// A broker that takes connections and drops messages is not one to write down.
  @Test func accessRulesAreTriedToo() async throws {
    let gateway = try await CommandLine.serve("fx")
    let rules = try line.directory.write("acl", "topic read mate3/#\n")
    let broker = try await MosquittoBroker.start(.init(configuration: ["acl_file \(rules)"]))
    let run = try await line.run(
      "mate3 setup --host 127.0.0.1:\(gateway.port) --broker mqtt://127.0.0.1:\(broker.port) --config \(file)")
    #expect(run.status == 2 && run.errors.contains("does not let this user publish"), "\(run.errors)")
    await gateway.stop()
  }

  @Test func gatewaysAreFoundWithOneConnectionEach() async throws {
    var options = SimulatorOptions()
    let gateway = try await SimulatedGateway.start(
      file: CommandLine.file("home"), isAnimated: false, options: options)
    options.port = gateway.port
    options.bind = "127.0.0.2"
    let plain = try await SimulatedGateway.start(
      registers: RegisterImage(start: 40000, words: Array(repeating: 7, count: 200)), options: options)
    let broker = try await MosquittoBroker.start()
    let words =
      "mate3 setup --network 127.0.0.0/29 --port \(gateway.port) --broker mqtt://127.0.0.1:\(broker.port) --config \(file)"
    let one = try await line.run(words)
    #expect(one.status == 0, "\(one.output)\(one.errors)")
    #expect(try text(file).contains("host: \"127.0.0.1\"\n  port: \(gateway.port)"))
    #expect(one.lines.contains { $0.hasPrefix("127.0.0.2: ") && $0.contains("SunSpec") }, "\(one.output)")
    #expect(gateway.counters.connections == 1 && plain.counters.connections == 1)
    // Of two, somebody has to say which.
    await plain.stop()
    let other = try await SimulatedGateway.start(file: CommandLine.file("fx"), isAnimated: false, options: options)
    let two = try await line.run(words + " --overwrite")
    #expect(two.status == 64 && two.errors.contains("127.0.0.1, 127.0.0.2; say which with --host"), "\(two.errors)")
    await gateway.stop()
    await other.stop()
    let none = try await line.run(words + " --overwrite")
    #expect(none.status == 2 && none.errors.contains("no gateway answers in 127.0.0.0/29"), "\(none.errors)")
  }

  /// Typed as an owner would; what is secret is never shown.
  @Test func onATerminalItAsks() async throws {
    let gateway = try await CommandLine.serve("fx")
    let broker = try await MosquittoBroker.start(.init(users: ["bridge": "secret"]))
    let screen = line.directory.path + "/screen"
    let setup = try ProcessRunner(
      URL(filePath: "/usr/bin/script"),
      [
        "-qefc", "exec \(line.directory.path)/mate3 setup --broker mqtt://127.0.0.1:\(broker.port) --config \(file)",
        screen,
      ], hasInput: true)
    for (question, times, answer) in [
      ("address of the gateway", 1, "no host!"), ("address of the gateway", 2, "127.0.0.1:\(gateway.port)"),
      ("User at the broker", 1, "bridge"), ("Password:", 1, "secret"), ("Write \(file)", 1, "y"),
    ] {
      try await eventually(within: .seconds(20), question) {
        ((try? text(screen)) ?? "").components(separatedBy: question).count > times
      }
      setup.send(line: answer)
    }
    #expect(try await setup.exitStatus(within: .seconds(20)) == 0, "\(setup.outputLines)")
    #expect(try !text(screen).contains("secret") && text(screen).contains("written: \(file)"))
    #expect(try text(file).contains("url: \"mqtt://bridge@127.0.0.1:\(broker.port)\"\n  password_file: "))
    #expect(try text(line.directory.path + "/etc/broker-password") == "secret\n")
    await gateway.stop()
  }

  /// The user stands in the URL, and is not asked for again.
  @Test func onATerminalItAsksForThePasswordOfTheUserThatIsGiven() async throws {
    let gateway = try await CommandLine.serve("fx")
    let broker = try await MosquittoBroker.start(.init(users: ["bridge": "secret"]))
    let screen = line.directory.path + "/screen"
    let setup = try ProcessRunner(
      URL(filePath: "/usr/bin/script"),
      [
        "-qefc",
        "exec \(line.directory.path)/mate3 setup --host 127.0.0.1:\(gateway.port) --broker "
          + "mqtt://bridge@127.0.0.1:\(broker.port) --config \(file)", screen,
      ], hasInput: true)
    for (question, answer) in [("Password of bridge:", "secret"), ("Write \(file)", "y")] {
      try await eventually(within: .seconds(20), question) { (try? text(screen))?.contains(question) == true }
      setup.send(line: answer)
    }
    #expect(try await setup.exitStatus(within: .seconds(20)) == 0, "\(setup.outputLines)")
    #expect(try !text(screen).contains("User at the broker"))
    await gateway.stop()
  }

  /// The broker's address given for the gateway's: what answers no Modbus is not only busy.
  @Test func anotherPortThanModbusIsSaid() async throws {
    let broker = try await MosquittoBroker.start()
    let run = try await line.run(
      "mate3 setup --host 127.0.0.1:\(broker.port) --broker mqtt://127.0.0.1:\(broker.port) --config \(file)")
    #expect(
      run.status == 3 && run.errors.contains("or port \(broker.port) is not its Modbus port"), "\(run.errors)")
    try await broker.stop()
  }

  @Test func networksHaveTheirAddresses() throws {
    #expect(IPv4Network("192.168.1.77/30")?.hosts == ["192.168.1.77", "192.168.1.78"])
    #expect(IPv4Network("192.168.1.77/30")?.description == "192.168.1.76/30")
    #expect(IPv4Network("255.255.255.255/32")?.hosts == ["255.255.255.255"])
    #expect(IPv4Network("255.255.255.254/31")?.count == 2)
    #expect(IPv4Network("10.0.0.0/22")?.count == 1022 && IPv4Network("10.0.0.0/8")?.count == 16_777_214)
    for text in ["192.168.1.0", "192.168.1.0/0", "192.168.1.0/33", "x/24", "fd00::/64", "/", ""] {
      #expect(IPv4Network(text) == nil, "\(text)")
    }
  }
}
