import Foundation
import TestSupport
import Testing

@testable import History
@testable import HistoryStore
@testable import PostgresStore

@Suite(.enabled(if: PostgresServer.isInstalled, "needs postgresql"))
struct PostgresSinkTests {
  private let noon = SinkBench.noon

  @Test func rowsComeWithTheirTablesColumnsAndComments() async throws {
    let bench = try await SinkBench()
    // The end of a month, a text that has everything, and nothing at all.
    let time = noon - 12 * 3600 - 60
    try await bench.write(
      [
        SinkBench.row(time, [.real(486.25), .text("a\"b\\c{},ü\0'\n"), .integer(-3)]),
        SinkBench.row(noon, [.none, .none, .none]),
      ], at: noon + 60)
    try bench.start()
    try await bench.shows(
      "SELECT extract(epoch FROM time)::bigint, gateway, port, name, seconds, readings, power, count FROM mate3.house "
        + "ORDER BY time",
      ["\(time)|mate3|0|house|60|12|486.25|-3", "\(noon)|mate3|0|house|60|12||"])
    #expect(
      try await bench.query("SELECT state = E'a\"b\\\\c{},ü\\uFFFD''\\n' FROM mate3.house ORDER BY time") == ["t", ""])
    #expect(
      try await bench.query("SELECT inhrelid::regclass FROM pg_inherits ORDER BY 1::text")
        == ["mate3.house_2026_06", "mate3.house_2026_06_pkey", "mate3.house_2026_07", "mate3.house_2026_07_pkey"])
    #expect(
      try await bench.query(
        "SELECT a.attname, format_type(a.atttypid, NULL), col_description(a.attrelid, a.attnum) FROM pg_attribute a "
          + "WHERE attrelid = 'mate3.house'::regclass AND attnum > 6 ORDER BY attnum")
        == [
          "power|double precision|of house: power's \\ unit", "state|text|of house: state's \\ unit",
          "count|bigint|of house: count's \\ unit",
        ])
    // A program of a later version knows another field.
    await bench.stop()
    let wider = SinkBench.table(["power": .real, "state": .text, "count": .integer, "later": .integer])
    await bench.file.close()
    try await bench.write(
      [SinkBench.row(noon + 60, [.none, .none, .none, .integer(5)], table: wider)], at: noon + 120)
    try bench.start()
    try await bench.shows("SELECT later FROM mate3.house ORDER BY time", ["", "", "5"])
    await bench.stop()
  }

  @Test func settingsEventsAndCommandsComeToo() async throws {
    let bench = try await SinkBench()
    func item(_ content: HistoryItem.Content, _ time: Int64) -> HistoryItem {
      HistoryItem(content, time: time * 1000, at: nil)
    }
    let begun = CommandRecord.Begun(
      origin: "command", who: "mate3/x/set", id: "7", block: "radian_inverter_configuration", port: 1,
      field: "aux_control", asked: "on", before: [0], written: [1])
    let event = HistoryItem.Content.event(EventRecord(event: "gateway_silent", message: "no answer", device: nil))
    try await bench.write(
      [
        item(.setting(SettingChange(block: "charger", port: 3, field: "absorb", value: "57.6")), noon),
        // Two that are alike.
        item(event, noon), item(event, noon),
        item(.command(CommandRecord(number: 1, line: .begun(begun))), noon + 1),
      ], at: noon + 60)
    try bench.start()
    try await bench.shows("SELECT number, asked, status FROM mate3.command", ["1|on|"])
    let end = CommandRecord(number: 1, line: .ended(status: "accepted", code: "ok", read: [1]))
    try await bench.write([item(.command(end), noon + 2)], at: noon + 61)
    try await bench.shows("SELECT number, asked, status, code, read FROM mate3.command", ["1|on|accepted|ok|[1]"])
    #expect(try await bench.query("SELECT event, device, message FROM mate3.event").count == 2)
    #expect(
      try await bench.query("SELECT device, port, field, value FROM mate3.setting_change") == ["charger|3|absorb|57.6"])
    await bench.stop()
  }

  /// A row that belongs to a time that has been passed already, and one that is replaced before its time is over.
  @Test func rowsThatComeLateComeToo() async throws {
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start()
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    // The clock was years ahead, and is put right.
    let ahead = noon + 1000 * 86400
    try await bench.write([SinkBench.row(ahead)], at: ahead + 60)
    try await bench.shows("SELECT count(*) FROM mate3.house", ["2"])
    for minute in 1...3 {
      let time = noon + Int64(minute) * 60
      try await bench.write([SinkBench.row(time), SinkBench.row(time, port: 1)], at: time + 60)
    }
    try await bench.shows("SELECT count(*) FROM mate3.house", ["8"])
    // A clock that was put back by a little: a row is replaced before its time is over.
    await bench.stop()
    let time = noon + 240
    try await bench.write([SinkBench.row(time, [.real(1), .none, .none])], at: time + 30)
    await bench.file.close()
    try bench.start()
    try await bench.write([SinkBench.row(time, [.real(2), .none, .none])], at: time + 60)
    try await bench.shows("SELECT power FROM mate3.house WHERE power <> 1.5", ["2"])
    await bench.stop()
  }

  /// An older copy of the history is put in its place: what it gets from then on is sent, whatever its numbers are.
  @Test func anOlderHistoryIsPutBack() async throws {
    let bench = try await SinkBench()
    func item(_ content: HistoryItem.Content, _ time: Int64) -> HistoryItem {
      HistoryItem(content, time: time * 1000, at: nil)
    }
    func items(_ number: Int) -> [HistoryItem] {
      let time = noon + Int64(number) * 60
      let begun = CommandRecord.Begun(
        origin: "command", who: "mate3/x/set", id: nil, block: "inverter", port: 1, field: "aux_control", asked: "on",
        before: [0], written: [1])
      return [
        item(.setting(SettingChange(block: "charger", port: 3, field: "absorb", value: "\(number)")), time),
        item(.event(EventRecord(event: "gateway_silent", message: "\(number)", device: nil)), time),
        item(.command(CommandRecord(number: number, line: .begun(begun))), time),
        item(.command(CommandRecord(number: number, line: .ended(status: "accepted", code: "ok", read: [1]))), time),
        SinkBench.row(time),
      ]
    }
    func run(_ numbers: ClosedRange<Int>, _ count: Int) async throws {
      try bench.start()
      for number in numbers {
        try await bench.write(items(number), at: noon + Int64(number) * 60 + 60)
        for table in ["setting_change", "event", "command WHERE status = 'accepted'", "house"] {
          try await bench.shows("SELECT count(*) FROM mate3.\(table)", ["\(count + number - numbers.lowerBound)"])
        }
      }
      await bench.stop()
      await bench.file.close()
    }
    let (path, copy) = ("\(bench.directory.path)/history.db", "\(bench.directory.path)/copy.db")
    try await bench.write(items(1), at: noon + 120)
    try await run(2...2, 2)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    try await run(3...5, 3)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: copy, toPath: path)
    try await run(6...9, 6)
    // Once more, and until the server is there again as many rows have come as were sent of the later state.
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: copy, toPath: path)
    for number in 10...16 { try await bench.write(items(number), at: noon + Int64(number) * 60 + 60) }
    await bench.file.close()
    try bench.start()
    for table in ["setting_change", "event", "command WHERE status = 'accepted'", "house"] {
      try await bench.shows("SELECT count(*) FROM mate3.\(table)", ["16"])
    }
    await bench.stop()
  }

  @Test func aRowThatTheServerRefusesIsKeptAndCounted() async throws {
    let bench = try await SinkBench()
    // A folder of the service, where root runs the bridge.
    if geteuid() == 0 { chown(bench.directory.path, 65534, 65534) }
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start()
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    try await bench.server.query("ALTER TABLE mate3.house ADD CONSTRAINT sane CHECK (count < 1000)")
    let rows = (1...40).map { minute in
      SinkBench.row(
        noon + Int64(minute) * 60, [.none, .none, .integer([7, 30].contains(minute) ? 5000 : Int64(minute))])
    }
    try await bench.write(rows, at: noon + 41 * 60)
    try await bench.shows("SELECT count(*), max(count) FROM mate3.house", ["39|40"])
    try await bench.alert("postgres rows", "has refused 2 rows")
    let kept = try String(contentsOfFile: "\(bench.directory.path)/history-refused.jsonl", encoding: .utf8)
    #expect(kept.split(separator: "\n").count == 2)
    #expect(kept.contains("\"count\":\"5000\"") && kept.contains("\"state\":\"23514\""))
    var status = stat()
    #expect(stat("\(bench.directory.path)/history-refused.jsonl", &status) == 0)
    #expect(status.st_uid == (geteuid() == 0 ? 65534 : geteuid()))
    // Who has looked at them removes the file.
    unlink("\(bench.directory.path)/history-refused.jsonl")
    try await bench.clears("postgres rows")
    // A rule of the owner's that is not the key's.
    try await bench.server.query("CREATE UNIQUE INDEX one ON mate3.house (time, count)")
    let time = noon + 50 * 60
    try await bench.write([SinkBench.row(time), SinkBench.row(time, port: 1)], at: time + 60)
    try await bench.alert("postgres rows", "has refused 1 row ")
    try await bench.shows("SELECT count(*) FROM mate3.house", ["40"])
    await bench.stop()
  }

  /// Where the server refuses every row, the rows are not at fault, and wait.
  @Test func aTableThatTakesNothingHoldsTheRows() async throws {
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start()
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    try await bench.server.query("ALTER TABLE mate3.house ADD CONSTRAINT sane CHECK (count > 1000) NOT VALID")
    try await bench.write((1...20).map { SinkBench.row(noon + Int64($0) * 60) }, at: noon + 21 * 60)
    try await bench.alert("postgres", "refuses every row of mate3.house")
    try await bench.server.query("ALTER TABLE mate3.house DROP CONSTRAINT sane")
    try await bench.shows("SELECT count(*) FROM mate3.house", ["16"])
    try await bench.clears("postgres")
    await bench.stop()
  }

  /// Every class of SQLSTATE that calls for another answer.
  @Test func whateverIsWrongIsWaitedForAndMended() async throws {
    let bench = try await SinkBench()
    let server = bench.server
    try await server.query("CREATE ROLE solar LOGIN PASSWORD 'first'")
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    // No such database, a wrong password, no right: said at once.
    let url = "postgres://solar@127.0.0.1:\(server.port)/solar"
    try bench.start(url: url, password: "second")
    try await bench.alert("postgres", "28P01")
    #expect(!bench.alerts.joined().contains("second"))
    try await server.query("ALTER ROLE solar PASSWORD 'second'")
    try await bench.alert("postgres", "CREATE DATABASE \"solar\"")
    try await server.query("CREATE DATABASE solar")
    try await bench.alert("postgres", "GRANT CREATE ON DATABASE \"solar\" TO \"solar\"")
    try await server.query("GRANT CREATE ON DATABASE solar TO solar")
    func count() async throws -> [String] {
      try await server.query("SELECT count(*) FROM mate3.house", database: "solar", quiet: true)
    }
    try await eventually(within: .seconds(30), "the row") { try await count() == ["1"] }
    try await bench.clears("postgres")
    // A right that is taken away.
    try await server.query("REVOKE INSERT ON mate3.house FROM solar", database: "solar")
    try await bench.write([SinkBench.row(noon + 60)], at: noon + 120)
    try await bench.alert("postgres", "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA mate3")
    try await server.query("GRANT INSERT ON mate3.house TO solar", database: "solar")
    try await eventually(within: .seconds(30), "the row") { try await count() == ["2"] }
    // A column and a month that have gone, then everything.
    try await server.query(
      "ALTER TABLE mate3.house DROP COLUMN state; DROP TABLE mate3.house_2026_07", database: "solar")
    try await bench.write([SinkBench.row(noon + 120)], at: noon + 180)
    try await eventually(within: .seconds(30), "the row") { try await count() == ["1"] }
    try await server.query("DROP SCHEMA mate3 CASCADE", database: "solar")
    try await bench.write([SinkBench.row(noon + 180)], at: noon + 240)
    // What was there is sent again, because the cursor went with it.
    try await eventually(within: .seconds(30), "all rows") { try await count() == ["4"] }
    // Read-only.
    try await server.query("ALTER DATABASE solar SET default_transaction_read_only = on")
    await bench.stop()
    try await bench.write([SinkBench.row(noon + 240)], at: noon + 300)
    try bench.start(url: url, password: "second", patience: .zero)
    try await bench.alert("postgres", "the server is read-only now")
    try await server.query(
      "SET default_transaction_read_only = off; ALTER DATABASE solar RESET default_transaction_read_only")
    try await eventually(within: .seconds(30), "the row") { try await count() == ["5"] }
    await bench.stop()
  }

  /// Locks and serialisation: 55P03 and the like are waited for.
  @Test func aLockedTableIsWaitedFor() async throws {
    let bench = try await SinkBench()
    try await bench.server.query("ALTER ROLE postgres SET lock_timeout = '300ms'")
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start(patience: .zero)
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    async let lock = bench.server.query(
      "BEGIN; LOCK TABLE mate3.house; SELECT pg_sleep(3); COMMIT")
    try await bench.write([SinkBench.row(noon + 60)], at: noon + 120)
    try await bench.alert("postgres", "55P03")
    _ = try await lock
    try await bench.shows("SELECT count(*) FROM mate3.house", ["2"])
    try await bench.clears("postgres")
    await bench.stop()
  }

  /// What is in a row is the row's fault; all else passes, or somebody ends it.
  @Test func everyClassOfErrorsHasItsAnswer() async throws {
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start(patience: .zero)
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    func raise(_ code: String) async throws {
      try await bench.query(
        """
        CREATE OR REPLACE FUNCTION mate3.no() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN RAISE EXCEPTION ''never'' USING ERRCODE = ''\(code)''; END';
        CREATE OR REPLACE TRIGGER no BEFORE INSERT ON mate3.house FOR EACH ROW EXECUTE FUNCTION mate3.no()
        """)
    }
    var time = noon
    var rows = 1
    for (index, code) in ["22003", "23505", "P0001"].enumerated() {
      try await raise(code)
      time += 60
      try await bench.write([SinkBench.row(time)], at: time + 60)
      try await bench.alert("postgres rows", "refused \(index + 1) row")
      try await bench.alert("postgres rows", code)
    }
    for code in ["40001", "40P01", "53100", "53300", "57014", "55006", "25006", "08006", "XX000", "0A000", "42501"] {
      try await raise(code)
      time += 60
      rows += 1
      try await bench.write([SinkBench.row(time)], at: time + 60)
      try await bench.alert("postgres", code)
      try await bench.query("DROP TRIGGER no ON mate3.house")
      try await bench.shows("SELECT count(*) FROM mate3.house", ["\(rows)"])
      try await bench.clears("postgres")
    }
    await bench.stop()
  }

  /// Two bridges that call their gateway the same would mix their rows.
  @Test func twoGatewaysOfOneNameDoNotMix() async throws {
    let first = try await SinkBench()
    let second = try await SinkBench(first.server)
    let third = try await SinkBench(first.server, gateway: "barn")
    for bench in [first, second, third] { try await bench.write([SinkBench.row(noon)], at: noon + 60) }
    try first.start()
    try await first.shows("SELECT gateway FROM mate3.house", ["mate3"])
    try second.start(patience: .zero)
    try third.start()
    try await second.alert("postgres", "another program sends rows of a gateway ‘mate3’")
    try await first.shows("SELECT gateway FROM mate3.house ORDER BY 1", ["barn", "mate3"])
    for bench in [first, second, third] { await bench.stop() }
  }

  @Test func hypertablesWhereThereAreSome() async throws {
    let bench = try await SinkBench()
    try await bench.write([SinkBench.row(noon)], at: noon + 60)
    try bench.start(hypertables: true)
    try await bench.alert("postgres", "CREATE EXTENSION timescaledb")
    // What TimescaleDB's documents say of this function; the extension itself is not here.
    try await bench.server.query(
      """
      CREATE TABLE asked (relation text, time_column text, chunk interval);
      CREATE FUNCTION create_hypertable(relation regclass, time_column_name name, chunk_time_interval anyelement,
        if_not_exists boolean DEFAULT false) RETURNS TABLE (hypertable_id int)
      LANGUAGE sql AS 'INSERT INTO asked VALUES (relation::text, time_column_name, chunk_time_interval::text::interval);
        SELECT 1'
      """)
    try await bench.shows("SELECT count(*) FROM mate3.house", ["1"])
    #expect(try await bench.query("SELECT * FROM asked") == ["mate3.house|time|7 days"])
    #expect(try await bench.query("SELECT relkind FROM pg_class WHERE oid = 'mate3.house'::regclass") == ["r"])
    await bench.stop()
  }
}
