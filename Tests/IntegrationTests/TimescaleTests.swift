import Foundation
import Glibc
import Simulator
import TestSupport
import Testing

/// The real program and a real TimescaleDB, which `.ci/timescale` starts.
@Suite(
  .enabled(
    if: PostgresServer.hasTimescale && SharedData.isPresent && MosquittoBroker.isInstalled,
    "needs MATE3_TIMESCALE (see .ci/timescale), the capture and mosquitto"))
struct TimescaleTests {
  private func hypertables(_ server: PostgresServer) async throws -> [String] {
    try await server.query("SELECT hypertable_name FROM timescaledb_information.hypertables ORDER BY 1", quiet: true)
  }

  /// Every kind of device has a hypertable; a kill in between leaves no row out, and none twice.
  @Test func theBridgesHistory() async throws {
    let server = try await PostgresServer.timescale()
    let system = try await RunningSystem.start(
      try SharedData.capture(),
      arguments: [
        "--history-interval", "1s", "--history-write-interval", "1s", "--history-postgres",
        "postgres://postgres@127.0.0.1:\(server.port)/\(server.database)", "--history-postgres-hypertables", "true",
      ])
    for _ in 0..<3 {
      system.watcher.clear()
      try await system.ready()
      try await eventually(within: .seconds(30), "rows") {
        try await server.query("SELECT count(*) > 2 FROM mate3.house WHERE time > now() - INTERVAL '5 s'", quiet: true)
          == ["t"]
      }
      system.bridge.signal(SIGKILL)
      try await system.bridge.exitStatus()
      try system.restartBridge()
    }
    try await system.ready()
    let tables = try await hypertables(server)
    #expect(tables.contains("house") && tables.contains("charge_controller") && tables.contains("flexnet_dc"))
    #expect(!tables.contains("event") && !tables.contains("setting_change"))
    let local = try await CommandLine().run(
      "mate3 history --every 1s --from 1h --format csv --field solar_power --state-dir \(system.directory.path)")
    let lines = local.output.split(separator: "\n").dropFirst().map {
      $0.prefix(19).split(separator: "T").joined(separator: " ")
    }
    #expect(lines.count > 3)
    try await eventually(within: .seconds(20), "all \(lines.count) rows") {
      let there = try await server.query("SELECT time AT TIME ZONE 'UTC' FROM mate3.house ORDER BY time")
      return Array(there.prefix(lines.count)) == lines
    }
    try await system.stop()
  }

  /// A table of the Python program that has rows becomes one.
  @Test func theOldToolsTables() async throws {
    let server = try await PostgresServer.timescale()
    let directory = try TemporaryDirectory()
    let definitions = try directory.write(
      "pg_config.yaml",
      "tables: {sun: [{port: 4, device: charge_controller, field: watts, db_column: west_watts}]}\n")
    try await server.query(
      """
      CREATE TABLE sun (timestamp TIMESTAMPTZ NOT NULL, west_watts INTEGER NULL);
      INSERT INTO sun VALUES ('2020-01-01', 80), ('2020-02-01', 90)
      """)
    let gateway = try await SimulatedGateway.start(registers: RegisterImage(try SharedData.capture()))
    let link = directory.url.appending(path: "mate3_pg")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: try ProcessRunner.product("mate3"))
    // The second one finds what the first one has made.
    for rows in [4, 6] {
      let program = try ProcessRunner(
        link,
        [
          "-H", "127.0.0.1", "-p", "\(gateway.port)", "--definitions", definitions, "--interval", "1", "--hypertables",
          "--database-url", "postgres://postgres@127.0.0.1:\(server.port)/\(server.database)",
        ])
      try await eventually(within: .seconds(20), "\(rows) rows") {
        try await server.query("SELECT count(*) >= \(rows) FROM sun") == ["t"]
      }
      program.signal(SIGTERM)
      #expect(try await program.exitStatus() == 0)
    }
    #expect(try await hypertables(server) == ["sun"])
    #expect(
      try await server.query("SELECT count(*) >= 3 FROM timescaledb_information.chunks WHERE hypertable_name = 'sun'")
        == ["t"])
    #expect(try await server.query("SELECT sum(west_watts) FROM sun WHERE timestamp < '2021-01-01'") == ["170"])
    #expect(try await server.query("SELECT count(*) - count(DISTINCT timestamp) FROM sun") == ["0"])
    await gateway.stop()
  }
}
