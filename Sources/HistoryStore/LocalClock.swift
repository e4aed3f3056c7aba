import Glibc
package import History

extension HistoryClock {
  /// Days and months of this machine's time zone, which `TZ` may set.
  package static let local = HistoryClock(
    day: { localRange(of: $0, from: { _ in }, step: { $0.tm_mday += 1 }) },
    month: { localRange(of: $0, from: { $0.tm_mday = 1 }, step: { $0.tm_mon += 1 }) })

  /// - Parameters:
  ///   - begin: what more than the hour is set back to its begin.
  ///   - step: goes on to the next one.
  private static func localRange(
    of time: Int64, from begin: (inout tm) -> Void, step: (inout tm) -> Void
  ) -> Range<Int64> {
    var seconds = time_t(time)
    var parts = tm()
    tzset()
    localtime_r(&seconds, &parts)
    func midnight() -> Int64 {
      var copy = parts
      copy.tm_hour = 0
      copy.tm_min = 0
      copy.tm_sec = 0
      // The clock may be put forward or back in between.
      copy.tm_isdst = -1
      return Int64(mktime(&copy))
    }
    begin(&parts)
    var first = midnight()
    // A midnight that comes twice: the second one may have been meant.
    if first > time { first -= 3600 }
    step(&parts)
    return first..<max(midnight(), first + 1)
  }
}
