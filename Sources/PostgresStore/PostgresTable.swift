internal import Glibc
import History
internal import HistoryStore
import Registry

/// A table of the server's, with the columns of one of the history.
struct PostgresTable: Sendable {
  static let schema = "mate3"
  /// How far each table of each history has been sent. It moves in the transaction that brings the rows, so that the two
  /// can't part, whatever is killed.
  static let cursor = "\(schema).sent"

  struct Column: Sendable {
    let name: String
    let type: String
    /// What it is called as an array's element when it is sent: times are numbers there.
    let sent: String
  }

  let source: HistoryOutbox.Table
  let columns: [Column]
  private let key: [String]

  init(_ source: HistoryOutbox.Table) {
    self.source = source
    var columns = source.columns.map { column in
      switch (column.name, column.type) {
      case ("time", _): Column(name: column.name, type: "timestamptz", sent: "bigint")
      case ("port", .integer), ("seconds", .integer), ("readings", .integer):
        Column(name: column.name, type: "integer", sent: "integer")
      case (_, .integer): Column(name: column.name, type: "bigint", sent: "bigint")
      case (_, .real): Column(name: column.name, type: "double precision", sent: "double precision")
      case (_, .text): Column(name: column.name, type: "text", sent: "text")
      }
    }
    switch source.name {
    case "setting_change": key = ["gateway", "device", "port", "field", "time"]
    case "command": key = ["gateway", "number", "time"]
    case "event":
      // Two of them may be alike.
      columns.append(Column(name: "number", type: "bigint", sent: "bigint"))
      key = ["gateway", "time", "number"]
    default: key = ["gateway", "port", "time"]
    }
    self.columns = columns
  }

  var name: String { "\(Self.schema).\(Self.quoted(source.name))" }

  static func quoted(_ name: String) -> String { "\"\(name.replacing(scalar: "\"", with: "\"\""))\"" }

  static func literal(_ text: String) -> String {
    let isPlain = !text.utf8.contains(UInt8(ascii: "\\"))
    let inner = text.replacing(scalar: "\\", with: "\\\\").replacing(scalar: "'", with: "''")
    return "\(isPlain ? "" : "E")'\(inner)'"
  }

  // MARK: Statements

  func creation(isPartitioned: Bool) -> String {
    let columns = columns.map { column in
      "\(Self.quoted(column.name)) \(column.type)\(key.contains(column.name) ? " NOT NULL" : "")"
    }
    return """
      CREATE TABLE \(name) (\(columns.joined(separator: ", ")), PRIMARY KEY (\(key.joined(separator: ", "))))\
      \(isPartitioned ? " PARTITION BY RANGE (time)" : "")
      """
  }

  func addition(of column: Column) -> String {
    "ALTER TABLE \(name) ADD COLUMN IF NOT EXISTS \(Self.quoted(column.name)) \(column.type)"
  }

  /// A row that is there already stays. A command is sent when it begins, and its end comes later. What breaks another
  /// rule of the owner's is no row that is there.
  var insertion: String {
    let names = columns.map { Self.quoted($0.name) }.joined(separator: ", ")
    let values = columns.indices.map { columns[$0].name == "time" ? "to_timestamp(r.c\($0))" : "r.c\($0)" }
    let arrays = columns.indices.map { "$\($0 + 1)::\(columns[$0].sent)[]" }.joined(separator: ", ")
    let aliases = columns.indices.map { "c\($0)" }.joined(separator: ", ")
    let action =
      source.name == "command"
      ? "UPDATE SET status = excluded.status, code = excluded.code, read = excluded.read" : "NOTHING"
    return """
      INSERT INTO \(name) (\(names)) SELECT \(values.joined(separator: ", ")) FROM unnest(\(arrays)) AS r(\(aliases)) \
      ON CONFLICT (\(key.joined(separator: ", "))) DO \(action)
      """
  }

  /// The rows as arrays, one a column.
  func arrays(_ rows: [HistoryOutbox.Row]) -> [String] {
    columns.enumerated().map { index, column in
      "{"
        + rows.map { row in
          // The last one of an event is its number.
          let value = index < row.values.count ? row.values[index] : .integer(row.number)
          return Self.element(value, column)
        }.joined(separator: ",") + "}"
    }
  }

  private static func element(_ value: HistoryValue, _ column: Column) -> String {
    switch value {
    case .none: return "NULL"
    case .integer(let number): return "\(number)"
    case .real(let number):
      guard column.type != "double precision" else { return "\(number)" }
      return Int64(exactly: number.rounded()).map { "\($0)" } ?? "NULL"
    case .text(let text):
      // PostgreSQL has no texts with a zero byte in them.
      let clean = text.replacing(scalar: "\0", with: "\u{FFFD}").replacing(scalar: "\\", with: "\\\\")
        .replacing(scalar: "\"", with: "\\\"")
      return "\"\(clean)\""
    }
  }

  // MARK: Months

  /// A month of a partitioned table, in UTC.
  struct Month: Hashable, Sendable {
    /// Months since 1900.
    let number: Int

    init(of time: Int64) {
      var seconds = time_t(time)
      var parts = tm()
      gmtime_r(&seconds, &parts)
      number = Int(parts.tm_year) * 12 + Int(parts.tm_mon)
    }

    fileprivate init(number: Int) { self.number = number }

    private var digits: (year: String, month: String) {
      let (year, month) = ("\(1900 + number / 12)", "\(number % 12 + 1)")
      return (
        String(repeating: "0", count: max(0, 4 - year.count)) + year, (month.count < 2 ? "0" : "") + month
      )
    }

    var suffix: String { "_\(digits.year)_\(digits.month)" }
    var begin: String { "\(digits.year)-\(digits.month)-01 00:00:00+00" }
    var next: Month { Month(number: number + 1) }
  }

  func partition(_ month: Month) -> String { source.name + month.suffix }

  func creation(of month: Month) -> String {
    """
    CREATE TABLE IF NOT EXISTS \(Self.schema).\(Self.quoted(partition(month))) PARTITION OF \(name) \
    FOR VALUES FROM ('\(month.begin)') TO ('\(month.next.begin)')
    """
  }

  func months(of rows: [HistoryOutbox.Row]) -> Set<Month> {
    guard let time = columns.firstIndex(where: { $0.name == "time" }) else { return [] }
    return Set(
      rows.compactMap { row in
        guard case .integer(let seconds) = row.values[time] else { return nil }
        return Month(of: seconds)
      })
  }
}
