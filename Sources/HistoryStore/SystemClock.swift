import CTimex
import Glibc
package import History

extension MachineClock {
  /// A machine that has run for so many seconds and still does not say that its clock is right never will.
  private static let patience = 300

  package static let system = MachineClock(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    },
    isSet: {
      var state = timex()
      if adjtimex(&state) != TIME_ERROR { return true }
      var sinceBoot = timespec()
      clock_gettime(CLOCK_BOOTTIME, &sinceBoot)
      return sinceBoot.tv_sec >= patience
    })
}
