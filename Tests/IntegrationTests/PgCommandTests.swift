import Foundation
import Glibc
import Simulator
import TestSupport
import Testing

/// `mate3_pg` as the Python program had it, against a real server.
@Suite(.enabled(if: PostgresServer.isInstalled && SharedData.isPresent, "needs postgresql and the capture"))
struct PgCommandTests {
  /// In the Python program's words.
  private static let definitions = """
    tables:
      battery_bank:
        - {port: 5, device: flexnet_dc, field: state_of_charge, db_column: soc}
        - {port: 5, device: fndc, field: battery_voltage, db_column: volts}
      sun:
        - port: 3
          device: charge_controllers
          field: watts
          db_column: east_watts
        - {port: 4, device: charge_controller, field: watts, db_column: west_watts}
        - {port: 4, device: charge_controller, field: charger_state, db_column: west_state}
        - {port: 4, device: charge_controller, field: battery_voltage, db_column: "West Volts"}
        - {port: 0, device: mate3, field: sunspec_length, db_column: length}
      nobody:
        - {port: 9, device: charge_controller, field: watts, db_column: watts}

    """

  private let server: PostgresServer
  private let directory: TemporaryDirectory
  private let path: String

  init() async throws {
    server = try await PostgresServer.start()
    directory = try TemporaryDirectory()
    path = try directory.write("pg_config.yaml", Self.definitions)
    try FileManager.default.createSymbolicLink(
      at: directory.url.appending(path: "mate3_pg"), withDestinationURL: try ProcessRunner.product("mate3"))
  }

  private var url: String { "postgres://postgres@localhost:\(server.port)/postgres" }

  private func start(_ words: [String], environment: [String: String] = [:]) throws -> ProcessRunner {
    try ProcessRunner(
      directory.url.appending(path: "mate3_pg"), ["--definitions", path, "--interval", "1"] + words,
      environment: environment)
  }

  private func shows(_ sql: String, _ expected: [String]) async throws {
    var last: [String] = []
    do {
      try await eventually(within: .seconds(20), "\(expected)") {
        last = try await server.query(sql, quiet: true)
        return last == expected
      }
    } catch {
      throw TimedOut("\(error), but \(last)")
    }
  }

  private func end(_ program: ProcessRunner) async throws {
    let begin = ContinuousClock.now
    program.signal(SIGTERM)
    #expect(try await program.exitStatus() == 0)
    #expect(begin.duration(to: .now) < .seconds(2))
  }

  /// Tables, columns and values of the capture; the numbers are those of the registers.
  @Test func newTablesHoldScaledValues() async throws {
    let registers = try SharedData.capture()
    let gateway = try await SimulatedGateway.start(registers: RegisterImage(registers))
    let program = try start(["-H", "127.0.0.1", "-p", "\(gateway.port)", "--database-url", url])
    try await eventually(within: .seconds(20), "rows") {
      try await server.query("SELECT count(*) > 1 FROM sun", quiet: true) == ["t"]
    }
    let types = try await server.query(
      "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'sun'::regclass AND attnum > 0 "
        + "ORDER BY attnum")
    #expect(
      types == [
        "timestamp|timestamp with time zone", "east_watts|double precision", "west_watts|double precision",
        "west_state|bigint",
        "West Volts|double precision", "length|bigint",
      ])
    let read = try await CommandLine().run(
      "mate3 read -H 127.0.0.1 -p \(gateway.port) --device charge_controller/4 --device flexnet_dc -f json")
    let devices = try PrintedDevice.list(read.output)
    let controller = try #require(devices.first { $0.name == "charge_controller" }?.values)
    let volts = try #require(controller["battery_voltage"])
    let state = try #require(controller["charger_state"]?.registers.first)
    #expect(
      try await server.query("SELECT DISTINCT \"West Volts\" * 10, west_state FROM sun")
        == ["\(volts.registers[0])|\(state)"])
    #expect(try await server.query("SELECT DISTINCT now() - timestamp < '30 s' FROM sun") == ["t"])
    // A device that is not there has no row.
    #expect(try await server.query("SELECT count(*) FROM nobody") == ["0"])
    try await end(program)
    await gateway.stop()
  }

  /// A table of the Python program goes on as it is, until its owner converts it under the running program.
  @Test func anOldTableGoesOnWithItsNumbers() async throws {
    try await server.query(
      """
      CREATE TABLE battery_bank (timestamp TIMESTAMPTZ NOT NULL, soc INTEGER NULL, volts INTEGER NULL);
      INSERT INTO battery_bank VALUES ('2020-01-01', 80, 486)
      """)
    let gateway = try await SimulatedGateway.start(registers: RegisterImage(try SharedData.capture()))
    let program = try start(["-H", "127.0.0.1:\(gateway.port)", "--database-url", url, "-q"])
    try await eventually(within: .seconds(20), "rows") {
      try await server.query("SELECT count(*) FROM battery_bank WHERE volts BETWEEN 400 AND 700").first.map { $0 > "2" }
        ?? false
    }
    let notice = try await program.errorLine { $0.contains("battery_bank.volts is an integer column") }
    let statement = try #require(notice.split(separator: "scaled: ").last)
    try await server.query(String(statement))
    try await server.query("DELETE FROM battery_bank WHERE timestamp > '2021-01-01'")
    try await eventually(within: .seconds(20), "rows") {
      try await server.query("SELECT count(*) FROM battery_bank").first.map { $0 > "2" } ?? false
    }
    #expect(try await server.query("SELECT volts FROM battery_bank WHERE timestamp < '2021-01-01'") == ["48.6"])
    #expect(try await server.query("SELECT count(*) FROM battery_bank WHERE volts > 100") == ["0"])
    try await end(program)
    #expect(program.errorLines.filter { $0.contains("battery_bank.volts") }.count == 1)
    await gateway.stop()
  }

  /// Through a bridge, over a restart of the database, with no row twice and none lost.
  @Test func throughABridgeAndOverARestart() async throws {
    let system = try await RunningSystem.start(try SharedData.capture())
    try await system.ready()
    try await server.query(
      "CREATE TABLE sun (timestamp TIMESTAMPTZ NOT NULL, west_state INTEGER NULL, \"West Volts\" INTEGER NULL)")
    try await server.query("CREATE ROLE old LOGIN SUPERUSER PASSWORD 's3cret-0ld'")
    let program = try start([
      "--broker", "mqtt://127.0.0.1:\(system.broker.port)", "--debug", "--database-url",
      "postgres://old:s3cret-0ld@127.0.0.1:\(server.port)/postgres",
    ])
    try await program.errorLine { $0.contains("has a password in it") }
    try await eventually(within: .seconds(20), "rows") {
      try await server.query("SELECT count(*) > 1 FROM sun WHERE \"West Volts\" > 400", quiet: true) == ["t"]
    }
    try await server.kill()
    try await program.errorLine { $0.contains("does not take rows, which wait in memory") }
    let waiting = program.errorLines.count
    try await eventually(within: .seconds(20), "rows that wait") { program.errorLines.count > waiting + 3 }
    try await server.launch()
    try await program.errorLine(within: .seconds(20)) { $0.contains("takes rows again") }
    try await end(program)
    let made = program.errorLines.filter { $0.hasPrefix("mate3_pg: sun ") }.count
    let there = try #require(try await server.query("SELECT count(*), count(DISTINCT timestamp) FROM sun").first)
    let counts = there.split(separator: "|").compactMap { Int($0) }
    // What was made last may have had no time.
    #expect(counts[0] == counts[1] && made - counts[0] <= 1, "\(made) \(counts)")
    #expect(!program.errorLines.joined().contains("s3cret"))
    try await system.stop()
  }

  /// A gateway that goes away and comes back, and two things that can't be stored.
  @Test func aGatewayThatIsRestarted() async throws {
    try await server.query(
      "CREATE TABLE battery_bank (timestamp TIMESTAMPTZ NOT NULL, soc SMALLINT CHECK (soc < 1), volts SMALLINT NULL)")
    let registers = try SharedData.capture()
    let gateway = try await SimulatedGateway.start(registers: RegisterImage(registers))
    let program = try start(["-H", "127.0.0.1", "-p", "\(gateway.port)", "--database-url", url, "--hypertables"])
    // TimescaleDB is not here, and its function comes while the program waits.
    try await program.errorLine { $0.contains("this database has no TimescaleDB, which --hypertables asks for") }
    try await server.query(
      """
      CREATE TABLE asked (relation text, time_column text, migrates bool);
      CREATE FUNCTION create_hypertable(relation regclass, time_column_name name, chunk_time_interval anyelement,
        if_not_exists boolean DEFAULT false, migrate_data boolean DEFAULT false) RETURNS TABLE (hypertable_id int)
      LANGUAGE sql AS 'INSERT INTO asked VALUES (relation::text, time_column_name, migrate_data); SELECT 1'
      """)
    // Only one of the three tables does not take its rows.
    try await program.errorLine(within: .seconds(20)) { $0.contains("has refused a row of battery_bank") }
    try await shows("SELECT * FROM asked WHERE relation = 'sun' LIMIT 1", ["sun|timestamp|t"])
    try await eventually(within: .seconds(20), "rows") {
      try await server.query("SELECT count(*) > 1 FROM sun", quiet: true) == ["t"]
    }
    let port = gateway.port
    await gateway.stop()
    try await program.errorLine(within: .seconds(20)) { $0.contains("nothing is read") }
    let before = try #require(try await server.query("SELECT count(*) FROM sun").first.flatMap { Int($0) })
    var options = SimulatorOptions()
    options.port = port
    let again = try await SimulatedGateway.start(registers: RegisterImage(registers), options: options)
    try await program.errorLine(within: .seconds(20)) { $0.contains("the gateway answers again") }
    try await eventually(within: .seconds(20), "rows") {
      try await server.query("SELECT count(*) > \(before + 1) FROM sun", quiet: true) == ["t"]
    }
    try await end(program)
    await again.stop()
  }

  /// A bridge's history with the role's own name has its schema before `public`, and tables of the same names in it.
  @Test func aTableOfTheHistoryIsNamedWithItsSchema() async throws {
    try await server.query(
      """
      CREATE SCHEMA postgres; CREATE TABLE postgres.battery_bank (time timestamptz);
      CREATE TABLE public.battery_bank (timestamp TIMESTAMPTZ NOT NULL, soc INTEGER NULL, volts INTEGER NULL)
      """)
    let gateway = try await SimulatedGateway.start(registers: RegisterImage(try SharedData.capture()))
    let words = ["-H", "127.0.0.1:\(gateway.port)", "--database-url"]
    let program = try start(words + [url])
    try await program.errorLine(within: .seconds(20)) {
      $0.contains("of the schema postgres has no column timestamp") && $0.contains("?options=-csearch_path%3Dpublic")
    }
    try await end(program)
    let old = try start(words + [url + "?options=-csearch_path%3Dpublic"])
    try await eventually(within: .seconds(20), "rows") {
      try await server.query("SELECT count(*) > 0 FROM public.battery_bank", quiet: true) == ["t"]
    }
    try await end(old)
    await gateway.stop()
  }

  @Test func mistakesAreNamedByTheirPlace() async throws {
    let line = try CommandLine()
    let bad = try line.directory.write(
      "bad.yaml",
      """
      tables:
        a:
          - {port: 5, device: flexnet_dcs, field: state_of_chrage, db_column: soc}
          - {port: x, device: flexnet_dc, field: battery_voltage, db_column: v}
          - {port: 5, devise: flexnet_dc, field: battery_voltage, db_column: timestamp}
      table: {}
      """)
    let run = try await line.run(["mate3", "pg", "-H", "127.0.0.1", "--definitions", bad])
    #expect(run.status == 66)
    for part in [
      "bad.yaml:3:45: flexnet_dc has no field ‘state_of_chrage’; did you mean state_of_charge?",
      "bad.yaml:4:14: port is ‘x’", "bad.yaml:5:17: there is no key ‘devise’ here; did you mean device?",
      "bad.yaml:5:7: device is missing", "bad.yaml:6:1: there is no key ‘table’ here; did you mean tables?",
    ] { #expect(run.errors.contains(part), "\(run.errors)") }
    let url = try await line.run(
      ["mate3", "pg", "-H", "127.0.0.1", "--definitions", path, "--database-url", "postgres://u:p/w@h/d"])
    #expect(url.status == 64 && !url.errors.contains("p/w") && url.errors.contains("%2F"), "\(url.errors)")
  }
}
