import Foundation
import Glibc
import History
import Simulator
import TestSupport
import Testing
import Threads

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

  /// A history of 10,000 rows that were not sent yet, in the place of the one that is there.
  private func fill(_ folder: String) async throws {
    for end in ["", "-wal", "-shm"] { unlink("\(folder)/history.db\(end)") }
    let house = HistoryTable.house
    let names = ["battery_voltage": 0.01, "solar_power": 1, "state_of_charge": 0.1]
    let begin = Int64(Date().timeIntervalSince1970) - 20_000
    let items = (0..<10_000 as Range<Int64>).map { number in
      let values = house.columns.map { column in
        names[column.name].map { .real(Double(number) * $0) } ?? HistoryValue.none
      }
      let row = HistoryRow(
        table: house, time: begin + number, seconds: 1, port: 0, name: "house", readings: 1, values: values)
      return HistoryItem(.row(row), time: row.time * 1000, at: nil)
    }
    let events = (0..<10 as Range<Int64>).map { number in
      HistoryItem(
        .event(EventRecord(event: "gateway_back", message: "\(number)", device: nil)), time: (begin + number) * 1000,
        at: nil)
    }
    let file = HistoryFile(
      folder: folder, gateway: "mate3", settings: HistorySettings(), on: ThreadExecutor(name: "history-test"))
    _ = try await file.write(items + events, at: (begin + 10_000) * 1000)
    await file.close()
  }

  /// A URL that libpq can't make sense of is found by `--check` as by the start.
  @Test func aURLThatIsChecked() async throws {
    let words = ["bridge", "--check", "--host", "127.0.0.1", "--broker", "mqtt://127.0.0.1", "--history-postgres"]
    for (url, status) in [("postgres://u@h/d?sslmod=require", 78), ("postgres://u@h/d?sslmode=require", 0)] {
      let run = try await CommandLine().run(["mate3"] + words + [url])
      #expect(run.status == Int32(status), "\(run.errors)")
      #expect(run.errors.contains("sslmod") == (status != 0))
    }
  }

  /// The bridge is killed with −9 while the server crashes, ends and hangs, again and again: each of 10,000 rows that the
  /// file has is on the server, once.
  @Test func everyRowOnceOverKills() async throws {
    let server = try await PostgresServer.start()
    let logs = try TemporaryDirectory()
    let system = try await start(server, redirection: "2>>\(logs.path)/log")
    try await system.ready()
    let tables = "mate3.house, mate3.charge_controller, mate3.setting_change, mate3.event"
    try await eventually(within: .seconds(30), "rows") {
      try await rows(server, "SELECT count(*) > 0 FROM \(tables)") == ["t"]
    }
    system.bridge.signal(SIGKILL)
    try await system.bridge.exitStatus()
    try await fill(system.directory.path)
    // So that there is a time to be killed in.
    try await server.query(
      """
      CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.15); RETURN NULL; END';
      CREATE TRIGGER slow AFTER INSERT ON mate3.house EXECUTE FUNCTION slow();
      TRUNCATE \(tables)
      """, database: "solar")
    var random = SplitMix64(seed: 3)
    for round in 0..<8 {
      try system.restartBridge()
      try await Task.sleep(for: .milliseconds(Int.random(in: 400...1400, using: &random)))
      switch round % 4 {
      case 0: try await server.kill()
      case 1: try await server.stop()
      case 2: server.suspend()
      default: break
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...300, using: &random)))
      system.bridge.signal(SIGKILL)
      try await system.bridge.exitStatus()
      switch round % 4 {
      case 0, 1: try await server.launch()
      case 2: server.resume()
      default: break
      }
    }
    try await server.query("DROP TRIGGER slow ON mate3.house", database: "solar")
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
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
    #expect(try await rows(server, "SELECT count(*) >= 10000 FROM mate3.house") == ["t"])
    try await system.stop()
    #expect(!FileManager.default.fileExists(atPath: "\(system.directory.path)/history.db-wal"))
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
