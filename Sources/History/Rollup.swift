/// What every row has beside its values.
package struct RowHead: Sendable, Hashable {
  package let time: Int64
  /// How long it stands for: less than the time to the next one where there is a gap.
  package let seconds: Int64
  package let port: Int
  package let name: String
  package let readings: Int

  package init(time: Int64, seconds: Int64, port: Int, name: String, readings: Int) {
    self.time = time
    self.seconds = seconds
    self.port = port
    self.name = name
    self.readings = readings
  }
}

/// Sums rows of one device up to a row that stands for a longer time.
package struct Rollup: Sendable {
  private struct Sum {
    var value = 0.0
    var weight = 0.0
    var lowest = Double.infinity
    var highest = -Double.infinity
    var last = HistoryValue.none
    var added: Double?
    /// The number times the seconds that it stood for.
    var area = 0.0
  }

  private let table: HistoryTable
  private var sums: [Sum]
  /// By column; nil for those that are no daily counters.
  private var counters: [DailyCounter?]
  private var seconds: Int64 = 0
  private var readings = 0
  private var name = ""

  /// - Parameter earlier: the sum of the time before, whose daily counters go on.
  package init(_ table: HistoryTable, after earlier: Rollup? = nil) {
    self.table = table
    sums = Array(repeating: Sum(), count: table.columns.count)
    counters = earlier?.counters ?? table.columns.map { $0.isDailyTotal ? DailyCounter() : nil }
  }

  /// Takes what a daily counter showed before the first row; in order of time.
  package mutating func takeEarlier(
    _ column: Int, _ readings: [(value: Double, time: Int64)], _ clock: HistoryClock
  ) {
    var counter = DailyCounter()
    for reading in readings { _ = counter.add(reading.value, at: reading.time, clock) }
    counters[column] = counter
  }

  /// Takes a row; in order of time.
  /// - Parameters:
  ///   - values: in the order of `columns`.
  ///   - columns: those of the level that the row is from.
  package mutating func add(
    _ head: RowHead, _ values: [HistoryValue], of columns: [LevelColumn], _ clock: HistoryClock
  ) {
    seconds += head.seconds
    readings += head.readings
    name = head.name
    for (column, value) in zip(columns, values) {
      guard value != .none else { continue }
      let index = column.index
      switch column.part {
      case .value:
        sums[index].last = value
        guard column.column.kind == .mean || column.column.isDailyTotal, let number = value.number else { continue }
        if column.column.kind == .mean {
          let weight = Double(max(head.readings, 1))
          sums[index].value += number * weight
          sums[index].weight += weight
          sums[index].area += number * Double(head.seconds)
          sums[index].lowest = min(sums[index].lowest, number)
          sums[index].highest = max(sums[index].highest, number)
        } else if counters[index] != nil, !columns.contains(where: { $0.index == index && $0.part == .added }) {
          let added = counters[index]?.add(number, at: head.time, clock) ?? 0
          sums[index].added = (sums[index].added ?? 0) + added
        }
      case .lowest: if let number = value.number { sums[index].lowest = min(sums[index].lowest, number) }
      case .highest: if let number = value.number { sums[index].highest = max(sums[index].highest, number) }
      case .added:
        if let number = value.number { sums[index].added = (sums[index].added ?? 0) + number }
      case .area: break
      }
    }
  }

  /// What the row has beside its values.
  package func head(at time: Int64, port: Int) -> RowHead {
    RowHead(time: time, seconds: seconds, port: port, name: name, readings: readings)
  }

  /// The value of a column, nil where there was none.
  package func value(_ column: LevelColumn) -> HistoryValue {
    let sum = sums[column.index]
    switch column.part {
    case .value where column.column.kind == .mean:
      return sum.weight > 0 ? .real((sum.value / sum.weight).asMean) : .none
    case .value: return sum.last
    case .lowest: return sum.weight > 0 ? .real(sum.lowest) : .none
    case .highest: return sum.weight > 0 ? .real(sum.highest) : .none
    case .area: return sum.weight > 0 ? .real(sum.area) : .none
    case .added: return sum.added.map { .real($0.asMean) } ?? .none
    }
  }
}
