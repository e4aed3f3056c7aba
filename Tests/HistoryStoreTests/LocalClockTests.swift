import Foundation
import Testing

@testable import History
@testable import HistoryStore

/// The C library's days beside Foundation's, in the zone that this process has.
@Suite struct LocalClockTests {
  @Test func daysAndMonthsOfThisMachine() {
    let foundation = HistoryClock.of(TimeZone.current.identifier)
    for time in stride(from: 1_767_225_600, to: 1_767_225_600 + 400 * 86400, by: 7001) as StrideTo<Int64> {
      #expect(HistoryClock.local.day(of: time) == foundation.day(of: time))
      #expect(HistoryClock.local.month(of: time) == foundation.month(of: time))
    }
  }
}
