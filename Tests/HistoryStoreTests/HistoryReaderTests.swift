import Foundation
import TestSupport
import Testing

@testable import History
@testable import HistoryStore

@Suite struct HistoryReaderTests {
  private func read(
    _ bench: HistoryBench, _ range: Range<Int64>, length: Int64?, _ coarsest: HistoryLevel,
    _ part: LevelColumn.Part, _ column: Int, _ clock: HistoryClock? = nil
  ) throws -> [String] {
    let clock = clock ?? bench.clock
    let table = HistoryBench.table
    let wanted = [LevelColumn(name: "x", column: table.columns[column], index: column, part: part)]
    return try HistoryReader(folder: bench.directory.path).rows(
      table, wanted, port: nil, in: range,
      bin: { time in
        guard let length else { return clock.day(of: time) }
        let begin = HistoryClock.begin(of: time, length)
        return begin..<begin + length
      }, coarsest: coarsest, clock
    ).map { "\($0.head.time) \($0.values[0].number.map { "\($0)" } ?? "-")" }
  }

  /// Two days and a half, of which each level holds a part: no second is counted twice, and none is left out.
  @Test func coarseRowsAndFineRowsTogether() async throws {
    let bench = try HistoryBench(zone: "Europe/Berlin")
    let begin = try utc("2026-06-30T22:00:00Z")
    let minutes: Int64 = 2 * 1440 + 757
    for minute in stride(from: 0, to: minutes, by: 7) as StrideTo<Int64> {
      let rows = (minute..<min(minute + 7, minutes)).map { index in
        HistoryBench.row(
          begin + index * 60, power: Double(index), energy: Double(index % 1440) / 100)
      }
      try await bench.write(rows, at: begin + (minute + 7) * 60)
    }
    let range = begin..<begin + 3 * 86400
    // Means of 0…1439, 1440…2879 and 2880…3636.
    #expect(
      try read(bench, range, length: nil, .day, .value, 0) == [
        "\(begin) 719.5", "\(begin + 86400) 2159.5", "\(begin + 2 * 86400) 3258.0",
      ])
    // The counter's last values; it adds nothing else.
    #expect(
      try read(bench, range, length: nil, .day, .added, 2) == [
        "\(begin) 14.39", "\(begin + 86400) 14.39", "\(begin + 2 * 86400) 7.56",
      ])
    #expect(
      try read(bench, range, length: nil, .day, .area, 0).last == "\(begin + 2 * 86400) \(3258.0 * 757 * 60)")
    // The same from the finest rows alone.
    #expect(
      try read(bench, range, length: nil, .recorded, .added, 2) == read(bench, range, length: nil, .day, .added, 2))
    #expect(try read(bench, range, length: 3600, .hour, .value, 0).count == 61)
    #expect(try read(bench, range, length: 3600, .hour, .value, 0).last == "\(begin + 60 * 3600) 3618.0")
  }

  /// Where minutes are kept no more, coarser rows stand in.
  @Test func olderThanTheFineRows() async throws {
    let bench = try HistoryBench()
    let begin = try utc("2026-07-01T00:00:00Z")
    try await bench.write((0..<1440).map { HistoryBench.row(begin + $0 * 60, power: Double($0)) }, at: begin + 86400)
    _ = try bench.query("DELETE FROM house WHERE time < \(begin + 43200)")
    _ = try bench.query("DELETE FROM house_5min WHERE time < \(begin + 21600)")
    let rows = try read(bench, begin..<begin + 86400, length: 60, .recorded, .value, 0)
    // Six hours, 72 times five minutes, and 720 minutes.
    #expect(rows.count == 6 + 72 + 720)
    #expect(rows[0] == "\(begin) 29.5")
    #expect(rows[6] == "\(begin + 21600) 362.0")
    #expect(rows[78] == "\(begin + 43200) 720.0")
  }

  /// Four days of Berlin, asked for from elsewhere: each minute is in the day of who asks, and none counts twice, be it
  /// with whole hours from UTC or not.
  @Test(arguments: ["Europe/Berlin", "UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
  func daysOfAnotherZone(_ zone: String) async throws {
    let bench = try HistoryBench(zone: "Europe/Berlin")
    let begin = try utc("2026-06-30T22:00:00Z")
    let minutes: Int64 = 4 * 1440 + 100
    for minute in stride(from: 0, to: minutes, by: 60) as StrideTo<Int64> {
      let rows = (minute..<min(minute + 60, minutes)).map { index in
        HistoryBench.row(begin + index * 60, power: Double(index), energy: Double(index % 1440) / 100)
      }
      try await bench.write(rows, at: begin + (minute + 60) * 60)
    }
    let clock = HistoryClock.of(zone)
    var days: [Int64: (area: Double, added: Double)] = [:]
    for index in 0..<minutes {
      let day = clock.day(of: begin + index * 60).lowerBound
      days[day, default: (0, 0)].area += Double(index) * 60
      days[day, default: (0, 0)].added += index % 1440 == 0 ? 0 : 0.01
    }
    let range = clock.day(of: begin).lowerBound..<begin + 5 * 86400
    let areas = try read(bench, range, length: nil, .day, .area, 0, clock)
    let added = try read(bench, range, length: nil, .day, .added, 2, clock)
    #expect(areas.count == days.count && added.count == days.count)
    for (row, day) in zip(areas, days.sorted { $0.key < $1.key }) {
      let parts = row.split(separator: " ")
      #expect(Int64(parts[0]) == day.key)
      // Means have four decimals.
      #expect(abs(try #require(Double(parts[1])) - day.value.area) < 10)
    }
    for (row, day) in zip(added, days.sorted { $0.key < $1.key }) {
      #expect(abs(try #require(Double(row.split(separator: " ")[1])) - day.value.added) < 0.001)
    }
    // An hour is never made of a day, nor an hour and a half of two hours.
    #expect(try read(bench, range, length: 3600, .hour, .area, 0, clock).count == 98)
    #expect(try read(bench, range, length: 5400, .fiveMinutes, .area, 0, clock).count == 66)
  }

  /// The bridge was off from an hour that holds the midnight of who asks until its own midnight: no minute counts twice.
  @Test(arguments: ["Asia/Kathmandu", "Asia/Kolkata", "UTC"])
  func daysOfAnotherZoneWithAGap(_ zone: String) async throws {
    let bench = try HistoryBench(zone: "Europe/Berlin")
    let begin = try utc("2026-06-30T22:00:00Z")
    // Midnight is at 18:15 in Kathmandu, and at 18:30 in Kolkata.
    let gap = try utc("2026-07-01T19:00:00Z")..<utc("2026-07-01T22:00:00Z")
    let times = stride(from: begin, to: begin + 3 * 86400, by: 60).filter { !gap.contains($0) }
    try await bench.write(times.map { HistoryBench.row($0, power: 60) }, at: begin + 3 * 86400)
    let clock = HistoryClock.of(zone)
    let range = clock.day(of: begin).lowerBound..<begin + 4 * 86400
    let days = Dictionary(grouping: times) { clock.day(of: $0).lowerBound }
    let expected = days.sorted { $0.key < $1.key }.map { "\($0.key) \(Double($0.value.count * 3600))" }
    #expect(try read(bench, range, length: nil, .day, .area, 0, clock) == expected)
    // With hours alone none counts twice either.
    for table in ["house", "house_5min"] { _ = try bench.query("DELETE FROM \(table)") }
    let areas = try read(bench, range, length: nil, .day, .area, 0, clock)
    #expect(areas.count == expected.count)
    let sum = areas.reduce(0) { $0 + (Double($1.split(separator: " ")[1]) ?? 0) }
    #expect(sum == Double(times.count * 3600))
  }

  /// A day of Kathmandu that lies in one of UTC, and begins within an hour that holds the end of the day before: with hours
  /// alone that hour does not count in both.
  @Test func aDayThatBeginsWithinAnHour() async throws {
    let bench = try HistoryBench(zone: "Asia/Kathmandu")
    let (noon, midnight) = try (utc("2026-07-01T12:00:00Z"), utc("2026-07-02T00:00:00Z"))
    try await bench.write(
      stride(from: noon, to: midnight, by: 60).map { HistoryBench.row($0, power: 60) }, at: midnight + 86400)
    for table in ["house", "house_5min"] { _ = try bench.query("DELETE FROM \(table)") }
    // The quarter of an hour of the day before is left out.
    #expect(
      try read(bench, midnight - 86400..<midnight + 86400, length: nil, .day, .area, 0, .of("UTC"))
        == ["\(midnight - 86400) \(Double((12 * 60 - 15) * 3600))"])
  }

  /// When only days are left, each counts for the day in which most of it lies.
  @Test func onlyDaysOfAnotherZone() async throws {
    let bench = try HistoryBench(zone: "Europe/Berlin")
    let begin = try utc("2026-06-30T22:00:00Z")
    try await bench.write(
      (0..<2880).map { HistoryBench.row(begin + $0 * 60, power: Double($0 / 1440)) }, at: begin + 2 * 86400)
    for table in ["house", "house_5min", "house_1h"] { _ = try bench.query("DELETE FROM \(table)") }
    let midnight = try utc("2026-07-01T00:00:00Z")
    #expect(
      try read(bench, midnight..<midnight + 3 * 86400, length: nil, .day, .value, 0, .of("UTC")) == [
        "\(midnight) 0.0", "\(midnight + 86400) 1.0",
      ])
  }

  /// Readers see a whole transaction, the writer does not notice them, and a file without a bridge is read too.
  @Test func whileItIsWritten() async throws {
    var bench = try HistoryBench()
    try await bench.write([HistoryBench.row(600, power: 1)], at: 660)
    let reader = try HistoryReader(folder: bench.directory.path)
    for minute in 11..<60 as Range<Int64> {
      try await bench.write([HistoryBench.row(minute * 60, power: Double(minute))], at: minute * 60 + 60)
    }
    #expect(try reader.kinds() == ["house"])
    #expect(try read(bench, 0..<3600, length: 60, .recorded, .value, 0).count == 50)
    await bench.reopen()
    #expect(try read(bench, 0..<3600, length: 60, .recorded, .value, 0).count == 50)
  }

  @Test func whereThereIsNone() throws {
    let directory = try TemporaryDirectory()
    let problem = #expect(throws: HistoryProblem.self) { try HistoryReader(folder: directory.path) }
    #expect(try #require(problem).description.contains("there is no \(directory.path)/history.db"))
  }
}
