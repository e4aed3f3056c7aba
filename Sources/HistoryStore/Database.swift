import CSQLite
import Foundation
import History

/// What SQLite says of a failure.
struct DatabaseError: Error, CustomStringConvertible {
  /// Primary result code.
  let code: Int32
  let description: String

  var isCorrupt: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }
}

/// A connection to an SQLite file. Only who made it uses it.
final class Database {
  private var handle: OpaquePointer?
  private var statements: [String: Statement] = [:]

  /// - Parameter uri: a path, or a URI with its options.
  init(_ uri: String, flags: Int32) throws(DatabaseError) {
    let code = sqlite3_open_v2(uri, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nil)
    guard code == SQLITE_OK else {
      let failure = self.failure(code)
      sqlite3_close_v2(handle)
      throw failure
    }
    sqlite3_busy_timeout(handle, 2000)
  }

  deinit {
    releaseMemory()
    sqlite3_close_v2(handle)
  }

  /// Gives back what only makes the next statement quicker: prepared statements, which are not to be used any more, and
  /// pages of the file. Of tables as wide as these they are half a megabyte.
  func releaseMemory() {
    for statement in statements.values { statement.finalize() }
    statements = [:]
    sqlite3_db_release_memory(handle)
  }

  func execute(_ sql: String) throws(DatabaseError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// A statement that is kept for the next time.
  func statement(_ sql: String) throws(DatabaseError) -> Statement {
    if let statement = statements[sql] {
      statement.reset()
      return statement
    }
    var pointer: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &pointer, nil)
    guard code == SQLITE_OK, let pointer else { throw failure(code) }
    let statement = Statement(pointer)
    statements[sql] = statement
    return statement
  }

  /// Runs a statement that gives no rows.
  func run(_ sql: String, _ values: [HistoryValue] = []) throws(DatabaseError) {
    try run(try statement(sql), values)
  }

  /// Runs a statement of this connection that gives no rows.
  func run(_ statement: Statement, _ values: [HistoryValue]) throws(DatabaseError) {
    try bind(values, to: statement)
    _ = try step(statement)
    statement.reset()
  }

  /// Calls `body` with every row.
  func rows(_ sql: String, _ values: [HistoryValue] = [], _ body: (Statement) -> Void) throws(DatabaseError) {
    let statement = try statement(sql)
    try bind(values, to: statement)
    while try step(statement) { body(statement) }
    statement.reset()
  }

  /// The first column of the first row; nil when there is none, or NULL.
  func integer(_ sql: String, _ values: [HistoryValue] = []) throws(DatabaseError) -> Int64? {
    var result: Int64?
    try rows(sql, values) { row in if case .integer(let value) = row.value(0), result == nil { result = value } }
    return result
  }

  /// Rows as texts, with `|` between the columns, for tests.
  func texts(_ sql: String) throws(DatabaseError) -> [String] {
    var texts: [String] = []
    try rows(sql) { row in
      let cells = (0..<row.count).map { index in
        switch row.value(index) {
        case .none: ""
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): text
        }
      }
      texts.append(cells.joined(separator: "|"))
    }
    return texts
  }

  private func bind(_ values: [HistoryValue], to statement: Statement) throws(DatabaseError) {
    for (index, value) in values.enumerated() {
      let code = statement.bind(value, at: Int32(index + 1))
      guard code == SQLITE_OK else { throw failure(code) }
    }
  }

  private func step(_ statement: Statement) throws(DatabaseError) -> Bool {
    let code = statement.step()
    guard code == SQLITE_ROW || code == SQLITE_DONE else {
      let failure = failure(code)
      statement.reset()
      throw failure
    }
    return code == SQLITE_ROW
  }

  private func failure(_ code: Int32) -> DatabaseError {
    let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "error \(code)"
    return DatabaseError(code: code & 0xFF, description: message)
  }
}

/// A prepared statement of a ``Database``.
final class Statement {
  private let pointer: OpaquePointer

  fileprivate init(_ pointer: OpaquePointer) { self.pointer = pointer }

  fileprivate func finalize() { sqlite3_finalize(pointer) }
  fileprivate func step() -> Int32 { sqlite3_step(pointer) }

  fileprivate func reset() {
    sqlite3_reset(pointer)
    sqlite3_clear_bindings(pointer)
  }

  fileprivate func bind(_ value: HistoryValue, at index: Int32) -> Int32 {
    switch value {
    case .none: sqlite3_bind_null(pointer, index)
    case .integer(let number): sqlite3_bind_int64(pointer, index, number)
    case .real(let number): sqlite3_bind_double(pointer, index, number)
    case .text(let text): mate3_bind_text(pointer, index, text, Int32(clamping: text.utf8.count))
    }
  }

  /// Columns of a row.
  var count: Int { Int(sqlite3_column_count(pointer)) }

  func value(_ column: Int) -> HistoryValue {
    let column = Int32(column)
    return switch sqlite3_column_type(pointer, column) {
    case SQLITE_INTEGER: .integer(sqlite3_column_int64(pointer, column))
    case SQLITE_FLOAT: .real(sqlite3_column_double(pointer, column))
    case SQLITE_TEXT: .text(text(column))
    default: .none
    }
  }

  func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }

  private func text(_ column: Int32) -> String {
    guard let bytes = sqlite3_column_text(pointer, column) else { return "" }
    let count = Int(sqlite3_column_bytes(pointer, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func string(_ column: Int) -> String { text(Int32(column)) }
}
