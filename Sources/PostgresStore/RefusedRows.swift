internal import Foundation
import History
internal import HistoryStore
internal import Registry

/// Rows that the server refuses, one JSON object a line, in the state directory.
struct RefusedRows {
  static let name = "history-refused.jsonl"
  /// Beyond that they are counted only.
  static let limit = 1 << 20

  let path: String

  init(folder: String) { path = "\(folder)/\(Self.name)" }

  /// - Returns: whether there was room for it.
  func add(_ row: HistoryOutbox.Row, of table: PostgresTable, because problem: PostgresProblem) throws(PostgresProblem)
    -> Bool
  {
    var values: [String: String?] = [:]
    for (column, value) in zip(table.source.columns, row.values) {
      values[column.name] =
        switch value {
        case .none: .some(nil)
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): text
        }
    }
    let line = Line(
      table: table.source.name, state: problem.state ?? "", reason: problem.description,
      values: values.compactMapValues(\.self))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0, let data = try? encoder.encode(line) + Data("\n".utf8) else { throw failed() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed() }
    giveToOwner(of: (path as NSString).deletingLastPathComponent, descriptor)
    guard Int(status.st_size) + data.count <= Self.limit else { return false }
    guard data.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == data.count else { throw failed() }
    return true
  }

  /// Whether an owner has not removed it yet.
  var isThere: Bool { access(path, F_OK) == 0 }

  private func failed() -> PostgresProblem {
    PostgresProblem(
      "\(path), for a row that the server refuses, can't be written (\(String(cString: strerror(errno))))")
  }

  private struct Line: Encodable {
    let table: String
    let state: String
    let reason: String
    let values: [String: String]
  }
}
