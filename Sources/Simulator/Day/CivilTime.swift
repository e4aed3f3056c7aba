/// A date and time of day without a time zone, in the proleptic Gregorian calendar.
struct CivilTime: Hashable, Sendable {
  var year: Int
  var month: Int
  var day: Int
  var hour = 0
  var minute = 0
  var second = 0

  private static let secondsPerDay: Int64 = 86_400
  /// Days of the year before each month, March first, so that the leap day is the last of the year.
  private static let daysBeforeMonth = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337]

  init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// The time so many seconds after 1970-01-01 00:00:00.
  init(secondsSince1970 seconds: Int64) {
    let days = Int(Self.floorDivision(seconds, Self.secondsPerDay))
    let rest = Int(seconds - Int64(days) * Self.secondsPerDay)
    // Counted from the first of March of the year 0, because then leap days come at the end of four-year spans.
    let marchDays = days + 719_468
    var year = Int(Self.floorDivision(Int64(marchDays) * 400 + 300, 146_097))
    while Self.daysBeforeMarchYear(year) > marchDays { year -= 1 }
    while Self.daysBeforeMarchYear(year + 1) <= marchDays { year += 1 }
    let dayOfYear = marchDays - Self.daysBeforeMarchYear(year)
    let index = (Self.daysBeforeMonth.lastIndex { $0 <= dayOfYear }) ?? 0
    self.init(
      year: index < 10 ? year : year + 1, month: index < 10 ? index + 3 : index - 9,
      day: dayOfYear - Self.daysBeforeMonth[index] + 1, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
  }

  /// Seconds since 1970-01-01 00:00:00. Fields outside their usual range count on into the next larger one.
  var secondsSince1970: Int64 {
    let months = year * 12 + month - 3
    let marchYear = Int(Self.floorDivision(Int64(months), 12))
    let days = Self.daysBeforeMarchYear(marchYear) + Self.daysBeforeMonth[months - marchYear * 12] + day - 1 - 719_468
    return Int64(days) * Self.secondsPerDay + Int64(hour * 3600 + minute * 60 + second)
  }

  private static func daysBeforeMarchYear(_ year: Int) -> Int {
    year * 365 + Int(floorDivision(Int64(year), 4) - floorDivision(Int64(year), 100) + floorDivision(Int64(year), 400))
  }

  private static func floorDivision(_ a: Int64, _ b: Int64) -> Int64 {
    let quotient = a / b
    return a % b < 0 ? quotient - 1 : quotient
  }
}
