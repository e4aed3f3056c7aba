import Foundation
import History

/// Tables and rows.
extension HistoryFile {
  /// Tables that are no device's.
  static let own: Set<String> = ["setting_change", "event", "command", "rollup_state", "late_row", "file_id"]

  /// How many of them are there, and how many tables in all.
  static func ownTables(_ database: Database) throws(DatabaseError) -> (own: Int, all: Int) {
    var names: Set<String> = []
    try database.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
      names.insert($0.string(0))
    }
    return (own.intersection(names).count, names.count)
  }

  /// Whether a table has the rows of a kind of device, as they were recorded.
  static func isKind(_ table: String) -> Bool {
    return !own.contains(table) && !table.hasPrefix("sqlite_")
      && !HistoryLevel.rollups.contains { table.hasSuffix("_\($0.rawValue)") }
  }

  static func makeTables(_ database: Database) throws(DatabaseError) {
    try database.execute(
      """
      BEGIN;
      \(settingTable);
      CREATE TABLE IF NOT EXISTS event (
        time INTEGER NOT NULL, gateway TEXT NOT NULL, event TEXT NOT NULL, device TEXT, message TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS event_time ON event (time);
      CREATE TABLE IF NOT EXISTS command (
        time INTEGER NOT NULL, gateway TEXT NOT NULL, number INTEGER NOT NULL, origin TEXT NOT NULL, who TEXT NOT NULL,
        id TEXT, device TEXT NOT NULL, port INTEGER NOT NULL, field TEXT NOT NULL, asked TEXT, before TEXT NOT NULL,
        written TEXT NOT NULL, read TEXT, status TEXT, code TEXT, UNIQUE (gateway, number, time));
      CREATE TABLE IF NOT EXISTS rollup_state (
        kind TEXT NOT NULL, level TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (kind, level)) WITHOUT ROWID;
      \(outboxTables);
      PRAGMA user_version = \(version);
      COMMIT
      """)
  }

  private static let settingTable = """
    CREATE TABLE IF NOT EXISTS setting_change (
      gateway TEXT NOT NULL, device TEXT NOT NULL, port INTEGER NOT NULL, field TEXT NOT NULL,
      time INTEGER NOT NULL, value TEXT, UNIQUE (gateway, device, port, field, time))
    """

  /// What a reader that goes through the rows once needs: what tells this file from another one, and rows that have come,
  /// or changed, behind those it may have read already.
  private static let outboxTables = """
    CREATE TABLE IF NOT EXISTS late_row (
      number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, row INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS file_id (id TEXT NOT NULL);
    INSERT INTO file_id SELECT lower(hex(randomblob(8))) WHERE NOT EXISTS (SELECT 1 FROM file_id)
    """

  /// Brings a file of the first version up to date.
  static func upgrade(_ database: Database) throws(DatabaseError) {
    try database.execute(
      """
      BEGIN;
      ALTER TABLE setting_change RENAME TO setting_change_1;
      \(settingTable);
      INSERT INTO setting_change SELECT gateway, device, port, field, time, value FROM setting_change_1 ORDER BY time;
      DROP TABLE setting_change_1;
      \(outboxTables);
      PRAGMA user_version = \(version);
      COMMIT
      """)
  }

  private func noteLate(_ kind: String, _ row: HistoryValue, _ database: Database) throws(DatabaseError) {
    try database.run("INSERT INTO late_row (kind, row) VALUES (?, ?)", [.text(kind), row])
  }

  func put(_ item: HistoryItem, _ database: Database) throws(DatabaseError) {
    let time = HistoryValue.integer(item.time / 1000)
    switch item.content {
    case .row(let row): try put(row, database)
    case .setting(let change):
      let key: [HistoryValue] = [gateway, .text(change.block), .integer(Int64(change.port)), .text(change.field)]
      let value = change.value.map(HistoryValue.text) ?? .none
      var last: HistoryValue?
      try database.rows(
        """
        SELECT value FROM setting_change WHERE gateway = ? AND device = ? AND port = ? AND field = ?
        ORDER BY time DESC LIMIT 1
        """, key
      ) { last = $0.value(0) }
      guard last != value else { return }
      try database.run("INSERT OR REPLACE INTO setting_change VALUES (?, ?, ?, ?, ?, ?)", key + [time, value])
    case .event(let event):
      try database.run(
        "INSERT INTO event VALUES (?, ?, ?, ?, ?)",
        [time, gateway, .text(event.event), event.device.map(HistoryValue.text) ?? .none, .text(event.message)])
    case .command(let record): try put(record, time, database)
    }
  }

  private func put(_ record: CommandRecord, _ time: HistoryValue, _ database: Database) throws(DatabaseError) {
    func text(_ words: [UInt16]) -> HistoryValue { .text("\(words)") }
    let number = HistoryValue.integer(Int64(record.number))
    switch record.line {
    case .begun(let begun):
      try database.run(
        """
        INSERT OR IGNORE INTO command (time, gateway, number, origin, who, id, device, port, field, asked, before, written)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          time, gateway, number, .text(begun.origin), .text(begun.who), begun.id.map(HistoryValue.text) ?? .none,
          .text(begun.block), .integer(Int64(begun.port)), .text(begun.field),
          begun.asked.map(HistoryValue.text) ?? .none, text(begun.before), text(begun.written),
        ])
    case .ended(let status, let code, let read):
      // After a ledger was lost its numbers begin anew. What a restart brings again is no news.
      let end: [HistoryValue] = [.text(status), .text(code), text(read)]
      guard
        let row = try database.integer(
          """
          SELECT rowid FROM command WHERE rowid = (SELECT max(rowid) FROM command WHERE gateway = ? AND number = ?)
          AND (status IS NOT ? OR code IS NOT ? OR read IS NOT ?)
          """, [gateway, number] + end)
      else { return }
      try database.run("UPDATE command SET status = ?, code = ?, read = ? WHERE rowid = ?", end + [.integer(row)])
      try noteLate("command", .integer(row), database)
    }
  }

  private func put(_ row: HistoryRow, _ database: Database) throws(DatabaseError) {
    try prepare(row.table, database)
    try insert(
      row.table, .recorded, RowHead(row), row.values, database
    )
    // The clock was put back.
    let last = known.lastTimes[row.table.name] ?? (.min, .min)
    if row.time <= last.atFirst || row.time < last.now || row.time < progress.until ?? .min {
      try noteLate(row.table.name, .id(row.time, row.port), database)
    }
    known.lastTimes[row.table.name]?.now = max(last.now, row.time)
    for level in HistoryLevel.rollups {
      let begin = range(of: row.time, level, row.table.name).lowerBound
      known.open[level, default: [:]][row.table.name, default: []].insert(begin)
      // The clock was ahead: what it took for over comes again.
      if begin < known.until[level]?[row.table.name] ?? .min { try setUntil(begin, row.table.name, level, database) }
    }
  }

  /// Writes a row of a level, in the place of one that is there already.
  func insert(
    _ table: HistoryTable, _ level: HistoryLevel, _ head: RowHead, _ values: [HistoryValue], _ database: Database
  ) throws(DatabaseError) {
    try database.run(
      try insertion(table, level, database),
      [
        .integer(RowHead.id(head.time, head.port)), .integer(head.time), gateway, .integer(Int64(head.port)),
        .text(head.name), .integer(head.seconds),
        .integer(Int64(head.readings)),
      ] + values)
  }

  func range(of time: Int64, _ level: HistoryLevel, _ table: String) -> Range<Int64> {
    guard level == .day else { return clock.range(of: time, level) }
    if !known.day.contains(time) { known.day = clock.day(of: time) }
    // After a change of the machine's time zone the first day begins where the last one of the old zone ended.
    guard let until = known.until[level]?[table], until <= time, until > known.day.lowerBound else { return known.day }
    return until..<known.day.upperBound
  }

  private func insertion(
    _ table: HistoryTable, _ level: HistoryLevel, _ database: Database
  ) throws(DatabaseError) -> Statement {
    let name = level == .recorded ? table.name : level.table(table.name)
    if let statement = known.inserts[name] { return statement }
    try make(table, level, database)
    let names = table.columns(at: level).map { "\"\($0.name)\"" }
    let marks = Array(repeating: "?", count: 7 + names.count).joined(separator: ", ")
    let statement = try database.statement(
      """
      INSERT OR REPLACE INTO "\(name)" (id, time, gateway, port, name, seconds, readings, \(names.joined(separator: ", ")))
      VALUES (\(marks))
      """)
    known.inserts[name] = statement
    return statement
  }

  /// Makes a table, or gives it the columns that it lacks.
  ///
  /// Its key is one number of time and port, so that every minute's rows come to lie behind the last one's: by device
  /// they would touch a page each, and so would an index, and a card wears out by the page.
  func make(_ table: HistoryTable, _ level: HistoryLevel, _ database: Database) throws(DatabaseError) {
    let name = level.table(table.name)
    guard !known.tables.contains(name) else { return }
    var there: Set<String> = []
    try database.rows("PRAGMA table_info(\"\(name)\")") { there.insert($0.string(1)) }
    let columns = table.columns(at: level).filter { !there.contains($0.name) }.map { column in
      switch column.column.type {
      case .integer: "\"\(column.name)\" INTEGER"
      case .real: "\"\(column.name)\" REAL"
      case .text: "\"\(column.name)\" TEXT"
      }
    }
    if there.isEmpty {
      try database.execute(
        """
        CREATE TABLE "\(name)" (
          id INTEGER PRIMARY KEY, time INTEGER NOT NULL, gateway TEXT NOT NULL, port INTEGER NOT NULL,
          name TEXT NOT NULL, seconds INTEGER NOT NULL, readings INTEGER NOT NULL,
          \(columns.joined(separator: ", ")))
        """)
    } else {
      for column in columns { try database.execute("ALTER TABLE \"\(name)\" ADD COLUMN \(column)") }
    }
    known.tables.insert(name)
  }
}

extension RowHead {
  init(_ row: HistoryRow) {
    self.init(time: row.time, seconds: row.seconds, port: row.port, name: row.name, readings: row.readings)
  }
}
