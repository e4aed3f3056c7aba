package import Foundation

/// How far the gateway's clock is from the time, and whether it has been too far for so long that somebody should know.
/// It does not follow daylight saving, and its schedules go by it.
package struct ClockDrift: Sendable {
  /// Beyond this it is worth an alert.
  package static let limit = 120
  /// So long it must have been beyond: a gateway that has just started shows odd times.
  package static let patience: Duration = .seconds(600)

  /// How far it is ahead, in seconds; nil when it has not been read.
  package private(set) var seconds: Int?
  private var since: ContinuousClock.Instant?

  package init() {}

  /// Takes the clock's words (64110 offsets 393–398) as read at `now`.
  /// - Parameters:
  ///   - zone: the gateway's offset from UTC, in seconds; nil when it does not tell.
  ///   - date: the time.
  ///   - local: the local offset from UTC, in seconds. It counts unless the gateway is in another part of the world.
  package mutating func receive(_ words: [UInt16], zone: Int?, at now: ContinuousClock.Instant, date: Date, local: Int)
  {
    guard let shown = Self.civilSeconds(words) else {
      (seconds, since) = (nil, nil)
      return
    }
    let offset = zone.map { abs(local - $0) <= 3600 ? local : $0 } ?? local
    let drift = Int((shown - date.timeIntervalSince1970 - Double(offset)).rounded())
    seconds = drift
    since = abs(drift) > Self.limit ? since ?? now : nil
  }

  /// What to say of it, or nil.
  package func message(at now: ContinuousClock.Instant) -> String? {
    guard let seconds, let since, since.duration(to: now) >= Self.patience else { return nil }
    let size = abs(seconds)
    let amount =
      size < 7200 ? "\((size + 30) / 60) minutes" : size < 172_800 ? "\(size / 3600) hours" : "\(size / 86400) days"
    let side = seconds > 0 ? "ahead" : "behind"
    let reason =
      abs(size - 3600) <= Self.limit ? "; an hour is what daylight saving makes, which the gateway does not follow" : ""
    return "the gateway's clock is \(amount) \(side)\(reason). Its schedules go by it: set its clock or its time zone"
  }

  /// Seconds since 1970 of a date and time as shown, whatever the zone; nil for what is none.
  private static func civilSeconds(_ words: [UInt16]) -> Double? {
    let limits: [ClosedRange<UInt16>] = [2000...2199, 1...12, 1...31, 0...23, 0...59, 0...59]
    guard words.count == limits.count, zip(words, limits).allSatisfy({ $1.contains($0) }) else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = words.map { Int($0) }
    return calendar.date(
      from: DateComponents(
        year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
    )?.timeIntervalSince1970
  }
}
