import Foundation
import TestSupport
import Testing

@testable import History
@testable import HistoryStore

@Suite struct HistoryFileTests {
  private let noon = 1_782_907_200  // 2026-07-01 12:00 UTC

  @Test func rowsAreThereOnceAndTheLaterOneCounts() async throws {
    let bench = try HistoryBench()
    let time = Int64(noon)
    try await bench.write([HistoryBench.row(time, power: 100, energy: 1.5)], at: time + 60)
    try await bench.write([HistoryBench.row(time, power: 200, state: nil)], at: time + 61)
    #expect(
      try bench.query("SELECT time, gateway, port, name, seconds, readings, power, state, energy FROM house") == [
        "\(time)|mate3|0|house|60|12|200.0||"
      ])
  }

  /// What a bridge of root's makes, the service can read and write later.
  @Test(.enabled(if: geteuid() == 0, "needs root"))
  func whatRootMakesIsTheFoldersOwners() async throws {
    let bench = try HistoryBench()
    let nobody: uid_t = 65534
    #expect(chown(bench.directory.path, nobody, nobody) == 0)
    try await bench.write([HistoryBench.row(Int64(noon), power: 100)], at: Int64(noon) + 60)
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.directory.path)
    #expect(Set(names).isSuperset(of: ["history.db", "history.db-wal"]), "\(names)")
    for name in names {
      var status = stat()
      #expect(stat("\(bench.directory.path)/\(name)", &status) == 0 && status.st_uid == nobody, "\(name)")
    }
  }

  /// Settings that are as they were are no news, also after a restart.
  @Test func settingsAreKeptWhenTheyChange() async throws {
    var bench = try HistoryBench()
    func setting(_ value: String?, _ time: Int64) -> HistoryItem {
      HistoryItem(
        .setting(SettingChange(block: "charge_controller_configuration", port: 3, field: "absorb_volts", value: value)),
        time: time * 1000, at: .now)
    }
    try await bench.write([setting("57.6", 1000)], at: 1060)
    await bench.reopen()
    try await bench.write([setting("57.6", 2000)], at: 2060)
    try await bench.write([setting("56.8", 3000), setting(nil, 3001)], at: 3060)
    #expect(try bench.query("SELECT time, value FROM setting_change") == ["1000|57.6", "3000|56.8", "3001|"])
  }

  @Test func eventsAndCommandsStandBesideThem() async throws {
    let bench = try HistoryBench()
    let begun = CommandRecord.Begun(
      origin: "command", who: "mate3/x/set", id: "7", block: "radian_inverter_configuration", port: 1,
      field: "aux_control", asked: "on", before: [0], written: [1])
    func item(_ content: HistoryItem.Content, _ time: Int64) -> HistoryItem {
      HistoryItem(content, time: time * 1000, at: .now)
    }
    try await bench.write(
      [
        item(.event(EventRecord(event: "gateway_silent", message: "no answer", device: nil)), 10),
        item(.command(CommandRecord(number: 1, line: .begun(begun))), 11),
        item(.command(CommandRecord(number: 1, line: .ended(status: "accepted", code: "ok", read: [1]))), 12),
        // What a restart brings again.
        item(.command(CommandRecord(number: 1, line: .begun(begun))), 11),
      ], at: 60)
    #expect(try bench.query("SELECT time, event, message FROM event") == ["10|gateway_silent|no answer"])
    #expect(
      try bench.query(
        "SELECT time, number, device, port, field, asked, before, written, read, status, code FROM command")
        == ["11|1|radian_inverter_configuration|1|aux_control|on|[0]|[1]|[1]|accepted|ok"])
  }

  /// A file of the first version is brought up to date with all that is in it.
  @Test func aFileOfTheFirstVersion() async throws {
    let bench = try HistoryBench()
    let old = try Database(bench.path, flags: 6)
    try old.execute(
      """
      CREATE TABLE setting_change (
        gateway TEXT NOT NULL, device TEXT NOT NULL, port INTEGER NOT NULL, field TEXT NOT NULL,
        time INTEGER NOT NULL, value TEXT, PRIMARY KEY (gateway, device, port, field, time)) WITHOUT ROWID;
      INSERT INTO setting_change VALUES ('mate3', 'b', 2, 'x', 1000, '1'), ('mate3', 'a', 1, 'x', 2000, '2');
      CREATE TABLE event (
        time INTEGER NOT NULL, gateway TEXT NOT NULL, event TEXT NOT NULL, device TEXT, message TEXT NOT NULL);
      CREATE TABLE command (
        time INTEGER NOT NULL, gateway TEXT NOT NULL, number INTEGER NOT NULL, origin TEXT NOT NULL, who TEXT NOT NULL,
        id TEXT, device TEXT NOT NULL, port INTEGER NOT NULL, field TEXT NOT NULL, asked TEXT, before TEXT NOT NULL,
        written TEXT NOT NULL, read TEXT, status TEXT, code TEXT, UNIQUE (gateway, number, time));
      CREATE TABLE rollup_state (
        kind TEXT NOT NULL, level TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (kind, level)) WITHOUT ROWID;
      PRAGMA user_version = 1;
      """)
    try await bench.write([HistoryBench.row(Int64(noon), power: 100)], at: Int64(noon) + 60)
    let outbox = HistoryOutbox(folder: bench.directory.path)
    #expect(try outbox.open())
    #expect(outbox.id.count == 16)
    let settings = try #require(try outbox.tables().first { $0.name == "setting_change" })
    let rows = try outbox.rows(of: settings, after: 0, before: 0, atMost: 9)
    #expect(rows.map(\.number) == [1, 2])
    #expect(rows.map { $0.values.last } == [.text("1"), .text("2")])
    #expect(try bench.query("SELECT count(*) FROM house") == ["1"])
  }

  @Test func aFileThatMakesNoSenseIsSetAside() async throws {
    let bench = try HistoryBench()
    try Data("this is no database, and long enough not to be taken for an empty one".utf8).write(
      to: URL(filePath: bench.path))
    let notice = try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    #expect(try #require(notice).contains("was set aside as"))
    #expect(try bench.query("SELECT count(*) FROM house") == ["1"])
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.directory.path)
    #expect(names.count { $0.hasPrefix("history.db.aside-") } == 1)
  }

  /// Pages that a disk has spoilt, found when they are needed.
  @Test func aFileThatIsSpoiltWithinIsSetAside() async throws {
    var bench = try HistoryBench()
    try await bench.write((0..<2000).map { HistoryBench.row($0 * 60, power: Double($0)) }, at: 120_000)
    await bench.reopen()
    let handle = try FileHandle(forUpdating: URL(filePath: bench.path))
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: 4096)
    try handle.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096))
    try handle.close()
    let notice = try await bench.write([HistoryBench.row(120_000, power: 1)], at: 120_060)
    #expect(try #require(notice).contains("malformed"))
    #expect(try bench.query("SELECT count(*) FROM house") == ["1"])
  }

  @Test func notMoreThanThreeAreSetAside() async throws {
    let bench = try HistoryBench()
    for number in 0..<3 { try bench.directory.write("history.db.aside-\(number)", "") }
    try bench.directory.write("history.db", String(repeating: "no database ", count: 20))
    let problem = await #expect(throws: HistoryProblem.self) {
      try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    }
    #expect(try #require(problem).description.contains("as 3 before it that were set aside"))
  }

  /// Nothing else has written to the file that has gone.
  @Test func aFileThatWasDeletedIsBegunAnew() async throws {
    let bench = try HistoryBench()
    try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    for end in ["", "-wal", "-shm"] { unlink(bench.path + end) }
    let notice = try await bench.write([HistoryBench.row(660, power: 2)], at: 720)
    #expect(try #require(notice).contains("was removed"))
    #expect(try bench.query("SELECT power FROM house") == ["2.0"])
    #expect(try await bench.write([HistoryBench.row(720, power: 2)], at: 780) == nil)
  }

  /// Tables that somebody has dropped are made again.
  @Test func tablesThatAreMissing() async throws {
    let bench = try HistoryBench()
    try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    _ = try bench.query("DROP TABLE rollup_state")
    _ = try bench.query("DROP TABLE event")
    _ = try bench.query("DROP TABLE house")
    let event = HistoryItem(
      .event(EventRecord(event: "x", message: "y", device: nil)), time: 660_000, at: .now)
    let items = [event, HistoryBench.row(660, power: 2)]
    await #expect(throws: HistoryProblem.self) { try await bench.write(items, at: 720) }
    try await bench.write(items, at: 720)
    #expect(try bench.query("SELECT message FROM event") == ["y"])
    #expect(try bench.query("SELECT power FROM house") == ["2.0"])
  }

  /// A database of another program's is left as it is.
  @Test func aForeignFileIsSetAside() async throws {
    let bench = try HistoryBench()
    try Database(bench.path, flags: 6).execute("CREATE TABLE mine (x); PRAGMA user_version = 7")
    let notice = try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    #expect(try #require(notice).contains("another program"))
    #expect(try bench.query("SELECT power FROM house") == ["1.0"])
  }

  @Test func aNewerFileIsLeftAlone() async throws {
    var bench = try HistoryBench()
    try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    await bench.reopen()
    _ = try bench.query("PRAGMA user_version = 99")
    let problem = await #expect(throws: HistoryProblem.self) {
      try await bench.write([HistoryBench.row(660, power: 2)], at: 720)
    }
    #expect(try #require(problem).description.contains("newer version of this program"))
    #expect(try bench.query("SELECT count(*) FROM house") == ["1"])
  }

  @Test func aNewFieldGetsAColumn() async throws {
    var bench = try HistoryBench()
    let old = HistoryTable(name: "house", columns: Array(HistoryBench.table.columns.dropLast()))
    try await bench.write(
      [
        HistoryItem(
          .row(
            HistoryRow(
              table: old, time: 600, seconds: 60, port: 0, name: "house", readings: 1, values: [.real(1), .text("on")])),
          time: 600_000, at: .now)
      ], at: 660)
    await bench.reopen()
    try await bench.write([HistoryBench.row(660, power: 2, energy: 3)], at: 720)
    #expect(try bench.query("SELECT power, energy FROM house ORDER BY time") == ["1.0|", "2.0|3.0"])
  }

  @Test func theFileIsItsOwnersAlone() async throws {
    let bench = try HistoryBench()
    try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    for end in ["", "-wal", "-shm"] {
      let rights = try FileManager.default.attributesOfItem(atPath: bench.path + end)[.posixPermissions] as? Int
      #expect(rights == 0o600)
    }
  }

  /// A copy of the file alone has all rows, also when somebody had it open at the end.
  @Test func theEndLeavesNothingBesideTheFile() async throws {
    var bench = try HistoryBench()
    try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    var reader: Database? = try Database(bench.path, flags: 1)
    #expect(try reader?.texts("SELECT power FROM house") == ["1.0"])
    try await bench.write([HistoryBench.row(660, power: 2)], at: 720)
    await bench.file.close()
    let copy = "\(bench.directory.path)/copy.db"
    try FileManager.default.copyItem(atPath: bench.path, toPath: copy)
    #expect(try Database(copy, flags: 1).texts("SELECT power FROM house ORDER BY time") == ["1.0", "2.0"])
    #expect(try reader?.texts("SELECT count(*) FROM house") == ["2"])
    reader = nil
    await bench.reopen()
    try await bench.write([HistoryBench.row(720, power: 3)], at: 780)
    await bench.file.close()
    #expect(!FileManager.default.fileExists(atPath: bench.path + "-wal"))
  }
}
