import Foundation
import TestSupport
import Threads

@testable import History
@testable import HistoryStore

/// A history file in a folder of its own, written at times that a test sets.
struct HistoryBench {
  static let table = HistoryTable(
    name: "house",
    columns: [
      HistoryColumn(name: "power", kind: .mean, type: .real, unit: "W", isDailyTotal: false),
      HistoryColumn(name: "state", kind: .last, type: .text, unit: nil, isDailyTotal: false),
      HistoryColumn(name: "energy", kind: .last, type: .real, unit: "kWh", isDailyTotal: true),
    ])

  let directory: TemporaryDirectory
  var settings = HistorySettings()
  var clock: HistoryClock
  private let thread = ThreadExecutor(name: "history-test")
  private(set) var file: HistoryFile

  init(zone: String = "UTC", interval: Int = 60, directory: TemporaryDirectory? = nil) throws {
    self.directory = try directory ?? TemporaryDirectory()
    settings.interval = .seconds(interval)
    clock = HistoryClock.of(zone)
    file = HistoryFile(
      folder: self.directory.path, gateway: "mate3", settings: settings, clock: clock, on: thread)
  }

  var path: String { "\(directory.path)/history.db" }

  /// As after a restart of the program, or its end by a kill when it is not closed.
  mutating func reopen(_ settings: HistorySettings? = nil, closing: Bool = true) async {
    if closing { await file.close() }
    if let settings { self.settings = settings }
    file = HistoryFile(
      folder: directory.path, gateway: "mate3", settings: self.settings, clock: clock, on: thread)
  }

  static func row(
    _ time: Int64, power: Double?, state: String? = "on", energy: Double? = nil, port: Int = 0, readings: Int = 12,
    seconds: Int64 = 60, table: HistoryTable = table
  ) -> HistoryItem {
    HistoryItem(
      .row(
        HistoryRow(
          table: table, time: time, seconds: seconds, port: port, name: table.name, readings: readings,
          values: [
            power.map { .real($0) } ?? .none, state.map { .text($0) } ?? .none, energy.map { .real($0) } ?? .none,
          ])), time: time * 1000, at: .now)
  }

  @discardableResult
  func write(_ items: [HistoryItem], at now: Int64) async throws -> String? {
    try await file.write(items, at: now * 1000)
  }

  /// Rows of a statement, with `|` between the columns.
  func query(_ sql: String) throws -> [String] {
    try Database(path, flags: 2).texts(sql)
  }
}

extension HistoryClock {
  /// Days of a zone as Foundation has them: another witness than the C library.
  static func of(_ zone: String) -> HistoryClock {
    var calendar = Calendar(identifier: .gregorian)
    if let zone = TimeZone(identifier: zone) { calendar.timeZone = zone }
    func range(_ component: Calendar.Component) -> @Sendable (Int64) -> Range<Int64> {
      { [calendar] time in
        let interval = calendar.dateInterval(of: component, for: Date(timeIntervalSince1970: Double(time)))
        let begin = Int64(interval?.start.timeIntervalSince1970 ?? 0)
        return begin..<Int64(interval?.end.timeIntervalSince1970 ?? Double(begin + 1))
      }
    }
    return HistoryClock(day: range(.day), month: range(.month))
  }
}

/// Seconds since 1970 of a time in UTC.
func utc(_ text: String) throws -> Int64 {
  Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970)
}
