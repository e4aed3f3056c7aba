internal import HistoryStore

/// Makes what is missing on the server, and nothing else: where all is there, reading and writing rows is all that a
/// user needs the right for.
struct PostgresSchema {
  let connection: PostgresConnection
  let usesHypertables: Bool
  /// Unit and meaning of a column, by table and name; nil for what is not known.
  let comment: @Sendable (String, String) -> String?

  /// What is known of a table that is there.
  struct Known {
    var columns: [String] = []
    var months: Set<PostgresTable.Month> = []
    var isPartitioned = false
  }

  /// Two bridges that begin at once take turns.
  private static let turn = "SELECT pg_advisory_xact_lock(hashtextextended('mate3 schema', 0))"

  private func inTurn(_ work: () async throws -> Void) async throws {
    try await connection.run("BEGIN")
    try await connection.run(Self.turn)
    try await work()
    try await connection.run("COMMIT")
  }

  /// The schema itself and the table of what was sent.
  func prepare() async throws {
    guard try await connection.run("SELECT to_regclass($1)", [PostgresTable.cursor]).first?.first == .some(nil) else {
      return
    }
    try await inTurn {
      if try await connection.run("SELECT to_regnamespace($1)", [PostgresTable.schema]).first?.first == .some(nil) {
        try await connection.run("CREATE SCHEMA IF NOT EXISTS \(PostgresTable.schema)")
      }
      try await connection.run(
        """
        CREATE TABLE IF NOT EXISTS \(PostgresTable.cursor) (
          gateway text NOT NULL, history text NOT NULL, kind text NOT NULL, row bigint NOT NULL, late bigint NOT NULL,
          at timestamptz NOT NULL, PRIMARY KEY (gateway, history, kind))
        """)
      try await connection.run(
        "COMMENT ON TABLE \(PostgresTable.cursor) IS 'How far each history file has been sent; mate3 needs it'")
    }
  }

  /// A table with all its columns.
  func prepare(_ table: PostgresTable) async throws -> Known {
    var known = try await look(table)
    guard !usesHypertables || !known.isPartitioned else {
      throw PostgresProblem(
        "\(table.name) has months already, and history.postgres_hypertables makes hypertables of new tables only; rename "
          + "the schema \(PostgresTable.schema), so that new ones are made and filled, or take the setting out",
        isLasting: true)
    }
    let missing = table.columns.filter { !known.columns.contains($0.name) }
    guard !missing.isEmpty else { return known }
    try await inTurn {
      // Another one may have made it meanwhile.
      let there = try await look(table).columns
      var added = table.columns
      if there.isEmpty {
        try await connection.run(table.creation(isPartitioned: table.source.isKind && !usesHypertables))
        if usesHypertables, table.source.isKind {
          try await Self.makeHypertable(
            table.name, "time", migratesData: false, "history.postgres_hypertables", connection)
        }
      } else {
        added = table.columns.filter { !there.contains($0.name) }
        for column in added { try await connection.run(table.addition(of: column)) }
      }
      for column in added {
        guard let text = comment(table.source.name, column.name) else { continue }
        try await connection.run(
          "COMMENT ON COLUMN \(table.name).\(PostgresTable.quoted(column.name)) IS \(PostgresTable.literal(text))")
      }
      if there.isEmpty, let text = comment(table.source.name, "") {
        try await connection.run("COMMENT ON TABLE \(table.name) IS \(PostgresTable.literal(text))")
      }
    }
    known = try await look(table)
    return known
  }

  private func look(_ table: PostgresTable) async throws -> Known {
    var known = Known()
    for row in try await connection.run(
      """
      SELECT a.attname, c.relkind FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.oid = to_regclass($1)
      """, [table.name])
    {
      if let name = row[0] { known.columns.append(name) }
      known.isPartitioned = row[1] == "p"
    }
    return known
  }

  /// Makes the months that rows need, where there are months.
  func prepare(_ months: Set<PostgresTable.Month>, of table: PostgresTable, _ known: inout Known) async throws {
    guard known.isPartitioned, !months.isSubset(of: known.months) else { return }
    var names: Set<String> = []
    for row in try await connection.run(
      """
      SELECT c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = to_regclass($1)
      """, [table.name])
    { if let name = row[0] { names.insert(name) } }
    for month in months.sorted(by: { $0.number < $1.number }) where !known.months.contains(month) {
      if !names.contains(table.partition(month)) {
        do {
          try await inTurn { try await connection.run(table.creation(of: month)) }
        } catch let error as PostgresProblem where error.state == "42P17" {
          // The owner has partitions of another length there.
          try await connection.run("ROLLBACK")
        }
      }
      known.months.insert(month)
    }
  }

  /// - Parameters:
  ///   - table: its quoted name.
  ///   - setting: what asks for it, for a sentence.
  static func makeHypertable(
    _ table: String, _ column: String, migratesData: Bool, _ setting: String, _ connection: PostgresConnection
  ) async throws {
    let schemas = try await connection.run(
      """
      SELECT n.nspname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.proname = 'create_hypertable' LIMIT 1
      """)
    guard let schema = schemas.first?.first ?? nil else {
      throw PostgresProblem(
        "this database has no TimescaleDB, which \(setting) asks for; have its administrator run "
          + "CREATE EXTENSION timescaledb, or take \(setting) out", isLasting: true)
    }
    try await connection.run(
      """
      SELECT \(PostgresTable.quoted(schema)).create_hypertable(\(PostgresTable.literal(table))::regclass, '\(column)', \
      chunk_time_interval => INTERVAL '7 days', if_not_exists => true\(migratesData ? ", migrate_data => true" : ""))
      """)
  }
}
