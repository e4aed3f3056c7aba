package import History
package import HistoryStore
package import Threads

/// Sends every row of a history to a PostgreSQL server, once, in whatever state the server is.
///
/// The history's file is what waits; how far it was sent stands on the server, and moves with the rows. Everything
/// happens on the thread that it is given.
package actor PostgresSink: HistorySink {
  package struct Settings: Sendable {
    /// What tells its rows from those of other gateways.
    package var gateway: String
    /// The state directory.
    package var folder: String
    /// What one row stands for.
    package var interval: Duration
    /// How often there are new ones.
    package var writeInterval: Duration
    package var usesHypertables = false
    /// How long a server may be away before an owner hears of it.
    package var patience = Duration.seconds(300)

    package init(gateway: String, folder: String, interval: Duration, writeInterval: Duration) {
      self.gateway = gateway
      self.folder = folder
      self.interval = interval
      self.writeInterval = writeInterval
    }
  }

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  package nonisolated var thread: any TaskExecutor { executor }
  private let executor: ThreadExecutor

  /// Most rows of one transaction.
  private static let batch = 500
  /// More rows of a table in a row are not refused for what is in them.
  private static let mostRefused = 5
  private static let pauses: (first: Duration, longest: Duration) = (.seconds(1), .seconds(60))

  private let settings: Settings
  private let address: PostgresAddress
  private let progress: HistoryProgress
  private let clock: MachineClock
  private let comment: @Sendable (String, String) -> String?
  private let waiter: Waiter
  private let outbox: HistoryOutbox
  private let refusedRows: RefusedRows
  private var session: Session?
  /// Until the history was written for the first time, rows of the interval under way may be replaced.
  private let begun: Int64
  private var refused = 0
  /// How many of them an owner has looked at, and removed from the file.
  private var refusedBefore = 0
  /// How many rows of a table were refused one after the other.
  private var refusedInARow: [String: Int] = [:]
  private var tell: (@Sendable (String, String?) async -> Void)?

  /// What is known while one connection lasts.
  private struct Session {
    let connection: PostgresConnection
    let schema: PostgresSchema
    /// Of which history file the cursors are.
    let history: String
    var tables: [String: (table: PostgresTable, known: PostgresSchema.Known)] = [:]
    /// How far the tables were sent.
    var cursors: [String: Cursor] = [:]
  }

  private struct Cursor {
    var row: Int64 = 0
    var late: Int64 = 0
  }

  /// - Parameters:
  ///   - progress: of the ``HistoryFile`` in the same folder.
  ///   - comment: unit and meaning of a column, by table and name, or of a table, by an empty name.
  package init(
    _ settings: Settings, _ address: PostgresAddress, progress: HistoryProgress, clock: MachineClock,
    on thread: ThreadExecutor, comment: @escaping @Sendable (String, String) -> String?
  ) {
    self.settings = settings
    self.address = address
    self.progress = progress
    self.clock = clock
    executor = thread
    self.comment = comment
    waiter = Waiter(on: thread)
    outbox = HistoryOutbox(folder: settings.folder)
    refusedRows = RefusedRows(folder: settings.folder)
    begun = HistoryClock.begin(of: clock.now() / 1000, max(settings.interval.components.seconds, 1))
  }

  package func run(
    alert: @escaping @Sendable (String, String?) async -> Void, note: @escaping @Sendable (String) -> Void
  ) async {
    tell = alert
    let waiter = waiter
    await withTaskCancellationHandler {
      await send(note)
    } onCancel: {
      waiter.wake()
    }
    session = nil
    outbox.close()
    tell = nil
  }

  private func send(_ note: @Sendable (String) -> Void) async {
    var failing: (since: ContinuousClock.Instant, isTold: Bool)?
    var wait = Self.pauses.first
    while !Task.isCancelled {
      do {
        let isNew = session == nil
        try await flush()
        if refused > refusedBefore, !refusedRows.isThere {
          refusedBefore = refused
          await tell?("postgres rows", nil)
        }
        if isNew, session != nil { note("rows of the history go to PostgreSQL at \(address.place)") }
        if failing?.isTold == true { await tell?("postgres", nil) }
        failing = nil
        wait = Self.pauses.first
        let interval = max(settings.writeInterval.components.seconds, 1) * 1000
        await waiter.sleep(until: .now + .milliseconds(interval - clock.now() % interval + 200))
      } catch is CancellationError {
        break
      } catch {
        // A new connection finds things as they are, also what a transaction has left.
        session = nil
        let sentence = sentence(error)
        if failing == nil {
          failing = (.now, false)
          note(sentence)
        }
        let isLasting = (error as? PostgresProblem)?.isLasting ?? false
        if let since = failing?.since, isLasting || since.duration(to: .now) >= settings.patience {
          failing?.isTold = true
          await tell?("postgres", sentence)
        }
        await waiter.sleep(until: .now + wait * Double.random(in: 0.75...1.25))
        wait = min(wait * 2, Self.pauses.longest)
      }
    }
  }

  private func sentence(_ error: any Error) -> String {
    let waits = "rows of the history wait in history.db, and PostgreSQL at \(address.place) gets them later"
    guard let problem = error as? PostgresProblem else { return "\(waits): \(error)" }
    let state = problem.state.map { ", SQLSTATE \($0)" } ?? ""
    return "\(waits): \(problem.description)\(state)\(mend(problem).map { "; \($0)" } ?? "")"
  }

  private func mend(_ problem: PostgresProblem) -> String? {
    let user = PostgresTable.quoted(address.user ?? "the user")
    let schema = PostgresTable.schema
    switch problem.state {
    case "42501":
      return "have the database's owner run: GRANT CREATE ON DATABASE "
        + "\(PostgresTable.quoted(address.database ?? "")) TO \(user); or, where somebody else has made the schema: "
        + "GRANT USAGE, CREATE ON SCHEMA \(schema) TO \(user); GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA "
        + "\(schema) TO \(user); what is in it must belong to \(user) where columns or months are to be added"
    case "28P01", "28000":
      return "see to the user in history.postgres, to its password (PGPASSFILE, MATE3_HISTORY_POSTGRES_PASSWORD or "
        + "history.postgres_password_file), and to the server's pg_hba.conf"
    case "3D000": return "have it made: CREATE DATABASE \(PostgresTable.quoted(address.database ?? ""))"
    case "25006": return "the server is read-only now"
    default: return nil
    }
  }

  // MARK: Sending

  private func flush() async throws {
    guard try outbox.open() else { return }
    if let session, !session.connection.isAlive || session.history != outbox.id { self.session = nil }
    if session == nil { session = try await begin() }
    let end = progress.until ?? begun
    for source in try outbox.tables() {
      while true {
        try Task.checkCancellation()
        let cursor = session?.cursors[source.name] ?? Cursor()
        let rows = try outbox.rows(of: source, after: cursor.row, before: end, atMost: Self.batch)
        guard !rows.isEmpty else { break }
        try await send(rows, of: source)
      }
      while true {
        try Task.checkCancellation()
        let cursor = session?.cursors[source.name] ?? Cursor()
        let rows = try outbox.lateRows(of: source, after: cursor.late, before: end, atMost: Self.batch)
        guard !rows.isEmpty else { break }
        try await send(rows, of: source)
      }
    }
  }

  private func begin() async throws -> Session {
    let connection = try await PostgresConnection.open(address, waiter)
    // Where the owner has not set another limit. The server is to notice soon when this machine loses its power.
    try await connection.run(
      """
      SELECT set_config(s.name, s.value, false) FROM (VALUES ('statement_timeout', '30s'), ('lock_timeout', '20s'),
        ('idle_in_transaction_session_timeout', '60s')) AS s(name, value) WHERE current_setting(s.name) = '0'
      UNION ALL SELECT set_config('tcp_keepalives_idle', '60', false)
      UNION ALL SELECT set_config('tcp_keepalives_interval', '10', false)
      UNION ALL SELECT set_config('tcp_keepalives_count', '3', false)
      """)
    let schema = PostgresSchema(
      connection: connection, usesHypertables: settings.usesHypertables, comment: comment)
    try await schema.prepare()
    // Ends with the connection, whatever becomes of this program.
    let isOurs = try await connection.run(
      "SELECT pg_try_advisory_lock(hashtextextended('mate3 gateway ' || $1, 0))", [settings.gateway])
    guard isOurs.first?.first == "t" else {
      throw PostgresProblem(
        "another program sends rows of a gateway ‘\(settings.gateway)’ to this database; give each gateway a topics.base "
          + "of its own, or end the other one")
    }
    var session = Session(connection: connection, schema: schema, history: outbox.id)
    for row in try await connection.run(
      "SELECT kind, row, late FROM \(PostgresTable.cursor) WHERE gateway = $1 AND history = $2",
      [settings.gateway, outbox.id])
    {
      guard let kind = row[0], let number = row[1].flatMap({ Int64($0) }), let late = row[2].flatMap({ Int64($0) })
      else { continue }
      session.cursors[kind] = Cursor(row: number, late: late)
    }
    try await goBack(&session)
    return session
  }

  /// Where an older copy of the file was put back, it gives numbers that were sent already to other rows: all are sent
  /// again, and the server keeps what it has.
  private func goBack(_ session: inout Session) async throws {
    guard let highest = outbox.highest else { return }
    var others: Set<String> = []
    for (kind, cursor) in session.cursors where highest.rows[kind] != nil {
      if try await hasOtherRow(kind, cursor.row, session) { others.insert(kind) }
    }
    for (kind, cursor) in session.cursors {
      var back = cursor
      if let row = highest.rows[kind], cursor.row > row || others.contains(kind) { back.row = 0 }
      if cursor.late > highest.late || !others.isEmpty { back.late = 0 }
      guard back.row != cursor.row || back.late != cursor.late else { continue }
      try await session.connection.run(
        "UPDATE \(PostgresTable.cursor) SET row = $4, late = $5 WHERE gateway = $1 AND history = $2 AND kind = $3",
        [settings.gateway, session.history, kind, "\(back.row)", "\(back.late)"])
      session.cursors[kind] = back
    }
    outbox.highest = nil
  }

  /// Whether the file has another row under the number that was sent last: one that is newer than all that was sent. So
  /// many may have come since the older copy was put back that the number alone tells nothing.
  private func hasOtherRow(_ kind: String, _ row: Int64, _ session: Session) async throws -> Bool {
    let name = "\(PostgresTable.schema).\(PostgresTable.quoted(kind))"
    guard let time = try outbox.time(of: kind, row: row),
      try await session.connection.run("SELECT to_regclass($1)", [name]).first?.first != .some(nil)
    else { return false }
    let isNewer = try await session.connection.run(
      "SELECT max(time) < to_timestamp($2::bigint) FROM \(name) WHERE gateway = $1", [settings.gateway, "\(time)"])
    return isNewer.first?.first == "t"
  }

  /// Sends rows of a table, and without those that the server does not take.
  private func send(_ rows: [HistoryOutbox.Row], of source: HistoryOutbox.Table) async throws {
    do {
      return try await insert(rows, of: source)
    } catch let error as PostgresProblem where error.remedy == .row {
      // It may be that a month has gone.
      try await undo()
      session?.tables[source.name] = nil
    }
    do {
      try await insert(rows, of: source)
    } catch let error as PostgresProblem where error.remedy == .row {
      try await undo()
      guard rows.count == 1 else {
        let middle = rows.count / 2
        try await send(Array(rows[..<middle]), of: source)
        try await send(Array(rows[middle...]), of: source)
        return
      }
      try await refuse(rows[0], of: source, because: error)
    }
  }

  private func undo() async throws { try await session?.connection.run("ROLLBACK") }

  private func insert(_ rows: [HistoryOutbox.Row], of source: HistoryOutbox.Table) async throws {
    let table = try await prepared(source, for: rows)
    guard let session else { return }
    try await session.connection.run("BEGIN")
    try await session.connection.run(table.insertion, table.arrays(rows))
    try await pass(rows, of: source)
    refusedInARow[source.name] = 0
  }

  private func prepared(_ source: HistoryOutbox.Table, for rows: [HistoryOutbox.Row]) async throws -> PostgresTable {
    guard var session else { throw CancellationError() }
    do {
      var entry: (table: PostgresTable, known: PostgresSchema.Known)
      if let known = session.tables[source.name], known.table.source == source {
        entry = known
      } else {
        let table = PostgresTable(source)
        entry = (table, try await session.schema.prepare(table))
      }
      try await session.schema.prepare(entry.table.months(of: rows), of: entry.table, &entry.known)
      session.tables[source.name] = entry
      self.session = session
      return entry.table
    } catch let error as PostgresProblem where error.remedy == .row {
      // No fault of a row's.
      throw PostgresProblem(error.description, isLasting: true)
    }
  }

  /// Ends the transaction with the cursor behind these rows.
  private func pass(_ rows: [HistoryOutbox.Row], of source: HistoryOutbox.Table) async throws {
    guard let last = rows.last, let connection = session?.connection else { return }
    var cursor = session?.cursors[source.name] ?? Cursor()
    if let late = last.late { cursor.late = late } else { cursor.row = last.number }
    try await connection.run(
      """
      INSERT INTO \(PostgresTable.cursor) (gateway, history, kind, row, late, at) VALUES ($1, $2, $3, $4, $5, now())
      ON CONFLICT (gateway, history, kind) DO UPDATE SET row = excluded.row, late = excluded.late, at = excluded.at
      """, [settings.gateway, outbox.id, source.name, "\(cursor.row)", "\(cursor.late)"])
    try await connection.run("COMMIT")
    session?.cursors[source.name] = cursor
  }

  /// Keeps a row that the server does not take, and goes on behind it.
  private func refuse(
    _ row: HistoryOutbox.Row, of source: HistoryOutbox.Table, because problem: PostgresProblem
  ) async throws {
    // So many are not wrong themselves: then the table is, or a rule of the owner's.
    guard refusedInARow[source.name, default: 0] < Self.mostRefused else {
      throw PostgresProblem(
        "the server refuses every row of \(PostgresTable.schema).\(source.name) (\(problem.description)); see to what the "
          + "table or its triggers demand", state: problem.state, isLasting: true)
    }
    let isKept = try refusedRows.add(row, of: PostgresTable(source), because: problem)
    try await session?.connection.run("BEGIN")
    try await pass([row], of: source)
    refused += 1
    refusedInARow[source.name, default: 0] += 1
    let count = refused - refusedBefore
    await tell?(
      "postgres rows",
      "PostgreSQL at \(address.place) has refused \(count) \(count == 1 ? "row" : "rows") of the history; \(isKept ? "they are in" : "there is no room for more in") \(refusedRows.path); the last one, of "
        + "\(source.name): \(problem.description), SQLSTATE \(problem.state ?? "")")
  }
}
