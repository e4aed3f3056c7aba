import Foundation
import Glibc
import History
import Simulator
import TestSupport
import Testing

@testable import HistoryStore

/// The real program's history on a real server.
@Suite(
  .enabled(
    if: SharedData.isPresent && MosquittoBroker.isInstalled && PostgresServer.isInstalled,
    "needs the capture, mosquitto and postgresql"))
struct PostgresTests {
  private static let quick = ["--history-interval", "1s", "--history-write-interval", "1s"]
  private static let password = "an0ther-s3cret"

  private func start(_ server: PostgresServer, redirection: String = "") async throws -> RunningSystem {
    try await server.query("CREATE ROLE solar LOGIN PASSWORD '\(Self.password)'")
    try await server.query("CREATE DATABASE solar OWNER solar")
    return try await RunningSystem.start(
      try SharedData.capture(),
      arguments: Self.quick + ["--history-postgres", "postgres://solar@localhost:\(server.port)/solar"],
      redirection: redirection, environment: ["MATE3_HISTORY_POSTGRES_PASSWORD": Self.password])
  }

  private func rows(_ server: PostgresServer, _ sql: String) async throws -> [String] {
    try await server.query(sql, database: "solar", quiet: true)
  }

  /// The bridge is killed with −9 and the server crashes, again and again: what the file has is on the server, once.
  @Test func everyRowOnceOverKills() async throws {
    let server = try await PostgresServer.start()
    let logs = try TemporaryDirectory()
    let system = try await start(server, redirection: "2>>\(logs.path)/log")
    try await system.ready()
    try await eventually(within: .seconds(30), "a row") {
      try await rows(server, "SELECT count(*) > 0 FROM mate3.house") == ["t"]
    }
    var random = SplitMix64(seed: 3)
    for round in 0..<5 {
      try await Task.sleep(for: .milliseconds(Int.random(in: 500...2500, using: &random)))
      if round % 2 == 1 { try await server.kill() }
      system.bridge.signal(SIGKILL)
      try await system.bridge.exitStatus()
      system.watcher.clear()
      try system.restartBridge()
      if round % 2 == 1 { try await server.launch() }
      try await system.ready()
    }
    #expect(
      try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
    try await eventually(within: .seconds(30), "the command") {
      try await rows(server, "SELECT asked, status FROM mate3.command") == ["on|accepted"]
    }
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    // What the end has left behind.
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    try await compare(system, server)
    try await system.stop()
    let log = try String(contentsOfFile: "\(logs.path)/log", encoding: .utf8)
    #expect(log.contains("rows of the history go to PostgreSQL at localhost"))
    #expect(!log.contains(Self.password))
    #expect(!system.watcher.texts.values.contains { $0.contains(Self.password) })
  }

  /// Every row of the file is on the server, once, with the same values.
  private func compare(_ system: RunningSystem, _ server: PostgresServer) async throws {
    let database = try Database("\(system.directory.path)/history.db", flags: 1)
    let last = Int(Date().timeIntervalSince1970)
    for (table, key, more) in [
      ("house", "time, port", "battery_voltage, solar_power, state_of_charge, battery_direction"),
      ("charge_controller", "time, port", "watts, charger_state, lifetime_kwh_hours"),
      ("setting_change", "device, port, field, time", "value"), ("event", "time", "event, message"),
      ("command", "number", "status, before, written, read"),
    ] {
      let time = table == "setting_change" || table == "event" || table == "command" ? "time" : "time + seconds"
      let local = try database.texts(
        "SELECT \(key), \(more) FROM \(table) WHERE \(time) < \(last) ORDER BY \(key)")
      #expect(local.count > 0)
      // Numbers as SQLite prints them.
      let names = "\(key), \(more)".split(separator: ", ").map {
        $0 == "time" ? "extract(epoch FROM time)::bigint" : $0
      }
      try await eventually(within: .seconds(20), "\(local.count) rows of \(table)") {
        let there = try await rows(
          server,
          "SELECT \(names.joined(separator: ", ")) FROM mate3.\(table) WHERE extract(epoch FROM time) < \(last) "
            + "ORDER BY \(key.replacing("device", with: "device COLLATE \"C\"").replacing("field", with: "field COLLATE \"C\""))"
        )
        return normal(there.prefix(local.count)) == normal(local[...])
      }
    }
  }

  /// Numbers without what only one of the two prints.
  private func normal(_ lines: ArraySlice<String>) -> [String] {
    lines.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false)
        .map { cell in Double(cell).map { "\($0)" } ?? String(cell) }.joined(separator: "|")
    }
  }

  /// A server that never was there, and one that says nothing: the bridge publishes, commands and ends as ever.
  @Test func aServerThatIsNoneHoldsUpNothing() async throws {
    let (listener, port) = try ScriptedServer.listen(backlog: 4)
    defer { close(listener) }
    for url in [
      "postgres://solar@127.0.0.1:\(port)/solar?connect_timeout=2", "postgres://solar@nosuchhost.invalid/solar",
    ] {
      let system = try await RunningSystem.start(
        try SharedData.capture(), arguments: Self.quick + ["--history-postgres", url])
      try await system.ready()
      #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
      try await system.bridge.errorLine { $0.contains("rows of the history wait in history.db") }
      let begin = ContinuousClock.now
      system.bridge.signal(SIGTERM)
      #expect(try await system.bridge.exitStatus() == 0)
      #expect(begin.duration(to: .now) < .seconds(2))
      await system.watcher.stop()
      await system.simulator.stop()
      try await system.broker.stop()
    }
  }

  /// The columns of real devices, with unit and meaning.
  @Test func columnsSayWhatTheyMean() async throws {
    let server = try await PostgresServer.start()
    let system = try await start(server)
    try await system.ready()
    try await eventually(within: .seconds(30), "rows") {
      try await rows(
        server,
        "SELECT 1 FROM mate3.charge_controller, mate3.house, mate3.setting_change WHERE charge_controller.port = 4 LIMIT 1"
      ) == ["1"]
    }
    func comment(_ table: String, _ column: String) async throws -> String {
      try await rows(
        server,
        "SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'mate3.\(table)'::regclass "
          + "AND attname = '\(column)'"
      ).first ?? ""
    }
    #expect(try await comment("charge_controller", "battery_voltage").hasPrefix("V; "))
    #expect(try await comment("house", "solar_energy_today").hasPrefix("kWh; "))
    #expect(try await comment("house", "seconds").contains("how long the row stands for"))
    // No password of the gateway, and nothing personal.
    #expect(
      try await rows(server, "SELECT count(*) FROM mate3.setting_change WHERE field LIKE '%password%'") == ["0"])
    try await system.stop()
  }

  /// What can't be a server's URL ends the start, as every configuration that can't be used.
  @Test func aURLThatLibpqDoesNotKnow() async throws {
    let run = try await CommandLine().run(
      "mate3 bridge --host 127.0.0.1 --broker mqtt://127.0.0.1:1 --history-postgres postgres://u@h/d?sslmod=require")
    #expect(run.status == 78)
    #expect(run.errors.contains("history.postgres can't be used: invalid URI query parameter: \"sslmod\""))
  }

  /// The queries of the example dashboard, with Grafana's words as Grafana puts them.
  @Test func theDashboardsQueriesRun() async throws {
    let server = try await PostgresServer.start()
    let system = try await start(server)
    try await system.ready()
    #expect(try await system.command("radian_inverter_configuration/1/aux_control", "on").status == "accepted")
    try await eventually(within: .seconds(30), "rows") {
      try await rows(
        server, "SELECT 1 FROM mate3.charge_controller, mate3.house, mate3.command, mate3.event LIMIT 1") == ["1"]
    }
    let file = ProcessRunner.packageDirectory.appending(path: "examples/grafana/house.json")
    let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: file))
    let targets = dashboard.panels.flatMap(\.targets) + dashboard.annotations.list.map(\.target)
    #expect(targets.count == 10)
    for target in targets {
      let sql = target.rawSql.replacing("$__timeFilter(time)", with: "time BETWEEN now() - INTERVAL '1 h' AND now()")
        .replacing("$__timeGroup(time, '$__interval')", with: "to_timestamp(floor(extract(epoch FROM time) / 60) * 60)")
        .replacing("$gateway", with: "mate3").replacing("$zone", with: "Europe/Berlin")
      #expect(!sql.contains("$"), "\(sql)")
      let found = try await server.query(sql, database: "solar")
      #expect(found.count > 0, "\(sql)")
    }
    try await system.stop()
  }

  private struct Dashboard: Decodable {
    struct Target: Decodable { var rawSql: String }
    struct Panel: Decodable { var targets: [Target] }
    struct Annotation: Decodable { var target: Target }
    struct Annotations: Decodable { var list: [Annotation] }
    var panels: [Panel]
    var annotations: Annotations
  }
}
