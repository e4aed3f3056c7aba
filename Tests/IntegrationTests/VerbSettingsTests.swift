import Foundation
import Simulator
import TestSupport
import Testing

/// The bridge's words mean the same to every verb: flags, the environment and the configuration file.
struct VerbSettingsTests {
  let line: CommandLine

  init() throws { line = try CommandLine() }

  @Test func theHostMayHaveItsPortAndDurationsTheirUnitOrNone() async throws {
    let gateway = try await CommandLine.serve("fx")
    for words in [
      "devices -H 127.0.0.1:\(gateway.port) --unit 1 --timeout 2",
      "devices -H 127.0.0.1:\(gateway.port) --unit=1 --timeout 2s --max-read 2",
      "devices -H 127.0.0.1 --port \(gateway.port) --timeout 1500ms", "-H 127.0.0.1:\(gateway.port) --timeout 0.5",
    ] {
      let run = try await line.run("mate3 \(words)")
      #expect(run.status == 0 && run.output.contains("fx_inverter"), "\(words): \(run.errors)")
    }
    let twice = try await line.run("mate3 devices -H 127.0.0.1:\(gateway.port) --port 7")
    #expect(twice.status == 64 && twice.errors.contains("twice"), "\(twice.errors)")
    await gateway.stop()
  }

  /// As the bridge takes them.
  @Test func flagsHaveTheWholeNamesOfTheirSettingsToo() async throws {
    let gateway = try await CommandLine.serve("fx")
    let place = "--gateway-host 127.0.0.1 --gateway-port=\(gateway.port)"
    for words in [
      "devices \(place) --gateway-unit 1 --gateway-response-timeout 2s --gateway-connect-timeout 3s",
      "\(place) devices --gateway-max-read 50", "\(place) --broker-keepalive 10s --topics-base mate3",
      "write \(place) --list-fields", "settings save \(place) -",
    ] {
      let run = try await line.run("mate3 \(words)")
      #expect(run.status == 0 && run.output.contains("fx_inverter"), "\(words): \(run.errors)")
    }
    let broker = try await line.run("mate3 devices --broker-url mqtt://127.0.0.1:1 --gateway-connect-timeout never")
    #expect(broker.status == 64 && broker.errors.contains("--gateway-connect-timeout"), "\(broker.errors)")
    await gateway.stop()
  }

  /// Two registers a request on the wire, not only on the command line.
  @Test func maxReadIsKeptOnTheWire() async throws {
    let gateway = try await CommandLine.serve("fx")
    // Two readings are compared.
    try gateway.apply(.freezeClock(true))
    for words in ["--device common", ""] {
      let run = try await line.run("mate3 -H 127.0.0.1:\(gateway.port) --max-read 2 --stats \(words)")
      #expect(run.status == 0, "\(run.errors)")
      let numbers = run.errors.split(separator: " ").compactMap { Int($0) }
      try #require(numbers.count == 2)
      #expect(numbers[1] <= 2 * numbers[0])
      #expect(run.output == (try await line.run("mate3 -H 127.0.0.1:\(gateway.port) \(words)")).output)
    }
    await gateway.stop()
  }

  @Test(arguments: [
    ("--max-read 1", "2 to 125"), ("--max-read 126", "2 to 125"), ("--unit 0", "1 to 247"), ("--unit 248", "1 to 247"),
    ("--timeout 5m", "100ms to 1m"), ("--timeout soon", "500ms, 5s"), ("--port 0", "1 to 65535"),
  ])
  func whatIsOutsideIsSaidAsTheBridgeSaysIt(words: String, bounds: String) async throws {
    let verb = try await line.run("mate3 devices -H 127.0.0.1 \(words)")
    #expect(verb.status == 64 && verb.errors.contains(bounds), "\(verb.errors)")
    let bridge = try await line.run("mate3 bridge --host 127.0.0.1 --broker mqtt://127.0.0.1 \(words)")
    #expect(bridge.status == 78 && bridge.errors.contains(bounds), "\(bridge.errors)")
  }

  @Test(arguments: ["50ms", "0.05s", "50"]) func theSimulatorTakesDurationsToo(delay: String) async throws {
    let simulator = try ProcessRunner(
      ProcessRunner.product("mate3"),
      ["simulate", "--from", CommandLine.file("fx"), "--port", "0", "--delay", delay], hasInput: true)
    let port = try await simulator.line { $0.hasPrefix("port ") }.dropFirst(5)
    let begin = ContinuousClock.now
    let run = try await line.run("mate3 -H 127.0.0.1:\(port) --device common --field did --stats")
    #expect(run.status == 0, "\(run.errors)")
    let requests = try #require(run.errors.split(separator: " ").first.flatMap { Int($0) })
    #expect(ContinuousClock.now - begin >= .milliseconds(50 * requests))
    simulator.signal(SIGTERM)
    try await simulator.exitStatus()
  }

  @Test func aConfigurationFileAndTheEnvironmentNameTheGateway() async throws {
    let gateway = try await CommandLine.serve("home")
    try line.directory.write(
      "bridge.yaml",
      """
      gateway: {host: "127.0.0.1:\(gateway.port)"}
      broker: {url: mqtt://192.0.2.8}
      devices: [{block: charge_controller, port: 3, name: roof}]
      commands: {allow: [operational, setpoint], limits: {roof_configuration.absorb_volts: {min: 54, max: 60}}}
      state_dir: kept

      """)
    for verb in [
      "read", "devices", "dump -", "write --list-fields", "write --set roof_configuration.absorb_volts=57.5",
    ] {
      let run = try await line.run(
        ["mate3"] + verb.split(separator: " ").map(String.init) + ["--config", "bridge.yaml"])
      #expect(run.status == 0, "\(verb): \(run.errors)")
    }
    let own = try await line.run("mate3 devices --config bridge.yaml")
    #expect(own.output.contains("\nroof "))
    let outside = try await line.run("mate3 write --config bridge.yaml --set roof_configuration.absorb_volts=61")
    #expect(outside.status == 7 && outside.errors.contains("54 to 60"), "\(outside.errors)")
    let elsewhere = try await line.run("mate3 devices --config bridge.yaml -H 127.0.0.1:1")
    #expect(elsewhere.status == 2)
    let missing = try await line.run("mate3 devices --config nothing.yaml")
    #expect(missing.status == 78 && missing.errors.contains("there is none of this name"), "\(missing.errors)")

    let variables = ["MATE3_GATEWAY_HOST": "127.0.0.1", "MATE3_GATEWAY_PORT": "\(gateway.port)"]
    let byName = try await line.run(["mate3", "devices"], environment: variables)
    #expect(byName.status == 0 && byName.output.contains("charge_controller"), "\(byName.errors)")
    let wrong = try await line.run(["mate3", "devices"], environment: ["MATE3_HOST": "127.0.0.1"])
    #expect(wrong.status == 64 && wrong.errors.contains("did you mean MATE3_GATEWAY_HOST?"), "\(wrong.errors)")
    await gateway.stop()
  }

  @Test func oneOfSeveralGatewaysIsChosen() async throws {
    let gateway = try await CommandLine.serve("fx")
    try line.directory.write(
      "two.yaml",
      """
      broker: {url: mqtt://192.0.2.8}
      gateways:
        - {host: localhost, port: \(gateway.port), base: mate3/house}
        - {host: 192.0.2.9, base: mate3/barn}

      """)
    let which = try await line.run("mate3 devices --config two.yaml")
    #expect(which.status == 64 && which.errors.contains("192.0.2.9:502 (mate3/barn)"), "\(which.errors)")
    let house = try await line.run("mate3 devices --config two.yaml --host localhost")
    #expect(house.status == 0 && house.output.contains("fx_inverter"), "\(house.errors)")
    await gateway.stop()
  }

  @Test(.enabled(if: MosquittoBroker.isInstalled)) func theBridgeTakesTheSameWords() async throws {
    let gateway = try await CommandLine.serve("fx")
    let broker = try await MosquittoBroker.start()
    let watcher = try await TopicWatcher.start(broker)
    let bridge = try ProcessRunner(
      ProcessRunner.product("mate3"),
      [
        "bridge", "--host", "127.0.0.1:\(gateway.port)", "--unit", "1", "--timeout", "2", "--max-read", "2", "--broker",
        "mqtt://127.0.0.1:\(broker.port)", "--state-dir", line.directory.path + "/bridge", "--interval", "1.5",
      ])
    _ = try await watcher.next("mate3/fx_inverter/1/availability")
    bridge.signal(SIGTERM)
    try await bridge.exitStatus()
    await watcher.stop()
    await gateway.stop()
    try await broker.stop()
  }
}
