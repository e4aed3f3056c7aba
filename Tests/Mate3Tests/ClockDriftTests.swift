import Foundation
import Testing

@testable import Mate3

/// How far a gateway's clock is from the time.
@Suite struct ClockDriftTests {
  /// 2026-07-01 12:00:00 UTC.
  private static let noon = Date(timeIntervalSince1970: 1_782_907_200)
  private static let begin = ContinuousClock.now

  private func drift(_ words: [UInt16], zone: Int?, local: Int) -> ClockDrift {
    var drift = ClockDrift()
    drift.receive(words, zone: zone, at: Self.begin, date: Self.noon, local: local)
    return drift
  }

  @Test(
    arguments: [
      // Words, the gateway's zone, the local one, the drift.
      ([2026, 7, 1, 14, 0, 0], 7200, 7200, 0),
      ([2026, 7, 1, 14, 0, 30], 7200, 7200, 30),
      // It stands at winter time, and here it is summer.
      ([2026, 7, 1, 13, 0, 0], 3600, 7200, -3600),
      // Somebody set the clock by hand to summer time and left the zone.
      ([2026, 7, 1, 14, 0, 0], 3600, 7200, 0),
      // The bridge is in UTC, the gateway's house is not.
      ([2026, 7, 1, 5, 0, 5], -25200, 0, 5),
      ([2026, 7, 1, 12, 0, 0], nil, 0, 0),
      ([2000, 1, 1, 0, 0, 0], 0, 0, -836_222_400),
    ] as [([UInt16], Int?, Int, Int)])
  func itIsToldBesideTheLocalTime(words: [UInt16], zone: Int?, local: Int, seconds: Int) {
    #expect(drift(words, zone: zone, local: local).seconds == seconds)
  }

  @Test(arguments: [
    [], [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], [2026, 13, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0],
  ])
  func whatIsNoTimeHasNoDrift(words: [UInt16]) { #expect(drift(words, zone: 0, local: 0).seconds == nil) }

  @Test func onlyWhatStaysIsSaid() {
    var drift = drift([2026, 7, 1, 13, 0, 0], zone: 3600, local: 7200)
    #expect(drift.message(at: Self.begin + .seconds(599)) == nil)
    #expect(
      drift.message(at: Self.begin + .seconds(600))
        == "the gateway's clock is 60 minutes behind; an hour is what daylight saving makes, which the gateway does not "
        + "follow. Its schedules go by it: set its clock or its time zone")
    // Also when it is read in between, but not when it was right meanwhile.
    drift.receive([2026, 7, 1, 13, 0, 1], zone: 3600, at: Self.begin + .seconds(300), date: Self.noon, local: 7200)
    #expect(drift.message(at: Self.begin + .seconds(600)) != nil)
    drift.receive([2026, 7, 1, 14, 0, 0], zone: 3600, at: Self.begin + .seconds(400), date: Self.noon, local: 7200)
    drift.receive([2026, 7, 1, 17, 0, 0], zone: 3600, at: Self.begin + .seconds(500), date: Self.noon, local: 7200)
    #expect(drift.message(at: Self.begin + .seconds(1000)) == nil)
    #expect(drift.message(at: Self.begin + .seconds(1100))?.contains("3 hours ahead. Its schedules") ?? false)
  }
}
