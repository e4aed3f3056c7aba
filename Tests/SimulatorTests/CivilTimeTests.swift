import Testing

@testable import Simulator

@Suite struct CivilTimeTests {
  @Test(
    arguments: [
      (0, 1970, 1, 1), (-1, 1969, 12, 31), (951_782_400, 2000, 2, 29), (951_868_800, 2000, 3, 1),
      (1_609_372_800, 2020, 12, 31), (4_107_542_400, 2100, 3, 1), (4_107_456_000, 2100, 2, 28),
    ] as [(Int64, Int, Int, Int)])
  func knowsDates(_ seconds: Int64, _ year: Int, _ month: Int, _ day: Int) {
    let time = CivilTime(secondsSince1970: seconds)
    #expect((time.year, time.month, time.day) == (year, month, day))
    #expect(time.secondsSince1970 == seconds)
  }

  @Test func everyDayFollowsTheOneBefore() async {
    var previous = CivilTime(secondsSince1970: -800 * 86_400)
    for day in -799..<60_000 {
      if day.isMultiple(of: 2000) { await Task.yield() }
      let time = CivilTime(secondsSince1970: Int64(day) * 86_400 + 86_399)
      #expect(time.hour == 23 && time.minute == 59 && time.second == 59)
      let follows = time.day == previous.day + 1 || (time.day == 1 && previous.day >= 28)
      if !follows { Issue.record("\(time) after \(previous)") }
      previous = time
    }
  }

  @Test func oddFieldsNeverTrap() {
    for value in [0, 13, 99, 65_534] {
      _ = CivilTime(year: value, month: value, day: value, hour: value, minute: value, second: value).secondsSince1970
    }
    #expect(
      CivilTime(year: 2024, month: 14, day: 1).secondsSince1970
        == CivilTime(year: 2025, month: 2, day: 1).secondsSince1970)
  }
}
