/// How fine the rows of a table are.
package enum HistoryLevel: String, Sendable, CaseIterable {
  /// As they were recorded.
  case recorded
  case fiveMinutes = "5min"
  case hour = "1h"
  /// The owner's days.
  case day = "1d"

  /// Those that are made of what was recorded, finest first.
  package static let rollups: [HistoryLevel] = [.fiveMinutes, .hour, .day]

  package func table(_ name: String) -> String { self == .recorded ? name : "\(name)_\(rawValue)" }

  /// Whether its rows have the lowest and the highest beside a mean.
  var hasExtremes: Bool { self == .hour || self == .day }
}

/// Which column of a level's table holds what of a recorded column.
package struct LevelColumn: Sendable, Hashable {
  package enum Part: String, Sendable {
    case value = ""
    case lowest = "_min"
    case highest = "_max"
    /// What a daily counter has added within the row's time.
    case added = "_added"
    /// A mean times its seconds. No table has it: it follows from the others.
    case area
  }

  package let name: String
  package let column: HistoryColumn
  package let index: Int
  package let part: Part

  package init(name: String, column: HistoryColumn, index: Int, part: Part) {
    self.name = name
    self.column = column
    self.index = index
    self.part = part
  }
}

extension HistoryTable {
  /// The columns of a level, without the key.
  package func columns(at level: HistoryLevel) -> [LevelColumn] {
    columns.enumerated().flatMap { index, column in
      var parts: [LevelColumn.Part] = [.value]
      if column.kind == .mean, level.hasExtremes { parts += [.lowest, .highest] }
      if column.isDailyTotal, level != .recorded { parts.append(.added) }
      return parts.map { LevelColumn(name: column.name + $0.rawValue, column: column, index: index, part: $0) }
    }
  }
}

/// Where the times of rows begin and end, in seconds since 1970.
package struct HistoryClock: Sendable {
  /// When the owner's day or month of that time begins, and the next one.
  private let day: @Sendable (Int64) -> Range<Int64>
  private let month: @Sendable (Int64) -> Range<Int64>

  package init(
    day: @escaping @Sendable (Int64) -> Range<Int64>, month: @escaping @Sendable (Int64) -> Range<Int64>
  ) {
    self.day = day
    self.month = month
  }

  package func day(of time: Int64) -> Range<Int64> { day(time) }
  package func month(of time: Int64) -> Range<Int64> { month(time) }

  package static func begin(of time: Int64, _ interval: Int64) -> Int64 {
    let rest = time % interval
    return time - (rest < 0 ? rest + interval : rest)
  }

  package func range(of time: Int64, _ level: HistoryLevel, interval: Int64 = 60) -> Range<Int64> {
    let length: Int64 =
      switch level {
      case .recorded: interval
      case .fiveMinutes: 300
      case .hour: 3600
      case .day: 0
      }
    guard length > 0 else { return day(time) }
    let begin = Self.begin(of: time, length)
    return begin..<begin + length
  }

  /// How far a gateway's midnight may be from the owner's: it does not follow daylight saving.
  package static let midnightSlack: Int64 = 7200

  /// The owner's last midnight at which every daily counter had begun anew by then.
  func midnight(wellBefore time: Int64) -> Int64 {
    let midnight = day(time).lowerBound
    return time < midnight + Self.midnightSlack ? day(midnight - 1).lowerBound : midnight
  }
}
