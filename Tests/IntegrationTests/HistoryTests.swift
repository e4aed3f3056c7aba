import Foundation
import Glibc
import History
import MessageIO
import Registry
import Simulator
import TestSupport
import Testing
import Threads

@testable import HistoryStore

/// The real program's history beside what it publishes.
@Suite(.enabled(if: SharedData.isPresent && MosquittoBroker.isInstalled, "needs the capture and mosquitto"))
struct HistoryTests {
  private static let quick = ["--history-interval", "1s", "--history-write-interval", "1s"]
  private static let topic = "radian_inverter_configuration/1/aux_control"

  private func start(_ arguments: [String] = quick) async throws -> RunningSystem {
    let system = try await RunningSystem.start(try SharedData.capture(), arguments: arguments)
    try await system.ready()
    return system
  }

  /// Rows of a statement, with `|` between the columns; none while there is no such table.
  private func query(_ system: RunningSystem, _ sql: String) throws -> [String] {
    let path = "\(system.directory.path)/history.db"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let database = try Database(path, flags: 1)
    let table = sql.split(separator: " FROM ").last?.prefix { $0 != " " } ?? ""
    let isThere = try database.integer("SELECT 1 FROM sqlite_master WHERE name = ?", [.text(String(table))]) != nil
    return isThere || sql.hasPrefix("PRAGMA") ? try database.texts(sql) : []
  }

  private func alert(_ system: RunningSystem, _ part: String) async throws {
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text.contains(part) })
  }

  /// The bridge still publishes and commands.
  private func works(_ system: RunningSystem) async throws {
    for value in ["on", "off"] { #expect(try await system.command(Self.topic, value).status == "accepted") }
  }

  @Test func rowsAreWhatIsPublished() async throws {
    let system = try await start()
    try await eventually(within: .seconds(20), "a row") { try query(system, "SELECT 1 FROM house").count > 1 }
    let texts = system.watcher.texts
    let names = ["battery_voltage", "watts", "charger_state", "todays_kwh", "array_voltage"]
    for port in [3, 4] {
      let row = try query(
        system, "SELECT \(names.joined(separator: ", ")) FROM charge_controller WHERE port = \(port) LIMIT 1")
      let cells = try #require(row.first).split(separator: "|", omittingEmptySubsequences: false)
      for (name, cell) in zip(names, cells) {
        let text = try #require(texts["mate3/charge_controller/\(port)/\(name)"])
        #expect(text == cell || (Double(text).map { $0 == Double(cell) } ?? false), "\(name) \(port)")
      }
    }
    for name in ["solar_power", "battery_voltage", "state_of_charge", "solar_energy_today", "battery_direction"] {
      let cell = try #require(try query(system, "SELECT \(name) FROM house LIMIT 1").first)
      let text = try #require(texts["mate3/house/0/\(name)"])
      #expect(text == cell || (Double(text).map { $0 == Double(cell) } ?? false), "\(name)")
    }
    // What changes is in a later row, as it is published.
    let topic = "mate3/charge_controller/3/lifetime_kwh_hours"
    let before = try #require(texts[topic].flatMap(UInt16.init))
    try system.simulator.apply(.set(address: 40928, words: [before + 1]))
    try await system.watcher.next(topic, where: { $0.text == "\(before + 1)" })
    try await eventually(within: .seconds(10), "the changed value") {
      try query(system, "SELECT lifetime_kwh_hours FROM charge_controller WHERE port = 3 ORDER BY time DESC LIMIT 1")
        == ["\(before + 1)"]
    }
    try await system.stop()
    #expect(!FileManager.default.fileExists(atPath: "\(system.directory.path)/history.db-wal"))
  }

  @Test func settingsEventsAndCommands() async throws {
    let system = try await start()
    #expect(try await system.command(Self.topic, "on").status == "accepted")
    try await eventually(within: .seconds(10), "the command") {
      try query(system, "SELECT device, port, field, before, written, read, status FROM command")
        == ["radian_inverter_configuration|1|aux_control|[1]|[2]|[2]|accepted"]
    }
    let settings = try query(
      system,
      "SELECT value FROM setting_change WHERE device = 'radian_inverter_configuration' AND port = 1 "
        + "AND field = 'aux_control' ORDER BY time")
    #expect(settings.last == "on")
    #expect(try query(system, "SELECT DISTINCT event FROM event") == ["pinned"])
    #expect(
      try query(system, "SELECT count(*) FROM setting_change WHERE field IN ('second', 'web_access_password')") == ["0"]
    )
    try await system.stop()
  }

  /// Whenever the program is killed, the file is whole, and every row but the last ones is there.
  @Test func aKillLosesNoMoreThanWhatIsUnderWay() async throws {
    let system = try await start()
    var generator = SplitMix64(seed: 7)
    for _ in 0..<6 {
      try await eventually(within: .seconds(20), "rows of this run") {
        try query(system, "SELECT 1 FROM house WHERE time > \(Int(Date().timeIntervalSince1970) - 3)").count > 0
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...1500, using: &generator)))
      let killed = Int64(Date().timeIntervalSince1970)
      system.bridge.signal(SIGKILL)
      _ = try await system.bridge.exitStatus()
      #expect(try query(system, "PRAGMA integrity_check") == ["ok"])
      let last = try #require(try query(system, "SELECT max(time) FROM house").first.flatMap(Int64.init))
      #expect(last >= killed - 3, "\(killed - last) seconds are lost")
      system.watcher.clear()
      try system.restartBridge()
    }
    try await system.ready()
    try await works(system)
    try await system.stop()
  }

  @Test func aDiskThatIsNearlyFull() async throws {
    let system = try await start([])
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let folder = system.directory.path
    guard mount("tmpfs", folder, "tmpfs", 0, "size=16m,mode=700") == 0 else {
      print("skipped: no tmpfs can be mounted here")
      await system.watcher.stop()
      await system.simulator.stop()
      return try await system.broker.stop()
    }
    defer { umount2(folder, Int32(MNT_DETACH)) }
    try await system.reconfigureBridge(with: Self.quick)
    system.watcher.clear()
    try await system.ready()
    try await eventually(within: .seconds(20), "a row") { try query(system, "SELECT 1 FROM house").count > 0 }
    let filler = open("\(folder)/filler", O_WRONLY | O_CREAT, 0o600)
    let block = [UInt8](repeating: 1, count: 10 << 20)
    write(filler, block, block.count)
    close(filler)
    try await alert(system, "which what protects the devices may need; make room")
    let before = try query(system, "SELECT max(time) FROM house").first.flatMap(Int64.init) ?? 0
    try await works(system)
    unlink("\(folder)/filler")
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text == "[]" })
    // What was measured meanwhile is there too.
    try await eventually("the rows of meanwhile") {
      try query(system, "SELECT 1 FROM house WHERE time BETWEEN \(before + 1) AND \(before + 2)").count == 2
    }
    try await system.stop()
  }

  /// On a full disk of its own, where SQLite itself finds no room: what protects the devices is on another one.
  @Test func aDiskThatIsFull() async throws {
    let system = try await start([])
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let (path, disk) = ("\(system.directory.path)/history.db", "\(system.directory.path)/disk")
    mkdir(disk, 0o700)
    guard mount("tmpfs", disk, "tmpfs", 0, "size=4m,mode=700") == 0 else {
      print("skipped: no tmpfs can be mounted here")
      await system.watcher.stop()
      await system.simulator.stop()
      return try await system.broker.stop()
    }
    defer { umount2(disk, Int32(MNT_DETACH)) }
    unlink(path)
    symlink("disk/history.db", path)
    try await system.reconfigureBridge(with: Self.quick)
    system.watcher.clear()
    try await system.ready()
    try await eventually(within: .seconds(20), "a row") { try query(system, "SELECT 1 FROM house").count > 0 }
    func fill() {
      let filler = open("\(disk)/filler", O_WRONLY | O_CREAT | O_APPEND, 0o600)
      let block = [UInt8](repeating: 1, count: 4096)
      while write(filler, block, block.count) > 0 {}
      close(filler)
    }
    fill()
    try await alert(system, "history.db can't be written (database or disk is full); make room on its disk")
    let begin = Int64(Date().timeIntervalSince1970)
    try await works(system)
    // SQLite itself makes room at times.
    try await eventually("some time without room") {
      fill()
      return Int64(Date().timeIntervalSince1970) > begin + 4
    }
    unlink("\(disk)/filler")
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text == "[]" })
    // What was measured meanwhile is there too.
    try await eventually("the rows of meanwhile") {
      try query(system, "SELECT 1 FROM house WHERE time BETWEEN \(begin + 1) AND \(begin + 3)").count > 1
    }
    // Nor is it in the way of the end and of a start.
    fill()
    try await alert(system, "make room on its disk")
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    try await alert(system, "make room on its disk")
    try await works(system)
    unlink("\(disk)/filler")
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text == "[]" })
    try await system.stop()
  }

  /// Every write takes seconds: rows come late and all the same, and nothing else is slower, not even the end.
  @Test(.enabled(if: Preloaded.isPossible, "needs a C compiler")) func aDiskThatIsSlow() async throws {
    let disk = try await SlowDisk()
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: Self.quick, environment: disk.environment)
    try await system.ready()
    try await eventually(within: .seconds(20), "a row") { try query(system, "SELECT 1 FROM house").count > 0 }
    try disk.becomeSlow()
    let begin = Int64(Date().timeIntervalSince1970)
    for value in ["on", "off", "on"] {
      let asked = ContinuousClock.now
      #expect(try await system.command(Self.topic, value).status == "accepted")
      #expect(asked.duration(to: .now) < .seconds(3))
    }
    try await eventually("some seconds of it") { Int64(Date().timeIntervalSince1970) > begin + 4 }
    #expect(try query(system, "SELECT 1 FROM house WHERE time > \(begin + 1)").isEmpty)
    try disk.recover()
    try await eventually(within: .seconds(10), "the rows of meanwhile") {
      try query(system, "SELECT 1 FROM house WHERE time BETWEEN \(begin + 1) AND \(begin + 3)").count > 1
    }
    try disk.becomeSlow()
    let beforeEnd = ContinuousClock.now
    system.bridge.signal(SIGTERM)
    #expect(try await system.bridge.exitStatus() == 0)
    #expect(beforeEnd.duration(to: .now) < .seconds(4))
    await system.watcher.stop()
    await system.simulator.stop()
    try await system.broker.stop()
  }

  /// A file that can't be written, for root as well: mounted to be read alone.
  @Test func aFileThatIsReadOnly() async throws {
    let system = try await start(Self.quick)
    try await eventually(within: .seconds(20), "a row") { try query(system, "SELECT 1 FROM house").count > 0 }
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    let path = "\(system.directory.path)/history.db"
    guard mount(path, path, nil, UInt(MS_BIND), nil) == 0,
      mount(nil, path, nil, UInt(MS_REMOUNT | MS_BIND | MS_RDONLY), nil) == 0
    else {
      print("skipped: nothing can be mounted here")
      await system.watcher.stop()
      await system.simulator.stop()
      return try await system.broker.stop()
    }
    defer { umount2(path, Int32(MNT_DETACH)) }
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    try await alert(system, "history.db can't be written (attempt to write a readonly database)")
    try await works(system)
    umount2(path, Int32(MNT_DETACH))
    try await system.watcher.next("mate3/bridge/alerts", where: { $0.text == "[]" })
    try await system.stop()
  }

  @Test func aFileThatMakesNoSense() async throws {
    let system = try await start(Self.quick)
    system.bridge.signal(SIGTERM)
    try await system.bridge.exitStatus()
    try system.directory.write("history.db", String(repeating: "this is no database\n", count: 1000))
    system.watcher.clear()
    try system.restartBridge()
    try await system.ready()
    try await alert(system, "a new history was begun")
    try await eventually(within: .seconds(20), "a row") { try query(system, "SELECT 1 FROM house").count > 0 }
    try await works(system)
    let names = try FileManager.default.contentsOfDirectory(atPath: system.directory.path)
    #expect(names.contains { $0.hasPrefix("history.db.aside-") })
    try await system.stop()
  }

  /// A clock that is set by more than a year, by days, by an hour, ahead and back: rows have the time that it says, those
  /// of before stay, and the bridge publishes and commands.
  @Test(.enabled(if: Preloaded.isPossible, "needs a C compiler")) func aClockThatJumps() async throws {
    let time = try await MachineTime()
    let system = try await RunningSystem.start(
      try SharedData.capture(), arguments: Self.quick, environment: time.environment)
    try await system.ready()
    var rows: [(range: ClosedRange<Int64>, count: Int)] = []
    func count(_ range: ClosedRange<Int64>) throws -> Int {
      try query(system, "SELECT 1 FROM house WHERE time BETWEEN \(range.lowerBound) AND \(range.upperBound)").count
    }
    for (step, ahead) in [0, 400 * 86400, -3 * 86400, 3600, 0].enumerated() {
      try time.set(ahead: ahead)
      let begin = time.now
      try system.simulator.apply(.set(address: 40916, words: [UInt16(500 + step)]))
      try await system.watcher.next("mate3/charge_controller/3/battery_voltage", where: { $0.text == "50.\(step)" })
      try await works(system)
      try await eventually(within: .seconds(20), "rows \(ahead) s ahead") { try count(begin...begin + 30) > 2 }
      let range = begin...time.now - 2
      rows.append((range, try count(range)))
    }
    for row in rows { #expect(try count(row.range) == row.count) }
    #expect(!(system.watcher.texts["mate3/bridge/alerts"] ?? "").contains("history"))
    try await system.stop()
    #expect(!FileManager.default.fileExists(atPath: "\(system.directory.path)/history.db-wal"))
  }

  @Test func offKeepsNothing() async throws {
    let system = try await start(["--history-enabled", "false"])
    #expect(try await system.command(Self.topic, "on").status == "accepted")
    try await system.stop()
    #expect(!FileManager.default.fileExists(atPath: "\(system.directory.path)/history.db"))
  }

  /// The verb beside a running bridge.
  @Test func theVerbReadsIt() async throws {
    let system = try await start()
    try await eventually(within: .seconds(20), "rows") { try query(system, "SELECT 1 FROM house").count > 2 }
    let state = ["--state-dir", system.directory.path]
    let csv = try await mate3(
      ["history", "--device", "charge_controller/3", "--field", "watts", "--every", "1s", "--format", "csv"] + state)
    let lines = csv.split(separator: "\n")
    #expect(lines.first == "time,watts")
    let watts = try #require(system.watcher.texts["mate3/charge_controller/3/watts"])
    #expect(lines.dropFirst().count > 1)
    #expect(lines.dropFirst().allSatisfy { $0.hasSuffix("Z,\(watts)") })
    let energy = try await mate3(["history", "energy", "--by", "day", "--format", "json"] + state)
    let solar = try #require(system.watcher.texts["mate3/house/0/solar_energy_today"])
    #expect(energy.contains("\"solar\": \(solar)"))
    let chart = try await mate3(["history", "--field", "solar_power", "--every", "1s", "--chart"] + state)
    #expect(chart.contains("█"))
    // A text can't be drawn.
    let empty = try await CommandLine().run(
      ["mate3", "history", "--field", "battery_direction", "--every", "1s", "--chart"] + state)
    #expect(empty.status == 0 && empty.output.isEmpty)
    #expect(empty.errors.contains("no numbers to draw of battery_direction"), "\(empty.errors)")
    // A table for eyes: what matters, rounded.
    let table = try await mate3(["history", "--every", "1s"] + state).split(separator: "\n").map(String.init)
    let heads = try #require(table.first)
    #expect(
      heads.hasSuffix("state_of_charge  battery_voltage  battery_power  solar_power  load_power"), "no generator ran")
    #expect(table.allSatisfy { $0.count < 100 && $0.firstMatch(of: /\d\.\d\d/) == nil }, "\(table)")
    try await system.stop()
  }

  /// A load of 1 kW through both changes of daylight saving: days of 24, 23, 24 and of 24, 25, 24 hours.
  @Test func daysOfTheOwnersZone() async throws {
    let directory = try TemporaryDirectory()
    let house = HistoryTable.house
    let load = try #require(house.column("load_power"))
    let values = house.columns.indices.map { $0 == load ? HistoryValue.real(1000) : .none }
    let file = HistoryFile(
      folder: directory.path, gateway: "mate3", settings: HistorySettings(), on: ThreadExecutor(name: "history-test"))
    // Midnights in Berlin, 2026-03-28 and 2026-10-24.
    for (begin, hours) in [(1_774_652_400, 71), (1_792_792_800, 73)] as [(Int64, Int64)] {
      let items = (0..<hours * 60).map { minute in
        let row = HistoryRow(
          table: house, time: begin + minute * 60, seconds: 60, port: 0, name: "house", readings: 12, values: values)
        return HistoryItem(.row(row), time: row.time * 1000, at: nil)
      }
      // Nothing is over yet, so that all comes from the minutes.
      _ = try await file.write(items, at: 0)
    }
    await file.close()
    let csv = try await mate3(
      [
        "history", "energy", "--from", "2026-03-01", "--to", "2026-12-01", "--format", "csv", "--state-dir",
        directory.path,
      ],
      zone: "Europe/Berlin")
    let cells = csv.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(cells.map { $0[2] } == ["24", "23", "24", "24", "25", "24"])
    #expect(
      cells.map { $0[0] } == [
        "2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-10-23T22:00:00Z",
        "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z",
      ])
    let months = try await mate3(
      [
        "history", "energy", "--by", "month", "--from", "2026-03-01", "--to", "2026-12-01", "--state-dir",
        directory.path,
      ], zone: "Europe/Berlin")
    #expect(months.split(separator: "\n").dropFirst(2).map { $0.prefix(7) } == ["2026-03", "2026-10"])
  }

  @Test func whatIsWrongIsSaid() async throws {
    let commands = try CommandLine()
    let none = try await commands.run("mate3 history")
    #expect(none.status == 66)
    #expect(none.errors.contains("/history.db; a bridge makes it within its first minutes, in its state"))
    let bin = try await commands.run("mate3 history --every 2d")
    #expect(bin.status == 64)
    #expect(bin.errors.contains("--every is ‘2d’; give a duration of up to 12h such as 5m or 1h, day or month"))
    let date = try await commands.run("mate3 history --from 2026-02-30")
    #expect(date.status == 64)
    #expect(date.errors.contains("--from is ‘2026-02-30’; give a date such as 2026-07-01"))
    #expect(date.errors.contains("See 'mate3 history values --help'"), "\(date.errors)")
  }

  /// What can't be shown is said, and devices are known by what their owner calls them.
  @Test func namesZonesAndFilesThatAreNone() async throws {
    let directory = try TemporaryDirectory()
    let block = try #require(try Registry.embedded().block(named: "charge_controller"))
    let table = try #require(HistoryTable(block))
    let values = table.columns.map { $0.name == "watts" ? HistoryValue.real(700) : .none }
    let folder = "\(directory.path)/gw.a"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = HistoryFile(
      folder: folder, gateway: "gw/a", settings: HistorySettings(), on: ThreadExecutor(name: "history-test"))
    let time: Int64 = 1_782_900_000
    let row = HistoryRow(table: table, time: time, seconds: 60, port: 3, name: "roof", readings: 12, values: values)
    _ = try await file.write([HistoryItem(.row(row), time: time * 1000, at: nil)], at: time * 1000 + 60_000)
    await file.close()
    func run(_ words: String, zone: String = "UTC", folder: String) async throws -> CommandLine.Run {
      try await CommandLine().run(
        ["mate3", "history"] + words.split(separator: " ").map(String.init) + ["--state-dir", folder],
        environment: ["TZ": zone])
    }
    let whole = "--field watts --every 1m --from 2026-07-01 --to 2026-07-02 --format csv"
    let named = try await run("--device roof \(whole)", folder: folder)
    #expect(named.output == "time,watts\n2026-07-01T10:00:00Z,700\n")
    let other = try await run("--field watts", folder: folder)
    #expect(
      other.status == 6 && other.errors.contains("charge_controller has it: add --device charge_controller"),
      "\(other.errors)")
    let based = try await run("--device roof --base gw/a \(whole)", folder: directory.path)
    #expect(based.output == named.output)
    let port = try await run("--device charge_controller/9 \(whole)", folder: folder)
    #expect(port.status == 6 && port.errors.contains("there is no history of charge_controller/9"))
    let early = try await run("--device roof --field watts --from 2026-01-01 --to 2026-01-02", folder: folder)
    #expect(early.status == 0 && early.errors.contains("nothing is kept of that time"))
    let future = try await run("--device roof --from 2999-01-01", folder: folder)
    #expect(future.status == 64 && future.errors.contains("--from is in the future"))
    let zone = try await run("--device roof \(whole)", zone: "No/Where", folder: folder)
    #expect(zone.status == 0 && zone.errors.contains("‘No/Where’, which is no time zone"))
    #expect(try await run("--device roof \(whole)", zone: "CET-1CEST", folder: folder).errors.isEmpty)
    for (sql, part) in [
      ("", "nothing is in it"), ("CREATE TABLE mine (x)", "it is another program's"),
      ("CREATE TABLE rollup_state (x); PRAGMA user_version = 99", "of a newer version of this program"),
    ] {
      let other = try TemporaryDirectory()
      try Database("\(other.path)/history.db", flags: 6).execute("\(sql); VACUUM")
      let result = try await run("energy", folder: other.path)
      #expect(result.status == 66 && result.errors.contains(part), "\(result.errors)")
    }
  }

  private func mate3(_ arguments: [String], zone: String = "UTC") async throws -> String {
    let result = try await CommandLine().run(["mate3"] + arguments, environment: ["TZ": zone])
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }
}
