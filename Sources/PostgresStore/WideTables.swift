internal import Foundation
import Registry
internal import Synchronization
package import Threads

/// A column of a table that an owner has laid out.
package struct WideColumn: Sendable {
  package enum Kind: Sendable {
    /// A number with a scale factor; one without, an enumeration's, or the bits of flags; a text.
    case scaled, integer, text
  }

  package let name: String
  package let kind: Kind

  package init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

package struct WideTable: Sendable {
  package let name: String
  package let columns: [WideColumn]

  package init(name: String, columns: [WideColumn]) {
    self.name = name
    self.columns = columns
  }
}

/// What a column gets: the register's number where that is known, and what it stands for.
package struct WideValue: Sendable {
  package let raw: Int64?
  package let text: String
  /// The power of ten between them.
  package let exponent: Int?

  package init(raw: Int64?, text: String, exponent: Int?) {
    self.raw = raw
    self.text = text
    self.exponent = exponent
  }
}

package struct WideRow: Sendable {
  package let table: Int
  /// In milliseconds since 1970.
  package let time: Int64
  /// By column; nil for what is not implemented, or was not read.
  package let values: [WideValue?]

  package init(table: Int, time: Int64, values: [WideValue?]) {
    self.table = table
    self.time = time
    self.values = values
  }
}

/// Writes rows into tables that an owner has laid out, for the command `mate3_pg`. What waits for the server waits in
/// memory, and is bounded.
package actor WideTableWriter {
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// A week of a row each minute, or half a day of one each five seconds.
  package static let limit = 10_000
  private static let batch = 200

  private struct Queue {
    var rows: [WideRow] = []
    var dropped = 0
  }

  private let tables: [WideTable]
  private let address: PostgresAddress
  private let usesHypertables: Bool
  private let executor: ThreadExecutor
  private let waiter: Waiter
  private let queue = Mutex(Queue())
  private var connection: PostgresConnection?
  /// Of a transaction whose outcome is not known, its number and how many rows it has.
  private var unsure: (transaction: String, count: Int)?
  /// How many rows are sent one by one, because the server has refused some of them.
  private var careful = 0
  private var isSaid: Set<String> = []
  private let say: @Sendable (String) -> Void

  /// - Parameter say: takes what the owner should hear.
  package init(
    _ tables: [WideTable], _ address: PostgresAddress, hypertables: Bool, on executor: ThreadExecutor,
    say: @escaping @Sendable (String) -> Void
  ) {
    self.tables = tables
    self.address = address
    usesHypertables = hypertables
    self.executor = executor
    self.say = say
    waiter = Waiter(on: executor)
  }

  package nonisolated func add(_ rows: [WideRow]) {
    queue.withLock { queue in
      queue.rows += rows
      let more = queue.rows.count - Self.limit
      guard more > 0 else { return }
      // Not one by one.
      let count = min(queue.rows.count, more + Self.limit / 16)
      // Those that are being sent are counted off when that is over.
      queue.rows.removeFirst(count)
      queue.dropped += count
    }
    waiter.wake()
  }

  /// Sends rows until the task is cancelled.
  package func run() async {
    let waiter = waiter
    await withTaskCancellationHandler {
      var wait = Duration.seconds(1)
      var isFailing = false
      while !Task.isCancelled {
        do {
          try await flush()
          if isFailing { say("the database \(address.place) takes rows again") }
          (isFailing, wait) = (false, .seconds(1))
          await waiter.sleep(until: .now + .seconds(60))
        } catch is CancellationError {
          break
        } catch {
          connection = nil
          if !isFailing { say("the database \(address.place) does not take rows, which wait in memory: \(error)") }
          isFailing = true
          let deadline = ContinuousClock.now + wait
          while ContinuousClock.now < deadline, !Task.isCancelled { await waiter.sleep(until: deadline) }
          wait = min(wait * 2, .seconds(30))
        }
      }
    } onCancel: {
      waiter.wake()
    }
    connection = nil
    let left = queue.withLock(\.rows.count)
    if left > 0 {
      say("\(left == 1 ? "a row" : "\(left) rows") that the database has not taken yet went with this end")
    }
  }

  private func flush() async throws {
    let connection = try await connected()
    if let pending = unsure {
      switch try await connection.run("SELECT txid_status($1::bigint)", [pending.transaction]).first?.first ?? nil {
      case "committed": remove(pending.count)
      case "in progress": throw PostgresProblem("the server has not ended what it was doing when it was lost")
      default: break
      }
      unsure = nil
    }
    while true {
      try Task.checkCancellation()
      let (rows, dropped) = queue.withLock { queue in
        defer { queue.dropped = 0 }
        return (Array(queue.rows.prefix(careful > 0 ? 1 : Self.batch)), queue.dropped)
      }
      if dropped > 0 { say("the oldest \(dropped) rows are lost, because the database was away for too long") }
      guard !rows.isEmpty else { return }
      do {
        try await connection.run("BEGIN")
        for table in Set(rows.map(\.table)).sorted() {
          let types = try await prepared(tables[table], connection)
          for row in rows where row.table == table { try await insert(row, tables[table], types, connection) }
        }
      } catch let error as PostgresProblem where error.remedy == .row {
        try await connection.run("ROLLBACK")
        guard rows.count == 1 else {
          careful = rows.count
          continue
        }
        say("the database has refused a row of \(tables[rows[0].table].name), which is lost: \(error)")
        remove(1)
        careful = max(0, careful - 1)
        continue
      }
      let transaction = try await connection.run("SELECT txid_current()").first?.first ?? nil
      unsure = transaction.map { ($0, rows.count) }
      try await connection.run("COMMIT")
      unsure = nil
      remove(rows.count)
      careful = max(0, careful - 1)
    }
  }

  private func remove(_ count: Int) {
    queue.withLock { queue in
      // Meanwhile some may have gone as the oldest.
      queue.rows.removeFirst(min(max(0, count - queue.dropped), queue.rows.count))
    }
  }

  private func connected() async throws -> PostgresConnection {
    if let connection, connection.isAlive { return connection }
    let new = try await PostgresConnection.open(address, waiter)
    for table in tables { try await make(table, new) }
    connection = new
    return new
  }

  // MARK: Tables

  private func look(_ table: WideTable, _ connection: PostgresConnection) async throws -> [String: String] {
    var types: [String: String] = [:]
    for row in try await connection.run(
      """
      SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
      """, [PostgresTable.quoted(table.name)])
    {
      if let name = row[0], let type = row[1] { types[name] = type }
    }
    return types
  }

  /// Makes a table, or the columns that it lacks.
  private func make(_ table: WideTable, _ connection: PostgresConnection) async throws {
    let name = PostgresTable.quoted(table.name)
    let types = try await look(table, connection)
    try await connection.run("BEGIN")
    if types.isEmpty {
      try await connection.run("CREATE TABLE IF NOT EXISTS \(name) (\"timestamp\" timestamptz NOT NULL)")
    } else if types["timestamp"] == nil {
      let schema = try await connection.run(
        "SELECT relnamespace::regnamespace FROM pg_catalog.pg_class WHERE oid = to_regclass($1)", [name])
      throw PostgresProblem(
        "the table \(name) of the schema \(schema.first?.first.flatMap(\.self) ?? "?") has no column timestamp, so that "
          + "it is none of mate3_pg's; name the schema of yours in --database-url, as in ?options=-csearch_path%3Dpublic"
      )
    }
    for column in table.columns where types[column.name] == nil {
      let type =
        switch column.kind {
        case .scaled: "double precision"
        case .integer: "bigint"
        case .text: "varchar(100)"
        }
      try await connection.run(
        "ALTER TABLE \(name) ADD COLUMN IF NOT EXISTS \(PostgresTable.quoted(column.name)) \(type) NULL")
    }
    if usesHypertables {
      try await PostgresSchema.makeHypertable(name, "timestamp", migratesData: true, "--hypertables", connection)
    }
    try await connection.run("COMMIT")
  }

  /// The types that the columns have now, and have until the transaction is over: an owner may convert one at any time.
  private func prepared(_ table: WideTable, _ connection: PostgresConnection) async throws -> [String: String] {
    try await connection.run("LOCK TABLE \(PostgresTable.quoted(table.name)) IN ROW EXCLUSIVE MODE")
    return try await look(table, connection)
  }

  private static let integers = ["smallint": Int64(Int16.max), "integer": Int64(Int32.max), "bigint": Int64.max]

  private func insert(
    _ row: WideRow, _ table: WideTable, _ types: [String: String], _ connection: PostgresConnection
  ) async throws {
    var names = ["\"timestamp\""]
    var values: [String?] = ["\(row.time)"]
    var marks = ["to_timestamp($1::bigint / 1000.0)"]
    for (column, value) in zip(table.columns, row.values) {
      guard let value, let text = text(value, column, table, types[column.name] ?? "") else { continue }
      names.append(PostgresTable.quoted(column.name))
      values.append(text)
      marks.append("$\(values.count)")
    }
    guard values.count > 1 else { return }
    try await connection.run(
      "INSERT INTO \(PostgresTable.quoted(table.name)) (\(names.joined(separator: ", "))) "
        + "VALUES (\(marks.joined(separator: ", ")))", values)
  }

  private func text(_ value: WideValue, _ column: WideColumn, _ table: WideTable, _ type: String) -> String? {
    if column.kind == .text { return String(value.text.replacing(scalar: "\0", with: "").prefix(100)) }
    let place = "\(table.name).\(column.name)"
    guard let limit = Self.integers[type] else {
      // What has no scale factor is a number in any column.
      if column.kind == .integer, type != "text", type != "character varying" { return value.raw.map { "\($0)" } }
      return value.text
    }
    guard let raw = value.raw else {
      once(
        "\(place) is an \(type) column and needs the register's number, which the bridge does not show for this field; "
          + "set its topics.internal, or make the column double precision")
      return nil
    }
    if column.kind == .scaled, let exponent = value.exponent, exponent != 0 {
      let (quoted, name) = (PostgresTable.quoted(table.name), PostgresTable.quoted(column.name))
      once(
        "\(place) is an \(type) column and goes on with the register's number, \(raw) for \(value.text); to have it "
          + "scaled: ALTER TABLE \(quoted) ALTER COLUMN \(name) TYPE double precision USING \(name) * 1e\(exponent)")
    }
    guard raw <= limit, raw >= -limit - 1 else {
      once(
        "\(place) is an \(type) column, too small for \(raw), which is left out; run: ALTER TABLE "
          + "\(PostgresTable.quoted(table.name)) ALTER COLUMN \(PostgresTable.quoted(column.name)) TYPE bigint")
      return nil
    }
    return "\(raw)"
  }

  private func once(_ sentence: String) {
    // By its beginning: numbers in it differ.
    guard isSaid.insert(String(sentence.prefix { $0 != "," })).inserted else { return }
    say(sentence)
  }
}
