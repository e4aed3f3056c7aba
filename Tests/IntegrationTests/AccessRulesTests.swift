import Foundation
import Simulator
import TestSupport
import Testing

/// With the access rules of examples/mosquitto/acl, every verb works through a bridge for the users who may, without
/// delay, and the others are told at once.
@Suite(.enabled(if: MosquittoBroker.isInstalled), .timeLimit(.minutes(2))) struct AccessRulesTests {
  static let users = ["bridge", "reader", "automation", "owner"]

  private struct House {
    let line: CommandLine
    let broker: MosquittoBroker
    let gateway: SimulatedGateway
    let bridge: ProcessRunner

    init() async throws {
      line = try CommandLine()
      gateway = try await CommandLine.serve("home")
      var options = MosquittoBroker.Options()
      options.users = Dictionary(uniqueKeysWithValues: AccessRulesTests.users.map { ($0, "secret-\($0)") })
      let rules = ProcessRunner.packageDirectory.appending(path: "examples/mosquitto/acl").path(percentEncoded: false)
      options.configuration = ["acl_file \(rules)"]
      broker = try await MosquittoBroker.start(options)
      bridge = try ProcessRunner(
        ProcessRunner.product("mate3"),
        [
          "bridge", "--host", "127.0.0.1:\(gateway.port)", "--broker", "mqtt://bridge@127.0.0.1:\(broker.port)",
          "--state-dir", line.directory.path + "/bridge", "--interval", "1",
        ], environment: ["MATE3_BROKER_PASSWORD": "secret-bridge"])
      let (line, broker) = (line, broker)
      try await eventually(within: .seconds(30), "the bridge has published its devices") {
        try await Self.run(line, broker, "devices", as: "reader").status == 0
      }
    }

    func run(_ words: String, as user: String) async throws -> CommandLine.Run {
      try await Self.run(line, broker, words, as: user)
    }

    private static func run(
      _ line: CommandLine, _ broker: MosquittoBroker, _ words: String, as user: String
    ) async throws -> CommandLine.Run {
      try await line.run(
        ["mate3"] + words.split(separator: " ").map(String.init) + [
          "--broker", "mqtt://\(user)@127.0.0.1:\(broker.port)",
        ],
        environment: ["MATE3_BROKER_PASSWORD": "secret-\(user)"], within: .seconds(20))
    }

    func stop() async throws {
      bridge.signal(SIGTERM)
      try await bridge.exitStatus()
      await gateway.stop()
      try await broker.stop()
    }
  }

  @Test func everyVerbWorksForTheUsersItHas() async throws {
    let house = try await House()
    for user in ["reader", "automation", "owner"] {
      let begin = ContinuousClock.now
      let devices = try await house.run("devices", as: user)
      #expect(devices.status == 0 && devices.output.contains("charge_controller"), "\(user): \(devices.errors)")
      let read = try await house.run("read --device charge_controller/3 --format json", as: user)
      #expect(read.status == 0 && read.output.contains("battery_voltage"), "\(user): \(read.errors)")
      #expect(ContinuousClock.now - begin < .seconds(10))
    }
    for (port, user) in [(1, "automation"), (2, "owner")] {
      let write = try await house.run(
        "write --yes --set radian_inverter_configuration/\(port).aux_control=on", as: user)
      #expect(write.status == 0, "\(user): \(write.errors)")
    }
    let trust = try await house.run("trust charge_controller/3", as: "owner")
    #expect(trust.status == 0, "\(trust.errors)")
    try await house.stop()
  }

  @Test func whoMayNotIsToldAtOnce() async throws {
    let house = try await House()
    for (words, user) in [
      ("write --yes --set radian_inverter_configuration/1.aux_control=on", "reader"),
      ("trust charge_controller/3", "automation"), ("trust charge_controller/3", "reader"),
    ] {
      let run = try await house.run(words, as: user)
      #expect(run.status == 7 && run.errors.contains("access rules"), "\(words): \(run.errors)")
    }
    #expect(house.gateway.counters.writes == 0)
    try await house.stop()
  }

  @Test func watchKeepsMoving() async throws {
    let house = try await House()
    let watch = try ProcessRunner(
      ProcessRunner.product("mate3"),
      ["watch", "--broker", "mqtt://reader@127.0.0.1:\(house.broker.port)", "--interval", "1s"],
      environment: ["MATE3_BROKER_PASSWORD": "secret-reader"])
    try await watch.line { $0.contains("state_of_charge=") }
    for charge in [77, 78] {
      try house.gateway.apply(.set(address: 41144 + 27, words: [UInt16(charge)]))
      try await watch.line { $0.contains("state_of_charge=\(charge) %") }
    }
    watch.signal(SIGINT)
    #expect(try await watch.exitStatus() == 0)
    try await house.stop()
  }
}
