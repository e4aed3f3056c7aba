import Foundation
import TestSupport
import Testing

@testable import History
@testable import HistoryStore
@testable import PostgresStore

/// A sink and a real TimescaleDB, which `.ci/timescale` starts.
@Suite(.enabled(if: PostgresServer.hasTimescale, "needs MATE3_TIMESCALE; see .ci/timescale"))
struct TimescaleTests {
  /// Tables that become hypertables when they are made have every row once, while the sink is cut at any moment.
  @Test func everyRowOnceInHypertables() async throws {
    let bench = try await SinkBench(PostgresServer.timescale())
    var random = SplitMix64(seed: 17)
    // 10,000 rows over 35 days.
    let begin = SinkBench.noon - 40 * 86400
    try await bench.write(
      (0..<10_000 as Range<Int64>).map { number in
        SinkBench.row(begin + number * 300, [.real(Double(number) / 4), .text("on"), .integer(number)])
      }, at: SinkBench.noon)
    for _ in 0..<8 {
      try bench.start(hypertables: true)
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...300, using: &random)))
      await bench.stop()
    }
    try bench.start(hypertables: true)
    try await bench.shows("SELECT count(*) FROM mate3.house", ["10000"])
    #expect(
      try await bench.query(
        "SELECT count(DISTINCT (gateway, port, time)), sum(power), sum(count), count(state) FROM mate3.house")
        == ["10000|12498750|49995000|10000"])
    #expect(
      try await bench.query(
        "SELECT hypertable_schema, hypertable_name, column_name, time_interval FROM timescaledb_information.dimensions")
        == ["mate3|house|time|7 days"])
    let chunks = try await bench.query("SELECT count(*) FROM timescaledb_information.chunks")
    #expect(["5", "6"].contains(chunks.first))
    #expect(
      try await bench.query("SELECT col_description('mate3.house'::regclass, 7)") == ["of house: power's \\ unit"])
    // Rows that come late, and a field that a later version knows.
    try await bench.write([SinkBench.row(begin + 150, port: 2)], at: SinkBench.noon + 60)
    try await bench.shows("SELECT count(*) FROM mate3.house", ["10001"])
    await bench.stop()
    await bench.file.close()
    let wider = SinkBench.table(["power": .real, "state": .text, "count": .integer, "later": .integer])
    try await bench.write(
      [SinkBench.row(SinkBench.noon, [.none, .none, .none, .integer(5)], table: wider)], at: SinkBench.noon + 120)
    try bench.start(hypertables: true)
    try await bench.shows("SELECT later FROM mate3.house WHERE later IS NOT NULL", ["5"])
    #expect(try await bench.query("SELECT count(*) FROM mate3.house") == ["10002"])
    await bench.stop()
    #expect(bench.alerts.isEmpty)
  }

  /// An owner who drops old chunks gets none of their rows again.
  @Test func chunksMayBeDropped() async throws {
    let bench = try await SinkBench(PostgresServer.timescale())
    let noon = SinkBench.noon
    try await bench.write([SinkBench.row(noon - 30 * 86400), SinkBench.row(noon)], at: noon + 60)
    try bench.start(hypertables: true)
    try await bench.shows("SELECT count(*) FROM mate3.house", ["2"])
    try await bench.query("SELECT drop_chunks('mate3.house', to_timestamp(\(noon - 14 * 86400)))")
    try await bench.write([SinkBench.row(noon + 60)], at: noon + 120)
    try await bench.shows(
      "SELECT extract(epoch FROM time)::bigint FROM mate3.house ORDER BY time", ["\(noon)", "\(noon + 60)"])
    await bench.stop()
  }

  /// What is there with months is not taken for a hypertable, and says what to do.
  @Test func tablesWithMonthsStayAsTheyAre() async throws {
    let bench = try await SinkBench(PostgresServer.timescale())
    try await bench.write([SinkBench.row(SinkBench.noon)], at: SinkBench.noon + 60)
    try bench.start()
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    await bench.stop()
    try await bench.write([SinkBench.row(SinkBench.noon + 60)], at: SinkBench.noon + 120)
    try bench.start(hypertables: true)
    try await bench.alert("postgres", "has months already")
    await bench.stop()
  }
}
