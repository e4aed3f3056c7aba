import Foundation
import TestSupport
import Testing

@testable import History
@testable import HistoryStore

@Suite struct RollupTests {
  /// Means weigh as many readings as they are made of; states are the last; by hand.
  @Test func fiveMinutesHoursAndDays() async throws {
    let bench = try HistoryBench()
    let begin = try utc("2026-07-01T00:00:00Z")
    try await bench.write(
      [
        HistoryBench.row(begin, power: 100, state: "a", readings: 12),
        HistoryBench.row(begin + 60, power: 400, state: "b", readings: 4),
        HistoryBench.row(begin + 120, power: nil, state: nil, readings: 12),
        HistoryBench.row(begin + 300, power: 1000, state: "c", readings: 12),
      ], at: begin + 360)
    // (100 × 12 + 400 × 4) / 16 = 175. The second five minutes are not over.
    #expect(
      try bench.query("SELECT time, seconds, readings, power, state FROM house_5min") == ["\(begin)|180|28|175.0|b"])
    try await bench.write([HistoryBench.row(begin + 3600, power: 0, state: "d")], at: begin + 3660)
    // (1200 + 1600 + 12000) / 28 = 528.5714
    #expect(
      try bench.query("SELECT time, seconds, power, power_min, power_max, state FROM house_1h") == [
        "\(begin)|240|528.5714|100.0|1000.0|c"
      ])
    try await bench.write([HistoryBench.row(begin + 86400, power: 0, state: "e")], at: begin + 86460)
    // (1200 + 1600 + 12000 + 0) / 40 = 370
    #expect(
      try bench.query("SELECT time, seconds, power, power_min, power_max, state FROM house_1d") == [
        "\(begin)|300|370.0|0.0|1000.0|d"
      ])
  }

  /// What a kill has left open is summed up by the next run.
  @Test func aRestartGoesOn() async throws {
    var bench = try HistoryBench()
    let begin = try utc("2026-07-01T00:00:00Z")
    try await bench.write([HistoryBench.row(begin, power: 100)], at: begin + 60)
    await bench.reopen(closing: false)
    try await bench.write([HistoryBench.row(begin + 200_000, power: 5)], at: begin + 200_060)
    for level in ["5min", "1h", "1d"] {
      #expect(try bench.query("SELECT time, power FROM house_\(level) ORDER BY time LIMIT 1") == ["\(begin)|100.0"])
    }
  }

  /// A clock that was ahead, and was put back: what it had taken for over is summed up when it is.
  @Test func aClockThatWasAhead() async throws {
    var bench = try HistoryBench()
    let begin = try utc("2026-07-01T00:00:00Z")
    let ahead = begin + 10 * 365 * 86400
    try await bench.write([HistoryBench.row(ahead, power: 1)], at: ahead + 60)
    try await bench.write([HistoryBench.row(ahead + 86400 * 2, power: 1)], at: ahead + 86400 * 2 + 60)
    await bench.reopen()
    try await bench.write([HistoryBench.row(begin, power: 100)], at: begin + 60)
    await bench.reopen()
    try await bench.write([HistoryBench.row(begin + 86400, power: 5)], at: begin + 86460)
    #expect(try bench.query("SELECT power FROM house_1d WHERE time = \(begin)") == ["100.0"])
    #expect(try bench.query("SELECT power FROM house_5min WHERE time = \(begin)") == ["100.0"])
  }

  /// The owner's days: 23, 24 and 25 hours long.
  @Test func daysOfAZoneWithDaylightSaving() async throws {
    let bench = try HistoryBench(zone: "Europe/Berlin")
    let midnights = try [
      "2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z",
      "2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-26T23:00:00Z",
    ].map(utc)
    for range in [midnights[0]..<midnights[3], midnights[4]..<midnights[7]] {
      let rows = stride(from: range.lowerBound, to: range.upperBound, by: 60).map { HistoryBench.row($0, power: 1) }
      try await bench.write(rows, at: range.upperBound)
    }
    let lengths = [24, 23, 24, 24, 25, 24]
    let begins = midnights[0...2] + midnights[4...6]
    #expect(
      try bench.query("SELECT time, seconds FROM house_1d ORDER BY time")
        == zip(begins, lengths).map { "\($0)|\($1 * 3600)" })
  }

  /// The machine's time zone is changed: each minute is in one day row. Days of Berlin begin at 22:00 UTC, of New York
  /// at 04:00, of Kathmandu at 18:15.
  @Test(arguments: [
    ("America/New_York", ["2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z", "2026-07-02T04:00:00Z"], [1440, 360, 1440]),
    ("Asia/Kathmandu", ["2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z", "2026-07-02T18:15:00Z"], [1440, 1215, 1440]),
  ])
  func anotherTimeZone(_ zone: String, _ begins: [String], _ minutes: [Int]) async throws {
    var bench = try HistoryBench(zone: "Europe/Berlin")
    let begin = try utc("2026-06-30T22:00:00Z")
    func write(_ minutes: Range<Int64>) async throws {
      try await bench.write(
        minutes.map { HistoryBench.row(begin + $0 * 60, power: 1) }, at: begin + minutes.upperBound * 60)
    }
    try await write(0..<1500)
    bench.clock = .of(zone)
    await bench.reopen()
    try await write(1500..<2000)
    await bench.reopen(closing: false)
    try await write(2000..<5000)
    #expect(
      try bench.query("SELECT time, seconds FROM house_1d ORDER BY time").prefix(3)
        == zip(begins, minutes).map { "\(try utc($0))|\($1 * 60)" }[...])
  }

  // MARK: Daily counters

  private func added(_ bench: HistoryBench, _ level: String) throws -> [String] {
    try bench.query("SELECT time, energy, energy_added FROM house_\(level) ORDER BY time")
  }

  /// The gateway's midnight is half an hour after the owner's: what it counts in between is of the new day.
  @Test func countersThatFallLate() async throws {
    let bench = try HistoryBench(zone: "Europe/Berlin")
    let midnight = try utc("2026-07-01T22:00:00Z")
    try await bench.write(
      [
        HistoryBench.row(midnight - 7200, power: 1, energy: 10.0),
        HistoryBench.row(midnight - 60, power: 1, energy: 10.4),
        HistoryBench.row(midnight + 60, power: 1, energy: 10.5),
        HistoryBench.row(midnight + 1740, power: 1, energy: 10.6),
        HistoryBench.row(midnight + 1800, power: 1, energy: 0),
        HistoryBench.row(midnight + 3540, power: 1, energy: 0.3),
        HistoryBench.row(midnight + 7200, power: 1, energy: 0.7),
      ], at: midnight + 86400)
    // The day before knows 10.4; the new day 0.1 + 0.1 + 0.3 + 0.4.
    #expect(try added(bench, "1d") == ["\(midnight - 86400)|10.4|10.4", "\(midnight)|0.7|0.9"])
    #expect(
      try added(bench, "1h") == [
        "\(midnight - 7200)|10.0|10.0", "\(midnight - 3600)|10.4|0.4", "\(midnight)|0.3|0.5",
        "\(midnight + 7200)|0.7|0.4",
      ])
  }

  /// Off from ten in the evening to eight in the morning: the counter shows more than before, and has begun anew.
  @Test func aBridgeThatWasOffAtMidnight() async throws {
    let bench = try HistoryBench()
    let midnight = try utc("2026-07-02T00:00:00Z")
    try await bench.write(
      [
        HistoryBench.row(midnight - 7260, power: 1, energy: 1.0),
        HistoryBench.row(midnight + 8 * 3600, power: 1, energy: 2.5),
      ], at: midnight + 86400)
    #expect(try added(bench, "1d") == ["\(midnight - 86400)|1.0|1.0", "\(midnight)|2.5|2.5"])
  }

  /// Off from less than two hours before midnight. The gateway's midnight may have been before it, which is seen when the
  /// counter has fallen, or after it.
  @Test(
    arguments: [
      // Hours from midnight and what the counter shows; what the new day has added.
      ([(-3, 8), (-1.95, 8.6), (-1.5, 9), (8.5, 12)], 12),
      ([(-1.5, 9), (8.5, 12)], 12),
      ([(-3, 8), (-1, 0), (-0.5, 0.5), (8.5, 2)], 1.5),
      ([(-3, 8), (-1.5, 8.5), (0.5, 8.625), (6, 9)], 9.125),
      ([(-3, 8), (-1, 0), (0.5, 0.75), (6, 2)], 2),
    ] as [([(Double, Double)], Double)])
  func aBridgeThatWasOffFromShortlyBeforeMidnight(_ shown: [(Double, Double)], _ day: Double) async throws {
    let bench = try HistoryBench()
    let midnight = try utc("2026-07-02T00:00:00Z")
    let rows = shown.map { HistoryBench.row(midnight + Int64($0.0 * 3600), power: 1, energy: $0.1) }
    try await bench.write(rows, at: midnight + 86400)
    let days = try bench.query("SELECT energy_added FROM house_1d ORDER BY time")
    #expect(days.last == "\(day)")
    for level in ["5min", "1h"] {
      #expect(
        try bench.query("SELECT sum(energy_added) FROM house_\(level) WHERE time >= \(midnight)") == ["\(day)"])
    }
    // The same from the minutes.
    let column = HistoryBench.table.columns[2]
    let added = try HistoryReader(folder: bench.directory.path).rows(
      HistoryBench.table, [LevelColumn(name: "x", column: column, index: 2, part: .added)], port: nil,
      in: midnight..<midnight + 86400, bin: bench.clock.day(of:), coarsest: .recorded, bench.clock)
    #expect(added.map { $0.values[0] } == [.real(day)])
  }

  /// A short gap at midnight proves nothing: what has not fallen goes on.
  @Test func aShortGapAtMidnight() async throws {
    let bench = try HistoryBench()
    let midnight = try utc("2026-07-02T00:00:00Z")
    try await bench.write(
      [
        HistoryBench.row(midnight - 600, power: 1, energy: 1.0),
        HistoryBench.row(midnight + 600, power: 1, energy: 1.25),
      ], at: midnight + 86400)
    #expect(try added(bench, "1d") == ["\(midnight - 86400)|1.0|1.0", "\(midnight)|1.25|0.25"])
  }
}
