import Foundation
import Testing

@testable import History
@testable import HistoryStore

/// What is given up: what is too old, and what is too much.
@Suite struct RetentionTests {
  @Test func theFileStaysWithinItsSize() async throws {
    var bench = try HistoryBench()
    var settings = bench.settings
    settings.maxSize = 1
    await bench.reopen(settings)
    let filling = String(repeating: "x", count: 200)
    for day in 0..<20 as Range<Int64> {
      let rows = (0..<1440 as Range<Int64>).map { HistoryBench.row(day * 86400 + $0 * 60, power: 1, state: filling) }
      try await bench.write(rows, at: day * 86400 + 86400)
    }
    await bench.reopen()
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: bench.path)[.size] as? Int)
    // A day of rows more than it may keep, while that is written.
    #expect(size < 2 << 20)
    #expect(try bench.query("SELECT max(time) FROM house") == ["\(20 * 86400 - 60)"])
    #expect(try bench.query("SELECT count(*) FROM house_1d") == ["20"])
  }

  /// What has gone makes the file smaller too, some megabytes at a time.
  @Test func theFileShrinks() async throws {
    var bench = try HistoryBench()
    let filling = String(repeating: "x", count: 200)
    for day in 0..<30 as Range<Int64> {
      let rows = (0..<1440 as Range<Int64>).map { HistoryBench.row(day * 86400 + $0 * 60, power: 1, state: filling) }
      try await bench.write(rows, at: day * 86400 + 86400)
    }
    var settings = bench.settings
    settings.maxSize = 2
    await bench.reopen(settings)
    for minute in 0..<4 as Range<Int64> {
      let time = 30 * 86400 + minute * 60
      try await bench.write([HistoryBench.row(time, power: 1)], at: time + 60)
    }
    await bench.reopen()
    let size = try #require(try FileManager.default.attributesOfItem(atPath: bench.path)[.size] as? Int)
    #expect(size <= 2 << 20)
    #expect(try bench.query("PRAGMA integrity_check") == ["ok"])
  }

  /// Six rows a day for 400 days.
  private func bench() async throws -> (bench: HistoryBench, end: Int64) {
    let bench = try HistoryBench(zone: "Europe/Berlin")
    let begin = try utc("2026-01-01T00:00:00Z")
    let end = begin + 400 * 86400
    try await bench.write(
      stride(from: begin, to: end, by: 14400).map { HistoryBench.row($0, power: 1, energy: 1) }, at: end)
    return (bench, end)
  }

  private func first(_ bench: HistoryBench, _ table: String) throws -> Int64? {
    try bench.query("SELECT min(time) FROM \(table)").first.flatMap { Int64($0) }
  }

  /// Minutes for 30 days and five minutes for a year, in whole days of the owner's; hours and days for ever.
  @Test func whatIsOlderThanItsLevelsAgeGoes() async throws {
    var (bench, end) = try await bench()
    await bench.reopen()
    // A day at a time, an hour after the other.
    for hour in 0..<380 as Range<Int64> {
      try await bench.write([HistoryBench.row(end + hour, power: 1, seconds: 1)], at: end + 60)
      await bench.file.anHourPasses()
    }
    // Berlin's days begin at 23:00, in summer at 22:00.
    #expect(try first(bench, "house") == utc("2027-01-05T23:00:00Z") + 3600)
    #expect(try first(bench, "house_5min") == utc("2026-02-04T23:00:00Z") + 3600)
    #expect(try bench.query("SELECT count(*) FROM house_1h") == ["2400"])
    #expect(try bench.query("SELECT count(*) FROM house_1d") == ["400"])
  }

  /// A clock that jumps years ahead takes nothing along: an hour must have gone well before anything is removed.
  @Test func aClockThatJumpsAheadRemovesNothing() async throws {
    let (bench, end) = try await bench()
    let rows = try bench.query("SELECT count(*) FROM house")
    await bench.file.anHourPasses()
    let ahead = end + 10 * 365 * 86400
    try await bench.write([HistoryBench.row(ahead, power: 1)], at: ahead + 60)
    try await bench.write([HistoryBench.row(end, power: 1)], at: end + 60)
    #expect(try bench.query("SELECT count(*) FROM house WHERE time < \(end)") == rows)
    #expect(try bench.query("SELECT count(*) FROM house WHERE time >= \(end)") == ["2"])
  }
}

extension HistoryFile {
  /// What is too old is looked for with the next rows.
  fileprivate func anHourPasses() { known.cleanDue = .now }
}
