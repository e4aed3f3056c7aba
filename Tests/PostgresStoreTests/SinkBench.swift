import Foundation
import Synchronization
import TestSupport
import Threads

@testable import History
@testable import HistoryStore
@testable import PostgresStore

/// A history file, written at times that a test sets, and a sink that sends it to a real server.
final class SinkBench: Sendable {
  static let noon: Int64 = 1_782_907_200  // 2026-07-01 12:00 UTC
  static let table = table(["power": .real, "state": .text, "count": .integer])

  static func table(_ columns: KeyValuePairs<String, HistoryColumn.ValueType>) -> HistoryTable {
    HistoryTable(
      name: "house",
      columns: columns.map {
        HistoryColumn(name: $0.key, kind: .last, type: $0.value, unit: nil, isDailyTotal: false)
      })
  }

  let server: PostgresServer
  let directory: TemporaryDirectory
  let file: HistoryFile
  private let said = Said()
  let gateway: String
  private let now = Mutex<Int64>(noon)
  private let thread = ThreadExecutor(name: "postgres-test")
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// What the sink has said.
  private final class Said: Sendable {
    let alerts = Mutex<[String: [String?]]>([:])
    let notes = Mutex<[String]>([])
  }

  /// All alerts there were.
  var alerts: [String] { said.alerts.withLock { $0.values.flatMap(\.self).compactMap(\.self) } }

  init(_ server: PostgresServer? = nil, gateway: String = "mate3") async throws {
    if let server { self.server = server } else { self.server = try await PostgresServer.start() }
    self.gateway = gateway
    directory = try TemporaryDirectory()
    var settings = HistorySettings()
    settings.keepsRecorded = .seconds(365 * 86400)
    file = HistoryFile(
      folder: directory.path, gateway: gateway, settings: settings, on: ThreadExecutor(name: "history-test"))
  }

  deinit { task.withLock { $0?.cancel() } }

  static func row(
    _ time: Int64, _ values: [HistoryValue] = [.real(1.5), .text("on"), .integer(7)], port: Int = 0,
    table: HistoryTable = table
  ) -> HistoryItem {
    HistoryItem(
      .row(
        HistoryRow(
          table: table, time: time, seconds: 60, port: port, name: table.name, readings: 12, values: values)),
      time: time * 1000, at: nil)
  }

  func write(_ items: [HistoryItem], at now: Int64) async throws {
    self.now.withLock { $0 = now }
    _ = try await file.write(items, at: now * 1000)
  }

  /// Starts a sink, as a program that begins.
  func start(
    url: String? = nil, password: String? = nil, hypertables: Bool = false, patience: Duration = .seconds(300)
  ) throws {
    var settings = PostgresSink.Settings(
      gateway: gateway, folder: directory.path, interval: .seconds(60), writeInterval: .seconds(1))
    settings.usesHypertables = hypertables
    settings.patience = patience
    let address = try PostgresAddress(
      url: url ?? "postgres://postgres@127.0.0.1:\(server.port)/\(server.database)", password: password,
      passwordFile: nil)
    let clock = MachineClock(now: { [self] in now.withLock(\.self) * 1000 + 900 }, isSet: { true })
    let sink = PostgresSink(settings, address, progress: file.progress, clock: clock, on: thread) { table, column in
      column.isEmpty ? nil : "of \(table): \(column)'s \\ unit"
    }
    task.withLock { task in
      task = Task { [said] in
        await sink.run(
          alert: { name, text in said.alerts.withLock { $0[name, default: []].append(text) } },
          note: { text in said.notes.withLock { $0.append(text) } })
      }
    }
  }

  /// Ends the sink.
  func stop() async {
    let task = task.withLock { $0 }
    task?.cancel()
    await task?.value
  }

  @discardableResult
  func query(_ sql: String) async throws -> [String] { try await server.query(sql) }

  /// Waits until a statement has this answer.
  func shows(_ sql: String, _ expected: [String]) async throws {
    var last: [String] = []
    do {
      try await eventually(within: .seconds(60), "the answer \(expected) to \(sql)") {
        last = try await server.query(sql, quiet: true)
        return last == expected
      }
    } catch {
      throw TimedOut("\(error), but \(last); \(said.notes.withLock(\.self)) \(alerts)")
    }
  }

  /// Waits for an alert.
  func alert(_ name: String, _ part: String) async throws {
    try await eventually(within: .seconds(60), "an alert ‘\(part)’") {
      said.alerts.withLock { $0[name]?.last??.contains(part) ?? false }
    }
  }

  func clears(_ name: String) async throws {
    try await eventually(within: .seconds(60), "the end of the alert \(name)") {
      said.alerts.withLock { $0[name].map { $0.last == .some(nil) } ?? false }
    }
  }
}
