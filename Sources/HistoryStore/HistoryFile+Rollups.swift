import Foundation
import History

/// Coarser rows, and what is given up.
extension HistoryFile {
  /// Learns which times of a kind of device are to be summed up yet; once for each opening of the file.
  func prepare(_ table: HistoryTable, _ database: Database) throws(DatabaseError) {
    guard known.kinds[table.name] == nil else { return }
    try make(table, .recorded, database)
    let last = try database.integer("SELECT max(id) >> 16 FROM \"\(table.name)\"") ?? .min
    known.lastTimes[table.name] = (last, last)
    for level in HistoryLevel.rollups {
      let until =
        try database.integer(
          "SELECT until FROM rollup_state WHERE kind = ? AND level = ?", [.text(table.name), .text(level.rawValue)])
        ?? 0
      var open: Set<Int64> = []
      known.until[level, default: [:]][table.name] = until
      // Quarters of an hour, because some zones have days that begin with one.
      let step = level == .fiveMinutes ? 300 : 900
      try database.rows(
        "SELECT DISTINCT time / \(step) * \(step) FROM \"\(table.name)\" WHERE id >= ?", [.id(until)]
      ) { open.insert(range(of: max($0.integer(0), until), level, table.name).lowerBound) }
      known.open[level, default: [:]][table.name] = open
    }
    known.kinds[table.name] = table
  }

  /// Sums up the times that are over.
  /// - Parameter now: in milliseconds since 1970.
  func rollUp(_ database: Database, until now: Int64) throws(DatabaseError) {
    let end = HistoryClock.begin(of: now / 1000, Int64(max(settings.interval.components.seconds, 1)))
    for level in HistoryLevel.rollups {
      for (name, begins) in known.open[level] ?? [:] {
        guard let table = known.kinds[name] else { continue }
        let due = begins.map { $0..<range(of: $0, level, name).upperBound }.filter { $0.upperBound <= end }
        guard let last = due.map(\.upperBound).max() else { continue }
        for range in due { try rollUp(table, level, range, database) }
        try setUntil(last, name, level, database)
        for range in due { known.open[level]?[name]?.remove(range.lowerBound) }
      }
    }
  }

  func setUntil(
    _ until: Int64, _ kind: String, _ level: HistoryLevel, _ database: Database
  ) throws(DatabaseError) {
    try database.run(
      "INSERT OR REPLACE INTO rollup_state VALUES (?, ?, ?)", [.text(kind), .text(level.rawValue), .integer(until)])
    known.until[level, default: [:]][kind] = until
  }

  private func rollUp(
    _ table: HistoryTable, _ level: HistoryLevel, _ range: Range<Int64>, _ database: Database
  ) throws(DatabaseError) {
    let columns = table.columns(at: .recorded)
    let names = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let place = "\"\(table.name)\" WHERE id >= ? AND id < ? AND gateway = ?"
    let bounds = [.id(range.lowerBound), .id(range.upperBound), gateway]
    // A row after the other, not all at once: a day may have many.
    var rollups = try rollupsAfterEarlier(table, place, bounds, of: range, database)
    try database.rows("SELECT \(RowHead.columns), \(names) FROM \(place) ORDER BY id", bounds) { row in
      let head = RowHead(row)
      rollups[head.port, default: Rollup(table)].add(
        head, columns.indices.map { row.value(RowHead.count + $0) }, of: columns, clock)
    }
    for (port, rollup) in rollups {
      try insert(
        table, level, rollup.head(at: range.lowerBound, port: port), table.columns(at: level).map(rollup.value),
        database)
    }
  }

  /// The sums to come of each port, which know what the daily counters showed before.
  private func rollupsAfterEarlier(
    _ table: HistoryTable, _ place: String, _ bounds: [HistoryValue], of range: Range<Int64>, _ database: Database
  ) throws(DatabaseError) -> [Int: Rollup] {
    let totals = table.columns.indices.filter { table.columns[$0].isDailyTotal }
    guard !totals.isEmpty else { return [:] }
    var used: [Int: [Int]] = [:]
    let counts = totals.map { "count(\"\(table.columns[$0].name)\")" }.joined(separator: ", ")
    try database.rows("SELECT port, \(counts) FROM \(place) GROUP BY port", bounds) { row in
      used[Int(row.integer(0))] = totals.indices.filter { row.integer($0 + 1) > 0 }.map { totals[$0] }
    }
    var rollups: [Int: Rollup] = [:]
    for (port, columns) in used {
      var rollup = Rollup(table)
      try database.takeEarlier(&rollup, table, columns, gateway: gateway, port: port, before: range, clock)
      rollups[port] = rollup
    }
    return rollups
  }

  // MARK: What is given up

  /// How often old rows are removed, and how long the clock must have gone well before.
  static let cleanInterval: Duration = .seconds(3600)

  /// Removes what is older than it may be, and the oldest when there is too much.
  func clean(_ database: Database, at now: Int64) throws(DatabaseError) {
    let instant = ContinuousClock.now
    let offset = now - known.opened.duration(to: instant).wholeMilliseconds
    if let earlier = known.offset, abs(earlier - offset) > 300_000 { known.cleanDue = instant + Self.cleanInterval }
    known.offset = offset
    if known.cleanDue <= instant {
      known.cleanDue = instant + Self.cleanInterval
      for (level, kept) in [
        (HistoryLevel.recorded, settings.keepsRecorded), (.fiveMinutes, settings.keepsFiveMinutes),
      ] {
        try remove(level, before: clock.day(of: now / 1000 - kept.components.seconds).lowerBound, database)
      }
    }
    try shrink(database)
  }

  /// Most pages that a file gives back at a time: they go through the log beside it, for which there must be room.
  private static let mostGivenBack: Int64 = 1024

  /// Removes the oldest rows until there is room, of the finest first, and makes the file as small as it has to be.
  private func shrink(_ database: Database) throws(DatabaseError) {
    let limit = Int64(settings.maxSize) << 20
    let page = try database.integer("PRAGMA page_size") ?? 4096
    try removeOldest(until: limit / page, database)
    let excess = (try database.integer("PRAGMA page_count") ?? 0) - limit / page
    guard excess > 0 else { return }
    try database.rows("PRAGMA incremental_vacuum(\(min(excess, Self.mostGivenBack)))") { _ in }
  }

  private func removeOldest(until limit: Int64, _ database: Database) throws(DatabaseError) {
    for level in [HistoryLevel.recorded, .fiveMinutes, .hour] {
      for _ in 0..<400 {
        let pages = try database.integer("PRAGMA page_count") ?? 0
        let free = try database.integer("PRAGMA freelist_count") ?? 0
        guard pages - free > limit else { return }
        guard try remove(level, before: .max, database) else { break }
      }
    }
  }

  /// Removes the oldest rows of a level, of one day at most: what a wrong clock takes for old is not gone at once.
  /// - Returns: whether there were any that may go; the last day stays.
  @discardableResult
  private func remove(_ level: HistoryLevel, before limit: Int64, _ database: Database) throws(DatabaseError) -> Bool {
    var tables: [String] = []
    try database.rows("SELECT DISTINCT kind FROM rollup_state") { tables.append(level.table($0.string(0))) }
    var oldest: Int64?
    var newest: Int64?
    for table in tables {
      guard try database.integer("SELECT 1 FROM sqlite_master WHERE name = ?", [.text(table)]) != nil else { continue }
      let first = try database.integer("SELECT min(id) >> 16 FROM \"\(table)\"")
      let last = try database.integer("SELECT max(id) >> 16 FROM \"\(table)\"")
      oldest = [oldest, first].compactMap(\.self).min()
      newest = [newest, last].compactMap(\.self).max()
    }
    guard let oldest, let newest else { return false }
    // Whole days, so that no coarser row stands for times of which finer ones are left.
    let end = limit == .max ? clock.day(of: oldest).upperBound : min(limit, clock.day(of: oldest).upperBound)
    guard end > oldest, limit != .max || newest >= end else { return false }
    for table in tables {
      guard try database.integer("SELECT 1 FROM sqlite_master WHERE name = ?", [.text(table)]) != nil else { continue }
      try database.run("DELETE FROM \"\(table)\" WHERE id < ?", [.id(end)])
    }
    if level == .recorded {
      try database.run("DELETE FROM late_row WHERE kind <> 'command' AND row < ?", [.id(end)])
    }
    return true
  }
}

extension Duration {
  fileprivate var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}

extension Database {
  /// How far back a daily counter's last value is looked for: after more, it has begun anew.
  private static let counterReach: Int64 = 2 * 86400

  /// Tells a sum what the daily counters showed before its first row.
  /// - Parameters:
  ///   - columns: those that have any value after that.
  ///   - range: the time of the sum.
  func takeEarlier(
    _ rollup: inout Rollup, _ table: HistoryTable, _ columns: [Int], gateway: HistoryValue?, port: Int,
    before range: Range<Int64>, _ clock: HistoryClock
  ) throws(DatabaseError) {
    for index in columns where table.columns[index].isDailyTotal {
      let name = table.columns[index].name
      func readings(from begin: Int64, limit: Int64) throws(DatabaseError) -> [(value: Double, time: Int64)] {
        var readings: [(value: Double, time: Int64)] = []
        try rows(
          """
          SELECT "\(name)", time FROM "\(table.name)" WHERE id >= ? AND id < ? AND port = ?
          AND gateway = ifnull(?, gateway) AND "\(name)" IS NOT NULL ORDER BY id DESC LIMIT ?
          """,
          [.id(begin), .id(range.lowerBound), .integer(Int64(port)), gateway ?? .none, .integer(limit)]
        ) { row in if let number = row.value(0).number { readings.append((number, row.integer(1))) } }
        return readings.reversed()
      }
      var earlier = try readings(from: range.lowerBound - Self.counterReach, limit: 1)
      // Where there may be a gap over midnight, what was seen before it tells whether the counter has begun anew in it.
      if let last = earlier.last, range.upperBound - last.time > HistoryClock.midnightSlack {
        earlier = try readings(from: last.time - 2 * HistoryClock.midnightSlack, limit: -1)
      }
      if !earlier.isEmpty { rollup.takeEarlier(index, earlier, clock) }
    }
  }
}

extension HistoryValue {
  /// The least key that a row of this time or later can have.
  static func id(_ time: Int64) -> HistoryValue { id(time, 0) }

  static func id(_ time: Int64, _ port: Int) -> HistoryValue { .integer(RowHead.id(time, port)) }
}

extension RowHead {
  /// The key of a row.
  static func id(_ time: Int64, _ port: Int) -> Int64 { time << 16 | Int64(port & 0xFFFF) }

  /// As a statement asks for them.
  static let columns = "time, seconds, port, name, readings"
  static let count = 5

  init(_ row: Statement) {
    self.init(
      time: row.integer(0), seconds: row.integer(1), port: Int(row.integer(2)), name: row.string(3),
      readings: Int(row.integer(4)))
  }
}
