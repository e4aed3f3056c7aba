import CSQLite
import Foundation
package import History

/// Reads a history, also while a bridge writes it, which does not notice.
package final class HistoryReader {
  /// A row of an answer.
  package struct Row: Sendable {
    package let head: RowHead
    package let values: [HistoryValue]
  }

  let database: Database
  private let path: String

  /// - Parameter folder: the bridge's state directory.
  /// - Throws: ``HistoryProblem``.
  package init(folder: String) throws(HistoryProblem) {
    path = "\(folder)/\(HistoryFile.name)"
    guard access(path, R_OK) == 0 else {
      guard errno == ENOENT else {
        throw HistoryProblem(
          "\(path) can't be read (\(String(cString: strerror(errno)))); run this as the user that runs the bridge")
      }
      throw HistoryProblem(
        "there is no \(path); a bridge makes it within its first minutes, in its state directory (--state-dir)")
    }
    do throws(DatabaseError) {
      database = try Self.open(path)
    } catch {
      throw HistoryProblem("\(path) can't be read (\(error.description))")
    }
  }

  private static func open(_ path: String) throws(DatabaseError) -> Database {
    let uri = "file:" + (path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)
    do throws(DatabaseError) {
      let database = try Database("\(uri)?mode=ro", flags: SQLITE_OPEN_READONLY)
      try check(database)
      // All that follows sees the file as it is now.
      try database.execute("BEGIN; SELECT count(*) FROM rollup_state")
      return database
    } catch {
      // Without the right to make the files beside it, and without a bridge that has made them.
      guard error.code == SQLITE_CANTOPEN, !FileManager.default.fileExists(atPath: "\(path)-wal") else { throw error }
      return try Database("\(uri)?mode=ro&immutable=1", flags: SQLITE_OPEN_READONLY)
    }
  }

  /// - Throws: when it is no history that this program knows.
  private static func check(_ database: Database) throws(DatabaseError) {
    let version = try database.integer("PRAGMA user_version") ?? 0
    let tables = try HistoryFile.ownTables(database)
    let reason: String? =
      if tables.all == 0 {
        "nothing is in it"
      } else if tables.own == 0 {
        "it is another program's"
      } else if version > HistoryFile.version {
        "it is of a newer version of this program; install that"
      } else {
        nil
      }
    if let reason { throw DatabaseError(code: SQLITE_ERROR, description: reason) }
  }

  func read<Result>(_ body: () throws(DatabaseError) -> Result) throws(HistoryProblem) -> Result {
    do throws(DatabaseError) {
      return try body()
    } catch {
      throw HistoryProblem("\(path) can't be read (\(error.description))")
    }
  }

  // MARK: What there is

  /// Kinds of devices with rows.
  package func kinds() throws(HistoryProblem) -> [String] {
    try read { () throws(DatabaseError) in
      var names: [String] = []
      try database.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
        names.append($0.string(0))
      }
      return names.filter(HistoryFile.isKind)
    }
  }

  /// The device that was last called so by its owner.
  package func device(named name: String, among kinds: [String]) throws(HistoryProblem) -> (kind: String, port: Int)? {
    try read { () throws(DatabaseError) in
      for kind in kinds {
        let port = try database.integer(
          """
          SELECT port FROM "\(kind)" WHERE id >= (SELECT max(id) FROM "\(kind)") - ? AND name = ?
          ORDER BY id DESC LIMIT 1
          """, [.id(2 * 86400), .text(name)])
        if let port { return (kind, Int(port)) }
      }
      return nil
    }
  }

  /// Whether anything is kept of a port.
  package func has(_ port: Int, of kind: String) throws(HistoryProblem) -> Bool {
    try read { () throws(DatabaseError) in
      for level in HistoryLevel.allCases.reversed() {
        let table = level.table(kind)
        guard try database.integer("SELECT 1 FROM sqlite_master WHERE name = ?", [.text(table)]) != nil else {
          continue
        }
        let row = try database.integer(
          "SELECT 1 FROM \"\(table)\" WHERE port = ? LIMIT 1", [.integer(Int64(port))])
        if row != nil { return true }
      }
      return false
    }
  }

  // MARK: Rows

  /// Where rows of a time are taken from.
  struct Piece {
    let level: HistoryLevel
    let range: Range<Int64>
    /// What each of its rows stands for, where that may be more than a bin.
    let length: Int64
  }

  /// Whether a day row was taken for a day that is not its own, because it is all that is left of its time.
  package internal(set) var hasForeignDays = false

  /// Reads rows, summed up to bins.
  /// - Parameters:
  ///   - table: the kind of device with the columns that are wanted.
  ///   - wanted: what of them.
  ///   - port: nil for all devices of the kind.
  ///   - bin: the bin that a time belongs to.
  ///   - coarsest: the coarsest level that may be used. What is older than the rows of a fine level is taken from
  ///     coarser ones.
  package func rows(
    _ table: HistoryTable, _ wanted: [LevelColumn], port: Int?, in range: Range<Int64>,
    bin: (Int64) -> Range<Int64>, coarsest: HistoryLevel, _ clock: HistoryClock
  ) throws(HistoryProblem) -> [Row] {
    try read { () throws(DatabaseError) in
      var bins: [Int: (range: Range<Int64>, sum: Rollup)] = [:]
      var result: [Row] = []
      var sums: [Int: Rollup] = [:]
      func finish(_ port: Int) {
        guard let bin = bins.removeValue(forKey: port) else { return }
        sums[port] = bin.sum
        result.append(
          Row(head: bin.sum.head(at: bin.range.lowerBound, port: port), values: wanted.map(bin.sum.value)))
      }
      for piece in try pieces(table.name, range, coarsest, bin) {
        let columns = try columns(of: table, at: piece.level)
        let names = columns.map { ", \"\($0.name)\"" }.joined()
        if piece.level == .recorded { try takeEarlier(table, piece.range, &bins, &sums, clock) }
        try database.rows(
          """
          SELECT \(RowHead.columns)\(names) FROM "\(piece.level.table(table.name))"
          WHERE id >= ? AND id < ?\(port.map { " AND port = \($0)" } ?? "") ORDER BY id
          """, [.id(piece.range.lowerBound), .id(piece.range.upperBound)]
        ) { row in
          let head = RowHead(row)
          let place = piece.place(of: head.time, bin)
          if let open = bins[head.port]?.range, open != place { finish(head.port) }
          if bins[head.port] == nil { bins[head.port] = (place, Rollup(table, after: sums[head.port])) }
          bins[head.port]?.sum.add(
            head, columns.indices.map { row.value(RowHead.count + $0) }, of: columns, clock)
        }
      }
      for port in bins.keys.sorted() { finish(port) }
      return result.sorted { ($0.head.time, $0.head.port) < ($1.head.time, $1.head.port) }
    }
  }

  /// Rows as they were recorded have daily counters, and not what these have added.
  private func takeEarlier(
    _ table: HistoryTable, _ range: Range<Int64>, _ bins: inout [Int: (range: Range<Int64>, sum: Rollup)],
    _ sums: inout [Int: Rollup], _ clock: HistoryClock
  ) throws(DatabaseError) {
    let there = Set(try columns(of: table, at: .recorded).map(\.index))
    let daily = table.columns.indices.filter { there.contains($0) && table.columns[$0].isDailyTotal }
    guard !daily.isEmpty else { return }
    var ports: [Int] = []
    try database.rows(
      "SELECT DISTINCT port FROM \"\(table.name)\" WHERE id >= ? AND id < ?",
      [.id(range.lowerBound), .id(range.upperBound)]
    ) { ports.append(Int($0.integer(0))) }
    for port in ports {
      var rollup = bins[port]?.sum ?? Rollup(table)
      try database.takeEarlier(&rollup, table, daily, gateway: nil, port: port, before: range, clock)
      if bins[port] == nil { sums[port] = rollup } else { bins[port]?.sum = rollup }
    }
  }

  /// The columns of a level that its table really has: it may be older than a field.
  private func columns(of table: HistoryTable, at level: HistoryLevel) throws(DatabaseError) -> [LevelColumn] {
    var there: Set<String> = []
    try database.rows("PRAGMA table_info(\"\(level.table(table.name))\")") { there.insert($0.string(1)) }
    return table.columns(at: level).filter { there.contains($0.name) }
  }
}
