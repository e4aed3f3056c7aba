import Foundation
import TestSupport
import Testing

@testable import Derived

@Suite struct DailyEnergyTests {
  private let start = ContinuousClock.now
  private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

  private func sum(_ readings: [(Int, String, Int64)], until end: Int) -> (Int64, DailyEnergy) {
    var energy = DailyEnergy()
    let names = Set(readings.map(\.1))
    // The bridge looks every few seconds.
    for seconds in stride(from: 0, through: end, by: 10) {
      for (_, name, reading) in readings.filter({ $0.0 == seconds }) {
        energy.add(reading, of: name, at: at(seconds))
      }
      _ = energy.settle(names, at: at(seconds))
    }
    return (energy.total, energy)
  }

  @Test func beginsWithWhatTheCountersShow() {
    #expect(sum([(0, "a", 20), (0, "b", 10)], until: 0).0 == 30)
  }

  /// a is reset at 60 s, b ten minutes later, after it has counted 2 more: those are of the new day.
  @Test func theFirstResetBeginsTheDayAndNothingIsCountedTwice() {
    var readings: [(Int, String, Int64)] = [(0, "a", 20), (0, "b", 10), (60, "a", 0)]
    #expect(sum(readings, until: 60).0 == 30, "one low reading proves nothing")
    #expect(sum(readings, until: 180).0 == 0)
    readings += [(300, "b", 12), (400, "a", 1)]
    #expect(sum(readings, until: 400).0 == 3)
    readings += [(660, "b", 0)]
    #expect(sum(readings, until: 660).0 == 3)
    #expect(sum(readings, until: 800).0 == 3)
    readings += [(900, "b", 4)]
    #expect(sum(readings, until: 900).0 == 7)
  }

  @Test func aDeviceThatShowsZeroWhileItStartsChangesNothing() {
    let readings: [(Int, String, Int64)] = [(0, "a", 20), (0, "b", 10), (60, "a", 0), (120, "a", 20), (600, "a", 21)]
    #expect(sum(readings, until: 900).0 == 31)
  }

  /// The second day begins with the same counter as the first, or with the other one.
  @Test(arguments: [["a", "b"], ["b", "a"]])
  func everyDayBeginsOnce(second: [String]) {
    var readings: [(Int, String, Int64)] = [(0, "a", 20), (0, "b", 10), (60, "a", 0), (90, "b", 0)]
    readings += [(1000, "a", 5), (1000, "b", 6)]
    #expect(sum(readings, until: 1000).0 == 11)
    readings += [(86_400, second[0], 1), (86_460, second[1], 2)]
    #expect(sum(readings, until: 86_600).0 == 3)
  }

  /// What a day has counted adds up to what the counters have counted, whatever the order of resets.
  @Test(arguments: 0..<200)
  func theDaysAddUpToTheCounters(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var counters: [Int64] = (0..<3).map { _ in .random(in: 0...50, using: &random) }
    var energy = DailyEnergy()
    var seconds = 0
    for (index, value) in counters.enumerated() { energy.add(value, of: "\(index)", at: at(0)) }
    var (last, counted, truth) = (energy.total, energy.total, counters.reduce(0, +))
    for _ in 0..<6 {
      var midnights = (0..<3).map { _ in Int.random(in: 0...900, using: &random) }
      for minute in 0..<30 {
        seconds += 60
        for index in counters.indices {
          let growth = Int64.random(in: 0...2, using: &random)
          counters[index] += growth
          truth += growth
          if midnights[index] < minute * 60 {
            counters[index] = 0
            midnights[index] = .max
          }
          energy.add(counters[index], of: "\(index)", at: at(seconds))
        }
        // A counter that is being watched is not yet counted.
        _ = energy.settle(Set(counters.indices.map(String.init)), at: at(seconds))
        counted += energy.total >= last ? energy.total - last : energy.total
        last = energy.total
      }
    }
    // What a counter added in the very minute of its reset is nowhere to be read, at most 2 each time; and a counter
    // that was reset within minutes of the start can't be told from one that went on.
    #expect(counted <= truth)
    #expect(counted >= truth - 6 * 3 * 2 - 3 * 4)
  }

  @Test func aRestartGoesOnWhereTheLastRunEnded() throws {
    var energy = sum([(0, "a", 20), (0, "b", 10), (60, "a", 0)], until: 300).1
    #expect(energy.total == 0)
    energy = try JSONDecoder().decode(DailyEnergy.self, from: JSONEncoder().encode(energy))
    // b was reset while no bridge ran, and has counted 3 since.
    energy.add(2, of: "a", at: at(1000))
    energy.add(3, of: "b", at: at(1000))
    _ = energy.settle(["a", "b"], at: at(1200))
    #expect(energy.total == 5)
  }

  /// A gateway that reboots shows zero and then nothing: silence is no proof that a counter stays down.
  @Test func silenceDoesNotProveAReset() {
    var energy = sum([(0, "a", 20), (0, "b", 10), (60, "b", 0)], until: 70).1
    _ = energy.settle(["a"], at: at(300))
    #expect(energy.total == 30)
    energy.waitAnew(for: "b", at: at(300))
    _ = energy.settle(["a", "b"], at: at(310))
    #expect(energy.total == 30)
    energy.add(10, of: "b", at: at(311))
    _ = energy.settle(["a", "b"], at: at(600))
    #expect(energy.total == 30)
  }

  @Test func aDeviceThatIsForgottenLeavesWhatItCounted() {
    var energy = sum([(0, "a", 20), (0, "b", 10)], until: 0).1
    energy.keep(["a"])
    #expect(energy.total == 30)
    energy.add(1, of: "a", at: at(60))
    _ = energy.settle(["a"], at: at(300))
    #expect(energy.total == 1)
  }

  /// One charge controller loses its memory at noon: the day of the house goes on. At midnight it ends, by whichever
  /// counter falls first, and with one that falls a second time nothing is lost.
  @Test func aCounterThatFallsAtNoonBeginsNoDay() throws {
    var energy = DailyEnergy(day: 7)
    func pass(_ seconds: Int, day: Int?, _ readings: [String: Int64]) {
      for (name, reading) in readings { energy.add(reading, of: name, at: at(seconds)) }
      _ = energy.settle(["a", "b"], at: at(seconds + 120), day: day)
    }
    pass(0, day: 7, ["a": 20, "b": 10])
    pass(1000, day: 7, ["a": 0, "b": 11])
    #expect(energy.total == 31)
    pass(2000, day: 7, ["a": 4, "b": 12])
    #expect(energy.total == 36)
    energy = try JSONDecoder().decode(DailyEnergy.self, from: JSONEncoder().encode(energy))
    pass(3000, day: 7, ["a": 0, "b": 12])
    #expect(energy.total == 36, "the day is known after a restart, too")
    pass(40_000, day: 8, ["b": 0])
    #expect(energy.total == 0)
    pass(40_600, day: 8, ["a": 0, "b": 1])
    #expect(energy.total == 1)
    pass(80_000, day: 8, ["a": 3, "b": 0])
    #expect(energy.total == 4)
  }

  /// A clock that stands still, or that nobody has read, must not make one day of all of them.
  @Test(arguments: [nil, 7] as [Int?])
  func withoutAClockTheCountersSayWhatDayItIs(day: Int?) {
    var energy = DailyEnergy(day: day)
    var days: [Int64] = []
    for seconds in stride(from: 0, to: 4 * 86_400, by: 600) {
      let reading = Int64(seconds % 86_400 / 600)
      energy.add(reading, of: "a", at: at(seconds))
      _ = energy.settle(["a"], at: at(seconds + 130), day: day)
      if reading == 143 { days.append(energy.total) }
    }
    #expect(days == [143, 143, 143, 143])
  }

  /// While nothing is counted the day begins with the clock's: what is counted later on it is not lost at a fall.
  @Test func aDayBeginsWithoutACounterThatFalls() {
    var energy = DailyEnergy(day: 7)
    energy.add(0, of: "a", at: at(0))
    energy.begin(day: 8)
    energy.add(5, of: "a", at: at(40_000))
    energy.add(0, of: "a", at: at(41_000))
    _ = energy.settle(["a"], at: at(41_200), day: 8)
    #expect(energy.total == 5)
  }
}
