import CSQLite
import Foundation
package import History
internal import Synchronization

/// How far the rows of a history are final, for those who read along from another thread.
package final class HistoryProgress: Sendable {
  private let state = Mutex<Int64?>(nil)

  /// Rows that begin before this time, in seconds since 1970, are not written again; nil when nothing was written yet.
  package var until: Int64? { state.withLock(\.self) }

  package func isWritten(until time: Int64) { state.withLock { $0 = time } }
}

/// Reads a history's rows once each, in the order in which they were written, for a store that has to get them all.
///
/// It reads beside the thread that writes, which does not notice. Only who made it uses it.
package final class HistoryOutbox {
  package struct Column: Sendable, Hashable {
    package let name: String
    package let type: HistoryColumn.ValueType
  }

  /// A table as it is in the file.
  package struct Table: Sendable, Hashable {
    package let name: String
    package let columns: [Column]
    /// Whether it has the rows of a kind of device.
    package let isKind: Bool
  }

  package struct Row: Sendable {
    /// What tells it from others of its table, and rises.
    package let number: Int64
    package let values: [HistoryValue]
    /// When it came late, what tells it from other late rows, and rises.
    package let late: Int64?
  }

  private let path: String
  private var database: Database?
  private var file: (device: dev_t, number: ino_t)?
  /// What tells the file from another one that took its place.
  package private(set) var id = ""
  /// The highest numbers that the file had when it was opened, until somebody has compared them with how far it was read:
  /// who has read further has read a later state of it.
  package var highest: Highest?

  /// The highest numbers of a file.
  package struct Highest: Sendable {
    /// By table, of those whose rows are numbered as they come.
    package fileprivate(set) var rows: [String: Int64] = [:]
    /// Of rows that came late.
    package fileprivate(set) var late: Int64 = 0
  }

  /// - Parameter folder: the bridge's state directory.
  package init(folder: String) { path = "\(folder)/\(HistoryFile.name)" }

  /// Opens the file, or another one that has come in its place.
  /// - Returns: false while there is none.
  package func open() throws(HistoryProblem) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      close()
      return false
    }
    if database != nil, let file, file.device == status.st_dev, file.number == status.st_ino { return true }
    close()
    return try read { () throws(DatabaseError) in
      let database = try Database(path, flags: SQLITE_OPEN_READONLY)
      var ids: [String] = []
      guard try database.integer("PRAGMA user_version") == HistoryFile.version else { return false }
      try database.rows("SELECT id FROM file_id") { ids.append($0.string(0)) }
      guard let first = ids.first else { return false }
      var highest = Highest()
      for table in Self.numbered {
        highest.rows[table] = try database.integer("SELECT max(rowid) FROM \"\(table)\"") ?? 0
      }
      // Late rows are removed, and their numbers not used again.
      highest.late = try database.integer("SELECT seq FROM sqlite_sequence WHERE name = 'late_row'") ?? 0
      (self.database, file, id) = (database, (status.st_dev, status.st_ino), first)
      self.highest = highest
      return true
    }
  }

  package func close() { (database, file, highest) = (nil, nil, nil) }

  private static let numbered = ["setting_change", "event", "command"]

  /// What there is: kinds of devices first.
  package func tables() throws(HistoryProblem) -> [Table] {
    try read { () throws(DatabaseError) in
      guard let database else { return [] }
      var names: [String] = []
      try database.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
        names.append($0.string(0))
      }
      var tables: [Table] = []
      for name in names.filter(HistoryFile.isKind) + Self.numbered {
        var columns: [Column] = []
        // The key of a kind's row is made of others.
        try database.rows("PRAGMA table_info(\"\(name)\")") { row in
          guard row.string(1) != "id" || name == "command" else { return }
          let type: HistoryColumn.ValueType =
            switch row.string(2) {
            case "INTEGER": .integer
            case "REAL": .real
            default: .text
            }
          columns.append(Column(name: row.string(1), type: type))
        }
        tables.append(Table(name: name, columns: columns, isKind: HistoryFile.isKind(name)))
      }
      return tables
    }
  }

  /// Rows that begin within this time after the end are those of an interval under way; later ones have been made while
  /// the clock was ahead, and nothing will change them.
  private static let reach: Int64 = 600

  /// The keys of a table's rows that are not final yet.
  private func open(_ table: Table, _ end: Int64) -> (HistoryValue, HistoryValue) {
    table.isKind ? (.id(end), .id(end + Self.reach)) : (.integer(.max), .integer(.max))
  }

  /// The next rows of a table, in order.
  /// - Parameters:
  ///   - number: that of the last one that was read.
  ///   - end: rows of a kind that begin then or later are not final yet.
  package func rows(
    of table: Table, after number: Int64, before end: Int64, atMost limit: Int
  ) throws(HistoryProblem) -> [Row] {
    let (first, last) = open(table, end)
    return try rows(
      """
      SELECT rowid, \(names(table)) FROM "\(table.name)" WHERE rowid > ? AND (rowid < ? OR rowid > ?)
      ORDER BY rowid LIMIT ?
      """, [.integer(number), first, last, .integer(Int64(limit))], table, isLate: false)
  }

  /// The next rows of a table that came, or changed, when later ones might have been read.
  /// - Parameter late: that of the last one that was read.
  package func lateRows(
    of table: Table, after late: Int64, before end: Int64, atMost limit: Int
  ) throws(HistoryProblem) -> [Row] {
    let (first, last) = open(table, end)
    return try rows(
      """
      SELECT t.rowid, \(names(table)), late FROM "\(table.name)" AS t JOIN (
        SELECT row AS late_row, max(number) AS late FROM late_row WHERE kind = ? AND number > ? AND number < ifnull(
          (SELECT min(number) FROM late_row WHERE kind = ? AND number > ? AND row BETWEEN ? AND ?), \(Int64.max))
        GROUP BY row) ON t.rowid = late_row
      ORDER BY late LIMIT ?
      """,
      [.text(table.name), .integer(late), .text(table.name), .integer(late), first, last, .integer(Int64(limit))],
      table, isLate: true)
  }

  /// When a row of a table was made, in seconds since 1970; nil where there is none.
  package func time(of table: String, row: Int64) throws(HistoryProblem) -> Int64? {
    try read { () throws(DatabaseError) in
      try database?.integer("SELECT time FROM \"\(table)\" WHERE rowid = ?", [.integer(row)])
    }
  }

  private func names(_ table: Table) -> String { table.columns.map { "\"\($0.name)\"" }.joined(separator: ", ") }

  private func rows(
    _ sql: String, _ values: [HistoryValue], _ table: Table, isLate: Bool
  ) throws(HistoryProblem) -> [Row] {
    try read { () throws(DatabaseError) in
      var rows: [Row] = []
      let count = table.columns.count
      try database?.rows(sql, values) { row in
        rows.append(
          Row(
            number: row.integer(0), values: (1...count).map { row.value($0) },
            late: isLate ? row.integer(count + 1) : nil))
      }
      return rows
    }
  }

  private func read<Result>(_ body: () throws(DatabaseError) -> Result) throws(HistoryProblem) -> Result {
    do throws(DatabaseError) {
      return try body()
    } catch {
      close()
      throw HistoryProblem("\(path) can't be read (\(error.description))")
    }
  }
}
